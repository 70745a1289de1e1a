"""Reading the lines of a half-typed YAML text into an outline, by their columns. Reading never fails."""

import re
from itertools import islice

from msgspec import Struct

from valohai_steps.config.cursor.outline.flow import FlowReader, line_end, open_quoted, plain, quoted
from valohai_steps.config.cursor.outline.pieces import Entry, Item, Mapping, Node, Outline, Scalar, Sequence
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span

_LINE = pattern(r"([ \t]*)([^\s][^\n]*)")
# What ends a plain value or key: the colon of a key, or a comment.
_SIGN = pattern(r":(?=\s|\Z)|(?<=\s)#")
_COMMENT = pattern(r"(?<=\s)#")
_BLANKS = pattern(r"[ \t]*")
_PROPERTY = pattern(r"(?:&\S+|![^\s]*)(?:[ \t]+|$)", re.MULTILINE)
_DEEPEST = 60


class _Line(Struct):
    """A line that is not blank: where its text starts and ends, and its column."""

    start: int
    end: int
    column: int


def read_outline(text: str, start: int, end: int) -> Outline:
    """The outline of what stands between two offsets; `start` is that of a line."""
    reader = _Reader(text, start, end)
    reader.outline.root = reader.node(0, 0)
    reader.peek()
    return reader.outline


class _Reader:
    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.limit = end
        self.outline = Outline(text)
        first = start + text.startswith("\ufeff", start)
        self.lines = [_line(found) for found in _LINE.finditer(text, first, end)]
        self.index = 0

    def peek(self) -> _Line | None:
        """The next line that is no comment."""
        while self.index < len(self.lines):
            line = self.lines[self.index]
            if self.text[line.start] != "#":
                return line
            self.outline.comments.append(Span(line.start, line.end))
            self.index += 1
        return None

    def node(self, least: int, depth: int) -> Node | None:
        """What starts on the next line, if its column is at least `least`."""
        line = self.peek()
        if line is None or line.column < least:
            return None
        return self._named(line.start, line.column, least - 1, depth)

    def _named(self, place: int, column: int, parent: int, depth: int) -> Node | None:
        """What starts at `place` of this line, behind its anchor and tag; its parent's column is `parent`."""
        line = self.lines[self.index]
        anchor = None
        while (found := _PROPERTY.match(self.text, place, line.end)) is not None:
            anchor = found[0].strip()[1:] if found[0].startswith("&") else anchor
            column += found.end() - place
            place = found.end()
        value: Node | None
        if place >= line.end or self.text[place] == "#":
            self._comment(place, line)
            self.index += 1
            value = self.node(parent + 1, depth + 1) if depth < _DEEPEST else None
        else:
            value = self._collection(place, column, depth) or self._scalar(place, parent)
        if anchor and value is not None:
            self.outline.anchors.setdefault(anchor, value)
        return value

    def _collection(self, place: int, column: int, depth: int) -> Node | None:
        if depth >= _DEEPEST:
            return None
        if self._is_dash(place):
            return self._sequence(place, column, depth)
        if self._starts_mapping(place, column):
            return self._mapping(place, column, depth)
        return None

    def _starts_mapping(self, place: int, column: int) -> bool:
        """Whether there is a key, or a word with a key below it, which is a key that is being typed."""
        if self.text[place] in "[{|>":
            return False
        if self._colon(place, self.lines[self.index].end) >= 0:
            return True
        following = islice(self.lines, self.index + 1, self.index + 9)
        below = next((line for line in following if self.text[line.start] != "#"), None)
        if below is None or below.column != column or self._is_dash(below.start):
            return False
        return self._colon(below.start, below.end) >= 0

    def _sequence(self, place: int, column: int, depth: int) -> Sequence:
        found = Sequence(place, place, column)
        while True:
            line = self.lines[self.index]
            item = Item(place, line.end)
            found.items.append(item)
            rest = self._behind(place + 1)
            if rest >= line.end or self.text[rest] == "#":
                self._comment(rest, line)
                self.index += 1
                item.value = self.node(column + 1, depth + 1)
            else:
                item.value = self._named(rest, column + rest - place, column, depth + 1)
            item.end = found.end = max(line.end, item.value.end if item.value is not None else 0)
            below = self._below(column)
            if below is None or below.column != column or not self._is_dash(below.start):
                return found
            place = below.start

    def _mapping(self, place: int, column: int, depth: int) -> Mapping:
        found = Mapping(place, place, column)
        while True:
            entry = self._entry(place, column, depth)
            found.entries.append(entry)
            found.end = entry.end
            below = self._below(column)
            if below is None or below.column != column or self._is_dash(below.start):
                return found
            place = below.start

    def _below(self, column: int) -> _Line | None:
        """The next line that is not deeper; deeper ones stand where nothing can."""
        while (line := self.peek()) is not None and line.column > column:
            self.index += 1
        return line

    def _entry(self, place: int, column: int, depth: int) -> Entry:
        line = self.lines[self.index]
        colon = self._colon(place, line.end)
        entry = Entry(place, line.end, colon=colon)
        if colon < 0:
            entry.key = self._begun(place, line)
            self.index += 1
            return entry
        is_quoted = self.text[place] in "\"'"
        entry.key = (quoted(self.text, place, colon) if is_quoted else None) or plain(self.text, place, colon)
        entry.value = self._value(self._behind(colon + 1), column, depth)
        entry.end = max(line.end, entry.value.end if entry.value is not None else 0)
        return entry

    def _begun(self, place: int, line: _Line) -> Scalar:
        if self.text[place] in "\"'":
            return quoted(self.text, place, line.end) or open_quoted(self.text, place, line.end)
        comment = _COMMENT.search(self.text, place, line.end)
        if comment is not None:
            self._comment(comment.start(), line)
        return plain(self.text, place, comment.start() if comment is not None else line.end)

    def _value(self, place: int, column: int, depth: int) -> Node | None:
        """The value of a key at `column`, from `place` of its line or from the line below."""
        line = self.lines[self.index]
        if place < line.end and self.text[place] not in "#&!":
            return self._scalar(place, column)
        anchor = None
        while (found := _PROPERTY.match(self.text, place, line.end)) is not None:
            anchor = found[0].strip()[1:] if found[0].startswith("&") else anchor
            place = found.end()
        if place < line.end and self.text[place] != "#":
            value: Node | None = self._scalar(place, column)
        else:
            self._comment(place, line)
            self.index += 1
            below = self.peek()
            is_indentless = below is not None and below.column == column and self._is_dash(below.start)
            value = self.node(column if is_indentless else column + 1, depth + 1)
        if anchor and value is not None:
            self.outline.anchors.setdefault(anchor, value)
        return value

    def _scalar(self, place: int, parent: int) -> Node:
        line = self.lines[self.index]
        sign = self.text[place]
        if sign in "|>":
            return self._block_text(place, parent, line)
        if sign in "[{":
            return self._flow(place, parent)
        if sign in "\"'":
            return self._quoted(place, parent, line)
        return self._plain(place, parent, line)

    def _block_text(self, place: int, parent: int, line: _Line) -> Scalar:
        self.index += 1
        start = min(self.text.find("\n", line.end) + 1 or self.limit, self.limit)
        while self.index < len(self.lines) and self.lines[self.index].column > parent:
            self.index += 1
        end = max(start, self.lines[self.index - 1].end)
        return Scalar(place, end, Span(start, end), self.text[start:end], self.text[place])

    def _flow(self, place: int, parent: int) -> Node:
        value = FlowReader(self.outline, self._reach(parent, "]}")).collection(place)
        self._skip(value.end)
        return value

    def _quoted(self, place: int, parent: int, line: _Line) -> Scalar:
        value = quoted(self.text, place, line.end) or quoted(self.text, place, self._reach(parent))
        if value is None:
            value = open_quoted(self.text, place, line.end)
        comment = _COMMENT.search(self.text, value.end, line_end(self.text, value.end, self.limit))
        self._skip(value.end)
        if comment is not None and value.is_closed:
            self.outline.comments.append(Span(comment.start(), line_end(self.text, value.end, self.limit)))
        return value

    def _plain(self, place: int, parent: int, line: _Line) -> Scalar:
        comment = _COMMENT.search(self.text, place, line.end)
        end = comment.start() if comment is not None else line.end
        if comment is not None:
            self._comment(end, line)
        self.index += 1
        while comment is None and self.index < len(self.lines) and self.lines[self.index].column > parent:
            below = self.lines[self.index]
            if self.text[below.start] == "#":
                break
            end = below.end
            self.index += 1
        return plain(self.text, place, end)

    def _reach(self, parent: int, closing: str = "") -> int:
        """The end of the last line from here on that is deeper than `parent`, or that only closes."""
        index = self.index + 1
        while index < len(self.lines):
            line = self.lines[index]
            if line.column <= parent and not (line.column == parent and self.text[line.start] in closing):
                break
            index += 1
        return line_end(self.text, self.lines[index - 1].end, self.limit)

    def _skip(self, end: int) -> None:
        """Go on with the first line that starts behind `end`."""
        while self.index < len(self.lines) and self.lines[self.index].start < end:
            self.index += 1

    def _comment(self, place: int, line: _Line) -> None:
        if place < line.end:
            self.outline.comments.append(Span(place, line.end))

    def _behind(self, place: int) -> int:
        found = _BLANKS.match(self.text, place)
        return found.end() if found is not None else place

    def _is_dash(self, place: int) -> bool:
        return self.text[place] == "-" and (place + 1 >= self.limit or self.text[place + 1] in " \t\r\n")

    def _colon(self, place: int, end: int) -> int:
        """The colon of the key that starts at `place`; -1 when there is none."""
        if self.text[place] in "\"'":
            key = quoted(self.text, place, end)
            place = self._behind(key.end) if key is not None else end
            return place if place < end and self.text[place] == ":" else -1
        found = _SIGN.search(self.text, place, end)
        return found.start() if found is not None and found[0] == ":" else -1


def _line(found: re.Match[str]) -> _Line:
    end = found.end()
    while found.string[end - 1] in " \t\r":
        end -= 1
    return _Line(found.start(2), end, len(found[1]))
