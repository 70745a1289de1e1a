"""Four times the text is four times the work, whatever the text: reading, and each keystroke in it.

Calls are counted; what happens inside one call of `re` is counted in `test_expressions`, and inside one parse
of tree-sitter by what it is given: see the last tests.
"""

import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import SupportsIndex

import pytest

from tests.growth.call_counts import calls
from tests.source.workspace import read_in
from valohai_steps.config.reader import read_yaml
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.model.text import Span, TextEdit
from valohai_steps.project.disk.files import demand
from valohai_steps.project.settings.settings import read_pyproject
from valohai_steps.project.workspace import Workspace
from valohai_steps.source.incremental.reader import start_reading
from valohai_steps.source.python_file import read_module
from valohai_steps.source.text.ignore_lists import list_findings
from valohai_steps.source.text.ipython.magics import without_magics
from valohai_steps.source.text.tokenizer.tokens import Tokenizer
from valohai_steps.source.tree.syntax import Syntax

IMPORT = "import valohai\n"
CALL = 'valohai.prepare(step="train", default_parameters={"lr": 0.001})\n'
SOME = 30  # more than the few of which tree.syntax does not count the steps
PYTHON_PIECES = (
    *(
        "\n",
        "\r\n",
        "    \n",
        "# c\n",
        "    # c\n",
        "A = 1\n",
        "A=1\n",
        "\\\n",
        "valohai as a\n",
        "valohai as ",
    ),
    *(
        "import valohai as a\n",
        "valohai import (\n",
        "(",
        ")",
        "{",
        "x = (\n",
        '"',
        '"""\n',
        'f"{a}\n',
        'f"{\n',
        "\\",
    ),
    *(
        "@\n",
        "def f(\n",
        "class A:\n",
        "if x:\n",
        "elif x:\n",
        "prepare(\n",
        "valohai.prepare(\n",
        "valohai\n",
    ),
    *("valohai.\n", "prepare ", "valohai.prepare ", "import ", "from valohai import (prepare\n", "a=", "a "),
    *('valohai.parameters("a")\n', "valohai.parameters(\n", "x.", "[\n", ";", ":", ",", "*", "lambda ", "😀"),
    *("<<<<<<< HEAD\n", "# valohai: ignore[\n", 'P["x"] = 1\n', 'P = {"lr": 1}\n', "P.update(a=1)\n", CALL),
)
FRAMES: dict[str, Callable[[str], str]] = {
    "behind an import": lambda inside: IMPORT + inside + CALL,
    "at the end": lambda inside: IMPORT + CALL + inside,
    "in an open string": lambda inside: IMPORT + CALL + 'x = "' + inside,
    "in a call": lambda inside: IMPORT + 'valohai.prepare(step="train", ' + inside,
    "in a dict": lambda inside: f"{IMPORT}valohai.prepare(step='a', default_parameters={{{inside}}})\n",
    "behind an open bracket": lambda inside: IMPORT + "x = (\n" + inside + CALL,
    "in an import": lambda inside: "from valohai import " + inside + "\n" + CALL,
}
FEW = ("behind an import", "in a call")
# "Import and use, n times": notebooks repeat their imports in each cell. `P` is the dict of the call below.
IMPORTS_AND_USES = (
    "import json\njson.dumps(P)\n",
    "import json as j\nj.dumps(P)\n",
    "import json, json\njson.dumps(P)\n",
    "from json import dumps\ndumps(P)\n",
    "from json import dumps as d\nd(P)\n",
    "try:\n    import orjson as json\nexcept ImportError:\n    import json\njson.dumps(P)\n",
    "import sys\nprint(sys)\n",
    "import sys\ns = sys\nprint(s)\n",
    "import sys\nsys.modules['json']\n",
    "import os\nos.sys\n",
    "from os import sys\nprint(sys)\n",
    "import builtins\nbuiltins.print(P)\n",
    "from builtins import exec as e\ne\n",
    "import logging\nlogger = logging.getLogger(__name__)\nlogger.info(P)\n",
    "import copy\nQ = copy.deepcopy(P)\n",
    "def f():\n    import sys\n",
    "def f():\n    import json\n    json.dumps(P)\n",
    "def f():\n    global json\n    import json\n    json.dumps(P)\n",
    "import json\ndef f():\n    json.dumps(P)\n",
    "class A:\n    import json\n    json.dumps(P)\n",
    "from importlib import import_module\nm = import_module('os')\nm.x\n",
    "from unittest.mock import patch\npatch('json.dumps')\n",
    "import sys\nsys.modules\nx = 'json'\n",
    "import cfg\ncfg.R\n",
    "from cfg import R\nprint(R)\n",
    "from cfg import *\njson.dumps(P)\nexec\n",
    "def f(j=None):\n    k = j or json\n    k.dumps(P)\n",
    "import json\ndef f(j=None):\n    k = j or json\n    k.dumps(1)\n",
    "k in P\n",
    "P | q\n",
    "P.__code__\n",
)
YAML_PIECES = (
    "\n",
    "# c\n",
    "- ",
    "a: ",
    "[",
    "{",
    "- step: {name: a}\n",
    "'",
    '"',
    "? ",
    "&a ",
    "*a ",
    "|\n",
    "  ",
)


def is_linear(some: int, many: int) -> bool:
    """Whether four times the pieces are not more than about four times the calls."""
    return many <= 5 * some + 2_000


def demand_linear(work: Callable[[str], object], frame: str, piece: str) -> None:
    """Fail when the calls grow faster than the number of pieces."""
    demand_linear_in(lambda count: work(FRAMES[frame](piece * count)))


def demand_linear_in(work: Callable[[int], object]) -> None:
    """Fail when the calls of a work grow faster than its size.

    Up to a bound they may, such as the depth of a tree at which it is given up, or the names of an excerpt:
    then they must not grow behind it.
    """
    counted: list[int] = []
    for sizes in ((SOME, 4 * SOME), (8 * SOME, 32 * SOME)):
        some, many = (calls(partial(work, size)) for size in sizes)
        counted += [some, many]
        if is_linear(some, many):
            return
    raise AssertionError(counted)


def keystrokes(text: str) -> None:
    """Two keystrokes in the middle of a text that has been read."""
    place = len(text) // 2
    longer = text[:place] + "x" + text[place:]
    second = start_reading(text).after(longer, (TextEdit(Span(place, place), "x"),))
    second.after(text, (TextEdit(Span(place, place + 1), ""),))


@pytest.mark.parametrize(
    "frame", [name if name in FEW else pytest.param(name, marks=pytest.mark.long) for name in FRAMES]
)
@pytest.mark.parametrize("piece", PYTHON_PIECES)
def test_python_is_read_in_proportion_to_its_length(frame: str, piece: str) -> None:
    demand_linear(read_module, frame, piece)


@pytest.mark.parametrize("piece", PYTHON_PIECES[::4])
def test_a_keystroke_is_in_proportion_to_the_text(piece: str) -> None:
    demand_linear(keystrokes, "behind an open bracket", piece)


@pytest.mark.long
@pytest.mark.parametrize("piece", PYTHON_PIECES)
@pytest.mark.parametrize("other", PYTHON_PIECES)
def test_two_pieces_in_turn_are_read_in_proportion(piece: str, other: str) -> None:
    for frame in FRAMES:
        demand_linear(keystrokes, frame, piece + other)


DICT_CALL = "valohai.prepare(step='s', default_parameters=P)\n"


@pytest.mark.parametrize("piece", IMPORTS_AND_USES)
def test_imports_that_are_repeated_are_each_followed_once(piece: str) -> None:
    def text(count: int) -> str:
        return f"{IMPORT}P = {{'x': 1}}\n{piece * count}{DICT_CALL}"

    def typed(count: int) -> None:
        place = text(count).index("default_parameters")
        longer = text(count)[:place] + "x" + text(count)[place:]
        start_reading(text(count)).after(longer, (TextEdit(Span(place, place), "x"),))

    def imported(count: int) -> None:
        other = f"{piece * count}P = {{'x': 1}}\n"
        read_in(
            {"train.py": f"{IMPORT}from m import P\nprint(P)\n{DICT_CALL}", "m.py": other, "cfg.py": "R = []"}
        )

    for work in (lambda count: read_module(text(count)), typed, imported):
        some, many = (calls(partial(work, count)) for count in (SOME, 4 * SOME))
        assert is_linear(some, many), (some, many)


def steps(given: str, count: int) -> str:
    """Steps that all get the same."""
    return "".join(DICT_CALL.replace("'s'", f"'s{n}'").replace("=P", f"={given}") for n in range(count))


def entries(form: str, count: int) -> str:
    """A step that gets as many values, each written in this form."""
    return DICT_CALL.replace("=P", "={" + ", ".join(f"'k{n}': {form.format(n)}" for n in range(count)) + "}")


def names(count: int) -> str:
    """The text of a module of so many names."""
    return "".join(f"a{n} = {n}\n" for n in range(count))


def uses(count: int) -> str:
    """The text of a module of one dict, which it looks at as often."""
    return "P = {'x': 1}\n" + "".join(f"a{n} = P['x']\n" for n in range(count))


def classes(count: int) -> str:
    """The text of a module of so many classes."""
    return "".join(f"class C{n}:\n    a = {n}\n" for n in range(count))


# What a file says of another one, `m`, and that one.
OTHER_FILES: dict[str, tuple[Callable[[int], str], Callable[[int], str]]] = {
    "names": (
        lambda count: "".join(f"from m import a{n}\n" for n in range(count)) + entries("a{}", count),
        names,
    ),
    "names by a star": (lambda count: f"from m import *\n{entries('a{}', count)}", names),
    "names of the module": (lambda count: f"import m\n{entries('m.a{}', count)}", names),
    "classes": (
        lambda count: "".join(f"from m import C{n}\n" for n in range(count)) + entries("C{}.a", count),
        classes,
    ),
    "one dict": (lambda count: f"from m import P\n{steps('P', count)}", uses),
    "one dict by a star": (lambda count: f"from m import *\n{steps('P', count)}", uses),
    "one dict of the module": (lambda count: f"import m\n{steps('m.P', count)}", uses),
    "one class": (lambda count: "from m import C0\n" + steps("{'k': C0.a}", count), classes),
}


@pytest.mark.parametrize("name", OTHER_FILES)
def test_what_another_file_holds_is_followed_in_proportion_to_its_number(name: str) -> None:
    here, there = OTHER_FILES[name]

    def read(count: int) -> None:
        assert read_in({"train.py": IMPORT + here(count), "m.py": there(count)}).steps[0].complete

    some, many = (calls(partial(read, count)) for count in (SOME, 4 * SOME))
    assert is_linear(some, many), (some, many)


def test_a_text_is_searched_no_more_often_for_more_steps() -> None:
    def searches(count: int) -> int:
        found: list[str] = []
        sys.setprofile(lambda _, event, given: found.append(event) if is_search(event, given) else None)
        try:
            read_module(IMPORT + steps("{}", count))
        finally:
            sys.setprofile(None)
        return len(found)

    def is_search(event: str, given: object) -> bool:
        # What looks through all of a text and stops at nothing: a search may stop where it begins.
        return event == "c_call" and getattr(given, "__name__", "") in ("sub", "findall")

    assert searches(SOME) == searches(4 * SOME)


DATACLASS = "from dataclasses import dataclass\n@dataclass\nclass C:\n"
# Programs of names that lead to names: functions that call the next one, dicts of their own for each step.
CHAINS: dict[str, Callable[[int], str]] = {
    "functions that give the value to the next": lambda count: (
        "".join(f"def f{n}(d):\n    f{n + 1}(d)\n    len(d)\n" for n in range(count)) + f"f0(P)\n{DICT_CALL}"
    ),
    "functions that return what the next returns": lambda count: (
        "".join(f"def f{n}(): return f{n + 1}()\n" for n in range(count))
        + f"def f{count}(): return {{'x': 1}}\nP = f0()\n{DICT_CALL}"
    ),
    "names of names": lambda count: (
        "Q0 = {'x': 1}\n"
        + "".join(f"Q{n + 1} = Q{n}\n" for n in range(count))
        + DICT_CALL.replace("=P", f"=Q{count}")
    ),
    "one name for it, again and again": lambda count: "if (q := P): pass\n" * count + DICT_CALL,
    "a dict for each step": lambda count: "".join(
        f"P{n} = {{'x': {n}}}\n{DICT_CALL.replace('=P', f'=P{n}')}".replace("'s'", f"'s{n}'")
        for n in range(count)
    ),
    "one dict for all steps": lambda count: steps("P", count),
    "one object for all steps": lambda count: (
        f"{DATACLASS}    a: int = 1\nc = C()\n"
        + "".join(
            f"print(c.a)\n{DICT_CALL.replace('=P', '={1: c.a}')}".replace("'s'", f"'s{n}'")
            for n in range(count)
        )
    ),
    "fields of one object": lambda count: (
        DATACLASS
        + "".join(f"    a{n}: int = 1\n" for n in range(count))
        + f"c = C()\n{DICT_CALL.replace('=P', '={' + ', '.join(f'{n}: c.a{n}' for n in range(count)) + '}')}"
    ),
    "objects of one class": lambda count: (
        f"{DATACLASS}    a: int = 1\n"
        + "".join(f"c{n} = C()\nprint(c{n}.a)\n" for n in range(count))
        + DICT_CALL.replace("=P", "={" + ", ".join(f"{n}: c{n}.a" for n in range(count)) + "}")
    ),
    "attributes of one name in classes that hold it in turn": lambda count: (
        "class C0:\n    a = {'x': 1}\n"
        + "".join(f"class C{n}:\n    a = {{'b': C0.a}}\n" for n in range(1, count))
        + DICT_CALL.replace("=P", f"=C{count - 1}.a")
    ),
    "all of them": lambda count: (
        "class C0:\n    a = {'b': 1}\n"
        + "".join(f"class C{n}:\n    a = {{'b': C0.a}}\n" for n in range(1, count))
        + DICT_CALL.replace("=P", "={" + ", ".join(f"{n}: C{n}.a['b']" for n in range(count)) + "}")
    ),
    "attributes of one class": lambda count: (
        "class C:\n"
        + "".join(f"    a{n} = {n}\n" for n in range(count))
        + DICT_CALL.replace("=P", "={" + ", ".join(f"{n}: C.a{n}" for n in range(count)) + "}")
    ),
    "a class for each step": lambda count: "".join(
        f"class C{n}:\n    a = {{'x': {n}}}\n{DICT_CALL.replace('=P', f'=C{n}.a')}".replace("'s'", f"'s{n}'")
        for n in range(count)
    ),
    "one class for all steps": lambda count: "class C:\n    a = {'x': 1}\n" + steps("C.a", count),
    "modules by names that are computed": lambda count: (
        "import importlib, sys\n"
        + "m = importlib.import_module(sys.argv[1])\nprint(m.X)\n" * count
        + DICT_CALL
    ),
}


@pytest.mark.parametrize("chain", CHAINS)
def test_names_that_lead_to_names_are_followed_in_proportion_to_their_number(chain: str) -> None:
    def text(count: int) -> str:
        return f"{IMPORT}P = {{'x': 1}}\n{CHAINS[chain](count)}"

    def typed(count: int) -> None:
        start_reading(text(count)).after(f"{text(count)}x = 1\n")

    for work in (lambda count: read_module(text(count)), typed):
        demand_linear_in(work)


def test_reads_of_names_that_are_misspelt_are_compared_with_few() -> None:
    def text(count: int) -> str:
        declared = ", ".join(f"'lr{n}': 1" for n in range(count))
        reads = "".join(f"valohai.parameters('lrr{n}').value\n" for n in range(count))
        return f"{IMPORT}valohai.prepare(step='s', default_parameters={{{declared}}})\n{reads}"

    some, many = (calls(partial(read_module, text(count))) for count in (8 * SOME, 32 * SOME))
    assert is_linear(some, many), (some, many)


@pytest.mark.parametrize("piece", YAML_PIECES)
def test_yaml_is_read_in_proportion_to_its_length(piece: str) -> None:
    some, many = (calls(partial(read_yaml, "- step:\n    name: a\n" + piece * n)) for n in (SOME, 4 * SOME))
    assert is_linear(some, many), (some, many)


@pytest.mark.parametrize("key", ["a.", "a . ", '"a".', "'a' . "])
@pytest.mark.parametrize("form", ["{}a = 1", "[{}a]", "[tool.valohai-steps]\nimage = {{{}a = 1}}"])
def test_dotted_keys_are_read_in_proportion_to_their_length(key: str, form: str) -> None:
    some, many = (calls(partial(read_pyproject, form.format(key * n))) for n in (SOME, 4 * SOME))
    assert is_linear(some, many), (some, many)


@pytest.mark.parametrize(
    "piece",
    ["%x\n", "!x\n", "x?\n", "x = !ls\n", "(", '"""', "'", "\\\n", "%%x\n", "a, b", 'f"{\n', 'f"{a\n%x\n'],
)
def test_magics_are_found_in_proportion_to_the_cell(piece: str) -> None:
    some, many = (calls(partial(without_magics, piece * n)) for n in (SOME, 4 * SOME))
    assert is_linear(some, many), (some, many)


TOKEN_PIECES = (
    "'",
    '"""',
    "f'",
    'f"""',
    "{",
    "}",
    "(",
    "]",
    ":",
    "#",
    "\n",
    "\\",
    "a",
    " ",
    "\ndef f",
    "\\N{",
)


@pytest.mark.parametrize("piece", TOKEN_PIECES)
@pytest.mark.parametrize("other", TOKEN_PIECES)
def test_tokens_are_found_in_proportion_to_the_text(piece: str, other: str) -> None:
    def told(text: str) -> None:
        tokenizer = Tokenizer(text)
        for kind in (tokenizer.tokens, tokenizer.outer_tokens, tokenizer.comments):
            list(kind())

    for pieces in (piece + other, piece + other + other, f"f'{{{piece}{other}"):
        some, many = (calls(partial(told, pieces * n)) for n in (SOME, 4 * SOME))
        assert is_linear(some, many), (pieces, some, many)


@pytest.mark.parametrize("names", ["one step", "a step each"])
def test_an_edit_is_in_proportion_to_the_open_documents(tmp_path: Path, names: str) -> None:
    """Files, open at once, that all declare one step: each is shown anew, and looks at few others."""

    def edited(count: int) -> int:
        workspace = Workspace([tmp_path])
        texts = [CALL.replace("train", "train" if names == "one step" else f"s{n}") for n in range(count)]
        for number, text in enumerate(texts):
            workspace.put(tmp_path / f"f{number}.py", IMPORT + text, 0)
        show(workspace, tmp_path / "f0.py")
        workspace.put(tmp_path / "f0.py", IMPORT + texts[0].replace("0.001", "0.002"), 1)
        return calls(lambda: show(workspace, tmp_path / "f0.py"))

    some, many = edited(SOME), edited(4 * SOME)
    assert is_linear(some, many), (some, many)


def show(workspace: Workspace, path: Path) -> None:
    for each in {path, *workspace.affected(path), *workspace.sharing(path)}:
        demand(diagnostics(workspace.snapshot, each))


@pytest.mark.parametrize("line", ["# comment", "    # comment", "#", "# a\n\n#", "# a\n\\\n", "\\", "  \\"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_tree_sitter_is_given_no_long_run_of_lines_that_it_would_look_through_at_each(
    line: str, end: str
) -> None:
    text = IMPORT + (line.replace("\n", end) + end) * 10_000 + CALL
    syntax = Syntax(text)
    assert syntax._bytes.count(b"\n") < 100
    assert len(syntax._bytes) == len(text.encode())
    assert [node.type for node in syntax.mentions("prepare")] == ["identifier"]


def test_a_run_of_comments_changes_no_fact() -> None:
    for run in ("# c\n" * 30, "\\\n" * 30, "    # c\n" * 30, "# c\n\n" * 30):
        plain, with_run = read_module(IMPORT + CALL), read_module(IMPORT + run + CALL + run)
        assert [step.name for step in with_run.steps] == [step.name for step in plain.steps]
        assert with_run.problems == ()
        start = with_run.text.index("valohai.prepare")
        assert with_run.steps[0].call_span == Span(start, start + len(CALL) - 1)


def starred(count: int) -> dict[str, str]:
    """Modules that bring each other's names: as many ways lead through them as there are orders of them."""
    names = [f"m{index}" for index in range(count)]
    modules = {
        f"{name}.py": "".join(f"from {other} import *\n" for other in names if other != name)
        for name in names
    }
    return {"train.py": f"from m0 import *\n{IMPORT}{CALL.replace('0.001', 'RATE')}", **modules}


def test_modules_that_star_each_other_are_each_looked_into_once() -> None:
    some, many = starred(4), starred(16)
    # The imports, and so the work, are 16 times as many; of the ways through the modules there are 13! times.
    assert calls(lambda: read_in(many)) < 20 * calls(lambda: read_in(some))


@pytest.mark.parametrize(
    "comment", ["# valohai: ignore[]", "# valohai: ignore[x]", "# valohai: ignore VH202"]
)
def test_a_fix_of_an_ignore_comment_copies_none_of_the_text(comment: str) -> None:
    # What is copied is counted as text is: by a string that tells of each slice.
    assert copied(f"x = 1  {comment}\n" * 4 * SOME) <= 5 * copied(f"x = 1  {comment}\n" * SOME)


def copied(text: str) -> int:
    """How many characters of a Python text are copied while its ignore comments are judged."""
    counted = 0

    class Told(str):
        __slots__ = ()

        def __getitem__(self, place: SupportsIndex | slice) -> str:
            nonlocal counted
            part = str.__getitem__(self, place)
            counted += len(part)
            return part

    told = Told(text)
    for start in (found.start() for found in re.finditer("#", text)):
        end = text.index("\n", start)
        list(list_findings(told, Span(start, end)))
    return counted
