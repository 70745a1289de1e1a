"""A real VS Code (code-server), in a real browser, with the .vsix that users install.

The profile is new, the machine's registries are out of reach, and of programs only `python3` is on the PATH.
"""

import json
from pathlib import Path

import pytest

from tests.editors.scenario import PROJECTS, ROOT, SCENARIO, Report, lay_out, states
from tests.editors.vscode.driver import ONE_VSCODE, drive_vscode

DRIVER = Path(__file__).parent / "session.mjs"

pytestmark = ONE_VSCODE


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Report:
    root = tmp_path_factory.mktemp("vscode")
    workspaces = lay_out(root / "workspaces")
    name_a_program(workspaces / "guarded")
    return drive_vscode(
        DRIVER,
        root,
        "vscode",
        SCENARIO,
        probe=True,
        profiles=("trusting", "careful"),
        RUNTIME=ROOT / "runtime" / "src",
        PROJECTS=PROJECTS,
        WORKSPACES=workspaces,
    )


def name_a_program(workspace: Path) -> None:
    """Let the settings of a workspace name a program of that workspace."""
    (workspace / ".vscode").mkdir()
    settings = {"valohai-steps.interpreter": str(workspace / "python3")}
    (workspace / ".vscode" / "settings.json").write_text(json.dumps(settings), "utf-8")


@pytest.mark.parametrize("state", states("vscode"))
def test_vscode(session: Report, state: str) -> None:
    session.check(state)
