"""`update` and `show` for scripts that read their own command line."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from valohai_steps.cli.exit_codes import DONE, REFUSED, WOULD_CHANGE
from valohai_steps.cli.sources import ChosenFiles, UsageError, shown, whole_path
from valohai_steps.cli.terminal import Terminal
from valohai_steps.ide.command_line.generation import (
    ArgumentUpdate,
    plan_arguments,
    running_line,
    script_of,
)
from valohai_steps.ide.update.file_changes import FileChange, as_write
from valohai_steps.ide.update.refused import Refused
from valohai_steps.interrupts import put_back_first
from valohai_steps.model.text import LineIndex
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.writing.transaction import write_all


def scripts_named(chosen: ChosenFiles) -> list[Path]:
    """The files on the command line that declare no step and read their own command line."""
    found = (path for path in chosen.named if not is_yaml(path) and path.suffix == ".py")
    return [path for path in found if script_of(chosen.snapshot, path) is not None]


def run(
    scripts: Sequence[Path],
    chosen: ChosenFiles,
    options: argparse.Namespace,
    terminal: Terminal,
    diff: Callable[[Sequence[FileChange], Terminal], str],
) -> int:
    """A step for each script that no step runs; `--add` adds parameters. Raises FileError."""
    if len(scripts) > 1:
        raise UsageError("several scripts read their own command line; update them one by one")
    snapshot, path = chosen.snapshot, scripts[0]
    names = [name for text in options.add or () for name in text.split(",") if name]
    yaml = whole_path(options.yaml) if options.yaml else None
    result = plan_arguments(snapshot, path, names, yaml)
    if isinstance(result, Refused):
        place = shown(result.path if result.path != Path() else path)
        if result.span is not None:
            text = snapshot.readable_text(result.path)
            line, column = LineIndex(text).position(result.span.start, "utf-32")
            place += f":{line + 1}:{column + 1}"
        terminal.complain(f"{place}: {result.reason} (nothing was written)")
        return REFUSED
    for each in result.running if not result.edits else ():
        terminal.say(f"{shown(result.yaml)}: {running_line(path.name, each)}")
    return _write(chosen, result, options, terminal, diff) if result.edits else DONE


def _write(
    chosen: ChosenFiles,
    update: ArgumentUpdate,
    options: argparse.Namespace,
    terminal: Terminal,
    diff: Callable[[Sequence[FileChange], Terminal], str],
) -> int:
    within = () if options.yaml else chosen.snapshot.reach(update.yaml)
    otherwise = "name another file with --yaml"
    change = FileChange(update.yaml, update.before, update.after, update.summary, otherwise, within)
    looks = options.check or options.diff
    if looks:
        terminal.write(diff([change], terminal))
    else:
        with put_back_first():
            write_all([as_write(change)])
    verb = "created" if change.before is None else "updated"
    if looks:
        verb = "would be created" if change.before is None else "would change"
    terminal.say(f"{shown(update.yaml)}: {verb}: {update.summary}")
    return WOULD_CHANGE if options.check else DONE
