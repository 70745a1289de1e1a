"""A real VS Code (code-server), in a real browser, with the .vsix that users install.

The profile is new, the machine's registries are out of reach, and of programs only `python3` is on the PATH.
"""

import json
import os
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from tests.editors.scenario import (
    ARTIFACTS,
    EDITORS,
    PROJECTS,
    ROOT,
    SCENARIO,
    Report,
    drive,
    lay_out,
    need,
    states,
)

HERE = Path(__file__).parent
NODE = EDITORS / "node" / "current" / "bin" / "node"
VSIX = Path(os.environ.get("VALOHAI_STEPS_VSIX", ROOT / "dist" / "valohai-steps-linux-x64.vsix"))

pytestmark = [pytest.mark.editor, pytest.mark.xdist_group("vscode")]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Report:
    need(NODE, EDITORS / "code-server" / ".ready", EDITORS / "playwright" / ".ready")
    need(Path("/usr/bin/chromium"))
    need(VSIX, made_by="make vsix")
    root = tmp_path_factory.mktemp("vscode")
    workspaces = lay_out(root / "workspaces")
    name_a_program(workspaces / "guarded")
    shutil.rmtree(ARTIFACTS / "vscode", ignore_errors=True)
    return drive(
        [NODE, HERE / "session.mjs", SCENARIO],
        root,
        {
            "VALOHAI_STEPS_EDITORS": str(EDITORS),
            "VALOHAI_ROOT": str(root / "profile"),
            "VALOHAI_PATH": str(only_python(root / "bin")),
            "VALOHAI_VSIX": f"{VSIX}:{probe(root / 'probe.vsix')}",
            "VALOHAI_RUNTIME": str(ROOT / "runtime" / "src"),
            "VALOHAI_PROJECTS": str(PROJECTS),
            "VALOHAI_WORKSPACES": str(workspaces),
            "VALOHAI_PICTURES": str(ARTIFACTS / "vscode"),
        },
        logs=[root / "profile" / name / "code-server.log" for name in ("trusting", "careful")],
    )


def only_python(folder: Path) -> Path:
    """A folder for PATH with nothing but `python3`: that under our environment, without what is in it."""
    folder.mkdir()
    (folder / "python3").symlink_to(Path(sys.executable).resolve())
    return folder


def name_a_program(workspace: Path) -> None:
    """Let the settings of a workspace name a program of that workspace."""
    (workspace / ".vscode").mkdir()
    settings = {"valohai-steps.interpreter": str(workspace / "python3")}
    (workspace / ".vscode" / "settings.json").write_text(json.dumps(settings), "utf-8")


def probe(vsix: Path) -> Path:
    """The extension that tells the tests what VS Code holds, as a package that VS Code installs."""
    with zipfile.ZipFile(vsix, "w") as package:
        for file in (HERE / "probe").iterdir():
            package.write(file, f"extension/{file.name}")
    return vsix


@pytest.mark.parametrize("state", states("vscode"))
def test_vscode(session: Report, state: str) -> None:
    session.check(state)
