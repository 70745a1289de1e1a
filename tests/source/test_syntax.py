"""The tree: one parse for an edit, none where nothing can be found; syntax newer than the host's Python."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.source.facts import summary
from valohai_steps.model.text import Span, TextEdit, apply_edits
from valohai_steps.source.incremental.reader import start_reading
from valohai_steps.source.python_file import read_module
from valohai_steps.source.tree import syntax as module
from valohai_steps.source.tree.syntax import Syntax

TEXT = "import valohai\nvalohai.prepare(step='s', default_parameters={'x': 1})\n"


@pytest.fixture(name="parses")
def counted_parses(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What was parsed: for each parse, whether a tree was there to start from."""
    found: list[bool] = []
    parse = module.parse

    def counted(data: bytes, before: object) -> object:
        found.append(before is not None)
        return parse(data, before)  # type: ignore[arg-type]  # handed through

    monkeypatch.setattr(module, "parse", counted)
    return found


def test_an_edit_is_one_parse_that_starts_from_the_tree_before(parses: list[bool]) -> None:
    reader = start_reading(TEXT)
    assert parses == [False]
    for digit in "234":
        place = reader.file.text.index("1}")
        edit = TextEdit(Span(place, place), digit)
        reader = reader.after(apply_edits(reader.file.text, [edit]), (edit,))
    assert parses == [False, True, True, True]
    assert summary(reader.file) == "s(x=2341)"


def test_a_text_without_valohai_is_not_parsed(parses: list[bool]) -> None:
    start_reading("import os\n" * 100).after("import sys\n")
    read_module("import os\n" * 100)
    assert parses == []


def test_edits_that_do_not_lead_to_the_text_are_not_trusted() -> None:
    wrong = (TextEdit(Span(0, 5), "x" * 50),)
    reader = start_reading(TEXT).after(TEXT.replace("1}", "2}"), wrong)
    assert summary(reader.file) == "s(x=2)"


@given(st.text(), st.text(), st.data())
def test_places_are_the_same_in_bytes_and_in_code_points(
    before: str, after: str, data: st.DataObject
) -> None:
    text = f"{before}\nx = 1\n{after}"
    offset = data.draw(st.integers(0, len(text)))
    syntax = Syntax(text)
    byte = syntax.to_byte(offset)
    assert byte == len(text[:offset].encode("utf-8", "replace"))
    assert syntax.to_offset(byte) == offset


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9), st.text("a=('é😀\n :", max_size=5)), max_size=4)
)
def test_a_tree_that_grew_by_edits_is_the_tree_of_the_text(changes: list[tuple[int, int, str]]) -> None:
    syntax = Syntax("x = 'é😀'\ndef f(a):\n    return {'b': a}\ny = f(2)\n")
    _ = syntax.tree
    for place, size, text in changes:
        start = min(place, len(syntax.text))
        edit = TextEdit(Span(start, min(start + size, len(syntax.text))), text)
        syntax = Syntax(apply_edits(syntax.text, [edit]), syntax, (edit,))
        _ = syntax.tree
    grown = syntax.root
    fresh = Syntax(syntax.text).root
    if not grown.has_error and not fresh.has_error:  # how a break is mended may depend on the way to it
        assert str(grown) == str(fresh)


NEWER = {
    "PEP 695": "type Pair[T] = tuple[T, T]\ndef f[T](pair: Pair[T]) -> T: return pair[0]\nclass A[T]: pass\n",
    "PEP 696": "class B[T = int]: pass\n",
    "PEP 701": "message = f\"{names['a']} {f\"{'nested'}\"}\"\n",
    "PEP 750": "template = t'{name}'\n",
    "PEP 654": "try:\n    pass\nexcept* ValueError:\n    pass\n",
    "PEP 646": "def f(*args: *Ts): return a[*b]\n",
}


@pytest.mark.parametrize("statement", NEWER.values(), ids=NEWER)
def test_newer_syntax_around_a_call_is_no_trouble(statement: str) -> None:
    cold = read_module(f"{statement}{TEXT}")
    assert summary(cold) == "s(x=1)"
    assert summary(start_reading(TEXT).after(f"{TEXT}{statement}").file) == "s(x=1)"


def test_newer_strings_in_a_call_are_read_where_the_host_cannot() -> None:
    call = """valohai.prepare(step=f"{d["a"]}", default_parameters={"x": f"{'y'}"})\n"""
    text = f'import valohai\nd = {{"a": "b"}}\n{call}'
    assert summary(read_module(text)) == "b(x='y')"


def test_a_template_string_is_no_text() -> None:
    file = read_module("import valohai\nvalohai.prepare(step='s', default_parameters={'x': t'{1}'})\n")
    assert summary(file) == "s(x=?)"


def test_the_empty_name_of_a_mended_text_is_found_nowhere() -> None:
    assert Syntax("import valohai\nvalohai.prepare(step=)\n").names("") == ()


@pytest.mark.parametrize(
    "text",
    [
        "valohai.prepare(" * 50_000,
        "valohai.prepare(step=" + "[" * 100_000 + "]" * 100_000 + ")",
        "valohai.prepare " * 100_000,
        "".join(" " * depth + "if x:\n" for depth in range(1500)) + " " * 1500 + "valohai.prepare()",
        "valohai.prepare(step='a')\n" * 10_000,
        "x = 1\n" * 1_000_000,
    ],
    ids=["calls", "brackets", "names", "blocks", "steps", "size"],
)
def test_a_text_that_nobody_writes_is_one_finding(text: str) -> None:
    file = read_module(f"import valohai\n{text}")
    assert file.steps == ()
    assert [finding.code for finding in file.problems] == ["VH101"]


@pytest.mark.parametrize(
    "text",
    [
        "P = {}\n" + "P['a'] = 1\n" * 3000,
        "P = {'x': 1}\n" + "Q = P\n" * 3000,
        "P = {'x': 1}\n" + "P = {'x': P, 'y': P}\n" * 50,
        "A0 = {'a': 1}\n"
        + "".join(f"A{i + 1} = {{'x': A{i}, 'y': A{i}}}\n" for i in range(50))
        + "P = A50\n",
        "A0 = {'a': 1}\n" + "".join(f"A{i + 1} = {{**A{i}, **A{i}}}\n" for i in range(50)) + "P = A50\n",
        "A0 = (1,)\n" + "".join(f"A{i + 1} = (A{i}, A{i})\n" for i in range(50)) + "P = {A50: 1}\n",
        "P = {'x': [" + "1," * 200_000 + "]}\n",
    ],
    ids=["changes", "aliases", "again", "laughs", "spreads", "keys", "list"],
)
def test_short_texts_of_large_values_end(text: str) -> None:
    """No clock: what is exponential would never end."""
    file = read_module(f"import valohai\n{text}valohai.prepare(step='s', default_parameters=P)\n")
    assert len(file.steps) == 1
