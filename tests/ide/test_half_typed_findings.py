"""What is said of a call stays while something else in the file is half-typed, on both sides."""

from pathlib import Path

import pytest

from valohai_steps.ide.code_lens import Click, code_lenses
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.navigation.rename import rename
from valohai_steps.ide.update.sync_state import obstacle, state_of
from valohai_steps.ide.update.update import Refused, plan_update
from valohai_steps.project.disk.files import demand
from valohai_steps.project.workspace import Workspace
from valohai_steps.source.python_file import read_module

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
    now = [each.title for each in code_lenses(workspace.snapshot, PYTHON)]
    assert now in (before, ["not complete Python; last read: 1 change", *before[1:]])
    assert len(workspace.memo.compared) == 1


def test_nothing_is_written_from_a_call_that_is_half_typed() -> None:
    workspace = Workspace([ROOT])
    workspace.put(YAML, DIFFERENT, None)
    workspace.put(PYTHON, WHOLE, None)
    assert codes(workspace, PYTHON) == ["VH202"]
    workspace.put(PYTHON, WHOLE.replace("\n\n", "\nx = (1,\n", 1), None)
    assert isinstance(plan_update(workspace.snapshot, [PYTHON]), Refused)


SAME = DIFFERENT.replace("0.1", "0.2")
BREAK = "this prepare() call is not complete Python; close its brackets and quotes, mind the commas"
BREAKS = {
    "a comma missing": ('{"lr": 0.2}', '{"lr": 0.2 "n": 5,, "m": None}'),
    "a value missing": ('"lr": 0.2', '"lr": '),
    "a bracket open": ("0.2})", "0.2}"),
}


def half_typed(old: str, new: str) -> Workspace:
    """Both sides agree, and then the call breaks."""
    workspace = Workspace([ROOT])
    workspace.put(YAML, SAME, None)
    workspace.put(PYTHON, WHOLE, None)
    workspace.put(ROOT / "requirements.txt", "valohai-utils\n", None)
    assert codes(workspace, PYTHON) == []
    assert lens(workspace, PYTHON) == "in sync with valohai.yaml"
    workspace.put(PYTHON, WHOLE.replace(old, new), None)
    return workspace


def lens(workspace: Workspace, path: Path) -> str:
    return next(
        each.title
        for each in code_lenses(workspace.snapshot, path)
        if each.file != PYTHON or each.click is Click.SHOW_OBSTACLE
    )


@pytest.mark.parametrize(("old", "new"), BREAKS.values(), ids=BREAKS)
def test_no_lens_says_that_a_call_is_in_sync_that_cannot_be_read(old: str, new: str) -> None:
    workspace = half_typed(old, new)
    assert codes(workspace, PYTHON) == []
    assert lens(workspace, PYTHON) == "not complete Python; last read: in sync with valohai.yaml"
    assert lens(workspace, YAML) == "not complete Python; last read: in sync"
    found = state_of(workspace.snapshot, PYTHON)
    assert found is not None
    assert found.summary == "not complete Python; last read: in sync with valohai.yaml"
    hindrance = obstacle(workspace.snapshot, PYTHON, found)
    assert hindrance is not None
    assert hindrance.reason == BREAK


@pytest.mark.parametrize(("old", "new"), BREAKS.values(), ids=BREAKS)
def test_a_broken_call_that_is_saved_is_told_of_as_on_the_command_line(old: str, new: str) -> None:
    workspace = half_typed(old, new)
    workspace.save(PYTHON)
    (found,) = demand(diagnostics(workspace.snapshot, PYTHON))
    (fresh,) = read_module(WHOLE.replace(old, new)).problems
    assert found.finding == fresh
    workspace.put(PYTHON, WHOLE.replace(old, new + " "), None)
    assert codes(workspace, PYTHON) == []
    workspace.save(PYTHON)
    workspace.put(PYTHON, WHOLE, None)
    workspace.save(PYTHON)
    assert (codes(workspace, PYTHON), lens(workspace, PYTHON)) == ([], "in sync with valohai.yaml")


@pytest.mark.parametrize(("old", "new"), BREAKS.values(), ids=BREAKS)
def test_what_is_refused_because_of_a_broken_call_names_the_break(old: str, new: str) -> None:
    workspace = half_typed(old, new)
    (fresh,) = read_module(WHOLE.replace(old, new)).problems
    refused = plan_update(workspace.snapshot, [PYTHON])
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.span) == (BREAK, fresh.span)
    renamed = rename(workspace.snapshot, PYTHON, WHOLE.index("train"), "fit")
    assert isinstance(renamed, Refused)
    assert renamed.reason == f"'train' cannot be renamed: train.py, line 3: {BREAK}"
