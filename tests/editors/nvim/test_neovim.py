"""A real Neovim, headless, with the configuration that users paste: editors/neovim."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NEOVIM = Path(os.environ.get("VALOHAI_STEPS_NVIM", "~/.cache/valohai-steps/nvim/bin/nvim")).expanduser()

PYTHON = """\
import valohai

valohai.prepare(
    step="train",
    default_parameters={"learning-rate": 0.001},
)
"""
YAML = """\
# The whole project.

- step:
    name: train  # the one that counts
    image: python:3.11-slim
    command: python train.py {parameters}
    parameters:
      - name: learning-rate   # careful
        type: float
        default: 0.001   # tuned by hand
# the end
"""


@pytest.mark.editor
def test_a_session_in_neovim(tmp_path: Path) -> None:
    if not NEOVIM.exists():
        assert os.environ.get("CI") != "true", f"CI must have Neovim at {NEOVIM}; `make editors` installs it"
        pytest.skip(f"no Neovim at {NEOVIM}; `make editors` installs it")
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    (workspace / "train.py").write_text(PYTHON)
    (workspace / "valohai.yaml").write_text(YAML)
    shutil.copy(workspace / "valohai.yaml", workspace / "before.yaml")
    folders = {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("STATE", "DATA", "CONFIG", "CACHE")}
    done = subprocess.run(
        [
            NEOVIM,
            *("--headless", "-u", "NONE", "-i", "NONE", "-n"),
            *("-c", "filetype on", "-c", f"luafile {Path(__file__).parent / 'scenario.lua'}"),
        ],
        cwd=workspace,
        env={
            **os.environ,
            **folders,
            "VALOHAI_NEOVIM": str(ROOT / "editors" / "neovim"),
            "VALOHAI_STEPS": str(Path(sys.executable).parent / "valohai-steps"),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    log = tmp_path / "STATE" / "nvim" / "lsp.log"
    details = done.stdout + done.stderr + (log.read_text("utf-8", "replace") if log.exists() else "")
    assert done.returncode == 0, details
    assert done.stdout.splitlines()[-1] == "NEOVIM OK", details
