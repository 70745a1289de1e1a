"""The extension in a real VS Code: what it shows and runs, and what it says when the server cannot run.

The profile is new, of programs only `python3` is on the PATH, and the runtime notes how it is called.
"""

import shutil
from pathlib import Path

import pytest

from tests.editors.scenario import PROJECTS, Report
from tests.editors.vscode.driver import ONE_VSCODE, drive_vscode, states_in

DRIVER = Path(__file__).parent / "session.mjs"
NOTING = """\
import pathlib
import sys

pathlib.Path("argv.txt").write_text("|".join(sys.argv))
sys.exit()
"""

pytestmark = ONE_VSCODE


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Report:
    root = tmp_path_factory.mktemp("extension")
    shutil.copytree(PROJECTS / "digits", root / "digits")
    (root / "digits" / "valohai.py").write_text(NOTING, "utf-8")
    (root / "others").mkdir()
    (root / "others" / "notes.yaml").write_text("x: 1\n", "utf-8")
    return drive_vscode(DRIVER, root, "extension", probe=True, FOLDER=root / "digits", OTHERS=root / "others")


@pytest.mark.parametrize("state", states_in(DRIVER))
def test_the_extension(session: Report, state: str) -> None:
    session.check(state)
