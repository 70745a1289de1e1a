"""`update` and `show` for scripts that read their own command line."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from valohai_steps.cli.outcomes import DONE, REFUSED, WOULD_CHANGE, UsageError
from valohai_steps.cli.output.paths import shown, whole_path
from valohai_steps.cli.output.terminal import Terminal
from valohai_steps.cli.sources import ChosenFiles, told
from valohai_steps.ide.command_line.made_steps.generation import (
    SEVERAL_SCRIPTS,
    ArgumentUpdate,
    argument_change,
    plan_arguments,
    running_line,
)
from valohai_steps.ide.update.file_changes import FileChange, as_write
from valohai_steps.ide.update.obstacles.refused import Refused, refused_line
from valohai_steps.ide.update.several.batch import NOTHING_WRITTEN, STILL_USED
from valohai_steps.interrupts import put_back_first
from valohai_steps.project.draft import read_anew
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.project.writing.transaction import finish_interrupted_at, write_all


def run(
    scripts: Sequence[Path],
    chosen: ChosenFiles,
    options: argparse.Namespace,
    terminal: Terminal,
    diff: Callable[[Sequence[FileChange], Terminal], str],
) -> int:
    """A step for each script that no step runs; `--add` adds parameters. Raises FileError."""
    if len(scripts) > 1:
        raise UsageError(SEVERAL_SCRIPTS)
    snapshot, path = chosen.snapshot, scripts[0]
    result = _planned(snapshot, path, options)
    writes = not (options.check or options.diff)
    if writes and not isinstance(result, Refused):
        write = as_write(_change(snapshot, result, options))
        if told(finish_interrupted_at([write]), terminal):
            snapshot = read_anew(snapshot)
            result = _planned(snapshot, path, options)
    if isinstance(result, Refused):
        terminal.complain(refused_line(snapshot, result, NOTHING_WRITTEN, shown))
        return REFUSED
    if result.in_use and not options.force:
        for use in result.in_use:
            terminal.complain(refused_line(snapshot, use, STILL_USED, shown))
        return REFUSED
    for each in result.running if not result.edits else ():
        terminal.say(f"{shown(result.yaml)}: {running_line(path.name, each)}")
    return _write(snapshot, result, options, terminal, diff) if result.edits else DONE


def _planned(snapshot: Snapshot, path: Path, options: argparse.Namespace) -> ArgumentUpdate | Refused:
    names = [name for text in options.add or () for name in text.split(",") if name]
    return plan_arguments(snapshot, path, names, whole_path(options.yaml) if options.yaml else None)


def _change(snapshot: Snapshot, update: ArgumentUpdate, options: argparse.Namespace) -> FileChange:
    return argument_change(snapshot, update, typed=options.yaml is not None)


def _write(
    snapshot: Snapshot,
    update: ArgumentUpdate,
    options: argparse.Namespace,
    terminal: Terminal,
    diff: Callable[[Sequence[FileChange], Terminal], str],
) -> int:
    change = _change(snapshot, update, options)
    looks = options.check or options.diff
    if looks:
        terminal.write(diff([change], terminal))
    else:
        with put_back_first():
            write_all([as_write(change)])
    verb = "created" if change.before is None else "updated"
    if looks:
        verb = "would be created" if change.before is None else "would change"
    terminal.say(f"{shown(update.yaml)}: {verb}: {change.summary}")
    return WOULD_CHANGE if options.check else DONE
