"""Where a part of a scalar's text stands in the file: behind quotes, escapes, indentation and folding."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct, field

from valohai_steps.config.tree.node import Node
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span

_BREAK = "(?:\r\n|[\r\n\x85\u2028\u2029])"
_PIECES: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        '"': pattern(
            rf"\\(?:x[0-9a-fA-F]{{2}}|u[0-9a-fA-F]{{4}}|U[0-9a-fA-F]{{8}}|{_BREAK}[ \t]*|.)|.", re.DOTALL
        ),
        "'": pattern("''|.", re.DOTALL),
    }
)
_ONE = pattern(".", re.DOTALL)
# The escapes of YAML 1.1 (section 5.6) that are one letter long.
_LETTERS: Mapping[str, str] = MappingProxyType(
    {"0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b"}
    | {"N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029"}
)
_LINE_END = pattern(f"{_BREAK}|$")
_BLANKS = pattern(r"\s*")


def scalar_text(text: str, node: Node) -> str:
    """What a scalar says as text: its value, or, for a number or the like, what is written."""
    return node.value if isinstance(node.value, str) else text[node.start : node.end]


class ScalarPlaces(Struct, frozen=True):
    """Where the characters of a scalar's text stand: together from `start` on, or each in its place."""

    start: int | None
    places: tuple[Span, ...] = ()

    def place(self, part: Span) -> Span | None:
        """The place in the file of a part of the text; None when there is none.

        Escapes are covered whole; a part that folding or escapes make up of nothing has no place of its own.
        """
        if self.start is not None:
            return part.shifted(self.start)
        if not part.start < part.end <= len(self.places):
            return None
        return Span(self.places[part.start].start, self.places[part.end - 1].end)


def letters(text: str, node: Node) -> ScalarPlaces:
    """The places of what `scalar_text` gives; none for an alias, whose text stands at its anchor."""
    if not isinstance(node.value, str):
        return ScalarPlaces(node.start)
    if node.alias is not None:
        return ScalarPlaces(None)
    body = _body(text, node)
    if text[body.start : body.end] == node.value:
        return ScalarPlaces(body.start)
    return ScalarPlaces(None, tuple(_places(text, node, body) or ()))


def place_inside(text: str, node: Node, part: Span) -> Span | None:
    """The place in the file of a part of a scalar's text, counted in `scalar_text` (`ScalarPlaces.place`)."""
    return letters(text, node).place(part)


class PlacesInside(Struct, frozen=True):
    """The places within scalars of `text`, each of which is walked once, by identity."""

    text: str
    known: dict[int, tuple[Node, ScalarPlaces]] = field(default_factory=dict)

    def place(self, node: Node, part: Span) -> Span | None:
        """What `place_inside` gives."""
        if id(node) not in self.known:
            self.known[id(node)] = (node, letters(self.text, node))
        return self.known[id(node)][1].place(part)


def _body(text: str, node: Node) -> Span:
    """The scalar without its quotes, or without the header of a block scalar."""
    if node.style in ("'", '"'):
        return Span(node.start + 1, node.end - 1)
    if node.style in ("|", ">"):
        found = _LINE_END.search(text, node.start, node.end)
        return Span(found.end() if found else node.end, node.end)
    return node.span


def _places(text: str, node: Node, body: Span) -> list[Span] | None:
    """The place of each character of the value; None when the two cannot be brought together."""
    value, found = str(node.value), list[Span]()
    for piece in _PIECES.get(node.style, _ONE).finditer(text, body.start, body.end):
        said, place = _said(piece[0]), Span(*piece.span())
        if len(found) < len(value) and said == value[len(found)]:
            found.append(place)
        elif said.strip():
            # The blanks that folding makes of a line end and of indentation were passed over before.
            blanks = _blanks(value, len(found))
            found += [Span(place.start, place.start)] * blanks
            if len(found) == len(value) or said != value[len(found)]:
                return None
            found.append(place)
    found += [Span(body.end, body.end)] * _blanks(value, len(found))
    return found if len(found) == len(value) else None


def _blanks(value: str, start: int) -> int:
    """How many blanks stand at `start`."""
    found = _BLANKS.match(value, start)
    return found.end() - start if found else 0


def _said(written: str) -> str:
    """The character that a piece of a scalar stands for; nothing for an escaped line end."""
    if written == "''":
        return "'"
    if len(written) == 1 or written[0] != "\\":
        return written
    if written[1] in "xuU" and len(written) > 2:
        number = int(written[2:], 16)
        return chr(number) if number <= 0x10FFFF else ""
    if written[1] in "\r\n\x85\u2028\u2029":
        return ""
    return _LETTERS.get(written[1], written[1])
