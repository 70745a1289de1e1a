"""How a file is laid out: its indentation, where its lists stand, its line end."""

import re

from msgspec import Struct

from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import newline_of

# A key with nothing behind it, and the column of what is below, a list or a mapping.
_BELOW = r"^([ \t]*(?:- +)*)[^\s:#'\"-][^:#\n]*:[ \t]*\r?\n([ \t]*)"
_LIST = pattern(_BELOW + r"-(?=[ \t])", re.MULTILINE)
_MAPPING = pattern(_BELOW + r"[^\s#-][^\n]*:(?=\s)", re.MULTILINE)


class Layout(Struct, frozen=True):
    """`indent`: columns from a key to the keys below it; `offset`: from a key to the `-` below it."""

    indent: int = 2
    offset: int = 2
    newline: str = "\n"


def layout_of(text: str) -> Layout:
    """How a text is laid out, by the first list and the first mapping in it."""
    newline = newline_of(text)
    mapping, found = _MAPPING.search(text), _LIST.search(text)
    indent = _distance(mapping)
    offset = _distance(found)
    if indent is None or indent < 1:
        indent = offset if offset else 2
    return Layout(indent, indent if offset is None or offset < 0 else offset, newline)


def _distance(found: "re.Match[str] | None") -> int | None:
    return len(found[2]) - len(found[1]) if found is not None else None
