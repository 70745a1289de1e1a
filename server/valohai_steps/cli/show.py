"""`valohai-steps show`: the YAML of a file's steps as a new valohai.yaml would hold it."""

import argparse
from pathlib import Path

from valohai_steps.cli.main import DONE, REFUSED
from valohai_steps.cli.sources import choose, shown
from valohai_steps.cli.terminal import Terminal
from valohai_steps.ide.update import Refused, preview
from valohai_steps.model.text import LineIndex
from valohai_steps.project.files import FileError


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Print the YAML. Raises FileError."""
    chosen = choose([options.file], terminal)
    path = Path.cwd() / options.file
    python = chosen.snapshot.python(path)
    if python is None or not (python.steps or python.problems):
        raise FileError(options.file, "no valohai.prepare() call in this file; name the file that makes one")
    result = preview(chosen.snapshot, path)
    if isinstance(result, Refused):
        place = shown(path)
        if result.span is not None:
            line, column = LineIndex(python.text).position(result.span.start, "utf-32")
            place += f":{line + 1}:{column + 1}"
        terminal.complain(f"{place}: {result.reason}")
        return REFUSED
    terminal.write(result)
    return DONE
