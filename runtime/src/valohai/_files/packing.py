"""Archives of output files: packed beside their final name, moved there when complete."""

from __future__ import annotations

import contextlib
import os
import stat
import tarfile
import uuid
import zipfile

from valohai._step.state import process

from .archive_formats import FORMATS, archive_ending
from .input_file import InputFile, glob_files, has_pattern, walk
from .messages import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
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


def refuse_outside(root: str, paths: Iterable[str], asked_by: str, advice: str) -> None:
    """Raise ValueError for a path that is not in the folder ``root``, itself or where its links lead."""
    real_root = os.path.join(os.path.realpath(root), "")
    for path in paths:
        # Where its name is, and where its content is: the one would be removed, the other changed.
        entry = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        content = os.path.realpath(path)
        if not (entry.startswith(real_root) and content.startswith(real_root)):
            leads = "" if content == path else f", which leads to {content!r},"
            raise ValueError(f"{asked_by}: {path!r}{leads} is outside the outputs folder, {root!r}; {advice}")


def pack(sources: list[str], archive: str, *, removed_from: Optional[str]) -> None:
    """Pack the files of ``sources`` (absolute paths, folders, patterns) into ``archive``.

    The archive is written beside its final name and renamed when complete; only then are the originals
    removed, all of which must be in the folder ``removed_from`` (None: they are kept).

    Raises ValueError if there is nothing to pack, for an unknown ending, for two files of one name, for a
    name that the archive cannot hold, and for a file to remove that is elsewhere.
    """
    ending = archive_ending(archive)
    if ending is None:
        raise ValueError(
            f"compress(): cannot tell the format of {archive!r}; end it with {', '.join(FORMATS)}"
        )
    members = _members(sources, archive)
    if removed_from is not None:
        advice = "pass remove_originals=False to pack it and keep it"
        refuse_outside(removed_from, members.values(), "compress()", advice)
    if FORMATS[ending] is None:
        _refuse_names(members)
    states = {path: _state(path) for path in members.values()}
    _write(ending, archive, members)
    if removed_from is not None:
        process.only_copies.add(archive)
        _remove(states)


def _write(ending: str, archive: str, members: dict[str, str]) -> None:
    os.makedirs(os.path.dirname(archive), exist_ok=True)
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


def _refuse_names(members: dict[str, str]) -> None:
    for name, path in members.items():
        if name.encode(errors="replace").decode() != name:
            raise ValueError(
                f"compress(): the name of {path!r} is not UTF-8, which a .zip cannot hold; "
                "rename it, or end the archive with .tar.gz"
            )


def _state(path: str) -> tuple[int, int]:
    status = os.stat(path)
    return status.st_size, status.st_mtime_ns


def _remove(states: dict[str, tuple[int, int]]) -> None:
    """Remove the files that are still in the state that they were packed in."""
    changed = [path for path, state in states.items() if _state(path) != state]
    for path in states.keys() - set(changed):
        with contextlib.suppress(FileNotFoundError):  # one file by two names, through a link to its folder
            os.remove(path)
    for path in changed:
        say(f"compress(): {path} was written to while it was packed; it is kept")


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
    if not (os.path.isfile(source) or os.path.isdir(source) or has_pattern(source)):
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
