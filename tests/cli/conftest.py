"""The command line in an empty folder: in this process, as a process of its own, and on a terminal."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from valohai_steps.cli.main import main

# A step whose default of lr is another than in `source(lr=0.2)`.
DIFFERENT_YAML = """\
- step:
    name: train
    image: python:3.11-slim
    command: python ./train.py {parameters}
    parameters:
      - name: lr
        type: float
        default: 0.1
"""
EXAMPLE = (Path(__file__).parents[2] / "examples" / "train.py").read_text("utf-8")


@dataclass
class Result:
    code: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run_here(*arguments: str) -> Result:
        code = main(arguments)
        printed = capsys.readouterr()
        return Result(code, printed.out, printed.err)

    return run_here


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(path.name for path in folder.iterdir())


def source(step: str = "train", **parameters: object) -> str:
    """A Python file with one step."""
    return f"import valohai\n\nvalohai.prepare(step={step!r}, default_parameters={parameters!r})\n"


def process(
    folder: Path, *arguments: str, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the command line as a process."""
    return subprocess.run(
        [sys.executable, "-m", "valohai_steps", *arguments],
        cwd=folder,
        input=stdin,
        env={**os.environ, **environment},
        capture_output=True,
        timeout=60,
        check=False,
    )


def on_a_terminal(folder: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """Run the command line with a terminal as its output; the exit code and what was shown."""
    import pty

    here, there = pty.openpty()
    changed = {"TERM": "xterm", "COLUMNS": "100", **environment}
    kept = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    command = [sys.executable, "-m", "valohai_steps", *arguments]
    running = subprocess.Popen(
        command, cwd=folder, stdin=there, stdout=there, stderr=there, env={**kept, **changed}
    )
    os.close(there)
    shown = b""
    while True:
        try:
            part = os.read(here, 65536)
        except OSError:  # Linux's word for: the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(here)
    return running.wait(60), shown.decode().replace("\r\n", "\n")
