"""Archives of input files, unpacked one member at a time; nothing leaves the folder they are unpacked to."""

from __future__ import annotations

import atexit
import os
import shutil
import stat
import tarfile
import tempfile
import zipfile
import zlib
from contextlib import contextmanager

from valohai._step.state import process

from .names import inside, matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO, Callable, Optional

    from .input_file import InputFile

    # The names of an archive's files, and how one is opened.
    Contents = tuple[list[str], Callable[[str], IO[bytes]]]

try:
    from lzma import LZMAError
except ImportError:  # a Python built without xz; tarfile then says so itself
    LZMAError = EOFError  # type: ignore[assignment,misc]  # it is only caught

_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    EOFError,
    zlib.error,
    LZMAError,
    NotImplementedError,
    RuntimeError,
)


def unpacked(archive: InputFile, path_filter: Optional[str]) -> Iterator[str]:
    """The paths of the archive's files that match ``path_filter``, each unpacked when it is asked for.

    They go to a temporary folder (``TMPDIR``) that is removed when the process ends. Raises ValueError if the
    archive is broken, or has a member that is a link or that reaches outside its folder.
    """
    folder = _folder_of(archive.path)
    parent = os.path.dirname(archive.name)
    try:
        with _opened(archive.path) as (names, open_member):
            for name in names:
                if path_filter is not None and not matches(
                    f"{parent}/{name}" if parent else name, path_filter
                ):
                    continue
                target = inside(folder, name)
                if not os.path.isfile(target):
                    _unpack(open_member(name), target)
                yield target
    except (*_BROKEN, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
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


def _unpack(source: IO[bytes], target: str) -> None:
    os.makedirs(os.path.dirname(target), exist_ok=True)
    part = f"{target}.{os.urandom(4).hex()}.part"
    with source, open(part, "wb") as file:
        shutil.copyfileobj(source, file, 1 << 20)
    os.replace(part, target)


@contextmanager
def _opened(path: str) -> Iterator[Contents]:
    if path.lower().endswith(".zip"):
        with zipfile.ZipFile(path) as packed:
            yield _zip_contents(path, packed)
    else:
        with tarfile.open(path) as packed_tar:
            yield _tar_contents(path, packed_tar)


def _zip_contents(path: str, packed: zipfile.ZipFile) -> Contents:
    infos = {}
    for info in packed.infolist():
        # Its upper half holds the Unix mode, where the archive was made on Unix.
        _check(path, info.filename, link=stat.S_ISLNK(info.external_attr >> 16))
        if not info.is_dir():
            infos[info.filename] = info
    return list(infos), lambda name: packed.open(infos[name])


def _tar_contents(path: str, packed: tarfile.TarFile) -> Contents:
    infos = {}
    for info in packed.getmembers():
        _check(path, info.name, link=info.issym() or info.islnk())
        if info.isreg():
            infos[info.name] = info

    def open_member(name: str) -> IO[bytes]:
        member = packed.extractfile(infos[name])
        if member is None:
            raise tarfile.ExtractError(f"{name!r} is not a file")
        return member

    return list(infos), open_member


def _check(path: str, name: str, *, link: bool) -> None:
    what = "is a link"
    if not link:
        try:
            inside("", name)
        except ValueError:
            what = "reaches outside its folder"
        else:
            return
    raise ValueError(
        f"{path}: refused, because its member {name!r} {what}; pack it again without that member"
    )
