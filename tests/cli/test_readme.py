"""The first lines of README.md, done by hand: what it shows is what happens."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
PYTHON, CREATED, CHANGED, REFUSED = re.findall(r"```(?:python|console)\n(.*?)```", README, re.DOTALL)[:4]


def shown(block: str, command: str) -> str:
    """What a block of the console says below a command."""
    return block.partition(f"$ {command}\n")[2].partition("\n$ ")[0].strip("\n")


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "train.py"
    path.write_text(PYTHON)
    return path


def test_the_first_update_and_the_first_run(run: Run, script: Path) -> None:
    assert run("update", "train.py").err.strip("\n") == shown(CREATED, "valohai-steps update train.py")
    command = re.findall(r"\$ (python .*)", CREATED)[0]
    ran = subprocess.run(
        [sys.executable, *command.split()[1:]], cwd=script.parent, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip("\n") == shown(CREATED, command)


def test_another_default_is_one_line(run: Run, script: Path) -> None:
    run("update", "train.py")
    script.write_text(PYTHON.replace("0.001", "0.01"))
    result = run("update", "--diff")
    assert (result.out + result.err).strip("\n") == shown(CHANGED, "valohai-steps update --diff")


def test_a_value_that_only_running_tells(run: Run, script: Path) -> None:
    value = re.findall(r'`(f"http:.*?)`', README)[0]
    script.write_text(PYTHON.replace('"http://example.com/training_set.zip"', value))
    result = run("update", "train.py")
    assert (result.code, result.err.strip("\n")) == (2, shown(REFUSED, "valohai-steps update train.py"))
