"""Where the top-level items of a valohai.yaml start, without reading it."""

import re

from msgspec import Struct

_FIRST = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n|\ufeff|---[ \t]*\r?\n)*(?P<indent> *)-(?=[ \t\r\n]|\Z)")


class Slice(Struct, frozen=True):
    """A part of a text, from `start` to `end`: offsets in code points."""

    start: int
    end: int


def slices(text: str) -> tuple[Slice, ...] | None:
    """The items, each from the start of its line to the next; None when the text is no plain list of them.

    Then it has more documents than one, or line ends that only YAML knows, or does not begin with an item.
    """
    found = _FIRST.match(text)
    if found is None or text.count("\r") != text.count("\r\n"):
        return None
    first = found.start("indent")
    if _has_marker(text, first) or (not text.isascii() and any(mark in text for mark in "\x85\u2028\u2029")):
        return None
    starts = [first]
    dash = f"\n{found['indent']}-"
    place = text.find(dash, first)
    while place >= 0:
        if text[place + len(dash) : place + len(dash) + 1] in " \t\r\n":
            starts.append(place + 1)
        place = text.find(dash, place + 1)
    return tuple(map(Slice, starts, [*starts[1:], len(text)]))


def _has_marker(text: str, start: int) -> bool:
    """Whether a document starts or ends behind `start`."""
    return "\n---" in text[start:] or "\n..." in text[start:] or text.startswith("---", start)
