""" "Show Pipeline" in a real VS Code, by keys and eyes: drawn, clicked, broken, reloaded, in every theme."""

import re
import shutil
from pathlib import Path

import pytest

from tests.editors.scenario import ARTIFACTS, EDITORS, ROOT, Report, drive, lay_out, need
from tests.editors.vscode.test_vscode import NODE, VSIX, only_python

HERE = Path(__file__).parent
SHAPES = ROOT / "tests" / "fixtures" / "pipelines" / "graphs.yaml"
STATES = re.findall(r"^  async '(.+)'\(\)", (HERE / "pipelines.mjs").read_text("utf-8"), re.MULTILINE)

# One VS Code at a time: two of them, on two cores, are slower than a person is patient.
pytestmark = [pytest.mark.editor, pytest.mark.xdist_group("vscode")]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Report:
    need(NODE, EDITORS / "code-server" / ".ready", EDITORS / "playwright" / ".ready")
    need(Path("/usr/bin/chromium"))
    need(VSIX, made_by="make vsix")
    root = tmp_path_factory.mktemp("pipelines")
    workspaces = lay_out(root / "workspaces")
    (workspaces / "shapes").mkdir()
    shutil.copy(SHAPES, workspaces / "shapes" / "valohai.yaml")
    shutil.rmtree(ARTIFACTS / "pipelines", ignore_errors=True)
    return drive(
        [NODE, HERE / "pipelines.mjs"],
        root,
        {
            "VALOHAI_STEPS_EDITORS": str(EDITORS),
            "VALOHAI_ROOT": str(root / "profile"),
            "VALOHAI_PATH": str(only_python(root / "bin")),
            "VALOHAI_VSIX": str(VSIX),
            "VALOHAI_WORKSPACES": str(workspaces),
            "VALOHAI_PICTURES": str(ARTIFACTS / "pipelines"),
        },
        logs=[root / "profile" / "code-server.log"],
    )


@pytest.mark.parametrize("state", STATES)
def test_pipelines(session: Report, state: str) -> None:
    session.check(state)
