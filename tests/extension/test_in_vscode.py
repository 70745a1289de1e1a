"""The extension in a real VS Code: what it shows and runs, and what it says when the server cannot run.

The profile is new, of programs only `python3` is on the PATH, and the runtime notes how it is called.
"""

import re
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from tests.editors.scenario import ARTIFACTS, EDITORS, PROJECTS, ROOT, Report, drive, need

HERE = Path(__file__).parent
NODE = EDITORS / "node" / "current" / "bin" / "node"
VSIX = ROOT / "dist" / "valohai-steps-linux-x64.vsix"
PROBE = ROOT / "tests" / "editors" / "vscode" / "probe"
STATES = re.findall(r"^  async '(.+)'\(\)", (HERE / "session.mjs").read_text("utf-8"), re.MULTILINE)
NOTING = """\
import pathlib
import sys

pathlib.Path("argv.txt").write_text("|".join(sys.argv))
sys.exit()
"""

pytestmark = [pytest.mark.editor, pytest.mark.xdist_group("vscode")]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Report:
    need(NODE, EDITORS / "code-server" / ".ready", EDITORS / "playwright" / ".ready")
    need(Path("/usr/bin/chromium"), VSIX)
    root = tmp_path_factory.mktemp("extension")
    shutil.copytree(PROJECTS / "digits", root / "digits")
    (root / "digits" / "valohai.py").write_text(NOTING, "utf-8")
    (root / "bin").mkdir()
    (root / "bin" / "python3").symlink_to(Path(sys.executable).resolve())
    with zipfile.ZipFile(root / "probe.vsix", "w") as package:
        for file in PROBE.iterdir():
            package.write(file, f"extension/{file.name}")
    return drive(
        [NODE, HERE / "session.mjs"],
        root,
        {
            "VALOHAI_STEPS_EDITORS": str(EDITORS),
            "VALOHAI_ROOT": str(root / "profile"),
            "VALOHAI_PATH": str(root / "bin"),
            "VALOHAI_FOLDER": str(root / "digits"),
            "VALOHAI_VSIX": f"{VSIX}:{root / 'probe.vsix'}",
            "VALOHAI_PICTURES": str(ARTIFACTS / "extension"),
        },
        logs=[root / "profile" / "code-server.log"],
    )


@pytest.mark.parametrize("state", STATES)
def test_the_extension(session: Report, state: str) -> None:
    session.check(state)
