"""The files that an update writes: before and after, as texts and as bytes."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from valohai_steps.ide.update.update import Update
from valohai_steps.model.patterns import pattern
from valohai_steps.project.disk.decoding import decode, encode
from valohai_steps.project.disk.files import FileError, demand, is_folder, read_if_there
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.project.writing.transaction import Write

_LINE = pattern(r"[^\n]*\n|[^\n]+")


class FileChange(Struct, frozen=True):
    """A file of the transaction, before and after; `before` is None when it is created.

    `within` are the folders that it may not leave (none: it may lie anywhere), `otherwise` is what to do when
    there is no folder for it.
    """

    path: Path
    before: str | None
    after: str
    summary: str
    otherwise: str
    within: tuple[Path, ...]


def file_changes(snapshot: Snapshot, updates: Iterable[Update]) -> list[FileChange]:
    """Every file to write, each once. Raises FileError for one that no folder is there for."""
    changes: dict[Path, FileChange] = {}
    for update in updates:
        for change in _changes(snapshot, update):
            changes.setdefault(change.path, change)
    for change in changes.values():
        if not is_folder(change.path.parent):
            missing = change.path.parent.name
            why = f"there is no folder {missing}; create it, or {change.otherwise} (nothing was written)"
            raise FileError(change.path, why)
    return list(changes.values())


def as_write(change: FileChange) -> Write:
    """The change as bytes, in the encoding that the file has. Raises FileError when it cannot be read."""
    data = demand(read_if_there(change.path))
    if data is not None and change.before is not None and demand(decode(change.path, data)) == change.before:
        return Write(change.path, encode(change.path, change.after, data), data, change.within)
    base = None if change.before is None else change.before.encode()  # changed since: the transaction says so
    return Write(change.path, change.after.encode(), base, change.within)


def unified_diff(change: FileChange, name: str) -> Iterator[str]:
    """The change as the lines of a unified diff, under a file `name` with `/`; each ends at a line's end."""
    import difflib  # where a diff is asked for

    # Lines end at \n alone: what else may end a line in Python may stand inside one here.
    before, after = _LINE.findall(change.before or ""), _LINE.findall(change.after)
    old = f"a/{name}" if change.before is not None else "/dev/null"
    for line in difflib.unified_diff(before, after, old, f"b/{name}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _changes(snapshot: Snapshot, update: Update) -> Iterator[FileChange]:
    if update.edits:
        within = () if update.typed else snapshot.reach(update.yaml)
        otherwise = "name another file with --yaml"
        yield FileChange(update.yaml, update.before, update.after, update.change_summary, otherwise, within)
    edit = update.requirements
    if edit is not None:
        within = () if edit.typed else snapshot.reach(update.yaml)
        otherwise = "leave the file alone with --no-requirements"
        yield FileChange(edit.path, edit.before, edit.after, f"added {edit.added}", otherwise, within)
