"""A file of an input or an output, and where many of them come from: folders and patterns."""

from __future__ import annotations

import glob
import os
from fnmatch import fnmatch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class InputFile:
    """A file on this machine, and its name within its input or archive (``/`` between folders)."""

    __slots__ = ("name", "path")

    def __init__(self, name: str, path: str) -> None:
        self.name = name.replace(os.sep, "/")
        self.path = path


def walk(folder: str, *, hidden: bool = True) -> Iterator[InputFile]:
    """Every file below ``folder``, named relative to it, in the order of their names.

    Links are followed, but not to a folder that the link is in. Pipes, sockets, devices and links that lead
    nowhere are no files. hidden: also what is in folders whose names begin with a dot.
    """
    above: dict[str, tuple[str, ...]] = {folder: (os.path.realpath(folder),)}
    for parent, folders, names in os.walk(folder, followlinks=True):
        real = above.pop(parent)
        kept = []
        for name in sorted(folders):
            path = os.path.join(parent, name)
            inner = os.path.realpath(path) if os.path.islink(path) else os.path.join(real[-1], name)
            if inner not in real and (hidden or not name.startswith(".")):
                above[path] = (*real, inner)
                kept.append(name)
        folders[:] = kept
        for name in sorted(names):
            path = os.path.join(parent, name)
            if os.path.isfile(path):
                yield InputFile(os.path.relpath(path, folder), path)


def glob_files(pattern: str) -> Iterator[InputFile]:
    """Every file that ``pattern`` (``*``, ``?``, ``[...]``, ``**``) matches, named from its first one on."""
    parts = pattern.replace("/", os.sep).split(os.sep)
    first = next((number for number, part in enumerate(parts[:-1]) if glob.has_magic(part)), len(parts) - 1)
    root = os.sep.join(parts[:first]) or (os.sep if pattern.startswith(os.sep) else os.curdir)
    if "**" in parts:
        # Not by glob, which goes round and round where a link leads to a folder that it is in.
        wanted = parts[first:] if parts[-1] != "**" else [*parts[first:], "*"]  # at its end it is a file, too
        files = walk(root, hidden=any(part.startswith(".") for part in wanted))
        names = [file.name for file in files if _matches(file.name.split("/"), wanted)]
        paths = [os.sep.join([*parts[:first], *name.split("/")]) for name in names]
    else:
        paths = [path for path in glob.glob(pattern) if os.path.isfile(path)]
    for path in sorted(paths):
        yield InputFile(os.path.relpath(path, root), path)


def has_pattern(path: str) -> bool:
    """Whether ``path`` is a glob pattern."""
    return glob.has_magic(path)


def _matches(parts: list[str], pattern: list[str]) -> bool:
    """Whether the pattern's parts match those of a name, as ``glob`` has it; ``**`` is any number of them."""
    places = _passed({0}, pattern)
    for part in parts:
        following = set()
        for place in places:
            if place == len(pattern):
                continue
            wanted = pattern[place]
            if part.startswith(".") and not wanted.startswith("."):
                continue
            if wanted == "**":
                following.add(place)
            elif fnmatch(part, wanted):
                following.add(place + 1)
        places = _passed(following, pattern)
    return len(pattern) in places


def _passed(places: set[int], pattern: list[str]) -> set[int]:
    """``places`` in ``pattern``, and those behind each ``**`` there, which may stand for nothing."""
    passed = set(places)
    for place in sorted(places):
        while place < len(pattern) and pattern[place] == "**":
            place += 1  # noqa: PLW2901  # it walks on from there
            passed.add(place)
    return passed
