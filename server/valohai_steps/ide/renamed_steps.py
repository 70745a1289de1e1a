"""A step that was renamed by typing: the rest of the rename, in valohai.yaml and wherever the old name is."""

from collections.abc import Collection, Iterator
from pathlib import Path

from msgspec.structs import replace

from valohai_steps.ide.findings.both_sides.near_steps import near_step
from valohai_steps.ide.findings.code_actions import Action, ActionKind, code_actions
from valohai_steps.ide.findings.diagnostics import Diagnostic, diagnostics
from valohai_steps.ide.navigation.rename import rename
from valohai_steps.ide.update.file_edits import FileEdits
from valohai_steps.ide.update.update import Refused
from valohai_steps.model.text import Span, TextEdit, apply_edits
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import readable
from valohai_steps.project.draft import drafted
from valohai_steps.project.snapshot import Snapshot


def actions_at(
    snapshot: Snapshot, path: Path, span: Span, kinds: Collection[ActionKind] = frozenset(ActionKind)
) -> Iterator[Action]:
    """The actions at `span`, as `code_actions` gives them; before them the rest of a rename by typing."""
    renames = tuple(_renames(snapshot, path, span)) if ActionKind.QUICK_FIX in kinds else ()
    yield from renames
    for action in code_actions(snapshot, path, span, kinds):
        yield replace(action, preferred=False) if renames and action.preferred else action


def _renames(snapshot: Snapshot, path: Path, span: Span) -> Iterator[Action]:
    """For each step at `span` that valohai.yaml has by a name like its own, and runs this file in."""
    if is_yaml(path):
        return
    yaml, python = snapshot.yaml_path(path), readable(snapshot.python(path))
    file = snapshot.sound_yaml(yaml)
    if python is None or file is None:
        return
    for step in python.steps:
        here = step.is_certain and (step.name_span.contains(span.start) or span.covers(step.name_span))
        near = near_step(snapshot, path, step, file) if here else None
        if near is None or file.step(step.name) is not None:
            continue
        edits = _edits(snapshot, path, step.name_span, (near.name, step.name))
        if edits:
            title = f"Rename step {near.name!r} to {step.name!r} in {yaml.name}"
            missing = tuple(_missing(snapshot, path, step.name_span))
            yield Action(title, ActionKind.QUICK_FIX, missing, preferred=True, edits=edits)


def _missing(snapshot: Snapshot, path: Path, span: Span) -> Iterator[Diagnostic]:
    """The finding that the step with its name at `span` is missing."""
    for item in readable(diagnostics(snapshot, path)) or ():
        if item.finding.code == "VH201" and item.finding.span == span:
            yield item


def _edits(snapshot: Snapshot, path: Path, span: Span, names: tuple[str, str]) -> tuple[FileEdits, ...]:
    """The rename as it would be from before the name was typed, without what is typed already."""
    before, name = names
    text = snapshot.readable_text(path)
    if text[span.start : span.end] not in (f'"{name}"', f"'{name}'") or not before.isprintable():
        return ()
    typed = TextEdit(Span(span.start + 1, span.end - 1), before)
    draft = drafted(snapshot, {path: apply_edits(text, (typed,))})
    done = rename(draft, path, span.start + 1, name)
    if done is None or isinstance(done, Refused):
        return ()
    own = [edit for each in done if each.path == path for edit in each.edits]
    return tuple(each for each in done if each.path != path) if len(own) == 1 else ()
