"""Names of files: patterns over them, and names for what has none."""

from __future__ import annotations

import fnmatch
import hashlib
import os

_NAME_LIMIT = 180  # bytes; file systems take 255, and a suffix may be added
_FORBIDDEN = '<>:"|?*\\'


def matches(name: str, pattern: str) -> bool:
    """Whether the file ``name`` (``/`` between folders) matches ``pattern``, as ``fnmatch`` has it.

    ``**/`` also stands for no folder: ``a/**/b.png`` matches ``a/b.png``.
    """
    return fnmatch.fnmatchcase(name, pattern) or (
        "**/" in pattern and fnmatch.fnmatchcase(name, pattern.replace("**/", ""))
    )


def digest(text: str) -> str:
    """Eight characters that stand for ``text``."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def filename_of(uri: str) -> str:
    """The name for the file at ``uri``: the last part of its path, fit for any file system."""
    path = uri.partition("#")[0].partition("?")[0].partition("://")[2]
    _, slash, name = path.rpartition("/")
    name = "".join(
        "_" if character in _FORBIDDEN or not character.isprintable() else character for character in name
    )
    if not slash or name.strip(". ") == "":
        return f"download-{digest(uri)}"
    if len(os.fsencode(name)) > _NAME_LIMIT:
        stem, suffix = split_suffix(name)
        return f"{os.fsencode(stem)[: _NAME_LIMIT // 2].decode(errors='ignore')}-{digest(uri)}{suffix[-16:]}"
    return name


def distinct(name: str, uri: str) -> str:
    """``name`` made its own for ``uri``, its suffix kept: ``a.tar.gz`` -> ``a-1b2c3d4e.tar.gz``."""
    stem, suffix = split_suffix(name)
    return f"{stem}-{digest(uri)}{suffix}"


def half_a_file(path: str) -> str:
    """A new path beside ``path``, for what is written to it until it is complete."""
    return os.path.join(os.path.dirname(path), f".{os.urandom(4).hex()}.part")


def is_half_a_file(path: str) -> bool:
    """Whether ``half_a_file()`` gave ``path``: a process that was killed while it wrote left it."""
    name = os.path.basename(path)
    return len(name) == len(".01234567.part") and name[0] == "." and name.endswith(".part")


def split_suffix(name: str) -> tuple[str, str]:
    """``a.tar.gz`` -> ``("a", ".tar.gz")``, ``a.b.csv`` -> ``("a.b", ".csv")``."""
    stem, suffix = os.path.splitext(name)
    if stem.lower().endswith(".tar"):
        return stem[:-4], stem[-4:] + suffix
    return stem, suffix


def folded(name: str) -> str:
    """The form in which two names are equal that a file system may take for one."""
    if name.isascii():
        return name.lower()
    import unicodedata

    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def relative_name(name: str) -> str:
    """``name`` with ``/`` between its parts and without empty ones: ``./a//b`` -> ``a/b``, ``./`` -> ``""``.

    Raises ValueError if it would be outside its folder.
    """
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    # A drive anywhere: on Windows, what is joined behind `C:` is on that drive.
    drives = [part for part in parts if os.path.splitdrive(part)[0]]
    if name.startswith(("/", "\\")) or ".." in parts or drives or "\0" in name:
        raise ValueError(f"{name!r} reaches outside its folder")
    return "/".join(parts)


def inside(folder: str, name: str) -> str:
    """The path of the file ``name`` in ``folder``.

    Raises ValueError if it would be outside, or has no name.
    """
    relative = relative_name(name)
    if not relative:
        raise ValueError(f"{name!r} names no file")
    return os.path.join(folder, *relative.split("/"))
