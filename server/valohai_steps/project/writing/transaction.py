"""Replacing files: all or none, under a lock, and never over what somebody has saved meanwhile."""

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from valohai_steps.project.disk.files import READING, FileError, demand, read_if_there, real_path, reason
from valohai_steps.project.writing.exchange import exchange
from valohai_steps.project.writing.journal import (
    Entry,
    digest,
    digest_at,
    folders_of,
    has_journal,
    new_temporary,
    remove_journal,
    write_journal,
)
from valohai_steps.project.writing.locking import locked

_CHANGED = "changed on disk since it was read; nothing was written, run again"
_INTERRUPTED = "another update of files in its folder was interrupted; nothing was written, run again"
_SAVED = (
    "saved by somebody else while it was being updated; that save is kept, every other file is as it was; "
    "run again"
)


class Write(Struct, frozen=True):
    """One file of a transaction. `base` is what was read before; None when there must be no file yet.

    `within` are the folders, links resolved, that the file may not leave; none: it may lie anywhere.
    """

    path: Path
    content: bytes
    base: bytes | None
    within: tuple[Path, ...] = ()


class _Replacement(Struct, frozen=True):
    write: Write
    entry: Entry


def write_all(writes: Sequence[Write]) -> None:
    """Replace all files or none.

    Each file is written beside its target, synced, and swapped with it, so that a reader sees the old or the
    new content; mode, owner where possible, and a symlink's target are kept. Right before and after each swap
    the old content is compared with what was read. A run that is killed leaves a journal, from which the next
    one finishes or undoes.

    Raises FileError when a file cannot be written, is no longer what was read, or is outside of its folders;
    the files replaced before it are put back.
    """
    replacements = [_replacement(write) for write in writes]
    if not replacements:
        return
    with ExitStack() as stack:
        try:
            for folder in folders_of(each.entry for each in replacements):
                stack.enter_context(locked(folder))
            _replace_all(replacements)
        except OSError as error:
            named = Path(error.filename) if error.filename else replacements[0].entry.target
            raise FileError(named, f"cannot write: {reason(error)}; nothing was written") from error


def finish_interrupted(folders: Iterable[Path]) -> list[tuple[Path, str]]:
    """Finish or undo what a killed run has left in these folders; what was done to which file.

    Raises FileError.
    """
    try:
        left = [folder for folder in folders if has_journal(folder)]
        if not left:
            return []
        from valohai_steps.project.writing.recovery import recover

        # One journal may be that of several folders, which are done with the first.
        return [done for folder in left if has_journal(folder) for done in recover(folder)]
    except OSError as error:
        raise FileError(Path(error.filename or "."), f"cannot write: {reason(error)}") from error


def finish_interrupted_at(writes: Iterable[Write]) -> list[tuple[Path, str]]:
    """The same in all folders that `write_all` would lock for these files: links are followed.

    Raises FileError, also for a file outside of its folders.
    """
    return finish_interrupted(folders_of(_replacement(write).entry for write in writes))


def _replacement(write: Write) -> _Replacement:
    target = real_path(write.path)
    if write.within and not any(target.is_relative_to(folder) for folder in write.within):
        raise FileError(write.path, f"leads to {target}, outside of this project; nothing was written")
    base = None if write.base is None else digest(write.base)
    return _Replacement(write, Entry(target, new_temporary(target), base, digest(write.content)))


def _replace_all(replacements: Sequence[_Replacement]) -> None:
    for each in replacements:
        if has_journal(each.entry.target.parent):  # since `finish_interrupted_at`
            raise FileError(each.write.path, _INTERRUPTED)
    for each in replacements:
        _demand_unchanged(each, _CHANGED)
    done: list[_Replacement] = []
    try:
        _write_journal(replacements)
        for each in replacements:
            _stage(each)
        for each in replacements:
            _demand_unchanged(each, _SAVED)
            with _naming(each.write.path):
                _put(each, done)
        for each in done:
            _demand_kept(each)
    except BaseException:
        _put_all_back(done)
        _end(replacements)
        raise
    _end(replacements)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """An error of the disk names `path`, and no file of ours, which nobody has heard of."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _write_journal(replacements: Sequence[_Replacement]) -> None:
    try:
        write_journal([each.entry for each in replacements])
    except OSError as error:  # it names the journal, which nobody has heard of
        folder = Path(error.filename or "").parent
        named = next((each for each in replacements if each.entry.target.parent == folder), replacements[0])
        raise OSError(error.errno, error.strerror, str(named.write.path)) from error


def _put_all_back(done: Sequence[_Replacement]) -> None:
    for each in reversed(done):
        _put_back(each)


def _end(replacements: Sequence[_Replacement]) -> None:
    for each in replacements:
        if os.path.lexists(each.entry.temporary):  # a disk that takes no writes refuses to remove nothing
            with _naming(each.write.path), suppress(FileNotFoundError):
                each.entry.temporary.unlink()
    remove_journal(folders_of(each.entry for each in replacements))


def _demand_unchanged(each: _Replacement, otherwise: str) -> None:
    if demand(read_if_there(each.entry.target)) != each.write.base:
        raise FileError(each.write.path, otherwise)


def _demand_kept(each: _Replacement) -> None:
    """What was swapped out is still what was read: nobody was writing into it."""
    if each.entry.base is not None and demand(digest_at(each.entry.temporary)) not in (each.entry.base, None):
        raise FileError(each.write.path, _SAVED)


def _stage(each: _Replacement) -> None:
    """A synced temporary file in the target's folder, with the target's mode and owner."""
    with _naming(each.write.path):
        _write(each.entry.temporary, each.write.content)
        _copy_rights(each.entry.target, each.entry.temporary)


def _write(path: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _copy_rights(target: Path, temporary: Path) -> None:
    if target.exists():
        found = target.stat()
        if not os.access(target, os.W_OK):
            raise PermissionError(13, "Permission denied", str(target))
        temporary.chmod(stat.S_IMODE(found.st_mode))
        if hasattr(os, "chown"):
            with suppress(PermissionError):  # only root may give files away; the group may follow
                os.chown(temporary, found.st_uid, found.st_gid)
    else:
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)


def _put(each: _Replacement, done: list[_Replacement]) -> None:
    """The new content under the target's name. Raises FileError when somebody has saved in this moment."""
    entry = each.entry
    if entry.base is None:
        if not _made(entry):
            raise FileError(each.write.path, _SAVED)
        done.append(each)
        return
    with _kept_mode(entry):
        if not exchange(entry.temporary, entry.target):
            entry.temporary.replace(entry.target)
        done.append(each)
    _demand_kept(each)


@contextmanager
def _kept_mode(entry: Entry) -> Iterator[None]:
    """Give the new file the rights that the old one has in the moment of the swap, and not before."""
    if os.name == "nt":  # there nobody can replace a file that is held open, and a mode says little
        yield
        return
    old = os.open(entry.target, READING)
    try:
        _copy_rights(entry.target, entry.temporary)
        given = stat.S_IMODE(entry.temporary.stat().st_mode)
        yield
        mode = stat.S_IMODE(os.fstat(old).st_mode)
        if mode != given:
            entry.target.chmod(mode)
    finally:
        os.close(old)


def _made(entry: Entry) -> bool:
    """Whether the new file could be put where none was; never over one that somebody has made meanwhile."""
    try:
        entry.target.hardlink_to(entry.temporary)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        if os.path.lexists(entry.target):
            return False
        entry.temporary.replace(entry.target)
    return True


def _put_back(each: _Replacement) -> None:
    """The old content under the target's name again; what somebody has saved there since stays."""
    try:
        _restore(each)
    except OSError as error:  # the journal and the old content stay
        why = f"could not be put back: {reason(error)}; repair that, then run again"
        raise FileError(each.write.path, why) from error


def _restore(each: _Replacement) -> None:
    entry = each.entry
    if demand(digest_at(entry.target)) != entry.new:
        return
    if each.write.base is None:
        entry.target.unlink()
    elif os.path.lexists(entry.temporary) and exchange(entry.temporary, entry.target):
        return
    else:
        with suppress(FileNotFoundError):
            entry.temporary.unlink()
        _stage(_Replacement(Write(each.write.path, each.write.base, None), entry))
        entry.temporary.replace(entry.target)
