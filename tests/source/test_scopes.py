"""Which binding a name means: only a value that is certain counts."""

import pytest

from tests.source.facts import summary
from valohai_steps.source.python_file import Syntax, read_module
from valohai_steps.source.tree.scope import Scopes

CALL = 'valohai.prepare(step="s", default_parameters={"x": A})'
UNKNOWN = "s(x=?)"


def in_main(*lines: str) -> str:
    return "def main():\n" + "".join(f"    {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"A = 1\n{CALL}", "s(x=1)"),
        (f"A: int = 1\n{CALL}", "s(x=1)"),
        (f"B = 1\nA = B\n{CALL}", "s(x=1)"),
        ("A = 1\n" + in_main(CALL), "s(x=1)"),
        (in_main("A = 1", CALL), "s(x=1)"),
        ("A = 1\n" + in_main("A = 2", CALL), "s(x=2)"),
        ("A = 1\ndef other():\n    A = 2\n" + CALL, "s(x=1)"),
        ("A = 1\nclass C:\n    A = 2\n" + CALL, "s(x=1)"),
        ("A = 1\nclass C:\n    A = 2\n    def f(self):\n        " + CALL, "s(x=1)"),
        (f"if __name__ == '__main__':\n    A = 1\n    {CALL}", "s(x=1)"),
        (in_main("with x:", "    A = 1", f"    {CALL}"), "s(x=1)"),
        (f"{CALL}\nA = 1", UNKNOWN),
        (f"A = 1\nA = 2\n{CALL}", UNKNOWN),
        (f"A = 1\nA += 1\n{CALL}", UNKNOWN),
        (f"if x:\n    A = 1\n{CALL}", UNKNOWN),
        (f"if x:\n    A = 1\nelse:\n    A = 2\n{CALL}", UNKNOWN),
        (f"try:\n    A = 1\nexcept E:\n    pass\n{CALL}", UNKNOWN),
        (f"match x:\n    case 1:\n        A = 1\n    case 2:\n        pass\n{CALL}", UNKNOWN),
        (f"for A in [1]:\n    pass\n{CALL}", UNKNOWN),
        (f"with x as A:\n    {CALL}", UNKNOWN),
        (f"A, B = 1, 2\nA = f()\n{CALL}", UNKNOWN),
        (f"A = 1\ndel A\n{CALL}", UNKNOWN),
        (f"A = 1\ndef A(): pass\n{CALL}", UNKNOWN),
        (f"import A\n{CALL}", UNKNOWN),
        (f"from m import A\n{CALL}", UNKNOWN),
        (f"from m import b as A\n{CALL}", UNKNOWN),
        ("def main(A):\n    " + CALL, UNKNOWN),
        ("def main(A=1):\n    " + CALL, UNKNOWN),
        ("def main(*A):\n    " + CALL, UNKNOWN),
        ("def main(**A):\n    " + CALL, UNKNOWN),
        ("f = lambda A: " + CALL, UNKNOWN),
        ("def f():\n    global A\n    A = 1\n" + CALL, UNKNOWN),
        ("A = 1\ndef f():\n    global A\n    A = 2\n" + CALL, UNKNOWN),
        ("A = 1\n" + in_main("global A", CALL), "s(x=1)"),
        (in_main("A = 1", "def g():", "    nonlocal A", "    A = 2", "g()", CALL), UNKNOWN),
        (f"(A := f())\n{CALL}", UNKNOWN),
        (CALL, UNKNOWN),
        ("def f():\n    A = 1\n" + CALL, UNKNOWN),
        ("class C:\n    A = 1\n    def f(self):\n        " + CALL, UNKNOWN),
        ("class C:\n    A = 1\n    " + CALL, "s(x=1)"),
    ],
)
def test_a_name_counts_when_its_value_is_certain(text: str, expected: str) -> None:
    file = read_module(f"import valohai\n{text}\n")
    assert summary(file) == expected
    assert all(step.complete == (expected != UNKNOWN) for step in file.steps)


PARAMETERS = 'valohai.prepare(step="s", default_parameters=P)'


@pytest.mark.parametrize(
    "change",
    [
        "P.setdefault('y', f())",
        "P |= f()",
        "P['x'] = f()",
        "P[key] = 3",
        "if debug:\n    P['x'] = 3",
        "for key in KEYS:\n    P[key] = 3",
        "Q = P\nQ['x'] = f()",
        "def f():\n    P['x'] = g()\nf()",
        "def f():\n    P.clear()\nf()",
        "class C:\n    P['x'] = f()",
    ],
)
def test_a_dict_that_may_have_changed_is_not_what_it_was(change: str) -> None:
    (step,) = read_module(f"import valohai\nP = {{'x': 1}}\n{change}\n{PARAMETERS}\n").steps
    assert not step.complete


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("P['y'] = 3", "s(x=1, y=3)"),
        ("P['x'] = 3", "s(x=3)"),
        ("P.update(y=2)", "s(x=1, y=2)"),
        ("P.update({'x': 2}, y=3)", "s(x=2, y=3)"),
        ("P |= {'z': 3}", "s(x=1, z=3)"),
        ("P.pop('x')", "s()"),
        ("del P['x']", "s()"),
        ("P.clear()", "s()"),
    ],
)
def test_a_change_that_is_certain_is_followed_or_unknown(change: str, expected: str) -> None:
    file = read_module(f"import valohai\nP = {{'x': 1}}\n{change}\n{PARAMETERS}\n")
    assert summary(file) == expected or not file.steps[0].complete


@pytest.mark.parametrize("use", ["print(P)", "f(**P)", "for p in P: pass", "P['x']", "P.get('x')"])
def test_a_dict_that_is_only_used_is_still_known(use: str) -> None:
    file = read_module(f"import valohai\nP = {{'x': 1}}\n{use}\n{PARAMETERS}\n")
    assert summary(file) == "s(x=1)"
    assert file.steps[0].complete


@pytest.mark.parametrize(
    "text",
    [
        f"import valohai\n{PARAMETERS}",
        f"import valohai, os\n{PARAMETERS}",
        f"import os, valohai\n{PARAMETERS}",
        f"import valohai as vh\nvh{PARAMETERS[7:]}",
        f"from valohai import prepare\n{PARAMETERS[8:]}",
        f"from valohai import prepare as p, inputs\np{PARAMETERS[15:]}",
        f"from valohai import (\n    inputs,\n    prepare,\n)\n{PARAMETERS[8:]}",
        in_main("import valohai", PARAMETERS),
        f"import valohai\nif x:\n    {PARAMETERS}",
        f"import valohai\nrun = {PARAMETERS}",
        f"import valohai\nprint([{PARAMETERS}])",
        f"import valohai\nasync def f():\n    async with x:\n        {PARAMETERS}",
    ],
)
def test_a_call_by_any_name_is_a_call(text: str) -> None:
    assert summary(read_module(f"P = {{'x': 1}}\n{text}\n")) == "s(x=1)"


@pytest.mark.parametrize(
    "text",
    [
        f"class valohai:\n    pass\n{PARAMETERS}",
        f"import valohai\nclass valohai:\n    pass\n{PARAMETERS}",
        f"import valohai\nvalohai = f()\n{PARAMETERS}",
        f"from valohai import prepare\ndef prepare(**k): pass\n{PARAMETERS[8:]}",
        f"import valohai\ndef f(valohai):\n    {PARAMETERS}",
        f"import valohai\nvalohai.x{PARAMETERS[7:]}",
        f"import valohai\nx.{PARAMETERS}",
        f"import valohai\n{PARAMETERS[8:]}",
        f"import other as valohai\n{PARAMETERS}",
        f"from .valohai import prepare\n{PARAMETERS[8:]}",
        f"import valohai\n# {PARAMETERS}",
        f"import valohai\n'''{PARAMETERS}'''",
        "import valohai\nprint(valohai.prepare)",
    ],
)
def test_what_is_not_the_vendors_prepare_is_no_call(text: str) -> None:
    file = read_module(f"P = {{'x': 1}}\n{text}\n")
    assert (file.steps, file.calls, file.problems) == ((), (), ())


def test_types_in_brackets_are_used_and_not_bound() -> None:
    syntax = Syntax("def f(a: Optional[int]): pass\ntype Pair[T] = tuple[T, T]\n")
    scopes = Scopes(syntax)
    (used,) = syntax.names("int")
    assert scopes.bindings("int", used) == ()
    assert scopes.bindings("T", syntax.names("T")[1])
