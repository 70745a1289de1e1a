""" "Show Pipeline" in a real VS Code, by keys and eyes: drawn, clicked, broken, reloaded, in every theme."""

import shutil
from pathlib import Path

import pytest

from tests.editors.scenario import ROOT, Report, lay_out
from tests.editors.vscode.driver import ONE_VSCODE, drive_vscode, states_in

DRIVER = Path(__file__).parent / "pipelines.mjs"
SHAPES = ROOT / "tests" / "fixtures" / "pipelines" / "graphs.yaml"

pytestmark = ONE_VSCODE


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Report:
    root = tmp_path_factory.mktemp("pipelines")
    workspaces = lay_out(root / "workspaces")
    (workspaces / "shapes").mkdir()
    shutil.copy(SHAPES, workspaces / "shapes" / "valohai.yaml")
    return drive_vscode(DRIVER, root, "pipelines", WORKSPACES=workspaces)


@pytest.mark.parametrize("state", states_in(DRIVER))
def test_pipelines(session: Report, state: str) -> None:
    session.check(state)
