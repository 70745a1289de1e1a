"""`valohai-steps update`: write valohai.yaml, or say what would change."""

import argparse
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from valohai_steps.cli.exit_codes import DONE, REFUSED, WOULD_CHANGE
from valohai_steps.cli.scripts import argument_steps
from valohai_steps.cli.sources import (
    ChosenFiles,
    UsageError,
    choose,
    complain_of_settings,
    shown,
    whole_path,
    with_neighbours,
)
from valohai_steps.cli.terminal import Terminal
from valohai_steps.ide.update.file_changes import FileChange, as_write, file_changes
from valohai_steps.ide.update.pipelines.planning import sound_pipeline
from valohai_steps.ide.update.update import Refused, Update, plan_update
from valohai_steps.interrupts import put_back_first
from valohai_steps.model.pipeline import PipelineFact
from valohai_steps.model.text import LineIndex
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.files import FileError, demand, readable
from valohai_steps.project.pipelines import pipeline_file
from valohai_steps.project.writing.transaction import finish_interrupted, write_all

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Update every valohai.yaml the files belong to: all or none. Raises FileError."""
    typed = _typed(options)
    chosen = choose(options.paths, terminal, overrides=typed)
    complain_of_settings(chosen, terminal, refused=False)
    scripts = argument_steps.scripts_named(chosen)
    if scripts and len(scripts) == len(chosen.all):
        return argument_steps.run(scripts, chosen, options, terminal, _painted_diff)
    if options.add:
        raise UsageError("--add adds arguments of one script that reads its own command line; name that file")
    groups = _by_yaml(chosen, terminal)
    if not (options.check or options.diff) and _finish_interrupted(groups, terminal):
        chosen = choose(options.paths, terminal, overrides=typed)
    chosen = with_neighbours(chosen, terminal, _step_names(chosen, groups.values()))
    results = [plan_update(chosen.snapshot, paths, yaml) for yaml, paths in groups.items()]
    refusals = [result for result in results if isinstance(result, Refused)]
    if refusals:
        return _refuse(refusals, chosen, options, terminal)
    updates = [result for result in results if isinstance(result, Update)]
    if not options.force and any(update.in_use for update in updates):
        return _refuse_removals(updates, chosen, options, terminal)
    return _carry_out(updates, chosen, options, terminal)


def _refuse_removals(
    updates: Sequence[Update], chosen: ChosenFiles, options: argparse.Namespace, terminal: Terminal
) -> int:
    """Say what is still used of what would be removed."""
    if options.output_format != "text":
        _report(chosen, options, terminal)
    in_use = [place for update in updates for place in update.in_use]
    _complain(in_use, chosen, terminal, "nothing was written; --force removes it")
    return REFUSED


def _carry_out(
    updates: Sequence[Update], chosen: ChosenFiles, options: argparse.Namespace, terminal: Terminal
) -> int:
    """Write the files, or show what would be written."""
    changes = file_changes(chosen.snapshot, updates)
    if not (options.check or options.diff):
        with put_back_first():
            write_all([as_write(change) for change in changes])
    if options.output_format != "text":
        _report(chosen, options, terminal)
    elif options.check or options.diff:
        terminal.write(_painted_diff(changes, terminal))
    _tell(changes, updates, options, terminal)
    left_out = [refused for update in updates for refused in update.refused]
    if left_out:
        _complain(left_out, chosen, terminal, "this step was not written")
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


def _finish_interrupted(yamls: Iterable[Path], terminal: Terminal) -> bool:
    """Finish what a killed run has left beside these files, and say so; whether there was anything."""
    finished = finish_interrupted(sorted({yaml.parent for yaml in yamls}))
    for path, done in finished:
        terminal.complain(f"{shown(path)}: {done}")
    return bool(finished)


def _by_yaml(chosen: ChosenFiles, terminal: Terminal) -> Mapping[Path, list[Path]]:
    """The files that hold steps, by the valohai.yaml they belong to; one with two names is one.

    A named file without a call is passed over with a line. Raises FileError when no named file has one.
    """
    groups: dict[Path, list[Path]] = {}
    names: dict[str, Path] = {}
    without: list[Path] = []
    for path in terminal.counted(chosen.all, "reading"):
        if path in chosen.named and is_yaml(path):
            raise FileError(path, "this file is the output of update; pass the Python files instead")
        python = demand(chosen.snapshot.python(path))
        if python is None or not (python.steps or python.problems or _makes_pipeline(chosen, path)):
            without += [path] if path in chosen.named else []
            continue
        target = chosen.snapshot.yaml_path(path)
        demand(chosen.snapshot.text(target))
        groups.setdefault(names.setdefault(os.path.realpath(target), target), []).append(path)
    if without and not groups and not chosen.found:
        raise FileError(without[0], "no valohai.prepare() call in this file; name the file that makes one")
    for path in without:
        terminal.say(f"{shown(path)}: passed over: no valohai.prepare() call in it")
    return groups


def _makes_pipeline(chosen: ChosenFiles, path: Path) -> bool:
    """Whether a file makes a pipeline; one that was only met in a folder, whether it can be written."""
    file = pipeline_file(chosen.snapshot, path)
    if file is None or (file.pipeline is None and not file.problems):
        return False
    sound = sound_pipeline(chosen.snapshot, path, chosen.snapshot.yaml_path(path))
    return path in chosen.named or isinstance(sound, PipelineFact)


def _step_names(chosen: ChosenFiles, groups: Iterable[Iterable[Path]]) -> frozenset[str]:
    files = (readable(chosen.snapshot.python(path)) for paths in groups for path in paths)
    return frozenset(step.name for python in files if python is not None for step in python.steps)


def _refuse(
    refusals: Sequence[Refused], chosen: ChosenFiles, options: argparse.Namespace, terminal: Terminal
) -> int:
    if options.output_format != "text":
        _report(chosen, options, terminal)
    _complain(refusals, chosen, terminal, "nothing was written")
    return REFUSED


def _complain(refusals: Iterable[Refused], chosen: ChosenFiles, terminal: Terminal, effect: str) -> None:
    for refused in refusals:
        place = shown(refused.path)
        if refused.span is not None:
            index = LineIndex(chosen.snapshot.readable_text(refused.path))
            line, column = index.position(refused.span.start, "utf-32")
            place += f":{line + 1}:{column + 1}"
        terminal.complain(f"{place}: {refused.reason} ({effect})")


def _report(chosen: ChosenFiles, options: argparse.Namespace, terminal: Terminal) -> None:
    from valohai_steps.cli.report import located, rendered

    terminal.write(rendered(options.output_format, located(chosen.snapshot, chosen.all)))


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
    return "".join(_painted(terminal, line) for change in changes for line in _diff(change))


def _diff(change: FileChange) -> Iterator[str]:
    import difflib  # where a diff is asked for

    name = Path(shown(change.path)).as_posix()
    # Lines end at \n alone: what else may end a line in Python may stand inside one here.
    before, after = _LINE.findall(change.before or ""), _LINE.findall(change.after)
    old = f"a/{name}" if change.before is not None else "/dev/null"
    for line in difflib.unified_diff(before, after, old, f"b/{name}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _painted(terminal: Terminal, line: str) -> str:
    if not terminal.colour:
        return line
    bare = line.rstrip("\r\n")  # a terminal shows no line ends; a pipe gets them, for `git apply`
    colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
    if line.startswith(("--- ", "+++ ")):
        colour = "bold"
    return f"{terminal.painted(bare, colour) if colour else bare}\n"
