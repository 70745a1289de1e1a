"""What a killed run has left: finished where nobody has touched the files since, else undone."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from msgspec import Struct

from valohai_steps.project.disk.files import UnreadableFile, real_path
from valohai_steps.project.writing.exchange import exchange
from valohai_steps.project.writing.journal import (
    Entry,
    digest_at,
    folders_of,
    has_journal,
    read_journal,
    remove_journal,
)
from valohai_steps.project.writing.locking import locked

_FINISHED = "the update that was interrupted is finished"
_UNDONE = "the update that was interrupted is undone"


def recover(folder: Path) -> list[tuple[Path, str]]:
    """Finish or undo the transaction whose journal lies in `folder`; a sentence for each file that changed.

    Waits for a run that is still alive. Raises OSError.
    """
    folder = real_path(folder)
    folders = sorted({folder, *folders_of(read_journal(folder))})
    with ExitStack() as stack:
        for each in folders:
            stack.enter_context(locked(each))
        if not has_journal(folder):
            return []  # its run was alive, and is done now
        entries = [entry for entry in read_journal(folder) if entry.target.parent in folders]
        done = list(_settled(entries))
        remove_journal([each for each in folders if each in (folder, *folders_of(entries))])
    return done


def _settled(entries: Sequence[Entry]) -> Iterator[tuple[Path, str]]:
    states = [_State(entry, _digest(entry.target), _digest(entry.temporary)) for entry in entries]
    untouched = all(state.is_done or state.is_waiting for state in states)
    if untouched or any(state.is_done and state.temporary is None for state in states):
        # Where an old content is gone already, going on is the only way to have all files of one kind.
        for state in states:
            if state.is_waiting:
                _finish(state.entry)
                yield state.entry.target, _FINISHED
    else:
        for state in states:
            if (state.is_done or state.holds_a_save) and _undo(state):
                yield state.entry.target, _UNDONE
    for entry in entries:
        with suppress(FileNotFoundError):
            entry.temporary.unlink()


class _State(Struct, frozen=True):
    """How far one file had come: what lies under both of its names."""

    entry: Entry
    target: str | UnreadableFile | None
    temporary: str | UnreadableFile | None

    @property
    def is_waiting(self) -> bool:
        """Not replaced yet, and all is there that is needed for it."""
        return self.target == self.entry.base and self.temporary == self.entry.new

    @property
    def is_done(self) -> bool:
        """Replaced, with the old content kept where it could be."""
        return self.target == self.entry.new and self.temporary in (self.entry.base, self.entry.new, None)

    @property
    def holds_a_save(self) -> bool:
        """Replaced in the moment in which somebody saved: the temporary file is that save."""
        return self.target == self.entry.new and not self.is_done


def _digest(path: Path) -> str | UnreadableFile | None:
    return "a link" if path.is_symlink() else digest_at(path)


def _finish(entry: Entry) -> None:
    if entry.base is None:
        entry.target.hardlink_to(entry.temporary)
    elif not exchange(entry.temporary, entry.target):
        entry.temporary.replace(entry.target)


def _undo(state: _State) -> bool:
    """Put the old content back, where it is at hand."""
    entry = state.entry
    if entry.base is None:
        entry.target.unlink()
        return True
    if state.temporary is None or state.temporary == entry.new:
        return False
    if not exchange(entry.temporary, entry.target):
        entry.temporary.replace(entry.target)
    return True
