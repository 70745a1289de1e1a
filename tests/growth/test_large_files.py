"""What is too large to be read is told from its length: nothing of it is parsed first. Calls are counted."""

from pathlib import Path

import pytest

from tests.growth.call_counts import calls
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.update.update import plan_update
from valohai_steps.project.disk.files import demand
from valohai_steps.project.workspace import Workspace

STEP = """\
- step:
    name: s
    image: python
    command: run
    parameters: [{name: a, type: integer, default: 1}]
"""
PYTHON = 'import valohai\nvalohai.prepare(step="s", default_parameters={"a": 2})\n'
LARGE = {
    "valohai.yaml": STEP * 80_000,
    "train.py": PYTHON + "x = 1 + 2 + 3  # valohai: ignore[]\n" * 500_000,
}
MOST_CALLS = 10_000  # imports of what is loaded late are among them


def workspace(folder: Path, name: str, *, opened: bool) -> Workspace:
    """A folder with a small file and a large one, which is open or not."""
    texts = {"valohai.yaml": STEP, "train.py": PYTHON, name: LARGE[name]}
    found = Workspace([folder])
    for each, text in texts.items():
        (folder / each).write_text(text)
        if opened:
            found.put(folder / each, text, 1)
    found.end_scan([folder / "train.py"])
    return found


@pytest.mark.parametrize("opened", [False, True])
@pytest.mark.parametrize(
    ("name", "code", "words"),
    [("valohai.yaml", "VH301", "at most 2,000,000 are read; split it"), ("train.py", "VH101", "too large")],
)
def test_one_finding_says_that_a_file_is_too_large(
    tmp_path: Path, name: str, code: str, words: str, *, opened: bool
) -> None:
    snapshot = workspace(tmp_path, name, opened=opened).snapshot
    (found,) = demand(diagnostics(snapshot, tmp_path / name))
    assert (found.finding.code, words in found.finding.message) == (code, True)


@pytest.mark.parametrize("name", LARGE)
def test_nothing_of_it_is_parsed(tmp_path: Path, name: str) -> None:
    for path in (tmp_path / "valohai.yaml", tmp_path / "train.py"):
        found = workspace(tmp_path, name, opened=False)
        assert calls(lambda found=found, path=path: diagnostics(found.snapshot, path)) < MOST_CALLS  # type: ignore[misc]  # bound now
    again = workspace(tmp_path, name, opened=False)
    assert calls(lambda: plan_update(again.snapshot, [tmp_path / "train.py"])) < MOST_CALLS


def test_an_edit_that_makes_a_file_too_large_parses_none_of_it(tmp_path: Path) -> None:
    path, found = tmp_path / "valohai.yaml", Workspace([tmp_path])
    found.put(path, STEP, 1)
    diagnostics(found.snapshot, path)
    found.put(path, STEP + LARGE["valohai.yaml"], 2)
    assert calls(lambda: diagnostics(found.snapshot, path)) < MOST_CALLS
