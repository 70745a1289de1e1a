"""Reading files of the user's: regular ones only, and never more of one than a bound."""

import errno
import os
import stat
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

# A file past this size is no training script and no valohai.yaml; reading it would only cost time.
LARGEST_FILE = 50 * 1024 * 1024
# What is read without being asked for, such as .gitignore and pyproject.toml, is smaller still.
LARGEST_SETTINGS = 1024 * 1024
# In bytes: a longer shell script is a program, whose commands nobody follows.
_LARGEST_SCRIPT = 100_000
_CODE = (".py", ".ipynb", ".yaml", ".yml")
_CHUNK = 1 << 20
_Content = TypeVar("_Content")
# A pipe that took the place of a file is not waited for.
READING = (
    os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
)


class UnreadableFile(Struct, frozen=True):
    """A file that is there and cannot be read or decoded. `why` says in plain words what to do about it."""

    path: Path
    why: str

    def __str__(self) -> str:
        return f"{self.path}: {self.why}"


class FileError(Exception):
    """What was asked for cannot be done because of a file: raised to end a command, or a transaction.

    Reading raises nothing: what cannot be read is an `UnreadableFile`.
    """

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


def name_flaw(path: Path) -> str | None:
    """Why no disk can hold a file of this name: a null byte, a lone surrogate, too many characters."""
    try:
        os.lstat(path)
    except ValueError as error:
        return str(error)
    except OSError as error:
        return reason(error) if error.errno == errno.ENAMETOOLONG else None
    return None


def is_file(path: "Path | os.DirEntry[str]") -> bool:
    """Whether a path, or an entry of a folder, leads to a regular file.

    False where nobody may look, no file can be, or a link leads to itself.
    """
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: "Path | os.DirEntry[str]") -> bool:
    """The same of a folder."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def real_path(path: Path) -> Path:
    """The file that a path leads to, links resolved; what no disk can hold leads to itself."""
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError):  # a null byte, a lone surrogate: no such name can be asked for
        return path.absolute()


def demand(found: _Content | UnreadableFile) -> _Content:
    """What was read. Raises FileError for what cannot be: only where that ends a command or a transaction."""
    if isinstance(found, UnreadableFile):
        raise FileError(found.path, found.why)
    return found


def readable(found: _Content | UnreadableFile | None) -> _Content | None:
    """What was read; None for what is not there, and, where that is the same, for what cannot be read."""
    return None if isinstance(found, UnreadableFile) else found


def read_bytes(path: Path, largest: int = LARGEST_FILE) -> bytes | UnreadableFile:
    """The content of a regular file of at most `largest` bytes.

    Links are followed; a pipe or device is never waited for.
    """
    try:
        found = _read(path, largest)
    except FileNotFoundError as error:
        if path.is_symlink():
            why = f"a link to {path.readlink()}, which is not there; create that file or remove the link"
            return UnreadableFile(path, why)
        return UnreadableFile(path, reason(error))
    except (OSError, ValueError) as error:
        return UnreadableFile(path, reason(error))
    return UnreadableFile(path, found) if isinstance(found, str) else found


def _read(path: Path, largest: int) -> bytes | str:
    """The content, or why a file of this kind is not read. Raises OSError and ValueError."""
    flaw = _flaw(path.stat(), largest)  # before it is opened: a device may act on that alone
    if flaw is not None:
        return flaw
    descriptor = os.open(path, READING)
    try:
        flaw = _flaw(os.fstat(descriptor), largest)
        if flaw is not None:
            return flaw
        pieces: list[bytes] = []
        size = 0
        while piece := os.read(descriptor, _CHUNK):
            pieces.append(piece)
            size += len(piece)
            if size > largest:  # it grows while it is read
                return _too_large(largest)
        return b"".join(pieces)
    finally:
        os.close(descriptor)


def _flaw(found: os.stat_result, largest: int) -> str | None:
    if stat.S_ISDIR(found.st_mode):
        return "this is a folder; name a file in it"
    if not stat.S_ISREG(found.st_mode):
        return "this is not a regular file"
    return _too_large(largest) if found.st_size > largest else None


def _too_large(largest: int) -> str:
    size = f"{largest // 1024**2} MB" if largest >= 1024**2 else f"{largest // 1000} kB"
    return f"the file is larger than {size}; it was not read"


def read_if_there(path: Path, largest: int = LARGEST_FILE) -> bytes | UnreadableFile | None:
    """The content of a file, or None when nothing is there."""
    return read_bytes(path, largest) if os.path.lexists(path) else None


def largest_of(path: Path) -> int:
    """How many bytes at most are read of a file of this name."""
    if path.suffix in _CODE:
        return LARGEST_FILE
    return _LARGEST_SCRIPT if path.suffix == ".sh" else LARGEST_SETTINGS


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
