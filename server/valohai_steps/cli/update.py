"""`valohai-steps update`: write valohai.yaml, or say what would change."""

import argparse
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from valohai_steps.cli.exit_codes import DONE, REFUSED, WOULD_CHANGE
from valohai_steps.cli.sources import (
    ChosenFiles,
    choose,
    complain_of_settings,
    shown,
    whole_path,
    with_neighbours,
)
from valohai_steps.cli.terminal import Terminal
from valohai_steps.ide.update.requirements import plan_requirements
from valohai_steps.ide.update.update import Refused, Update, plan_update
from valohai_steps.model.step import StepFact
from valohai_steps.model.text import LineIndex
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.files import FileError
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.project.transaction import Write, finish_interrupted, write_all

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


class _NewText(Struct, frozen=True):
    """A file of the transaction, before and after; `before` is None when it is made."""

    path: Path
    before: str | None
    after: str
    summary: str
    otherwise: str  # what to do when there is no folder for it


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Update every valohai.yaml the files belong to: all or none. Raises FileError."""
    chosen = choose(options.paths, terminal)
    complain_of_settings(chosen, terminal)
    groups = _by_yaml(chosen, options.yaml, terminal)
    if not (options.check or options.diff) and _finish_interrupted(groups, terminal):
        chosen = choose(options.paths, terminal)
    if any(step.is_multifile for paths in groups.values() for path in paths for step in _steps(chosen, path)):
        chosen = with_neighbours(chosen, terminal)
    results = [plan_update(chosen.snapshot, paths, yaml) for yaml, paths in groups.items()]
    refusals = [result for result in results if isinstance(result, Refused)]
    if refusals:
        return _refuse(refusals, chosen, options, terminal)
    updates = [result for result in results if isinstance(result, Update)]
    texts = _transaction(chosen.snapshot, updates, options)
    if not (options.check or options.diff):
        write_all([_write(text) for text in texts])
    if options.output_format != "text":
        _report(chosen, options, terminal)
    elif options.check or options.diff:
        terminal.write("".join(_painted(terminal, line) for text in texts for line in _diff(text)))
    _tell(texts, updates, options, terminal)
    return WOULD_CHANGE if options.check and texts else DONE


def _finish_interrupted(yamls: Iterable[Path], terminal: Terminal) -> bool:
    """Finish what a killed run has left beside these files, and say so; whether there was anything."""
    finished = finish_interrupted(sorted({yaml.parent for yaml in yamls}))
    for path, done in finished:
        terminal.complain(f"{shown(path)}: {done}")
    return bool(finished)


def _by_yaml(chosen: ChosenFiles, yaml: Path | None, terminal: Terminal) -> dict[Path, list[Path]]:
    """The files that hold steps, by the valohai.yaml they belong to."""
    groups: dict[Path, list[Path]] = {}
    for path in terminal.counted(chosen.all, "reading"):
        if path in chosen.named and is_yaml(path):
            raise FileError(path, "this file is the output of update; pass the Python files instead")
        python = chosen.snapshot.python(path)
        if python is None or not (python.steps or python.problems):
            if path in chosen.named:
                raise FileError(path, "no valohai.prepare() call in this file; name the file that makes one")
            continue
        target = whole_path(yaml) if yaml else chosen.snapshot.yaml_path(path)
        groups.setdefault(target, []).append(path)
    return groups


def _steps(chosen: ChosenFiles, path: Path) -> Sequence[StepFact]:
    python = chosen.snapshot.python(path)
    return python.steps if python else ()


def _refuse(
    refusals: Sequence[Refused], chosen: ChosenFiles, options: argparse.Namespace, terminal: Terminal
) -> int:
    if options.output_format != "text":
        _report(chosen, options, terminal)
    for refused in refusals:
        place = shown(refused.path)
        if refused.span is not None:
            index = LineIndex(chosen.snapshot.text(refused.path) or "")
            line, column = index.position(refused.span.start, "utf-32")
            place += f":{line + 1}:{column + 1}"
        terminal.complain(f"{place}: {refused.reason} (nothing was written)")
    return REFUSED


def _report(chosen: ChosenFiles, options: argparse.Namespace, terminal: Terminal) -> None:
    from valohai_steps.cli.report import located, rendered

    terminal.write(rendered(options.output_format, located(chosen.snapshot, chosen.all)))


def _transaction(
    snapshot: Snapshot, updates: Sequence[Update], options: argparse.Namespace
) -> list[_NewText]:
    """Every file to write, each once. Raises FileError for one that no folder is there for."""
    texts: dict[Path, _NewText] = {}
    for update in updates:
        for text in _new_texts(snapshot, update, options):
            texts.setdefault(text.path, text)
    for text in texts.values():
        if not text.path.parent.is_dir():
            missing = shown(text.path.parent)
            raise FileError(
                text.path, f"there is no folder {missing}; make it, or {text.otherwise} (nothing was written)"
            )
    return list(texts.values())


def _new_texts(snapshot: Snapshot, update: Update, options: argparse.Namespace) -> Iterator[_NewText]:
    if update.edits:
        yield _NewText(
            update.yaml, update.before, update.after, update.summary, "name another file with --yaml"
        )
    if options.no_requirements:
        return
    stated = whole_path(options.requirements) if options.requirements else None
    try:
        edit = plan_requirements(snapshot, update, stated)
    except FileError as error:
        why = f"{error.why}; or leave the file alone with --no-requirements (nothing was written)"
        raise FileError(error.path, why) from error
    if edit is not None:
        otherwise = "leave the file alone with --no-requirements"
        yield _NewText(edit.path, edit.before, edit.after, f"added {edit.requirement}", otherwise)


def _write(text: _NewText) -> Write:
    base = None if text.before is None else text.before.encode()
    return Write(text.path, text.after.encode(), base)


def _tell(
    texts: Sequence[_NewText], updates: Sequence[Update], options: argparse.Namespace, terminal: Terminal
) -> None:
    if not updates:
        terminal.say("no valohai.prepare() call found here; nothing to do")
    changed = {text.path for text in texts}
    for text in texts:
        verb = "created" if text.before is None else "updated"
        if options.check or options.diff:
            verb = "would be created" if text.before is None else "would change"
        terminal.say(f"{shown(text.path)}: {verb}: {text.summary}")
    for update in updates:
        if update.yaml not in changed:
            terminal.say(f"{shown(update.yaml)}: up to date")


def _diff(text: _NewText) -> Iterator[str]:
    import difflib  # where a diff is asked for

    name = Path(shown(text.path)).as_posix()
    # Lines end at \n alone: what else may end a line in Python may stand inside one here.
    before, after = _LINE.findall(text.before or ""), _LINE.findall(text.after)
    old = f"a/{name}" if text.before is not None else "/dev/null"
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
