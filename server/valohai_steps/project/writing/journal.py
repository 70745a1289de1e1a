"""What is about to be replaced, noted beside the lock: the run after a killed one finishes or undoes it.

Each folder of a transaction holds the whole journal. A folder that does not hold it is never touched, so that
a journal that came with a cloned repository reaches no further than that repository.
"""

import hashlib
import os
import stat
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from valohai_steps.model.patterns import pattern
from valohai_steps.project.disk.files import (
    LARGEST_SETTINGS,
    UnreadableFile,
    name_flaw,
    read_bytes,
    read_if_there,
    real_path,
)

_NAME = ".valohai-steps.journal"
_TEMPORARY = pattern(r"\.valohai-steps-[0-9a-f]{16}\.tmp")
_DIGEST = pattern(r"[0-9a-f]{64}")


class Entry(Struct, frozen=True):
    """One file of a transaction: `temporary` lies beside `target` and holds the new content, then the old.

    `base` and `new` are digests of both; `base` is None when there was no file.
    """

    target: Path
    temporary: Path
    base: str | None
    new: str


def digest(content: bytes) -> str:
    """What stands for a content in the journal."""
    return hashlib.sha256(content).hexdigest()


def digest_at(path: Path) -> str | UnreadableFile | None:
    """The digest of what lies at a path; None when nothing does."""
    found = read_if_there(path)
    return digest(found) if isinstance(found, bytes) else found


def new_temporary(target: Path) -> Path:
    """A name that is free beside a file."""
    return target.parent / f".valohai-steps-{os.urandom(8).hex()}.tmp"


def folders_of(entries: Iterable[Entry]) -> list[Path]:
    """The folders of a transaction, in the order in which they are locked."""
    return sorted({entry.target.parent for entry in entries})


def write_journal(entries: Sequence[Entry]) -> None:
    """Put the journal into every folder of the transaction. Raises OSError."""
    for folder in folders_of(entries):
        listed = [_listed(entry, folder) for entry in entries]
        flags = (
            os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        )
        with os.fdopen(os.open(folder / _NAME, flags, 0o600), "wb") as file:
            file.write(msgspec.json.encode(listed))
            file.flush()
            os.fsync(file.fileno())


def remove_journal(folders: Iterable[Path]) -> None:
    """The transaction is over."""
    for folder in folders:
        with suppress(FileNotFoundError):
            if has_journal(folder):  # a disk that takes no writes refuses to remove nothing
                (folder / _NAME).unlink()


def has_journal(folder: Path) -> bool:
    """Whether a run was killed in this folder."""
    return os.path.lexists(folder / _NAME)


def read_journal(folder: Path) -> tuple[Entry, ...]:
    """The entries of the journal in a folder whose own folders all hold it; empty when it says nothing."""
    entries = _entries(folder)
    stated = {(entry.target, entry.temporary) for entry in entries}
    holding = {
        other
        for other in folders_of(entries)
        if {(entry.target, entry.temporary) for entry in _entries(other)} == stated
    }
    return tuple(entry for entry in entries if entry.target.parent in holding)


def _listed(entry: Entry, folder: Path) -> dict[str, str | None]:
    return {
        "target": os.path.relpath(entry.target, folder),
        "temporary": entry.temporary.name,
        "base": entry.base,
        "new": entry.new,
    }


def _entries(folder: Path) -> list[Entry]:
    path = folder / _NAME
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return []
        found = read_bytes(path, LARGEST_SETTINGS)
        listed = None if isinstance(found, UnreadableFile) else msgspec.json.decode(found)
    except (OSError, msgspec.MsgspecError, RecursionError):
        return []  # killed while it was written: before anything else was
    entries = [_entry(item, folder) for item in listed] if isinstance(listed, list) else []
    return [entry for entry in entries if entry is not None]


def _entry(item: object, folder: Path) -> Entry | None:
    """An entry as read; None when it is not one of ours."""
    if not isinstance(item, dict):
        return None
    target, temporary, base, new = (item.get(key) for key in ("target", "temporary", "base", "new"))
    if not isinstance(target, str) or not isinstance(temporary, str) or not isinstance(new, str):
        return None
    if not _TEMPORARY.fullmatch(temporary) or not _DIGEST.fullmatch(new):
        return None
    if base is not None and not (isinstance(base, str) and _DIGEST.fullmatch(base)):
        return None
    if name_flaw(folder / target) is not None:
        return None
    home = real_path((folder / target).parent)
    return Entry(home / Path(target).name, home / temporary, base, new)
