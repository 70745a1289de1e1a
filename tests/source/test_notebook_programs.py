"""Notebooks that change values as only IPython can: what is read is what IPython gives, or Unknown."""

import json
import subprocess
from pathlib import Path, PurePath

import pytest
from msgspec import Struct, convert

from tests.editors.scenario import EDITORS
from tests.source.oracle import Program, Run, differences, is_known
from tests.source.workspace import Folder
from valohai_steps.source.incremental.reader import start_reading
from valohai_steps.source.python_file import PythonFile, read_module
from valohai_steps.source.text.notebook import read_notebook

IPYTHON = EDITORS / "jupyterlab" / "bin" / "python"
RUNNER = Path(__file__).parent / "oracle" / "notebook_runner.py"


class Case(Struct):
    """A notebook: its cells, the files beside it, what IPython gave, and whether all of it is to be known."""

    id: str
    cells: list[str]
    got: list[list[str]]
    files: dict[str, str] = {}
    known: bool = False


def python_of(case: Case) -> str:
    cells = [{"cell_type": "code", "source": cell} for cell in case.cells]
    return read_notebook(json.dumps({"cells": cells})).source


def read(case: Case) -> PythonFile:
    return read_module(python_of(case), Folder(case.files, PurePath(), is_notebook=True))


CASES = convert(
    json.loads((Path(__file__).parents[1] / "fixtures" / "notebooks.json").read_text("utf-8")), list[Case]
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_what_a_notebook_changes_is_seen(case: Case) -> None:
    file = read(case)
    run = Run(tuple((step, got) for step, got in case.got), "")
    assert list(differences(Program(""), run, file)) == []
    assert is_known(file) or not case.known


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_reading_while_typing_says_the_same(case: Case) -> None:
    whole = read(case)
    typed = start_reading(python_of(case), Folder(case.files, PurePath(), is_notebook=True)).file
    assert (typed.steps, typed.problems) == (whole.steps, whole.problems)


@pytest.mark.process
@pytest.mark.skipif(not IPYTHON.exists(), reason="no IPython here")
def test_ipython_gives_what_the_pictures_say() -> None:
    sent = json.dumps([[case.cells, case.files] for case in CASES])
    done = subprocess.run([str(IPYTHON), str(RUNNER)], input=sent, capture_output=True, text=True, check=True)
    given = [json.loads(line) for line in done.stdout.splitlines()]
    assert {case.id: got for case, got in zip(CASES, given, strict=True)} == {
        case.id: case.got for case in CASES
    }
