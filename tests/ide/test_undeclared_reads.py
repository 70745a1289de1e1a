"""A file without `prepare()` is checked against the step of valohai.yaml whose command runs it."""

from pathlib import Path

import pytest

from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.model.text import apply_edits
from valohai_steps.project.disk.files import demand
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
PYTHON = """\
import valohai

print(valohai.parameters("learning-rte").value)
print(valohai.inputs("images").path())
"""
YAML = """\
- step:
    name: train
    image: x
    command: {command}
    parameters:
      - {{name: learning-rate, type: float}}
    inputs:
      - name: images
"""


def messages(command: str, python: str = PYTHON) -> list[str]:
    workspace = Workspace([ROOT])
    workspace.put(ROOT / "src" / "train.py", python, None)
    workspace.put(ROOT / "valohai.yaml", YAML.format(command=command), None)
    return [
        item.finding.message for item in demand(diagnostics(workspace.snapshot, ROOT / "src" / "train.py"))
    ]


@pytest.mark.parametrize(
    "command", ["python src/train.py", "[cd src, python train.py]", "python -m src.train {parameters}"]
)
def test_a_misspelt_name_is_found(command: str) -> None:
    assert messages(command) == [
        (
            "'train' in valohai.yaml runs this file and declares no parameter 'learning-rte'; "
            "did you mean 'learning-rate'?"
        )
    ]


def test_a_file_that_no_step_runs_is_left_alone() -> None:
    assert messages("python other.py") == []


def test_a_comment_switches_it_off() -> None:
    ignored = PYTHON.replace(".value)", ".value)  # valohai: ignore[VH121]")
    assert messages("python src/train.py", ignored) == []


def test_the_fix_writes_the_declared_name() -> None:
    workspace = Workspace([ROOT])
    workspace.put(ROOT / "train.py", PYTHON, None)
    workspace.put(ROOT / "valohai.yaml", YAML.format(command="python train.py"), None)
    (found,) = demand(diagnostics(workspace.snapshot, ROOT / "train.py"))
    (fix,) = found.finding.fixes
    assert apply_edits(PYTHON, fix.edits) == PYTHON.replace("learning-rte", "learning-rate")
