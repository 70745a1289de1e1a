"""`valohai-steps update`: write valohai.yaml, or say what would change."""

import argparse
import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from valohai_steps.cli.main import DONE, REFUSED, WOULD_CHANGE
from valohai_steps.cli.sources import Chosen, choose, shown
from valohai_steps.cli.terminal import Terminal
from valohai_steps.ide.requirements import RequirementsEdit, plan_requirements
from valohai_steps.ide.update import Refused, Update, plan_update
from valohai_steps.model.text import LineIndex
from valohai_steps.project.files import FileError, Write, write_all
from valohai_steps.project.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class _NewText:
    """A file of the transaction, before and after; `before` is None when it is made."""

    path: Path
    before: str | None
    after: str
    summary: str


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Update every valohai.yaml the files belong to: all or none. Raises FileError."""
    chosen = choose(options.paths, terminal)
    groups = _by_yaml(chosen, options.yaml)
    if not groups:
        terminal.say("no valohai.prepare() call found in the files here; nothing to do")
        return DONE
    updates: list[Update] = []
    for yaml, paths in groups.items():
        result = plan_update(chosen.snapshot, paths, yaml)
        if isinstance(result, Refused):
            return _refuse(result, chosen, options, terminal)
        updates.append(result)
    texts = [text for update in updates for text in _new_texts(chosen.snapshot, update, options)]
    if options.output_format != "text":
        _report(chosen, options, terminal)
    elif options.check or options.diff:
        terminal.write("".join(_painted(terminal, line) for text in texts for line in _diff(text)))
    if options.check or options.diff:
        for text in texts:
            terminal.say(f"{shown(text.path)}: would change: {text.summary}")
    else:
        write_all([_write(text) for text in texts])
        _tell(texts, updates, terminal)
    return WOULD_CHANGE if options.check and texts else DONE


def _by_yaml(chosen: Chosen, yaml: Path | None) -> dict[Path, list[Path]]:
    """The files that hold steps, by the valohai.yaml they belong to."""
    groups: dict[Path, list[Path]] = {}
    for path in chosen.all:
        python = chosen.snapshot.python(path)
        if python is None or not (python.steps or python.problems):
            if path in chosen.named:
                why = "no valohai.prepare() call in this file; name the file that makes one"
                raise FileError(Path(shown(path)), why)
            continue
        target = Path.cwd() / yaml if yaml else chosen.snapshot.yaml_path(path)
        groups.setdefault(target, []).append(path)
    return groups


def _refuse(refused: Refused, chosen: Chosen, options: argparse.Namespace, terminal: Terminal) -> int:
    place = shown(refused.path)
    if refused.span is not None:
        line, column = LineIndex(chosen.snapshot.text(refused.path) or "").position(
            refused.span.start, "utf-32"
        )
        place += f":{line + 1}:{column + 1}"
    if options.output_format != "text":
        _report(chosen, options, terminal)
    terminal.complain(f"{place}: {refused.reason} (nothing was written)")
    return REFUSED


def _report(chosen: Chosen, options: argparse.Namespace, terminal: Terminal) -> None:
    from valohai_steps.cli.report import located, rendered

    terminal.write(rendered(options.output_format, located(chosen.snapshot, chosen.all)))


def _new_texts(snapshot: Snapshot, update: Update, options: argparse.Namespace) -> Iterator[_NewText]:
    if update.edits:
        yield _NewText(update.yaml, update.before, update.after, update.summary)
    if options.no_requirements:
        return
    stated = Path.cwd() / options.requirements if options.requirements else None
    edit = plan_requirements(snapshot, update, stated)
    if edit is not None:
        yield _requirements_text(edit)


def _requirements_text(edit: RequirementsEdit) -> _NewText:
    return _NewText(edit.path, edit.before, edit.after, f"+{edit.requirement}")


def _write(text: _NewText) -> Write:
    base = None if text.before is None else text.before.encode()
    return Write(text.path, text.after.encode(), base)


def _tell(texts: Sequence[_NewText], updates: Sequence[Update], terminal: Terminal) -> None:
    changed = {text.path for text in texts}
    for text in texts:
        verb = "made" if text.before is None else "updated"
        terminal.say(f"{shown(text.path)}: {verb}: {text.summary}")
    for update in updates:
        if update.yaml not in changed:
            terminal.say(f"{shown(update.yaml)}: up to date")


def _diff(text: _NewText) -> Iterator[str]:
    name = shown(text.path).replace("\\", "/")
    before = (text.before or "").splitlines(keepends=True)
    old = f"a/{name}" if text.before is not None else "/dev/null"
    for line in difflib.unified_diff(before, text.after.splitlines(keepends=True), old, f"b/{name}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _painted(terminal: Terminal, line: str) -> str:
    if line.startswith(("---", "+++")):
        return terminal.painted(line, "bold")
    colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
    return terminal.painted(line.rstrip("\n"), colour) + "\n" if colour else line
