"""A notebook is read as Python, and every place is one of its JSON text."""

import json
from pathlib import Path

from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.update.update import Update, plan_update
from valohai_steps.project.workspace import Workspace

CELLS = [
    {"cell_type": "markdown", "source": "# Training"},
    {"cell_type": "code", "source": ["%matplotlib inline\n", "!pip install torch\n", "import valohai\n"]},
    {
        "cell_type": "code",
        "source": 'valohai.prepare(step="grün", default_parameters={"lr": rate, "n": "ä\\n"})',
    },
]
NOTEBOOK = json.dumps({"nbformat": 4, "metadata": {}, "cells": CELLS}, indent=1)


def workspace_with(text: str) -> tuple[Workspace, Path]:
    path = Path("/workspace/train.ipynb")
    workspace = Workspace([path.parent])
    workspace.put(path, text, None)
    return workspace, path


def test_a_finding_stands_at_the_json_and_names_its_cell() -> None:
    workspace, path = workspace_with(NOTEBOOK)
    (found,) = [
        item.finding for item in diagnostics(workspace.snapshot, path) if item.finding.code == "VH101"
    ]
    assert NOTEBOOK[found.span.start : found.span.end] == "rate"
    assert found.message.startswith("cell 3: rate is not defined in this file")
    assert found.fixes == ()


def test_a_notebook_makes_a_step_that_papermill_runs() -> None:
    workspace, path = workspace_with(NOTEBOOK.replace("rate", "0.5"))
    result = plan_update(workspace.snapshot, [path])
    assert isinstance(result, Update)
    assert "name: grün" in result.after
    assert "/valohai/repository/train.ipynb /valohai/outputs/train.ipynb" in result.after
    assert 'default: "ä\\n"' in result.after or "default: |" in result.after


def test_a_notebook_that_is_no_json_is_one_finding() -> None:
    workspace, path = workspace_with('{"valohai"')
    (found,) = diagnostics(workspace.snapshot, path)
    assert "not valid JSON" in found.finding.message


def test_another_languages_notebook_has_no_steps() -> None:
    text = json.dumps({"metadata": {"language_info": {"name": "R"}}, "cells": CELLS})
    workspace, path = workspace_with(text)
    assert diagnostics(workspace.snapshot, path) == ()
