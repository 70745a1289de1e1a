"""What coding agents get in a real VS Code: the tools that read, and the server that can also update."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.editors.scenario import PROJECTS, ROOT, Report
from tests.editors.vscode.driver import ONE_VSCODE, drive_vscode, states_in

DRIVER = Path(__file__).parent / "agents.mjs"

pytestmark = ONE_VSCODE


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Report:
    root = tmp_path_factory.mktemp("agents")
    shutil.copytree(PROJECTS / "digits", root / "digits")
    (root / "others").mkdir()
    (root / "others" / "notes.yaml").write_text("x: 1\n", "utf-8")
    return drive_vscode(
        DRIVER,
        root,
        "agents",
        probe=True,
        FOLDER=root / "digits",
        OTHERS=root / "others",
        MANIFEST=ROOT / "vscode-extension" / "package.json",
        PYTHON=sys.executable,  # the package mcp is there
    )


@pytest.mark.parametrize("state", states_in(DRIVER))
def test_agents(session: Report, state: str) -> None:
    session.check(state)
