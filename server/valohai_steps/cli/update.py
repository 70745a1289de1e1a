"""`valohai-steps update`: write valohai.yaml, or say what would change."""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from valohai_steps.cli.outcomes import DONE, REFUSED, WOULD_CHANGE, UsageError
from valohai_steps.cli.output.paths import shown, whole_path
from valohai_steps.cli.output.terminal import Terminal
from valohai_steps.cli.sources import (
    ChosenFiles,
    choose,
    complain_of_settings,
    complain_of_unreadable,
    told,
    with_neighbours,
)
from valohai_steps.ide.command_line.made_steps.scripts import scripts_among
from valohai_steps.ide.update.file_changes import FileChange, as_write, file_changes, unified_diff
from valohai_steps.ide.update.obstacles.refused import Refused, refused_line
from valohai_steps.ide.update.several.batch import NOT_THIS_STEP, Batch, Groups, group_files, plan_batch
from valohai_steps.ide.update.update import Update
from valohai_steps.interrupts import put_back_first
from valohai_steps.project.writing.transaction import (
    finish_interrupted,
    finish_interrupted_at,
    write_all,
)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Update every valohai.yaml the files belong to: all or none. Raises FileError."""
    typed = _typed(options)
    chosen = choose(options.paths, terminal, overrides=typed)
    complain_of_settings(chosen, terminal, refused=False)
    scripts = scripts_among(chosen.snapshot, chosen.named)
    if scripts and len(scripts) == len(chosen.all):
        from valohai_steps.cli.scripts import argument_steps  # for a script without prepare()

        return argument_steps.run(scripts, chosen, options, terminal, _painted_diff)
    if options.add:
        raise UsageError("--add adds arguments of one script that reads its own command line; name that file")
    groups = _grouped(chosen, terminal)
    writes = not (options.check or options.diff)
    if writes and told(finish_interrupted(sorted({yaml.parent for yaml in groups.by_yaml})), terminal):
        chosen = choose(options.paths, terminal, overrides=typed)
    chosen, batch = _planned(chosen, groups, options, terminal)
    changes = file_changes(chosen.snapshot, batch.updates)
    if writes and told(finish_interrupted_at(map(as_write, changes)), terminal):
        chosen = choose(options.paths, terminal, overrides=typed)
        chosen, batch = _planned(chosen, groups, options, terminal)
        changes = file_changes(chosen.snapshot, batch.updates)
    if batch.refused:
        if options.output_format != "text":
            _report(chosen, options, terminal)
        _complain(batch.refused, chosen, terminal, batch.effect)
        return REFUSED
    code = _carry_out(batch, changes, chosen, options, terminal)
    return REFUSED if groups.unreadable or chosen.closed else code


def _planned(
    chosen: ChosenFiles, groups: Groups, options: argparse.Namespace, terminal: Terminal
) -> tuple[ChosenFiles, Batch]:
    """The choice with its neighbours, and the updates of its files."""
    chosen = with_neighbours(chosen, terminal, groups.step_names(chosen.snapshot))
    return chosen, plan_batch(chosen.snapshot, groups, force=options.force)


def _carry_out(
    batch: Batch,
    changes: Sequence[FileChange],
    chosen: ChosenFiles,
    options: argparse.Namespace,
    terminal: Terminal,
) -> int:
    """Write the files, or show what would be written."""
    if not (options.check or options.diff):
        with put_back_first():
            write_all([as_write(change) for change in changes])
    if options.output_format != "text":
        _report(chosen, options, terminal)
    elif options.check or options.diff:
        terminal.write(_painted_diff(changes, terminal))
    _tell(changes, batch.updates, options, terminal)
    if batch.left_out:
        _complain(batch.left_out, chosen, terminal, NOT_THIS_STEP)
        return REFUSED
    return WOULD_CHANGE if options.check and changes else DONE


def _typed(options: argparse.Namespace) -> dict[str, object]:
    """What the command line sets, over all settings: it may lie outside of the project."""
    typed: dict[str, object] = {}
    if options.yaml:
        typed["yaml"] = str(whole_path(options.yaml))
    if options.requirements:
        typed["requirements"] = str(whole_path(options.requirements))
    if options.no_requirements:
        typed["requirements"] = False
    return typed


def _grouped(chosen: ChosenFiles, terminal: Terminal) -> Groups:
    """The files by their valohai.yaml; a named file without a call is passed over with a line, and so is
    one in a folder that cannot be read.

    Raises FileError when no named file has a call, or one cannot be read.
    """
    groups = group_files(chosen.snapshot, terminal.counted(chosen.all, "reading"), chosen.named)
    for path in groups.without:
        terminal.say(f"{shown(path)}: passed over: no valohai.prepare() call in it")
    complain_of_unreadable((*groups.unreadable, *chosen.closed), terminal)
    return groups


def _complain(refusals: Iterable[Refused], chosen: ChosenFiles, terminal: Terminal, effect: str) -> None:
    for refused in refusals:
        terminal.complain(refused_line(chosen.snapshot, refused, effect, shown))


def _report(chosen: ChosenFiles, options: argparse.Namespace, terminal: Terminal) -> None:
    from valohai_steps.cli.output.report import located, rendered

    found = located(chosen.snapshot, chosen.all)  # what cannot be read was said before
    terminal.write(rendered(options.output_format, found.items))


def _tell(
    changes: Sequence[FileChange], updates: Sequence[Update], options: argparse.Namespace, terminal: Terminal
) -> None:
    if not updates:
        terminal.say(
            "no valohai.prepare() call found here; for a script without one, `valohai-steps update FILE`"
        )
    changed = {change.path for change in changes}
    for change in changes:
        verb = "created" if change.before is None else "updated"
        if options.check or options.diff:
            verb = "would be created" if change.before is None else "would change"
        terminal.say(f"{shown(change.path)}: {verb}: {change.summary}")
    for update in updates:
        for note in update.notes:
            terminal.complain(f"{shown(note.path)}: {note.message}")
        if update.yaml not in changed:
            terminal.say(f"{shown(update.yaml)}: up to date")


def _painted_diff(changes: Sequence[FileChange], terminal: Terminal) -> str:
    """All changes as one unified diff, in colours where there are any."""
    lines = (line for change in changes for line in unified_diff(change, Path(shown(change.path)).as_posix()))
    return "".join(_painted(terminal, line) for line in lines)


def _painted(terminal: Terminal, line: str) -> str:
    if not terminal.colour:
        return line
    bare = line.rstrip("\r\n")  # a terminal shows no line ends; a pipe gets them, for `git apply`
    colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
    if line.startswith(("--- ", "+++ ")):
        colour = "bold"
    return f"{terminal.painted(bare, colour) if colour else bare}\n"
