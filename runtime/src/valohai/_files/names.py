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


def split_suffix(name: str) -> tuple[str, str]:
    """``a.tar.gz`` -> ``("a", ".tar.gz")``, ``a.b.csv`` -> ``("a.b", ".csv")``."""
    stem, suffix = os.path.splitext(name)
    if stem.lower().endswith(".tar"):
        return stem[:-4], stem[-4:] + suffix
    return stem, suffix


def inside(folder: str, name: str) -> str:
    """The path of ``name`` in ``folder``. Raises ValueError if it would be outside."""
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or os.path.splitdrive(name)[0] or "\0" in name:
        raise ValueError(f"{name!r} reaches outside its folder")
    return os.path.join(folder, *parts)
