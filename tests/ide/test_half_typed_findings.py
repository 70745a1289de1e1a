"""What is said of a call stays while something else in the file is half-typed, on both sides."""

from pathlib import Path

import pytest

from valohai_steps.ide.code_lens import code_lenses
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.update.update import Refused, plan_update
from valohai_steps.project.disk.files import demand
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
PYTHON, YAML = ROOT / "train.py", ROOT / "valohai.yaml"
DIFFERENT = """\
- step:
    name: train
    image: python
    command: python train.py
    parameters:
      - {name: lr, type: float, default: 0.1}
"""
WHOLE = 'import valohai\n\nvalohai.prepare(step="train", default_parameters={"lr": 0.2})\n'


def codes(workspace: Workspace, path: Path) -> list[str]:
    return [item.finding.code for item in demand(diagnostics(workspace.snapshot, path))]


@pytest.mark.parametrize("typed", ["x = (1,", '"""', "@", "def f(", "x = [1,", "f'''", "class ", "x = {"])
def test_findings_and_lenses_stay_while_the_file_is_broken_above(typed: str) -> None:
    workspace = Workspace([ROOT])
    workspace.put(YAML, DIFFERENT, None)
    workspace.put(PYTHON, WHOLE, None)
    before = [each.title for each in code_lenses(workspace.snapshot, PYTHON)]
    assert (codes(workspace, PYTHON), codes(workspace, YAML)) == (["VH202"], ["VH202"])
    workspace.put(PYTHON, WHOLE.replace("\n\n", f"\n{typed}\n", 1), None)
    assert "VH202" in codes(workspace, PYTHON)
    assert codes(workspace, YAML) == ["VH202"]
    assert [each.title for each in code_lenses(workspace.snapshot, PYTHON)] == before
    assert len(workspace.memo.compared) == 1


def test_nothing_is_written_from_a_call_that_is_half_typed() -> None:
    workspace = Workspace([ROOT])
    workspace.put(YAML, DIFFERENT, None)
    workspace.put(PYTHON, WHOLE, None)
    assert codes(workspace, PYTHON) == ["VH202"]
    workspace.put(PYTHON, WHOLE.replace("\n\n", "\nx = (1,\n", 1), None)
    assert isinstance(plan_update(workspace.snapshot, [PYTHON]), Refused)
