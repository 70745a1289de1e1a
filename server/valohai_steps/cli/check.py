"""`valohai-steps check`: every finding, with the codes, places and messages of the editor."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from valohai_steps.cli.outcomes import DONE, REFUSED, WOULD_CHANGE, UsageError
from valohai_steps.cli.output.paths import shown, whole_path
from valohai_steps.cli.output.report import Located, located, rendered
from valohai_steps.cli.output.terminal import Terminal
from valohai_steps.cli.sources import (
    ChosenFiles,
    choose,
    complain_of_settings,
    complain_of_unreadable,
    with_neighbours,
)
from valohai_steps.ide.findings.checked_files import files_to_check
from valohai_steps.model.rules import Severity
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import LARGEST_FILE, FileError, readable
from valohai_steps.project.disk.scan import SUFFIXES
from valohai_steps.project.document import Document

_STDIN = Path("-")


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Print the findings; 1 when one is a warning or an error, 2 for a file that cannot be read.

    Raises FileError for what is asked for and is not there.
    """
    chosen = _choose(options, terminal)
    complain_of_settings(chosen, terminal)
    chosen = with_neighbours(chosen, terminal)
    paths = files_to_check(chosen.snapshot, chosen.all, chosen.scanned)
    found = located(chosen.snapshot, terminal.counted(paths, "checking"))
    terminal.write(rendered(options.output_format, found.items, terminal.painted))
    if found.files:
        terminal.say(_summary(found))
    # Exit code 0, as of ruff and ty: a hook that was given nothing to check has found nothing.
    elif not paths:
        terminal.complain("warning: no valohai.yaml and no Python file that mentions valohai found here")
    unreadable = (*found.unreadable, *chosen.closed)
    complain_of_unreadable(unreadable, terminal)
    if unreadable or any(_is_broken(chosen, path) for path in {item.path for item in found.items}):
        return REFUSED
    return WOULD_CHANGE if any(item.diagnostic.severity <= Severity.WARNING for item in found.items) else DONE


def _is_broken(chosen: ChosenFiles, path: Path) -> bool:
    """Whether a file is a notebook that cannot be read at all."""
    source = None if is_yaml(path) else readable(chosen.snapshot.source(path))
    return source is not None and source.notebook is not None and bool(source.notebook.problems)


def _choose(options: argparse.Namespace, terminal: Terminal) -> ChosenFiles:
    if _STDIN not in options.paths:
        if options.stdin_filename is not None:
            raise UsageError(
                "--stdin-filename says what standard input is called; give - as the path with it"
            )
        chosen = choose(options.paths, terminal)
        _demand_ours(chosen.named)
        return chosen
    if len(options.paths) > 1:
        raise UsageError("- reads standard input; name no other file with it")
    path = whole_path(options.stdin_filename or Path("stdin.py"))
    _demand_ours([path])
    return choose([path], terminal, {path: Document(_read_stdin(), None)})


def _demand_ours(paths: Iterable[Path]) -> None:
    """Raises FileError for a file that nothing can be found in."""
    for path in paths:
        if path.suffix not in SUFFIXES and not is_yaml(path):
            why = "not a Python file, notebook or valohai.yaml; name one of those"
            raise FileError(Path(shown(path)), why)


def _read_stdin() -> str:
    if sys.stdin is None:
        raise UsageError("standard input is closed; pass the text of a file there")
    data = sys.stdin.buffer.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise UsageError(f"standard input is larger than {LARGEST_FILE // 1024**2} MB; it was not read")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"standard input: byte {error.start} is not UTF-8; pass the text as UTF-8"
        ) from error


def _summary(found: Located) -> str:
    if not found.items:
        return f"no findings in {found.files} {'file' if found.files == 1 else 'files'}"
    counts = ((sum(item.diagnostic.severity is level for item in found.items), level) for level in Severity)
    return ", ".join(f"{count} {_plural(level, count)}" for count, level in counts if count)


def _plural(level: Severity, count: int) -> str:
    name = level.name.lower()
    return name if count == 1 or level is Severity.INFORMATION else f"{name}s"
