"""`valohai-steps check`: every finding, with the codes, places and messages of the editor."""

import argparse
import sys
from pathlib import Path

from valohai_steps.cli.exit_codes import DONE, WOULD_CHANGE
from valohai_steps.cli.report import LocatedFinding, located, rendered
from valohai_steps.cli.sources import (
    ChosenFiles,
    UsageError,
    choose,
    complain_of_settings,
    whole_path,
    with_neighbours,
)
from valohai_steps.cli.terminal import Terminal
from valohai_steps.ide.findings.checked_files import files_to_check
from valohai_steps.model.rules import Severity
from valohai_steps.project.document import Document

_STDIN = Path("-")


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Print the findings; 1 when one is a warning or an error. Raises FileError."""
    chosen = _choose(options, terminal)
    complain_of_settings(chosen, terminal)
    chosen = with_neighbours(chosen, terminal)
    paths = files_to_check(chosen.snapshot, chosen.all, chosen.scanned)
    found = located(chosen.snapshot, terminal.counted(paths, "checking"))
    terminal.write(rendered(options.output_format, found, terminal.painted))
    terminal.say(_summary(found, len(paths)))
    return WOULD_CHANGE if any(item.diagnostic.severity <= Severity.WARNING for item in found) else DONE


def _choose(options: argparse.Namespace, terminal: Terminal) -> ChosenFiles:
    if _STDIN not in options.paths:
        if options.stdin_filename is not None:
            raise UsageError(
                "--stdin-filename says what standard input is called; give - as the path with it"
            )
        return choose(options.paths, terminal)
    if len(options.paths) > 1:
        raise UsageError("- reads standard input; name no other file with it")
    path = whole_path(options.stdin_filename or Path("stdin.py"))
    return choose([path], terminal, {path: Document(_read_stdin(), None)})


def _read_stdin() -> str:
    if sys.stdin is None:
        raise UsageError("standard input is closed; pass the text of a file there")
    data = sys.stdin.buffer.read()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"standard input: byte {error.start} is not UTF-8; pass the text as UTF-8"
        ) from error


def _summary(found: list[LocatedFinding], files: int) -> str:
    if not found:
        return f"no findings in {files} {'file' if files == 1 else 'files'}"
    counts = ((sum(item.diagnostic.severity is level for item in found), level) for level in Severity)
    return ", ".join(f"{count} {_plural(level, count)}" for count, level in counts if count)


def _plural(level: Severity, count: int) -> str:
    name = level.name.lower()
    return name if count == 1 or level is Severity.INFORMATION else f"{name}s"
