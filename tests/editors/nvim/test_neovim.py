"""A real Neovim, headless, with the plug-in that users install: editors/neovim."""

import sys
from pathlib import Path

import pytest

from tests.editors.scenario import (
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

NEOVIM = EDITORS / "nvim" / "bin" / "nvim"

pytestmark = [pytest.mark.editor, pytest.mark.xdist_group("neovim")]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Report:
    need(NEOVIM)
    folder = tmp_path_factory.mktemp("neovim")
    workspaces = lay_out(folder / "workspaces")
    homes = {f"XDG_{name}_HOME": str(folder / name) for name in ("STATE", "DATA", "CONFIG", "CACHE")}
    paths = {
        "VALOHAI_NEOVIM": ROOT / "editors" / "neovim",
        "VALOHAI_STEPS": Path(sys.executable).parent / "valohai-steps",
        "VALOHAI_SCENARIO": SCENARIO,
        "VALOHAI_PROJECTS": PROJECTS,
        "VALOHAI_WORKSPACES": workspaces,
    }
    return drive(
        [
            NEOVIM,
            *("--headless", "-u", "NONE", "-i", "NONE", "-n"),
            *("-c", "filetype on", "-c", f"luafile {Path(__file__).parent / 'session.lua'}"),
        ],
        workspaces,
        {**homes, **{name: str(path) for name, path in paths.items()}},
        logs=[folder / "STATE" / "nvim" / "lsp.log"],
    )


@pytest.mark.parametrize("state", states("neovim"))
def test_neovim(session: Report, state: str) -> None:
    session.check(state)
