"""Archives of input files, unpacked one member at a time; nothing leaves the folder they are unpacked to."""

from __future__ import annotations

import atexit
import errno
import os
import shutil
import stat
import struct
import tarfile
import tempfile
import zipfile
import zlib
from contextlib import contextmanager

from valohai._step.state import process

from .names import folded, half_a_file, matches, relative_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO, Any, Callable, Optional

    from .input_file import InputFile

    # The members of an archive by their name, and how one is opened.
    Contents = tuple[dict[str, Any], Callable[[Any], IO[bytes]]]

try:
    from lzma import LZMAError
except ImportError:  # a Python built without xz; tarfile then says so itself
    LZMAError = EOFError  # type: ignore[assignment,misc]  # it is only caught

# What the readers of archives raise for damage of all kinds.
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    EOFError,
    zlib.error,
    LZMAError,
    NotImplementedError,  # a compression that this Python lacks
    RuntimeError,  # zipfile, of a member that needs a password
    ValueError,
    LookupError,
    OverflowError,
    struct.error,
)
# A place in the file, or a name, that cannot be.
_BROKEN_ERRNO = (None, errno.EINVAL, errno.ENAMETOOLONG, errno.EILSEQ)
# What Linux takes for a path (4,096 bytes), and more folders than anybody nests.
_LONGEST_NAME = 4_096
_DEEPEST = 255


class _Refused(ValueError):
    """The archive has a member that is never unpacked."""


def unpacked(archive: InputFile, path_filter: Optional[str]) -> Iterator[str]:
    """The paths of the archive's files that match ``path_filter``, each unpacked when it is asked for.

    They go to a temporary folder (``TMPDIR``) that is removed when the process ends. Raises ValueError if the
    archive is broken, or has a member that is a link or a device, or that reaches outside its folder, and
    OSError when the disk has no room.
    """
    folder = _folder_of(archive.path)
    parent = os.path.dirname(archive.name)
    try:
        with _opened(archive.path) as (members, open_member):
            targets = _targets(members)
            for name, member in members.items():
                if path_filter is not None and not matches(
                    f"{parent}/{name}" if parent else name, path_filter
                ):
                    continue
                target = os.path.join(folder, *targets[name].split("/"))
                if not os.path.isfile(target):
                    _unpack(open_member, member, target)
                yield target
    except _Refused:
        raise
    except (*_BROKEN, OSError) as error:
        if isinstance(error, OSError) and error.errno not in _BROKEN_ERRNO:
            raise  # the disk, not the archive: bz2 reports damage as an OSError without a number
        reason = str(error).partition("\n")[0].rstrip(":")  # tarfile lists every format that it tried
        raise ValueError(
            f"{archive.path}: cannot be unpacked: {reason}; replace the file, or take it whole with "
            "process_archives=False"
        ) from error


def _folder_of(path: str) -> str:
    """The folder for the files of this archive, a new one if the archive has changed."""
    status = os.stat(path)
    key = (os.path.abspath(path), status.st_size, status.st_mtime_ns)
    if key not in process.unpacked:
        folder = tempfile.mkdtemp(prefix="valohai-")
        atexit.register(_remove_in, os.getpid(), folder)
        process.unpacked[key] = folder
    return process.unpacked[key]


def _remove_in(owner: int, folder: str) -> None:
    # A forked child inherits this call, but not the folder.
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


def _targets(names: dict[str, Any]) -> dict[str, str]:
    """Where each member goes: below ``0/``; one that a file system may take for another, in a folder alone.

    That is a name that differs only in case (or in how its accents are encoded) from an earlier one, or that
    is a folder there.
    """
    targets: dict[str, str] = {}
    files: set[str] = set()
    folders: set[str] = set()
    for number, name in enumerate(names, start=1):
        key = folded(name)
        # Those above a folder that is known are known, too.
        parents = []
        parent = key.rpartition("/")[0]
        while parent and parent not in folders:
            parents.append(parent)
            parent = parent.rpartition("/")[0]
        if key in files or key in folders or not files.isdisjoint(parents):
            targets[name] = f"{number}/{name}"
        else:
            targets[name] = f"0/{name}"
            files.add(key)
            folders.update(parents)
    return targets


def _unpack(open_member: Callable[[Any], IO[bytes]], member: Any, target: str) -> None:
    os.makedirs(os.path.dirname(target), exist_ok=True)
    free = shutil.disk_usage(os.path.dirname(target)).free
    size = int(member.file_size if isinstance(member, zipfile.ZipInfo) else member.size)
    if size > free:
        message = f"its {size:,} bytes do not fit into the {free:,} that are free; set TMPDIR to another disk"
        raise OSError(errno.ENOSPC, message, target)
    part = half_a_file(target)
    try:
        with open_member(member) as source, open(part, "wb") as file:
            shutil.copyfileobj(source, file, 1 << 20)
        os.replace(part, target)
    finally:
        if os.path.exists(part):
            os.remove(part)


@contextmanager
def _opened(path: str) -> Iterator[Contents]:
    if path.lower().endswith(".zip"):
        with zipfile.ZipFile(path) as packed:
            yield _zip_contents(path, packed)
    else:
        with tarfile.open(path) as packed_tar:
            yield _tar_contents(path, packed_tar)


def _zip_contents(path: str, packed: zipfile.ZipFile) -> Contents:
    members = {}
    for info in packed.infolist():
        name = _member_name(path, info.filename)
        # Its upper half holds the Unix mode, where the archive was made on Unix.
        if stat.S_ISLNK(info.external_attr >> 16):
            raise _refused(path, info.filename, "is a link")
        if not info.is_dir():
            members[name] = info
    return _without_nameless(path, members), packed.open


def _tar_contents(path: str, packed: tarfile.TarFile) -> Contents:
    members = {}
    for info in packed.getmembers():
        name = _member_name(path, info.name)
        if info.issym() or info.islnk():
            raise _refused(path, info.name, "is a link")
        if info.isreg():
            members[name] = info
        elif not info.isdir():
            raise _refused(path, info.name, "is a device, or another special file")

    def open_member(info: tarfile.TarInfo) -> IO[bytes]:
        member = packed.extractfile(info)
        if member is None:
            raise tarfile.ExtractError(f"{info.name!r} is not a file")
        return member

    return _without_nameless(path, members), open_member


def _member_name(path: str, stored: str) -> str:
    if len(stored) > _LONGEST_NAME or stored.count("/") > _DEEPEST:
        raise _refused(path, f"{stored[:40]}...", f"has a name of {len(stored):,} characters")
    try:
        return relative_name(stored)
    except ValueError:
        raise _refused(path, stored, "reaches outside its folder") from None


def _without_nameless(path: str, members: dict[str, Any]) -> dict[str, Any]:
    if "" in members:
        raise _refused(path, "", "has no name")
    return members


def _refused(path: str, name: str, what: str) -> _Refused:
    return _Refused(f"{path}: refused, because its member {name!r} {what}; pack it again without that member")
