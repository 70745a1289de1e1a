"""JupyterLab with jupyterlab-lsp and the two wheels, in a real browser: findings, notebooks, the button."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.editors.scenario import ARTIFACTS, EDITORS, ROOT, Report, drive, need
from tests.editors.vscode.driver import NODE, need_browser, states_in

DRIVER = Path(__file__).parent / "session.mjs"
PROJECT = ROOT / "tests" / "fixtures" / "jupyterlab"
EXTENSION = ROOT / "jupyterlab-extension"

pytestmark = [pytest.mark.editor, pytest.mark.xdist_group("jupyterlab")]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Report:
    need_browser()
    need(EDITORS / "jupyterlab" / ".ready")
    need(EXTENSION / "labextension" / "package.json", made_by="make labextension")
    root = tmp_path_factory.mktemp("jupyterlab")
    shutil.copytree(PROJECT, root / "project")
    return drive(
        [NODE, DRIVER],
        root,
        {
            "VALOHAI_STEPS_EDITORS": str(EDITORS),
            "VALOHAI_ROOT": str(root),
            "VALOHAI_WHEELS": str(unpacked_wheels(root)),
            "VALOHAI_FOLDER": str(root / "project"),
            "VALOHAI_PICTURES": str(ARTIFACTS / "jupyterlab"),
        },
        logs=[root / "jupyterlab.log"],
    )


def unpacked_wheels(root: Path) -> Path:
    """The wheels of the server and of the extension, as pip would lay them out, in a folder of their own."""
    site = root / "site"
    for folder in (ROOT, EXTENSION):
        built = root / f"wheel-{folder.name}"
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(built)]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
        (wheel,) = built.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(site)
    for data in site.glob("*.data/data"):
        shutil.copytree(data, site, dirs_exist_ok=True)
    return site


@pytest.mark.parametrize("state", states_in(DRIVER))
def test_in_jupyterlab(session: Report, state: str) -> None:
    session.check(state)


def test_the_log_says_nothing_about_the_server(session: Report) -> None:
    """Neither a message that it does not know, nor what it would print when something fails."""
    logged = [line for line in session.output.splitlines() if not line.startswith("STATE ")]
    assert any("Saving file" in line for line in logged)
    assert [line for line in logged if re.search(r"didSave|valohai_steps|Traceback", line)] == []
