"""Reading files of the user's: regular ones only, and never more of one than a bound."""

import os
import stat
from pathlib import Path

from msgspec import Struct

# A file past this size is no training script and no valohai.yaml; reading it would only cost time.
LARGEST_FILE = 50 * 1024 * 1024
# What is read without being asked for, such as .gitignore and pyproject.toml, is smaller still.
LARGEST_SETTINGS = 1024 * 1024
_CHUNK = 1 << 20
# A pipe that took the place of a file is not waited for.
READING = (
    os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
)


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


def read_bytes(path: Path, largest: int = LARGEST_FILE) -> bytes:
    """The content of a regular file of at most `largest` bytes.

    Links are followed; a pipe or device is never waited for. Raises FileError:
    the reason in plain words.
    """
    try:
        return _read(path, largest)
    except FileNotFoundError as error:
        if path.is_symlink():
            why = f"a link to {path.readlink()}, which is not there; create that file or remove the link"
            raise FileError(path, why) from error
        raise FileError(path, reason(error)) from error
    except (OSError, ValueError) as error:
        raise FileError(path, reason(error)) from error


def _read(path: Path, largest: int) -> bytes:
    _demand_regular(path, path.stat(), largest)  # before it is opened: a device may act on that alone
    descriptor = os.open(path, READING)
    try:
        _demand_regular(path, os.fstat(descriptor), largest)
        pieces: list[bytes] = []
        size = 0
        while piece := os.read(descriptor, _CHUNK):
            pieces.append(piece)
            size += len(piece)
            if size > largest:  # it grows while it is read
                raise _too_large(path, largest)
        return b"".join(pieces)
    finally:
        os.close(descriptor)


def _demand_regular(path: Path, found: os.stat_result, largest: int) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise FileError(path, "this is a folder; name a file in it")
    if not stat.S_ISREG(found.st_mode):
        raise FileError(path, "this is not a regular file")
    if found.st_size > largest:
        raise _too_large(path, largest)


def _too_large(path: Path, largest: int) -> FileError:
    return FileError(path, f"the file is larger than {largest // 1024**2} MB; it was not read")


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
