"""What git ignores: the lines of a `.gitignore`, as gitignore(5) and git's own code read them."""

import os
from collections.abc import Iterable, Sequence
from pathlib import PurePath

from msgspec import Struct

from valohai_steps.project.disk.ignored.glob_segment import Segment, read_segment

_Segment = Segment | None  # None: any number of folders


class IgnoreLine(Struct, frozen=True):
    """One line. `negated`: it takes a path back; `folders_only`: it ended in `/`."""

    negated: bool
    folders_only: bool
    segments: tuple[_Segment, ...]

    def decides(self, parts: Sequence[str], *, is_folder: bool) -> bool:
        """Whether the line speaks of a path, given as names below the folder of its file."""
        if self.folders_only and not is_folder:
            return False
        if len(self.segments) == 2 and self.segments[0] is None:  # most lines: one name, anywhere
            return self.segments[1] is None or self.segments[1].matches(parts[-1])
        reached = {0}
        for segment in self.segments:
            if segment is None:
                reached = set(range(min(reached), len(parts) + 1))
            else:
                reached = {at + 1 for at in reached if at < len(parts) and segment.matches(parts[at])}
            if not reached:
                return False
        return len(parts) in reached


class IgnoreFile(Struct, frozen=True):
    """The lines of one file; `names` are those of plain names anywhere, `others` whether there are more."""

    lines: tuple[IgnoreLine, ...]
    names: frozenset[str]
    others: tuple[IgnoreLine, ...]

    def decision(self, path: PurePath, *, is_folder: bool) -> bool | None:
        """Whether a path, relative to the folder of this file, is ignored; None when no line speaks of it."""
        parts = [os.fsencode(part).decode("latin-1") for part in path.parts]
        if not parts:
            return None
        if parts[-1] not in self.names and not any(
            line.decides(parts, is_folder=is_folder) for line in self.others
        ):
            return None
        for line in reversed(self.lines):
            if line.decides(parts, is_folder=is_folder):
                return not line.negated
        return None


def read_ignore_file(data: bytes) -> IgnoreFile:
    """The lines of a `.gitignore`; what git passes over is passed over."""
    text = data.removeprefix(b"\xef\xbb\xbf").decode("latin-1")  # git compares bytes
    return ignore_file(line.removesuffix("\r") for line in text.split("\n"))


def ignore_file(lines: Iterable[str]) -> IgnoreFile:
    """The same of lines that are read already, each byte a character."""
    read = tuple(line for line in map(_read_line, lines) if line is not None)
    plain = {line: _plain_name(line) for line in read}
    names = frozenset(name for name in plain.values() if name is not None)
    return IgnoreFile(read, names, tuple(line for line, name in plain.items() if name is None))


def _plain_name(line: IgnoreLine) -> str | None:
    if len(line.segments) == 2 and line.segments[0] is None and line.segments[1] is not None:
        return line.segments[1].name
    return None


def _read_line(line: str) -> IgnoreLine | None:
    """A line as git reads it; None for comments, and for what can match nothing."""
    line = _without_trailing_blanks(line)
    if not line or line.startswith("#"):
        return None
    negated = line.startswith("!")
    pattern = line[negated:]
    folders_only = pattern.endswith("/")
    pattern = pattern.removesuffix("/")
    if not pattern:
        return None
    segments = _segments(pattern)
    return None if segments is None else IgnoreLine(negated, folders_only, segments)


def _segments(pattern: str) -> tuple[_Segment, ...] | None:
    names = pattern.removeprefix("/").split("/")
    found: list[_Segment] = [] if "/" in pattern else [None]
    for number, name in enumerate(names):
        if name == "**" and "/" in pattern:
            found.append(None)
            if number == len(names) - 1:
                found.append(read_segment("*"))  # `a/**` is what is in it, not `a`
            continue
        tokens = read_segment(name)
        if tokens is None:
            return None
        found.append(tokens)
    return tuple(found)


def _without_trailing_blanks(line: str) -> str:
    bare = line.rstrip(" ")
    slashes = len(bare) - len(bare.rstrip("\\"))
    return bare + " " if slashes % 2 and len(bare) < len(line) else bare
