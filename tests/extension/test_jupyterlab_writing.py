"""How the button in JupyterLab writes its files, without a JupyterLab: all of them, or none."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent / "jupyterlab"
ESBUILD = ROOT / "vscode-extension" / "node_modules" / ".bin" / "esbuild"

pytestmark = [pytest.mark.editor, pytest.mark.xdist_group("vsix")]


def test_all_files_are_written_or_none(tmp_path: Path) -> None:
    bundle = tmp_path / "writing.test.js"
    options = ["--bundle", "--platform=node", "--format=cjs", "--target=node20", "--log-level=warning"]
    alias = f"--alias:@jupyterlab/coreutils={HERE / 'coreutils.ts'}"
    subprocess.run(
        [ESBUILD, HERE / "writing.test.ts", *options, alias, f"--outfile={bundle}"], check=True, cwd=tmp_path
    )
    done = subprocess.run(["node", "--test", bundle], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert re.search(r"^# pass [1-9]", done.stdout, re.MULTILINE), done.stdout
    assert re.search(r"^# fail 0$", done.stdout, re.MULTILINE), done.stdout
