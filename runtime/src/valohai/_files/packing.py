"""Archives of output files: packed beside their final name, moved there when complete."""

from __future__ import annotations

import os
import stat
import tarfile
import uuid
import zipfile

from valohai._step.state import process

from .archive_formats import FORMATS, archive_ending
from .input_file import InputFile, glob_files, has_pattern, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

# Deflating these again costs time and saves nothing.
_ALREADY_COMPRESSED = (
    ".7z",
    ".bz2",
    ".gz",
    ".jpeg",
    ".jpg",
    ".mkv",
    ".mp3",
    ".mp4",
    ".npz",
    ".png",
    ".tgz",
    ".xz",
    ".zip",
)


def make_read_only(path: str) -> None:
    """Take away the permissions to write, which is Valohai's sign that the file is complete."""
    os.chmod(path, stat.S_IMODE(os.stat(path).st_mode) & ~0o222 | 0o444)


def matching_files(path: str, asked_by: str) -> list[InputFile]:
    """The file at ``path``, those in the folder ``path``, or those that the pattern ``path`` matches.

    Raises FileNotFoundError, speaking of ``asked_by``, if it is no pattern and not there.
    """
    if os.path.isfile(path):
        return [InputFile(os.path.basename(path), path)]
    if os.path.isdir(path):
        return list(walk(path))
    if has_pattern(path):
        return list(glob_files(path))
    raise FileNotFoundError(f"{asked_by}: there is no file or folder {path!r}; write it first")


def pack(sources: list[str], archive: str, *, remove_originals: bool) -> None:
    """Pack the files of ``sources`` (absolute paths, folders, patterns) into ``archive``.

    The archive is written beside its final name and renamed when complete; only then are originals removed.
    Raises ValueError if there is nothing to pack, for an unknown ending, and for two files of one name.
    """
    ending = archive_ending(archive)
    if ending is None:
        raise ValueError(
            f"compress(): cannot tell the format of {archive!r}; end it with {', '.join(FORMATS)}"
        )
    members = _members(sources, archive)
    part = f"{archive}.{uuid.uuid4().hex[:8]}.part"
    write = _write_zip if FORMATS[ending] is None else _write_tar
    # What an earlier call packed and then removed is nowhere else: carry it over.
    keep = archive in process.only_copies and os.path.isfile(archive)
    try:
        write(part, FORMATS[ending] or "", members, archive if keep else None)
        os.replace(part, archive)
    finally:
        if os.path.exists(part):
            os.remove(part)
    if remove_originals:
        process.only_copies.add(archive)
        for path in set(members.values()):
            os.remove(path)


def _members(sources: list[str], archive: str) -> dict[str, str]:
    """Name in the archive -> file; never the archive itself."""
    members: dict[str, str] = {}
    clashes: dict[str, str] = {}
    for source in sources:
        for file in _source_files(source):
            if os.path.realpath(file.path) == os.path.realpath(archive):
                continue
            other = members.setdefault(file.name, file.path)
            if os.path.realpath(other) != os.path.realpath(file.path):
                clashes[file.name] = f"{other!r} and {file.path!r}"
    if clashes:
        name, files = next(iter(clashes.items()))
        raise ValueError(
            f"compress(): {files} would both be {name!r} in {archive!r}; pack their common folder instead"
        )
    if not members:
        raise ValueError(f"compress(): no file to pack in {sources!r}")
    return members


def _source_files(source: str) -> list[InputFile]:
    if not (os.path.lexists(source) or has_pattern(source)):
        return []  # the caller says so if nothing at all is found, as valohai-utils does
    return matching_files(source, "compress()")


def _write_zip(part: str, _mode: str, members: dict[str, str], earlier: Optional[str]) -> None:
    # Times before 1980 are no reason to fail.
    with zipfile.ZipFile(part, "x", strict_timestamps=False) as packed:
        for name, path in members.items():
            method = (
                zipfile.ZIP_STORED if path.lower().endswith(_ALREADY_COMPRESSED) else zipfile.ZIP_DEFLATED
            )
            packed.write(path, name, compress_type=method)
        if earlier is not None:
            with zipfile.ZipFile(earlier) as old:
                for info in old.infolist():
                    if info.filename not in members:
                        packed.writestr(info, old.read(info))


def _write_tar(part: str, mode: str, members: dict[str, str], earlier: Optional[str]) -> None:
    # dereference: a link is packed as the file it leads to, for what it leads to stays behind.
    with tarfile.open(part, f"x:{mode}", dereference=True) as packed:  # type: ignore[call-overload]  # the mode is computed
        for name, path in members.items():
            packed.add(path, name, recursive=False, filter=_anonymous)
        if earlier is not None:
            with tarfile.open(earlier) as old:
                for info in old:
                    if info.name not in members:
                        packed.addfile(info, old.extractfile(info))


def _anonymous(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    return info
