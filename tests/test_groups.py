"""Tests of one group run in one process: what they share, such as an editor, is started once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SHARED = """
import pytest
from pathlib import Path

pytestmark = pytest.mark.xdist_group("shared")

@pytest.fixture(scope="module")
def shared():
    with (Path(__file__).parent / "started").open("a") as started:
        started.write("once\\n")

@pytest.mark.parametrize("number", range(8))
def test_shared(shared, number):
    pass
"""


@pytest.mark.process
def test_a_group_is_never_split(tmp_path: Path) -> None:
    (tmp_path / "test_shared.py").write_text(SHARED)
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    run = [sys.executable, "-m", "pytest", "-q", "-p", "xdist", "-n", "2", "--dist", "loadgroup"]
    command = [*run, "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)]
    done = subprocess.run(
        command, cwd=tmp_path, env=alone, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "started").read_text() == "once\n"
