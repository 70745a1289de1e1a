"""The only module that touches the disk for reading and writing files of the user's."""

import os
import stat
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from msgspec import Struct

from valohai_steps.project.locking import locked

# A file past this size is no training script and no valohai.yaml; reading it would only cost time.
LARGEST_FILE = 50 * 1024 * 1024


class FileError(Exception):
    """A file could not be read or written. The message says what, where, why and what to do."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


class FileSignature(Struct, frozen=True):
    """What tells a changed file from an unchanged one without reading it."""

    modified_ns: int
    size: int
    inode: int


class Write(Struct, frozen=True):
    """One file of a transaction. `base` is what was read before; None when there must be no file yet."""

    path: Path
    content: bytes
    base: bytes | None


def signature(path: Path) -> FileSignature | None:
    """The signature of a regular file; None when there is none at `path`."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return (
        FileSignature(found.st_mtime_ns, found.st_size, found.st_ino) if stat.S_ISREG(found.st_mode) else None
    )


def exists(path: Path) -> bool:
    """Whether anything is there; False as well where nobody may look, or no file can be."""
    try:
        path.stat()
    except (OSError, ValueError):
        return False
    return True


def read_bytes(path: Path) -> bytes:
    """The content of a regular file. Raises FileError, with the reason in plain words."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise FileError(path, "this is a folder; name a file in it")
        if not stat.S_ISREG(found.st_mode):
            raise FileError(path, "this is not a regular file")
        if found.st_size > LARGEST_FILE:
            raise FileError(path, f"the file is larger than {LARGEST_FILE // 1024**2} MB; it was not read")
        return path.read_bytes()
    except FileNotFoundError as error:
        if path.is_symlink():
            why = f"a link to {path.readlink()}, which is not there; make that file or remove the link"
            raise FileError(path, why) from error
        raise FileError(path, reason(error)) from error
    except (OSError, ValueError) as error:
        raise FileError(path, reason(error)) from error


def read_if_there(path: Path) -> bytes | None:
    """The content of a file, or None when nothing is there. Raises FileError when it cannot be read."""
    return read_bytes(path) if os.path.lexists(path) else None


def reason(error: Exception) -> str:
    """Why a file operation failed, in plain words with what to do."""
    match error:
        case FileNotFoundError():
            return "no such file; check the path"
        case PermissionError():
            return "permission denied; check the rights of the file and its folder"
        case OSError(strerror=str(text)):
            return text[:1].lower() + text[1:]
        case _:
            return str(error)


def write_all(writes: Sequence[Write]) -> None:
    """Replace all files or none.

    Each file is written beside its target, synced, and renamed over it, so that a reader sees the old or
    the new content; mode, owner where possible, and a symlink's target are kept. Raises FileError when a
    file cannot be written or is no longer what was read; the files replaced before it are put back.
    """
    targets = [(write, write.path.resolve() if write.path.is_symlink() else write.path) for write in writes]
    with ExitStack() as stack:
        try:
            for folder in sorted({target.parent for _, target in targets}):
                stack.enter_context(locked(folder))
            _replace_all(targets)
        except OSError as error:
            named = Path(error.filename) if error.filename else targets[0][1]
            raise FileError(named, f"cannot write: {reason(error)}; nothing was written") from error


def _replace_all(targets: Iterable[tuple[Write, Path]]) -> None:
    staged: list[tuple[Write, Path, Path]] = []
    replaced: list[tuple[Write, Path]] = []
    try:
        for write, target in targets:
            _demand_unchanged(write, target)
            try:
                staged.append((write, target, _stage(write.content, target)))
            except OSError as error:  # it names the temporary file, or none when the disk is full
                raise OSError(error.errno, error.strerror, str(target)) from error
        for write, target, temporary in staged:
            temporary.replace(target)
            replaced.append((write, target))
    except BaseException:
        for write, target in reversed(replaced):
            _put_back(write, target)
        raise
    finally:
        for _, _, temporary in staged:
            with suppress(FileNotFoundError):  # it has become the target
                temporary.unlink()


def _demand_unchanged(write: Write, target: Path) -> None:
    if read_if_there(target) != write.base:
        raise FileError(write.path, "changed on disk since it was read; nothing was written, run again")


def _stage(content: bytes, target: Path) -> Path:
    """A synced temporary file in the target's folder, with the target's mode and owner."""
    import tempfile  # only who writes needs it, and it brings half the standard library

    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _copy_rights(target, temporary)
    except BaseException:
        temporary.unlink()
        raise
    return temporary


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


def _put_back(write: Write, target: Path) -> None:
    if write.base is None:
        target.unlink()
    else:
        _stage(write.base, target).replace(target)
