"""Uses of a dict or list: harmless ones leave it known, any other that can run before the call does not."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.source.facts import summary
from tests.source.oracle import Program, differences, read_program, run_programs
from valohai_steps.source.python_file import read_module

CALL = "valohai.prepare(step='s', default_parameters=P)"
START = "import json, logging, argparse, copy\nimport valohai\nlogger = logging.getLogger(__name__)\n"
FLAT = "P = {'x': 1}\n"
FIXTURES = Path(__file__).parents[1] / "fixtures"
IDIOMS = json.loads((FIXTURES / "everyday_idioms.json").read_text("utf-8"))
EVERYDAY = {
    case["id"]: Program(case["source"], case.get("modules", {}))
    for case in json.loads((FIXTURES / "everyday_programs.json").read_text("utf-8"))
}


def read(body: str, start: str = START + FLAT) -> str:
    return summary(read_module(f"{start}{body}\n"))


@pytest.mark.parametrize(
    "use",
    [
        "print(P)",
        "print('parameters:', P, sep=' ')",
        "print(*P)",
        "print(json.dumps(P, indent=2))",
        "json.dump(P, open('p.json', 'w'))",
        "logging.info(P)",
        "logging.info('with %s', P)",
        "logger.info('with %s', P)",
        "logging.getLogger('x').debug(P)",
        "f(**P)",
        "f(P['x'])",
        "f(epochs=P['x'])",
        "f(P.get('x', 3))",
        "f(dict(P))",
        "f({**P, 'y': 2})",
        "f(P | {'y': 2})",
        "f(P.copy())",
        "f(copy.deepcopy(P))",
        "f(list(P), sorted(P), len(P), str(P))",
        "f(f'{P}', '%s' % P, '{}'.format(P))",
        "f(tuple(P.items()), P.keys(), list(P.values()))",
        "f(*P)",
        "f([k for k in P if k], {k: v for k, v in P.items()}, (v for v in P.values()))",
        "x = P['x'] if 'x' in P else 3",
        "assert P and P != {} and P is not None",
        "assert isinstance(P, dict)",
        "if P:\n    pass",
        "while not P:\n    pass",
        "for key, value in P.items():\n    f(key, value)",
        "for key in P:\n    f(key, P[key])",
        "for i, key in enumerate(P):\n    f(i, key)",
        "Q = P",
        "Q = P\nprint(Q)",
        "Q = R = P\nprint(Q, R['x'])",
        "Q = {'p': P}\nprint(Q['p']['x'])",
        "Q = [P, P]\nfor q in Q:\n    print(q)",
        "Q = dict(P)\nQ['x'] = 2\nf(Q)",
        "Q = {**P, 'y': 2}\nQ.update(x=3)",
        "Q = {}\nQ['p'] = P\nprint(Q)",
        "Q = []\nQ.append(P)\nprint(len(Q))",
        "def show(d):\n    print(d['x'])\nshow(P)",
        "def show(d):\n    for k, v in d.items():\n        print(k, v)\nshow(d=P)",
        "def show(*all):\n    print(all)\nshow(1, P)",
        "def first(d):\n    return d\nprint(first(P)['x'])",
        "show = lambda d: len(d)\nshow(P)",
        "class Model:\n    def __init__(self, p):\n        self.rate = p['x']\nmodel = Model(P)",
        "cli = argparse.ArgumentParser()\ncli.add_argument('--x', default=P['x'])\ncli.set_defaults(**P)",
        "parser = argparse.ArgumentParser()\nparser.add_argument('--x', choices=P)",
        "def train():\n    f(P)",
        "def train(d=None):\n    d = d or f()\n    d['x'] = 2",
        "try:\n    print(P)\nexcept ValueError:\n    pass",
        "with open('x') as file:\n    json.dump(P, file)",
        "def use() -> dict:\n    return P",
        "import csv\nw = csv.DictWriter(open('x', 'w'), P)\nw.writeheader()\nw.writerow(P)",
        "import csv\ncsv.DictWriter(open('x', 'w'), fieldnames=P).writeheader()",
        "import csv\ncsv.writer(open('x', 'w')).writerow(P)",
        "import csv\nwriter = csv.DictWriter(open('x', 'w'), list(P))\nwriter.writerow(P)",
        "import itertools\nf(list(itertools.product(*{'a': P, 'b': [2]}.values())), list(zip(*[P])))",
        "print(vars(f), 'x' in globals())",
        "print(locals())",
        "model.eval()",
    ],
)
def test_a_harmless_use_leaves_a_dict_known(use: str) -> None:
    assert read(f"{use}\n{CALL}") == "s(x=1)"


@pytest.mark.parametrize(
    "after",
    [
        "f(P)",
        "P['x'] = 2",
        "model = f(P)\nmodel.fit(P)",
        "def train(p):\n    p['x'] = 2\ntrain(P)",
        "exec('P = 3')",
        "globals()['P'] = 3",
    ],
)
def test_what_runs_after_the_call_does_not_matter(after: str) -> None:
    assert read(f"{CALL}\n{after}") == "s(x=1)"
    indented = after.replace("\n", "\n    ")
    assert (
        read(f"def main():\n    {CALL}\n    {indented}\nif __name__ == '__main__':\n    main()") == "s(x=1)"
    )
    assert read(f"def main():\n    {CALL}\n    {indented}") == "s(x=1)"


@pytest.mark.parametrize(
    "body",
    [
        f"def train():\n    f(P)\ndef main():\n    {CALL}\n    train()\nmain()",
        f"def train():\n    f(P)\n{CALL}\ntrain()",
        f"def train():\n    f(P)\nclass T:\n    def run(self):\n        {CALL}\n        train()\nT().run()",
        f"import click\n@click.command()\ndef main():\n    {CALL}\n    f(P)\nmain()",
        f"import fire\ndef main():\n    {CALL}\n    f(P)\nfire.Fire(main)",
        f"import asyncio\nasync def main():\n    {CALL}\n    f(P)\nasyncio.run(main())",
        f"def main():\n    {CALL}\nmain()\nf(P)",
        f"class Model:\n    def fit(self):\n        f(P)\n{CALL}\nModel().fit()",
    ],
)
def test_functions_count_from_where_they_can_be_called(body: str) -> None:
    assert read(body) == "s(x=1)"


@pytest.mark.parametrize(
    "body",
    [
        f"def train():\n    f(P)\ntrain()\n{CALL}",
        f"def train():\n    f(P)\nrun(train)\n{CALL}",
        f"def main():\n    {CALL}\n    f(P)\nmain()\nmain()",
        f"def main():\n    {CALL}\n    f(P)\nfor i in range(2):\n    main()",
        f"def main():\n    {CALL}\n    f(P)\n    main()\nmain()",
        f"def main():\n    {CALL}\n    f(P)\nrun(main)",
        f"@twice\ndef main():\n    {CALL}\n    f(P)\nmain()",
        f"for i in range(2):\n    {CALL}\n    f(P)",
        f"def train():\n    f(P)\ndef main():\n    train()\n    {CALL}\nmain()",
        f"class T:\n    def run():\n        f(P)\n    run()\n{CALL}",
        f"import csv\nw = csv.DictWriter(open('x', 'w'), P)\nw.fieldnames['x'] = 2\n{CALL}",
        f"import csv\nw = csv.DictWriter(open('x', 'w'), P)\nf(w)\n{CALL}",
        f"def main():\n    yield\n    {CALL}\nh = main()\nf(P)\nnext(h)",
    ],
)
def test_what_may_run_before_the_call_does_matter(body: str) -> None:
    assert "?" in read(body) or read(body) == "s()"


DEEP = "P = {'x': {'default': 1}, 'l': [1]}\n"


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ("f(**P)", "s()"),
        ("f(P['x'])", "s()"),
        ("f(P.copy())", "s()"),
        ("Q = dict(P)\nQ['x']['default'] = 2", "s()"),
        ("for value in P.values():\n    f(value)", "s()"),
        ("f(P['x']['default'])", "s(x=1, l=[1])"),
        ("f(copy.deepcopy(P))", "s(x=1, l=[1])"),
        ("Q = dict(P)\nQ['x'] = 2", "s(x=1, l=[1])"),
        ("print(P['x'], P['l'])", "s(x=1, l=[1])"),
        ("for key, value in P.items():\n    print(key, value['default'])", "s(x=1, l=[1])"),
    ],
)
def test_the_parts_of_a_dict_count_as_it_does(use: str, expected: str) -> None:
    assert read(f"{use}\n{CALL}", START + DEEP) == expected


APPLIED = START + "import operator, statistics\nfrom operator import itemgetter\n"


@pytest.mark.parametrize(
    "use",
    [
        "print(list(map(itemgetter('default'), P.values())))",
        "ranked = sorted(P.values(), key=operator.itemgetter('default'))",
        "ranked = sorted(P.items(), key=lambda kv: kv[1]['default'])",
        "first = min(P.values(), key=lambda v: v['default'])",
        "longest = max(P, key=len)",
        "best = max(P, key=P.get)",
        "for value in map(lambda v: v['default'], P.values()):\n    print(value)",
        "f(list(map(str, P.values())), list(map(json.dumps, P.values())))",
        "print(json.dumps(P, default=str, indent=2))",
        "kept = list(filter(None, P.values()))",
        "kept = list(filter(lambda v: v['default'] > 1, P.values()))\nprint(kept)",
        "print([k for k in map(len, P.values())])",
        "rows = [[1, 2], [3]]\nprint(max(rows, key=sum), list(map(statistics.mean, rows)))",
        "get = P['x'].get\nprint(get('default'))",
        "assert 'x' in P, P",
        "def show(p=P):\n    print(p)",
        "parser = argparse.ArgumentParser()\nparser.add_argument('--x', choices=P)",
        "import timeit\nprint(timeit.timeit('sum(range(9))', number=1), timeit.default_timer())",
        "import timeit\nprint(timeit.timeit(lambda: len(P), number=1))",
        "def numbers():\n    yield from (1, 2)\n    return 3",
        "names = P.keys()\nf(names)",
        "mapping = {}\nf(P.keys(), mapping)",
        "def take(slices, index):\n    return [slices[index]]\nprint(P['x'])",
    ],
)
def test_what_is_applied_to_parts_and_only_reads_leaves_them_known(use: str) -> None:
    nested = "P = {'x': {'default': 1}}\n"
    call = "valohai.prepare(step='s', default_parameters={'x': P['x']})"
    assert read(f"{use}\n{call}", APPLIED + nested) == "s(x=1)"


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ("f(np.array(P['l']).mean())", "s(l=[1, 2], m=[[1], [2]])"),
        ("f(np.array(P['m'], dtype=np.float32))", "s(l=[1, 2], m=[[1], [2]])"),
        ("f(torch.tensor(P['m']))", "s(l=[1, 2], m=[[1], [2]])"),
        ("np.array(P)", "s(l=[1, 2], m=[[1], [2]])"),
        ("P = {'r': [[1], [2, 3]]}\nf(np.array(P['r'], dtype=object))", "s()"),
        ("np.array(P).item()['l'].append(3)", "s()"),
        ("np.array([P])[0]['l'] = 3", "s()"),
        ("np.array(list(P.values()), dtype=object)[0].append(2)", "s()"),
        ("for each in map(np.array, [P]):\n    each.item()['l'] = 3", "s()"),
    ],
)
def test_numpy_copies_arrays_of_numbers_and_keeps_all_else(use: str, expected: str) -> None:
    values = "import torch\nimport numpy as np\nP = {'l': [1, 2], 'm': [[1], [2]]}\n"
    assert read(f"{use}\n{CALL}", START + values) == expected


@pytest.mark.parametrize(
    ("use", "message"),
    [
        ("tune(P)", "`P` is passed to `tune()`, which may change it; pass `dict(P)`"),
        ("model.fit(1, params=P)", "`P` is passed to `model.fit()`, which may change it; pass `dict(P)`"),
        (
            "def tune(d):\n    d['x'] = 2\ntune(P)",
            "`P` is passed to `tune()`, which changes it; pass `dict(P)`",
        ),
        ("u = P.update", "`P` may be changed through `P.update`; use `dict(P)`"),
        (
            "model.params = P",
            "`P` is kept in `model.params`, through which it may be changed; keep `dict(P)`",
        ),
        (
            "def get():\n    return P\nrun(get)",
            "`P` is returned by `get()`, whose caller may change it; return `dict(P)`",
        ),
    ],
)
def test_the_finding_stands_at_the_use_and_says_what_to_do(use: str, message: str) -> None:
    text = f"{START}{FLAT}{use}\n{CALL}\n"
    findings = [each for each in read_module(text).problems if each.code == "VH103"]
    assert [each.message for each in findings] == [message]
    (finding,) = findings
    assert text[finding.span.start : finding.span.end] in use


@pytest.mark.process
@pytest.mark.parametrize(
    ("modules", "use"),
    [
        ({"cfg.py": "P = {'x': 1}\n", "other.py": "import cfg\ncfg.P['x'] = 2\n"}, "import other"),
        ({"cfg.py": "P = {'x': 1}\n", "other.py": "from cfg import P as Q\nQ['x'] = 2\n"}, "import other"),
        ({"cfg.py": "P = {'x': 1}\n", "other.py": "import cfg\ncfg.P = {'x': 2}\n"}, "import other"),
        ({"cfg.py": "P = {'x': 1}\n"}, "import cfg\ncfg.P['x'] = 2"),
        ({"cfg.py": "P = {'x': 1}\n"}, "import cfg as c\nc.P.update(x=2)"),
        ({"cfg.py": "P = {'x': 1}\n"}, "import cfg\nchange(cfg)"),
        ({"cfg.py": "P = {'x': 1}\ndef change():\n    P['x'] = 2\n"}, "import cfg\ncfg.change()"),
        (
            {"cfg.py": "P = {'x': 1}\n", "help.py": "def put(d):\n    d['x'] = 2\n"},
            "from help import put\nput(P)",
        ),
    ],
)
def test_a_dict_of_another_file_is_known_while_nothing_changes_it(modules: dict[str, str], use: str) -> None:
    text = f"import valohai\nfrom cfg import P\n{use}\n{CALL}\n"
    program = Program(text, modules)
    assert list(differences(program, run_programs([program])[0])) == []
    plain = read_program(Program(text.replace(use, "print(P)"), {**modules, "cfg.py": "P = {'x': 1}\n"}))
    assert summary(plain) == "s(x=1)"


def test_a_function_of_another_file_is_read_there() -> None:
    modules = {"help.py": "def show(d):\n    print(d['x'])\n"}
    text = f"import valohai\nfrom help import show\n{FLAT}show(P)\n{CALL}\n"
    assert summary(read_program(Program(text, modules))) == "s(x=1)"


@pytest.mark.parametrize("inner", ["d", "same(d)"])
def test_each_call_of_a_function_gives_its_value_back_to_its_own_caller(inner: str) -> None:
    functions = f"def same(d):\n    e = d\n    return e\ndef given(d):\n    e = {inner}\n    return e\n"
    for count in range(1, 10):
        calls = "".join(f"Q{n} = given(P)\n" for n in range(count))
        for changed in range(count):
            assert read(f"{functions}{calls}Q{changed}['x'] = 2\n{CALL}") == "s()"


def test_the_work_is_linear_in_the_uses() -> None:
    uses = "".join(f"Q{n} = P\nprint(Q{n})\n" for n in range(400))
    assert read(f"{uses}{CALL}") == "s(x=1)"
    chain = "".join(f"Q{n + 1} = Q{n}\n" for n in range(400))
    assert read(f"Q0 = P\n{chain}{CALL}") == "s(x=1)"
    calls = "".join(f"def f{n}(d):\n    return f{n + 1}(d)\n" for n in range(400))
    assert read(f"{calls}f0(P)\n{CALL}") == "s()"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("import valohai␍P = {'x': 1}␍valohai.prepare(step='s', default_parameters=P)␍", "s(x=1)"),
        (f"import valohai\n{FLAT[:-1]}  # c␍P['x'] = 2\n{CALL}", "s(x=2)"),
        ("import valohai # c␍valohai.prepare(step='s', default_parameters={'x': '''a␍b'''})", "s(x='a\\nb')"),
        ("import valohai␍if x:␍    A = 1␍valohai.prepare(step='s', default_parameters={'x': A})", "s(x=?)"),
        ("import valohai␍\nA = 1␍\nvalohai.prepare(step='s', default_parameters={'x': A})␍\n", "s(x=1)"),
    ],
)
def test_a_lone_carriage_return_ends_a_line(lines: str, expected: str) -> None:
    assert summary(read_module(lines.replace("␍", "\r"))) == expected


MADE = """\
import collections, copy, csv, itertools
from copy import deepcopy
import valohai
DEBUG = False
P = {'x': 1}
G = {'a': [1, 2], 'b': [3]}
"""
# What is written, and what is read of it: `?` where it is not known.
VALUES = {
    "P.copy()": "x=1",
    "copy.copy(P)": "x=1",
    "copy.deepcopy(G)": "a=[1, 2], b=[3]",
    "deepcopy({'d': P})['d']": "x=1",
    "collections.OrderedDict(a=1)": "a=1",
    "collections.OrderedDict(P, b=2)": "x=1, b=2",
    "{'k': P.get('x', 7), 'l': P.get('y', 8)}": "k=1, l=8",
    "{'k': 1 if DEBUG else 10}": "k=10",
    "{'k': float('1e-3'), 'l': int('5'), 'm': int(2.9), 'n': bool('')}": "k=0.001, l=5, m=2, n=False",
    "{'k': not DEBUG, 'l': DEBUG or 4, 'm': 0 and 3, 'n': None or 'x'}": "k=True, l=4, m=0, n='x'",
    "P or {}": "x=1",
    "{'k': int('x')}": "k=?",
    "{'k': float('1' * 2000)}": "k=?",
}


@pytest.mark.process
@pytest.mark.parametrize("given", VALUES)
def test_what_a_plain_call_or_choice_gives_is_known(given: str) -> None:
    program = Program(f"{MADE}valohai.prepare(step='s', default_parameters={given})\n", {})
    file = read_program(program)
    assert summary(file) == f"s({VALUES[given]})"
    (run,) = run_programs([program])
    assert list(differences(program, run, file)) == []


@pytest.mark.process
@pytest.mark.parametrize(
    ("before", "given", "known"),
    [
        ("a, b = 1, 2", "{'k': a, 'l': b}", "k=1, l=2"),
        ("(a, b) = (1, {'z': 1})\nb['z'] = 3", "b", "z=3"),
        ("a, b = 1, P\nb['x'] = 3", "P", ""),
        ("c = a, b = {}, {'x': 1}\nc[1]['x'] = 4", "b", ""),
        ("class K:\n    P, q = {}, P\n    valohai.prepare(step='s', default_parameters=q)", "{}", ""),
        ("Q = P.copy()\nQ['y'] = 2", "Q", "x=1, y=2"),
        ("Q = deepcopy(P)\nQ['x'] = 5", "P", "x=1"),
        ("Q = {} or P\nQ['x'] = 9", "P", ""),
        ("Q = G.copy()\nQ['a'].append(9)", "G", ""),
        ("for v, in itertools.product(*[[P]]):\n    v['x'] = 2", "P", ""),
        ("float = str", "{'k': float('1e-3')}", "k=?"),
        ("def int(x): return 7", "{'k': int('5')}", "k=7"),
        ("copy.deepcopy = lambda x: {'x': 9}", "copy.deepcopy(P)", ""),
        ("class copy:\n    def copy(x): return {'x': 9}", "copy.copy(P)", ""),
    ],
)
def test_only_what_really_is_pythons_own_is_computed(before: str, given: str, known: str) -> None:
    program = Program(f"{MADE}{before}\nvalohai.prepare(step='s', default_parameters={given})\n", {})
    file = read_program(program)
    assert summary(file).startswith(f"s({known})")
    (run,) = run_programs([program])
    assert list(differences(program, run, file)) == []


@pytest.mark.process
@pytest.mark.parametrize(
    ("imported", "expected"),
    [
        ("if __name__ in ('__main__', '__mp_main__'): pass", "s(x=1)"),
        ("if __name__ not in {'__main__'}: pass", "s(x=1)"),
        ("match __name__:\n    case 'a' | '__main__': pass", "s(x=1)"),
        ("match [__name__]:\n    case ['__main__']: pass", "s(x=1)"),
        ("if '__main__' in sys.modules: pass", "s(x=1)"),
        ("name = sys._getframe(1).f_globals['__name__']", "s(x=1)"),
        ("name = '__main__'\nsys.modules[name].P['x'] = 2", "s()"),
        ("match sys.modules['__main__']:\n    case m: m.P['x'] = 2", "s()"),
        ("if [sys.modules['__main__'].P.update(x=2)] == []: pass", "s()"),
    ],
)
def test_who_compares_the_name_of_the_file_that_is_run_does_not_reach_it(
    imported: str, expected: str
) -> None:
    text = f"import help\nimport valohai\n{FLAT}{CALL}\n"
    program = Program(text, {"help.py": f"import sys\n{imported}\n"})
    file = read_program(program)
    assert summary(file) == expected
    assert list(differences(program, run_programs([program])[0], file)) == []
    assert all("accesses the main script" in each.message for each in file.problems)


@pytest.mark.parametrize("idiom", IDIOMS)
def test_everyday_idioms_leave_all_values_known(idiom: str) -> None:
    imports = (
        "os, sys, json, copy, logging, random, argparse, importlib, inspect, functools, warnings, builtins"
    )
    start = f"import {imports}, torch, valohai\nimport numpy as np\nlogger = logging.getLogger(__name__)\n"
    call = "valohai.prepare(step='s', default_parameters={**P, 'a': A})\n"
    program = Program(f"{start}P = {{'x': 1}}\nA = 5\n{idiom}\n{call}", {"models.py": "class Net: pass\n"})
    assert summary(read_program(program)) == "s(x=1, a=5)"


@pytest.mark.process
@pytest.mark.parametrize(
    ("use", "is_changed"),
    [
        ("getattr(import_module('cfg'), 'P')['x'] = 2", True),
        ("p = getattr(import_module('cfg'), 'P')\np.update(x=2)", True),
        ("setattr(import_module('cfg'), 'P', {'x': 2})", True),
        ("getattr(import_module('cfg'), r'__dict__').update(P={'x': 2})", True),
        ("name = '__dict__'\ngetattr(import_module('cfg'), name).update(P={'x': 2})", True),
        ("setattr(import_module('cfg'), '''P''', {'x': 2})", True),
        ("setattr(import_module('cfg'), r'make', None)", True),
        ("getattr(import_module('cfg'), 'make')()", False),
        ("getattr(import_module('cfg'), r'make')()", False),
        ("make = getattr(import_module('cfg'), 'make')\nmake()", False),
    ],
)
def test_a_function_may_be_taken_out_of_a_module_and_called(use: str, is_changed: bool) -> None:
    text = f"import valohai\nfrom importlib import import_module\nfrom cfg import P\n{use}\n{CALL}\n"
    program = Program(text, {"cfg.py": "P = {'x': 1}\ndef make(): pass\n"})
    file = read_program(program)
    assert summary(file) == ("s()" if is_changed else "s(x=1)")
    assert list(differences(program, run_programs([program])[0], file)) == []


@pytest.mark.parametrize("name", EVERYDAY)
def test_classes_helpers_and_formatters_of_everyday_programs_leave_values_known(name: str) -> None:
    assert summary(read_program(EVERYDAY[name])) == "s(lr=0.1, epochs=3)"


@pytest.mark.process
def test_everyday_programs_run_as_they_are_read() -> None:
    runs = dict(zip(EVERYDAY, run_programs(list(EVERYDAY.values())), strict=True))
    assert [each for name, run in runs.items() for each in differences(EVERYDAY[name], run)] == []


@pytest.mark.parametrize(
    "sink",
    [
        "log.add(lambda message: change(message.record))",
        "def sink(message): message.record['extra']['p']['x'] = 2\nlog.add(sink=sink)",
        "log.add('run.log', filter=lambda record: record['extra'].clear())",
        "log.configure(handlers=[{'sink': change}])",
    ],
)
def test_a_sink_of_loguru_gets_what_is_logged(sink: str) -> None:
    text = f"from loguru import logger as log\nimport valohai\n{FLAT}{sink}\nlog.info('x', p=P)\n{CALL}\n"
    assert summary(read_module(text)) == "s()"


@pytest.mark.parametrize(
    ("other", "use", "said", "place"),
    [
        (
            "import json\njson.dumps = f\n",
            "json.dumps(P)",
            "`P` is passed to `json.dumps()`, which may change it because of `json.dumps = f` in other.py",
            "json",
        ),
        (
            "import logging as l\nclass H(l.Filter):\n    def filter(self, r): return r.args\n",
            "import logging as l; l.info('%s', P)",
            "`P` is passed to `l.info()`, which may change it because of `class H(l.Filter):` in other.py",
            "l",
        ),
        (
            "class D:\n    def __eq__(self, other): return True\n",
            "P == f()",
            "`P` is given by `P == f()` to `__eq__` in other.py, which may change it",
            "__eq__",
        ),
    ],
)
def test_the_finding_names_the_file_and_the_place_that_make_a_call_another_one(
    other: str, use: str, said: str, place: str
) -> None:
    text = f"{START}import other\n{FLAT}{use}\n{CALL}\n"
    file = read_program(Program(text, {"other.py": other}))
    (finding,) = (each for each in file.problems if each.code == "VH103")
    assert finding.message.partition(";")[0] == said
    (there,) = (each for each in finding.related if each.path is not None)
    assert (str(there.path), other[there.span.start : there.span.end]) == ("other.py", place)


SIGNATURE = "import inspect\ndef g(a{}): pass\ninspect.signature(g{})\n"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (SIGNATURE.format("", "") + "f('s', str(2))", "s(x=1)"),
        (SIGNATURE.format("", "") + 'f("it\'s", image=str(2))  # as in "f" (x)', "s(x=1)"),
        (SIGNATURE.format("", "") + "def h():\n    'what f(x) does'", "s(x=1)"),
        (SIGNATURE.format(": 'P.update(x=2)'", ", eval_str=True"), "s()"),
        (SIGNATURE.format(": \"P['x'].update(x=2)\"", ", eval_str=True"), "s()"),
        (SIGNATURE.format(": 'P' + '.update(x=2)'", ", eval_str=True"), "s()"),
    ],
)
def test_a_signature_reads_strings_that_call_something(code: str, found: str) -> None:
    assert read(f"{code}\n{CALL}") == found


@pytest.mark.parametrize(
    "change",
    [
        "P['x'] = P['x'] + 1",
        "P.update(x=P['x'] + 1)",
        "P.update({'x': P['x'] + 1})",
        "P['x'] = 5\nP['x'] = P['x'] - 3",
        "P['x'] = P['x'] + 3\nP['x'] = P['x'] - 2",
    ],
)
def test_a_change_looks_at_what_was_there_before(change: str) -> None:
    names: dict[str, Any] = {"P": {"x": 1}}
    exec(change, names)  # noqa: S102  # Python is the oracle, and the line is ours
    assert read(f"{change}\n{CALL}") == f"s(x={names['P']['x']})"
