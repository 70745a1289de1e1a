"""Flow style and quotes while they are typed: what is not closed ends where it can no longer go on."""

import re

from valohai_steps.config.cursor.outline.pieces import Entry, Item, Mapping, Node, Outline, Scalar, Sequence
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span

_BLANKS = pattern(r"[ \t]*")
_SPACE = pattern(r"[ \t\r\n]*")
_DOUBLE_END = pattern(r'(?:[^"\\]|\\.)*', re.DOTALL)
_SINGLE_END = pattern(r"(?:[^']|'')*")
_BEHIND_QUOTE = pattern(r"[ \t]*(?:[,\]}:#\r\n]|\Z)")
_OPEN_QUOTE = pattern(r"[^,\]}\r\n]*")
_PLAIN_ITEM = pattern(r"(?:[^,\[\]{}\r\n#]|(?<=[^\s])#)*")
_PLAIN_KEY = pattern(r"(?:[^,\[\]{}\r\n#:]|(?<=[^\s])#|:(?![\s,\[\]{}]|\Z))*")
_PROPERTY = pattern(r"[&!][^\s,\[\]{}]*[ \t]*")
_DEEPEST = 40


def line_end(text: str, offset: int, limit: int) -> int:
    """Where the line of `offset` ends, before its line break, and not behind `limit`."""
    end = text.find("\n", offset, limit)
    end = limit if end < 0 else end
    return end - 1 if end > offset and text[end - 1] == "\r" else end


def quoted(text: str, start: int, limit: int) -> Scalar | None:
    """A string from the quote at `start`; None when it has no end before `limit`."""
    body = _DOUBLE_END if text[start] == '"' else _SINGLE_END
    found = body.match(text, start + 1, limit)
    end = found.end() if found is not None else limit
    if end >= limit or text[end] != text[start]:
        return None
    inner = Span(start + 1, end)
    return Scalar(start, end + 1, inner, text[inner.start : inner.end], text[start])


def open_quoted(text: str, start: int, end: int) -> Scalar:
    """A string without its closing quote, up to `end`; blanks in front of that are not part of it."""
    inner = Span(start + 1, _rstrip(text, start + 1, end))
    return Scalar(start, inner.end, inner, text[inner.start : inner.end], text[start], is_closed=False)


def plain(text: str, start: int, end: int) -> Scalar:
    """An unquoted value from `start` to `end`, without the blanks in front of that."""
    end = _rstrip(text, start, end)
    style = "*" if text.startswith("*", start) else ""
    return Scalar(start, end, Span(start, end), text[start:end], style)


def _rstrip(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1] in " \t\r\n":
        end -= 1
    return end


class FlowReader:
    """Reads `[...]` and `{...}` of one text up to `limit`, where an open bracket ends at the latest."""

    def __init__(self, outline: Outline, limit: int) -> None:
        """What is found of anchors and comments goes to `outline`."""
        self.outline = outline
        self.text = outline.text
        self.limit = limit

    def collection(self, start: int, depth: int = 0) -> Mapping | Sequence:
        """The mapping or list from the bracket at `start`."""
        if self.text[start] == "{":
            return self._mapping(start, depth)
        return self._sequence(start, depth)

    def _mapping(self, start: int, depth: int) -> Mapping:
        found = Mapping(start, self.limit, -1, is_flow=True)
        place = start + 1
        while True:
            entry = Entry(place, place)
            found.entries.append(entry)
            place = self._entry(entry, depth)
            if not self._goes_on(found, place, "}"):
                return found
            place += 1

    def _entry(self, entry: Entry, depth: int) -> int:
        place = self._space(entry.start)
        if place < self.limit and self.text[place] not in ",]}[{:":
            entry.key = self._scalar(place, _PLAIN_KEY)
            place = self._space(entry.key.end)
        if place < self.limit and self.text[place] == ":":
            entry.colon = place
            entry.value, place = self._value(place + 1, depth)
        entry.end = place = self._to_sign(place)
        return place

    def _sequence(self, start: int, depth: int) -> Sequence:
        found = Sequence(start, self.limit, -1, is_flow=True)
        place = start + 1
        while True:
            item = Item(place, place)
            found.items.append(item)
            item.value, place = self._value(place, depth)
            item.end = place = self._to_sign(place)
            if not self._goes_on(found, place, "]"):
                return found
            place += 1

    def _goes_on(self, found: Mapping | Sequence, place: int, closing: str) -> bool:
        """Whether there is a comma at `place`; else the collection ends there."""
        if place < self.limit and self.text[place] == ",":
            return True
        found.is_closed = place < self.limit and self.text[place] == closing
        found.end = place + found.is_closed
        return False

    def _value(self, place: int, depth: int) -> tuple[Node | None, int]:
        """The value behind `place`, and where it ends."""
        place = self._space(place)
        anchor = None
        while (found := _PROPERTY.match(self.text, place, self.limit)) is not None:
            anchor = found[0].strip() if found[0].startswith("&") else anchor
            place = found.end()
        if place >= self.limit or self.text[place] in ",]}":
            return None, place
        value: Node
        if self.text[place] in "[{" and depth < _DEEPEST:
            value = self.collection(place, depth + 1)
        else:
            value = self._scalar(place, _PLAIN_ITEM)
        if anchor is not None:
            self.outline.anchors.setdefault(anchor[1:], value)
        return value, value.end

    def _scalar(self, place: int, rest: re.Pattern[str]) -> Scalar:
        if self.text[place] in "\"'":
            found = quoted(self.text, place, line_end(self.text, place, self.limit))
            if found is not None and _BEHIND_QUOTE.match(self.text, found.end, self.limit):
                return found
            # `["a, "b"]`: behind the quote that ends an open string, another one goes on.
            open_end = _OPEN_QUOTE.match(self.text, place + 1, self.limit)
            return open_quoted(self.text, place, open_end.end() if open_end is not None else self.limit)
        matched = rest.match(self.text, place, self.limit)
        return plain(self.text, place, matched.end() if matched is not None else self.limit)

    def _to_sign(self, place: int) -> int:
        """The next comma or closing bracket; what stands before it belongs to nothing."""
        place = self._space(place)
        while place < self.limit and self.text[place] not in ",]}":
            place = self._space(place + 1)
        return place

    def _space(self, place: int) -> int:
        """Behind blanks, line breaks and comments."""
        while True:
            found = _SPACE.match(self.text, place, self.limit)
            end = found.end() if found is not None else place
            before = self.text[end - 1] if end else "\n"
            if end >= self.limit or self.text[end] != "#" or before not in " \t\r\n":
                return end
            place = line_end(self.text, end, self.limit)
            self.outline.comments.append(Span(end, place))
