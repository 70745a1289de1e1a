"""A real Emacs with eglot, in batch mode, with the configuration that users load: editors/emacs."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.editors.scenario import PROJECTS, ROOT, SCENARIO, Report, drive, lay_out, need, states

EMACS = Path(shutil.which("emacs") or "/usr/bin/emacs")
ELPA = Path("/usr/share/emacs/site-lisp/elpa")

pytestmark = [pytest.mark.editor, pytest.mark.xdist_group("emacs")]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Report:
    need(EMACS, *(next(ELPA.glob(f"{mode}-[0-9]*"), ELPA / mode) for mode in ("eglot", "yaml-mode")))
    folder = tmp_path_factory.mktemp("emacs")
    workspaces = lay_out(folder / "workspaces")
    paths = {
        "HOME": folder,
        "VALOHAI_EMACS": ROOT / "editors" / "emacs",
        "VALOHAI_SCENARIO": SCENARIO,
        "VALOHAI_PROJECTS": PROJECTS,
        "VALOHAI_WORKSPACES": workspaces,
    }
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return drive(
        [EMACS, "--batch", "-Q", "-l", Path(__file__).parent / "session.el"],
        workspaces,
        {"PATH": programs, "LANG": "C.UTF-8", **{name: str(path) for name, path in paths.items()}},
    )


@pytest.mark.parametrize("state", states("emacs"))
def test_emacs(session: Report, state: str) -> None:
    session.check(state)
