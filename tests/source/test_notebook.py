"""Notebooks: one Python source, and every character of it found again in the JSON."""

import ast
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.source.facts import summary
from valohai_steps.model.text import Span
from valohai_steps.source.python_file import read_module
from valohai_steps.source.text.ipython.magics import without_magics
from valohai_steps.source.text.notebook import read_notebook

CALL = 'import valohai\nvalohai.prepare(step="train", default_parameters={"é": "\\n"})'


def notebook_4(*cells: object, **more: object) -> str:
    """nbformat 4, as Jupyter writes it."""
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, **more}, indent=1)


def code(source: object) -> dict[str, object]:
    return {"cell_type": "code", "execution_count": None, "outputs": [], "metadata": {}, "source": source}


def note(source: str) -> dict[str, object]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


@pytest.mark.parametrize("source", [CALL, CALL.splitlines(keepends=True)], ids=["text", "lines"])
def test_nbformat_4(source: object) -> None:
    notebook = read_notebook(notebook_4(note("# x"), code("a = 1\n"), code(source)))
    assert notebook.source == f"a = 1\n\n{CALL}\n"
    assert [cell.index for cell in notebook.cells] == [1, 2]
    assert notebook.problems == ()
    assert notebook.to_cell(notebook.source.index("valohai.prepare")) == (2, 15)


@pytest.mark.parametrize("source", [CALL, CALL.splitlines(keepends=True)], ids=["text", "lines"])
def test_nbformat_3(source: object) -> None:
    cells = [{"cell_type": "heading", "source": "x"}, {"cell_type": "code", "input": source, "outputs": []}]
    text = json.dumps({"metadata": {}, "nbformat": 3, "worksheets": [{"cells": cells}, {"cells": cells}]})
    notebook = read_notebook(text)
    assert notebook.source == f"{CALL}\n{CALL}\n"
    assert [cell.index for cell in notebook.cells] == [1, 3]


def test_a_span_is_found_again_in_the_json_escapes_and_all() -> None:
    text = notebook_4(code(CALL.splitlines(keepends=True)))
    notebook = read_notebook(text)

    def written(part: str) -> str:
        start = notebook.source.index(part)
        place = notebook.to_json(Span(start, start + len(part)))
        return text[place.start : place.end]

    assert written("prepare") == "prepare"
    assert written('"train"') == r"\"train\""
    assert written("é") == r"\u00e9"
    assert written('"\\n"') == r"\"\\n\""
    assert written("valohai\nvalohai") == 'valohai\\n",\n    "valohai'


@given(st.lists(st.lists(st.text(max_size=8), max_size=4), max_size=4), st.booleans())
def test_every_character_is_found_again(cells: list[list[str]], escaped: bool) -> None:
    # `x` in front: no line starts with a magic, so that the source is the cells' own text
    sources = [["x", *cell] for cell in cells]
    text = json.dumps({"cells": [code(source) for source in sources]}, ensure_ascii=escaped)
    notebook = read_notebook(text)
    assert len(notebook.source) == sum(len("".join(source)) + 1 for source in sources)
    for cell, source in zip(notebook.cells, sources, strict=True):
        plain = "".join(source)
        for place, character in enumerate(plain):
            found = notebook.to_json(Span(cell.span.start + place, cell.span.start + place + 1))
            assert json.loads(f'"{text[found.start : found.end]}"') == character
            assert notebook.to_cell(cell.span.start + place) == (cell.index, place)


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ("", 0, "not valid JSON: Expecting value"),
        ('{"cells": [', 10, "not valid JSON: Expecting value"),
        ('{"cells": []} x', 14, "goes on after its end"),
        ("[1]", 0, "has no list of cells"),
        ('{"cells": {}}', 0, "has no list of cells"),
        ('{"nbformat": ' + "1" * 5000 + "}", 0, "too long"),
        ("[" * 100_000, 0, "too deep"),
        ('<<<<<<< HEAD\n{"cells": []}', 0, "not valid JSON"),
    ],
)
def test_what_is_no_notebook_is_a_problem_at_its_place(text: str, place: int, why: str) -> None:
    notebook = read_notebook(text)
    (problem,) = notebook.problems
    assert notebook.source == ""
    assert why in problem.message
    assert problem.span.start == place


@pytest.mark.parametrize(
    "text",
    [
        '{"cells": [1, null, [], {}, {"cell_type": "code"}, {"cell_type": "code", "source": 1}]}',
        '{"cells": [{"cell_type": "code", "source": [1, null, {}]}]}',
        '{"worksheets": [1, {}, {"cells": 1}]}',
        '\ufeff {"cells": [], "metadata": []}\n',
    ],
)
def test_odd_notebooks_have_no_python(text: str) -> None:
    notebook = read_notebook(text)
    assert notebook.source.strip() == ""
    assert notebook.problems == ()


def test_a_notebook_in_another_language_is_not_read() -> None:
    julia = {"kernelspec": {"language": "julia", "name": "julia-1.9"}}
    assert read_notebook(notebook_4(code("x = 1"), metadata=julia)).source == ""


@given(st.text(alphabet='{}[]",:\\ncellsodurt\n1 ', max_size=60))
def test_reading_never_raises(text: str) -> None:
    notebook = read_notebook(text)
    assert notebook.to_json(Span(0, len(notebook.source))).end <= len(text)


@pytest.mark.parametrize(
    ("cell", "python"),
    [
        ("%matplotlib inline\nx = 1", "                  \nx = 1"),
        ("!pip install \\\n  valohai\nx = 1", "              \n         \nx = 1"),
        ("x = !ls -l", "x = ...   "),
        ("x = %env HOME\ny = 2", "x = ...      \ny = 2"),
        ("x = !a", "x = _ "),
        ("a, b = !ls", "a, b = ..."),
        ("np.array?\nx = 1", "         \nx = 1"),
        ("?np\nnp??", "   \n    "),
        ("if x:\n    !ls\n    y = 1", "if x:\n    0  \n    y = 1"),
        ("%%bash\nx=1\nls", "      \n   \n  "),
        ("%%time\nx = 1", "      \nx = 1"),
        ("%%timeit -n 3\nx = 1\n!ls", "ꀕ            \nx = 1\n   "),
        ("x = (a\n  % b)\ny = 1", "x = (a\n  % b)\ny = 1"),
        ('x = """\n!ls\n%%x\n"""', 'x = """\n!ls\n%%x\n"""'),
        ("x = a \\\n  % b", "x = a \\\n  % b"),
        ("x = '(' # (\n!ls", "x = '(' # (\n   "),
        ("x = 'open\n!ls", "x = 'open\n   "),
        ("!ls\r\nx = 1\r\n", "   \r\nx = 1\r\n"),
        ("x != y\nx == 'a!'", "x != y\nx == 'a!'"),
        ("f(a)['?'] = 1\nx ='!'", "f(a)['?'] = 1\nx ='!'"),
        ("x['a b'] = !ls", "x['a b'] = ..."),
    ],
)
def test_magics_are_blanked_in_place(cell: str, python: str) -> None:
    assert without_magics(cell) == python


@given(st.text(alphabet="%!?x='\"( )\\\n\r[]#,", max_size=40))
def test_blanking_never_moves_anything(cell: str) -> None:
    python = without_magics(cell)
    assert len(python) == len(cell)
    assert [c for c in python if c in "\r\n"] == [c for c in cell if c in "\r\n"]


@given(st.lists(st.sampled_from(["x = 1", "f(a,\n  % b)", "'''\n!x\n'''", "if x:\n  y = a % b", "x %= 2"])))
def test_plain_python_stays(lines: list[str]) -> None:
    cell = "\n".join(lines).replace("(a,\n  %", "(a\n  %")
    ast.parse(cell)
    assert without_magics(cell) == cell


@pytest.mark.parametrize(
    "line", [" " * 200_000, "a" * 200_000, "x = " * 50_000, "'" * 200_001, "(" * 200_000]
)
def test_long_lines_take_no_time(line: str) -> None:
    assert len(without_magics(line)) == len(line)


@given(
    texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=3),
    ascii_only=st.booleans(),
    data=st.data(),
)
def test_the_json_leads_back_to_the_source(texts: list[str], ascii_only: bool, data: st.DataObject) -> None:
    cells = [code(text.splitlines(keepends=True)) for text in texts]
    notebook = read_notebook(json.dumps({"cells": cells, "metadata": {}}, ensure_ascii=ascii_only))
    for cell in notebook.cells:
        if cell.span.start < cell.span.end:
            start = data.draw(st.integers(cell.span.start, cell.span.end - 1))
            span = Span(start, data.draw(st.integers(start + 1, cell.span.end)))
            assert notebook.to_source(notebook.to_json(span)) == span
    assert notebook.to_source(Span(0, 1)) is None


CALL_CELL = "valohai.prepare(step='s', default_parameters={'x': A})"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["A = 1", CALL_CELL], "s(x=1)"),
        (["A = 1", "y = (1,", CALL_CELL], "s(x=1)"),
        (["A = 1", "y = [{", CALL_CELL], "s(x=1)"),
        (["A = 1", "y = '''", CALL_CELL], "s(x=1)"),
        (["A = 1", "y = 1 + \\", CALL_CELL], "s(x=1)"),
        (["A = 1", "@", CALL_CELL], "s(x=1)"),
        (["A = 1", "if A:", CALL_CELL], "s(x=1)"),
        (["A = 1", ")", CALL_CELL], "s(x=1)"),
        (["A = (1", ")", CALL_CELL], "s(x=?)"),
        (["A = 1\ny = (", CALL_CELL], "s(x=?)"),
        (["A = 1", CALL_CELL, "y = ("], "s(x=1)"),
        (["A = 1", "valohai.prepare(step='t',", CALL_CELL], "s(x=1)"),
        (["A = 1", "valohai.prepare(step='t',", "image='i')"], ""),
    ],
)
def test_cells_are_read_one_by_one(cells: list[str], expected: str) -> None:
    """A cell that is not complete does not run at all, and says nothing of the next."""
    notebook = read_notebook(notebook_4(code("import valohai"), *map(code, cells)))
    assert summary(read_module(notebook.source)) == expected
    assert len(notebook.source) == sum(len(cell) + 1 for cell in ("import valohai", *cells))
