"""Every valohai.yaml of this repository that is meant to be right is right."""

from pathlib import Path

import pytest

from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.model.rules import Severity
from valohai_steps.project.disk.files import demand
from valohai_steps.project.disk.scan import scan
from valohai_steps.project.workspace import Workspace

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path for name in ("examples", "editors", "docs") for path in (ROOT / name).rglob("valohai.y*ml")
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_it_has_no_finding(path: Path) -> None:
    workspace = Workspace([path.parent])
    workspace.begin_scan()
    workspace.end_scan(scan(path.parent))
    found = [
        item for item in demand(diagnostics(workspace.snapshot, path)) if item.severity <= Severity.WARNING
    ]
    assert [(item.finding.code, item.finding.message) for item in found] == []


def test_there_are_some() -> None:
    assert FILES
