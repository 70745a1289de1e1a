"""The tools `preview_update` and `update`: valohai.yaml from Python, refused as on the command line."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct, field
from msgspec.structs import replace

from valohai_steps.agents.answer import Answer, ToolError
from valohai_steps.agents.surroundings import Surroundings, named_roots
from valohai_steps.ide.command_line.made_steps.generation import (
    SEVERAL_SCRIPTS,
    argument_change,
    plan_arguments,
    running_line,
)
from valohai_steps.ide.command_line.made_steps.scripts import scripts_among
from valohai_steps.ide.update.file_changes import FileChange, as_write, file_changes, unified_diff
from valohai_steps.ide.update.obstacles.refused import Refused, refused_line
from valohai_steps.ide.update.several.batch import (
    NOT_THIS_STEP,
    NOTHING_WRITTEN,
    STILL_USED,
    Batch,
    Groups,
    group_files,
    plan_batch,
)
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import real_path
from valohai_steps.project.writing.transaction import finish_interrupted, finish_interrupted_at, write_all


class UpdateInput(Struct, frozen=True, forbid_unknown_fields=True):
    """From which files."""

    paths: Annotated[
        list[str],
        Meta(
            description="Python files, notebooks and folders, as seen from the workspace folder. Without "
            "any: every file of the workspace that declares a step. A script without prepare() must be named."
        ),
    ] = field(default_factory=list)
    add: Annotated[
        list[str],
        Meta(
            description="For one script without prepare() that a step runs: the arguments that this step "
            'gets as parameters, or ["all"].'
        ),
    ] = field(default_factory=list)


class ChangedFile(Struct, frozen=True):
    """A file, and what happens to it."""

    path: str
    created: Annotated[bool, Meta(description="False: the file is there, and a part of it changes.")]
    summary: Annotated[str, Meta(description="What changes, in a few words.")]


class UpdatePreview(Struct, frozen=True):
    """What update would write."""

    up_to_date: Annotated[bool, Meta(description="True: there is nothing to write.")]
    files: list[ChangedFile]
    diff: Annotated[str, Meta(description="A unified diff of all files.")]
    notes: list[str] = field(default_factory=list)


class UpdateDone(Struct, frozen=True):
    """What update has written: all of these files."""

    written: list[ChangedFile]
    notes: list[str] = field(default_factory=list)


class _Planned(Struct, frozen=True):
    """The files to write. `notes` are said beside them, `left_out` says which steps are not written."""

    changes: tuple[FileChange, ...]
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def preview_update(around: Surroundings, asked: UpdateInput) -> Answer:
    """The difference. Raises ToolError with every refusal, and FileError.

    Where a step is left out, the error has the difference that the others make, as update would write it.
    """
    planned = _plan(around, asked)
    files = _changed(around, planned.changes)
    named = ((change, around.shown(change.path)) for change in planned.changes)
    diff = "".join(line for change, name in named for line in unified_diff(change, name))
    said = [
        f"{each.path}: {'would be created' if each.created else 'would change'}: {each.summary}"
        for each in files
    ]
    if planned.left_out:
        raise ToolError(diff + "\n".join((*said, *planned.notes, *planned.left_out)))
    content = UpdatePreview(not files, files, diff, list(planned.notes))
    return Answer(content, diff + _text((*said, *planned.notes), nothing=not files))


def update(around: Surroundings, asked: UpdateInput) -> Answer:
    """Write it: all files or none. Raises ToolError with every refusal, and FileError."""
    _refuse_after(around, finish_interrupted(sorted({path.parent for path in around.yaml_files()})))
    planned = _plan(around, asked)
    writes = [as_write(change) for change in planned.changes]
    _refuse_after(around, finish_interrupted_at(writes))
    write_all(writes)
    files = _changed(around, planned.changes)
    said = [f"{each.path}: {'created' if each.created else 'updated'}: {each.summary}" for each in files]
    if planned.left_out:
        raise ToolError("\n".join((*said, *planned.notes, *planned.left_out)))
    text = _text((*said, *planned.notes), nothing=not files)
    return Answer(UpdateDone(files, list(planned.notes)), text)


def _plan(around: Surroundings, asked: UpdateInput) -> _Planned:
    files = [path for path in around.files if path in around.named or not is_yaml(path)]
    scripts = scripts_among(around.snapshot, around.named)
    if scripts and len(scripts) == len(files):
        planned = _of_script(around, scripts, asked.add)
    elif asked.add:
        raise ToolError("add is for one script that reads its own command line; name that file in paths")
    else:
        planned = _of_steps(around, group_files(around.snapshot, files, around.named))
    for change in planned.changes:
        if around.leaves(change.path):
            why = f"leads to {real_path(change.path)}, outside of {named_roots(around.roots)}"
            raise ToolError(f"{around.shown(change.path)}: {why} ({NOTHING_WRITTEN})")
    kept = tuple(replace(change, within=around.roots) for change in planned.changes)
    return replace(planned, changes=kept)


def _of_script(around: Surroundings, scripts: Sequence[Path], add: Sequence[str]) -> _Planned:
    if len(scripts) > 1:
        raise ToolError(SEVERAL_SCRIPTS)
    planned = plan_arguments(around.snapshot, scripts[0], add)
    if isinstance(planned, Refused):
        raise _refusal(around, (planned,), NOTHING_WRITTEN)
    if planned.in_use:
        raise _refusal(around, planned.in_use, STILL_USED)
    if planned.edits:
        return _Planned((argument_change(around.snapshot, planned),))
    lines = (running_line(scripts[0].name, each) for each in planned.running)
    return _Planned((), tuple(f"{around.shown(planned.yaml)}: {line}" for line in lines))


def _of_steps(around: Surroundings, groups: Groups) -> _Planned:
    batch = plan_batch(around.snapshot, groups)
    if batch.refused:
        raise _refusal(around, batch.refused, batch.effect)
    notes = [f"{around.shown(note.path)}: {note.message}" for each in batch.updates for note in each.notes]
    notes += [
        f"{around.shown(path)}: passed over: no valohai.prepare() call in it" for path in groups.without
    ]
    notes += [f"{around.shown(file.path)}: {file.why} (passed over)" for file in groups.unreadable]
    changes = tuple(file_changes(around.snapshot, batch.updates))
    return _Planned(changes, tuple(notes), tuple(_left_out(around, batch)))


def _left_out(around: Surroundings, batch: Batch) -> Iterator[str]:
    for refused in batch.left_out:
        yield refused_line(around.snapshot, refused, NOT_THIS_STEP, around.shown)


def _refusal(around: Surroundings, refused: Sequence[Refused], effect: str) -> ToolError:
    lines = (refused_line(around.snapshot, each, effect, around.shown) for each in refused)
    return ToolError("\n".join(lines))


def _refuse_after(around: Surroundings, finished: Sequence[tuple[Path, str]]) -> None:
    """Raises ToolError when what a killed run had left is finished, and files have changed by that."""
    if finished:
        lines = [f"{around.shown(path)}: {done}" for path, done in finished]
        raise ToolError("\n".join((*lines, "look at these files, then call update again")))


def _changed(around: Surroundings, changes: Sequence[FileChange]) -> list[ChangedFile]:
    return [ChangedFile(around.shown(each.path), each.before is None, each.summary) for each in changes]


def _text(lines: Sequence[str], *, nothing: bool) -> str:
    said = [*lines, *(["valohai.yaml is up to date"] if nothing else [])]
    return "\n".join(said) + "\n"
