"""A notebook's cells as jupyterlab-lsp joins them: they are read as the notebook itself is read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valohai_steps.model.step import Static
from valohai_steps.source.python_file import PythonFile, read_module
from valohai_steps.source.text.ipython.marks import ANYTHING
from valohai_steps.source.text.joined_cells import python_of_joined_cells
from valohai_steps.source.text.notebook import read_notebook

CALL = 'import valohai\nvalohai.prepare(step="train", default_parameters={"lr": 0.1})'
# A cell as a person writes it, and as the two generations of jupyterlab-lsp send it.
CELLS = {
    "call": (CALL, CALL, CALL),
    "line magic": ("%pip install x", *['get_ipython().run_line_magic("pip", " install x")'] * 2),
    "shell": ('!echo "a b"', *['get_ipython().getoutput("echo "a b"")'] * 2),
    "shell into a name": ("files = !ls", *['files = get_ipython().getoutput("ls")'] * 2),
    "help": ("print?", *["get_ipython().run_line_magic('pinfo',  'print')"] * 2),
    "below an if": (
        "if True:\n    %matplotlib inline",
        *['if True:\n    get_ipython().run_line_magic("matplotlib", " inline")'] * 2,
    ),
    "timed call": (
        f"%%time\n{CALL}",
        f'# START_CELL_MAGIC("time", "")\n{CALL}\n# END_CELL_MAGIC',
        f'get_ipython().run_cell_magic("time", "", """{CALL}""")',
    ),
    "another language": (
        "%%sql\nselect 'it' from \"",
        '# START_CELL_MAGIC("sql", "")\nselect \'it\' from "\n# END_CELL_MAGIC',
        'get_ipython().run_cell_magic("sql", "", """select \'it\' from \\" """)',
    ),
    "Python elsewhere": (
        f"%%writefile other.py\n{CALL}",
        f'# START_CELL_MAGIC("writefile", " other.py")\n{CALL}\n# END_CELL_MAGIC',
        f'get_ipython().run_cell_magic("writefile", " other.py", """{CALL}""")',
    ),
    "empty lines": ("x = [\n    1,\n\n\n    2,\n]",) * 3,
    "open bracket": ("values = [1, 2",) * 3,
    "open string": ('text = """',) * 3,
}


def steps(python: PythonFile) -> list[tuple[str, dict[str, object]]]:
    """Each step with its defaults."""
    return [
        (
            step.name,
            {each.name: each.default.value for each in step.parameters if isinstance(each.default, Static)},
        )
        for step in python.steps
    ]


def joined(names: list[str], generation: int) -> str:
    return "\n\n\n".join(CELLS[name][generation] for name in names) + "\n"


@pytest.mark.parametrize("generation", [1, 2], ids=["5.3", "5.0"])
@given(names=st.lists(st.sampled_from(sorted(CELLS)), max_size=6, unique=True))
def test_the_steps_are_those_of_the_notebook(generation: int, names: list[str]) -> None:
    cells = [{"cell_type": "code", "source": CELLS[name][0]} for name in names]
    expected = read_module(read_notebook(json.dumps({"cells": cells})).source)
    found = read_module(python_of_joined_cells(joined(names, generation)))
    assert steps(found) == steps(expected)


@given(names=st.lists(st.sampled_from(sorted(CELLS)), max_size=6), generation=st.sampled_from([1, 2]))
def test_every_character_that_is_left_is_where_it_was(names: list[str], generation: int) -> None:
    text = joined(names, generation)
    python = python_of_joined_cells(text)
    assert len(python) == len(text)
    assert [len(line) for line in python.split("\n")] == [len(line) for line in text.split("\n")]
    assert all(now in (before, " ", ".", ANYTHING) for before, now in zip(text, python, strict=True))


def test_a_cell_with_empty_lines_is_read_beside_one_that_is_broken() -> None:
    text = f"values = [1,\n\n\n{CALL}\nnames = [\n    1,\n\n\n    2,\n\n\n    3,\n]\n"
    python = python_of_joined_cells(text)
    assert "values" not in python
    assert python.endswith(f"{CALL}\nnames = [\n    1,\n\n\n    2,\n\n\n    3,\n]\n")


def test_a_mark_in_an_open_cell_is_a_comment_of_it() -> None:
    mark = '# START_CELL_MAGIC("time", "")'
    text = f"{mark}\nx = 1\n{mark}\n# END_CELL_MAGIC\ny = 2\n# END_CELL_MAGIC\n{mark}\nz = 3\n"
    python = python_of_joined_cells(text)
    assert [line.rstrip() for line in python.splitlines()] == [
        "",
        "x = 1",
        mark,
        "",
        "y = 2",
        "# END_CELL_MAGIC",
        mark,
        "z = 3",
    ]


@pytest.mark.parametrize(
    ("line", "is_known"),
    [
        ('get_ipython().run_line_magic("matplotlib", " inline")', True),
        ('get_ipython().getoutput("echo {lr}")', True),
        ('# START_CELL_MAGIC("bash", "")\necho\n# END_CELL_MAGIC', True),
        ('get_ipython().run_line_magic("run", " other.py")', False),
        ('get_ipython().run_line_magic("time", " lr = 2")', False),
        ('get_ipython().getoutput("echo {f(lr)}")', False),
        ('# START_CELL_MAGIC("bash", "--out lr")\necho\n# END_CELL_MAGIC', False),
        ('get_ipython().run_cell_magic("bash", "--out lr", """echo""")', False),
    ],
)
def test_what_a_magic_may_change_is_unknown(line: str, is_known: bool) -> None:
    call = 'import valohai\nvalohai.prepare(step="train", default_parameters={"lr": lr})'
    text = f"lr = 1\n\n\n{line}\n\n\n{call}\n"
    python = python_of_joined_cells(text)
    assert len(python) == len(text)
    assert steps(read_module(python)) == [("train", {"lr": 1} if is_known else {})]
