"""A file of an input or an output, and where many of them come from: folders and patterns."""

from __future__ import annotations

import glob
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class InputFile:
    """A file on this machine, and its name within its input or archive (``/`` between folders)."""

    __slots__ = ("name", "path")

    def __init__(self, name: str, path: str) -> None:
        self.name = name.replace(os.sep, "/")
        self.path = path


def walk(folder: str) -> Iterator[InputFile]:
    """Every file below ``folder``, named relative to it, in the order of their names."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(parent, name)
            yield InputFile(os.path.relpath(path, folder), path)


def glob_files(pattern: str) -> Iterator[InputFile]:
    """Every file that ``pattern`` (``*``, ``?``, ``[...]``, ``**``) matches, named from its first one on."""
    fixed = []
    for part in os.path.dirname(pattern).split(os.sep):
        if glob.has_magic(part):
            break
        fixed.append(part)
    root = os.sep.join(fixed) or (os.sep if pattern.startswith(os.sep) else os.curdir)
    for path in sorted(glob.glob(pattern, recursive=True)):
        if os.path.isfile(path):
            yield InputFile(os.path.relpath(path, root), path)


def has_pattern(path: str) -> bool:
    """Whether ``path`` is a glob pattern."""
    return glob.has_magic(path)
