"""Text, spans and edits. The one position currency is a `str` offset, in code points.

Editors count columns in UTF-8 bytes, UTF-16 code units or code points; `LineIndex` converts at the edge.
"""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import Literal

from msgspec import Struct

from valohai_steps.model.patterns import pattern

PositionEncoding = Literal["utf-8", "utf-16", "utf-32"]

# Line ends as the LSP specification counts them (3.17, "Text Documents").
_LINE_END = pattern(r"\r\n|\n|\r")
_ONE = 1


def line_start(text: str, offset: int) -> int:
    """Where the line of `offset` starts, as editors and Python count lines."""
    start = text.rfind("\n", 0, offset) + 1
    return max(start, text.rfind("\r", start, offset) + 1)


def line_end(text: str, offset: int) -> int:
    """Where the line of `offset` ends, in front of its line end; the end of the text on the last line."""
    found = _LINE_END.search(text, offset)
    return found.start() if found else len(text)


def next_line(text: str, offset: int) -> int:
    """Where the line behind that of `offset` starts; the end of the text on the last line."""
    found = _LINE_END.search(text, offset)
    return found.end() if found else len(text)


def newline_of(text: str) -> str:
    r"""The first line end of a text: `\n`, `\r\n` or `\r`; `\n` where there is none."""
    found = _LINE_END.search(text)
    return found.group() if found else "\n"


class Span(Struct, frozen=True, order=True):
    """A half-open range of a text: `start` and `end` are offsets in code points."""

    start: int
    end: int

    def contains(self, offset: int) -> bool:
        """Whether a cursor at `offset` touches the span; its end counts, as for a cursor behind a word."""
        return self.start <= offset <= self.end

    def covers(self, other: "Span") -> bool:
        """Whether `other` lies inside this span."""
        return self.start <= other.start and other.end <= self.end

    def shifted(self, distance: int) -> "Span":
        """The same span `distance` code points further on."""
        return Span(self.start + distance, self.end + distance)


class TextEdit(Struct, frozen=True, order=True):
    """Replace what stands at `span` with `text`; an empty span inserts."""

    span: Span
    text: str


def apply_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """The text after all edits, every span counted in the text as it was before.

    Insertions at one place keep the order given (LSP 3.17, "TextEdit[]").
    Raises ValueError when two edits overlap or one lies outside the text.
    """
    pieces: list[str] = []
    end = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        if not end <= edit.span.start <= edit.span.end <= len(text):
            raise ValueError(f"edit at {edit.span} overlaps another or lies outside the text of {len(text)}")
        pieces += (text[end : edit.span.start], edit.text)
        end = edit.span.end
    return "".join((*pieces, text[end:]))


def replacement(before: str, after: str) -> TextEdit:
    """One edit that turns `before` into `after`, as small as one edit can be."""
    longest = min(len(before), len(after))
    start = _common(before, after, longest)
    tail = _common_end(before, after, longest - start)
    return TextEdit(Span(start, len(before) - tail), after[start : len(after) - tail])


def _common(one: str, other: str, limit: int) -> int:
    """How many characters, up to `limit`, both texts begin with.

    Bisection compares slices, each half as long as the one before: far faster than a loop over characters.
    """
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle - 1)
    return low


def _common_end(one: str, other: str, limit: int) -> int:
    """How many characters, up to `limit`, both texts end with."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        same = one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]
        low, high = (middle, high) if same else (low, middle - 1)
    return low


class LineIndex:
    """All position arithmetic of one text: offsets in code points to (line, column) and back.

    Lines and columns count from 0. Columns are in units of the encoding asked for.
    """

    __slots__ = ("_later", "_moved", "_starts", "text")

    def __init__(self, text: str, known: tuple[list[int], int, int] | None = None) -> None:
        """The index of a text; `known` is for `edited` alone."""
        self.text = text
        # The starts from index `_later` on lie `_moved` further: so an edit need not touch all of them.
        self._starts, self._later, self._moved = known or (_line_starts(text), 0, 0)

    def edited(self, edit: TextEdit) -> "LineIndex":
        """The index of the text after an edit; far cheaper than a new one, and this one stays as it is."""
        start, end = edit.span.start, edit.span.end
        text = f"{self.text[:start]}{edit.text}{self.text[end:]}"
        around = text[max(start - 1, 0) : start + len(edit.text) + 1]
        if "\r" in around or "\r" in self.text[max(start - 1, 0) : end + 1]:
            return LineIndex(text)
        first, last = self._line(start) + 1, self._line(end) + 1
        place = edit.text.find("\n") + 1
        found: list[int] = []
        while place:
            found.append(start + place)
            place = edit.text.find("\n", place) + 1
        starts = [*self._placed(first), *found, *self._unplaced(last)]
        return LineIndex(text, (starts, first + len(found), self._moved + len(edit.text) - (end - start)))

    @property
    def line_count(self) -> int:
        """How many lines there are; a text that ends with a line end has an empty last line."""
        return len(self._starts)

    def line_start(self, line: int) -> int:
        """Offset at which `line` starts; the end of the text for a line past the last."""
        if line >= len(self._starts):
            return len(self.text)
        return self._starts[line] + (self._moved if line >= self._later else 0)

    def line_end(self, line: int) -> int:
        """Offset at which `line` ends, before its line end."""
        end = self.line_start(line + 1)
        while end > self.line_start(line) and self.text[end - 1] in "\r\n":
            end -= 1
        return end

    def position(self, offset: int, encoding: PositionEncoding) -> tuple[int, int]:
        """(line, column) of an offset; an offset outside the text is clamped."""
        offset = min(max(offset, 0), len(self.text))
        line = self._line(offset)
        before = self.line_start(line)
        if self.text.isascii() or encoding == "utf-32":
            return line, offset - before
        return line, _width(self.text[before:offset], encoding)

    def offset(self, line: int, column: int, encoding: PositionEncoding) -> int:
        """Offset of (line, column); a column past the end of its line means that end (LSP, "Position")."""
        if line < 0:
            return 0
        if line >= len(self._starts):
            return len(self.text)
        start, end = self.line_start(line), self.line_end(line)
        if self.text.isascii() or encoding == "utf-32":
            return min(start + max(column, 0), end)
        return start + _code_points(self.text[start:end], column, encoding)

    def _line(self, offset: int) -> int:
        starts, later = self._starts, self._later
        if later < len(starts) and offset >= starts[later] + self._moved:
            return bisect_right(starts, offset - self._moved, later) - 1
        return bisect_right(starts, offset, 0, later) - 1

    def _placed(self, end: int) -> list[int]:
        """The starts before index `end`, where they are."""
        if end <= self._later:
            return self._starts[:end]
        return [
            *self._starts[: self._later],
            *(place + self._moved for place in self._starts[self._later : end]),
        ]

    def _unplaced(self, start: int) -> list[int]:
        """The starts from index `start` on, each `_moved` before where it is."""
        if start >= self._later:
            return self._starts[start:]
        return [
            *(place - self._moved for place in self._starts[start : self._later]),
            *self._starts[self._later :],
        ]


def _line_starts(text: str) -> list[int]:
    if text.count("\r") != text.count("\r\n"):  # a lone carriage return ends a line as well
        return [0, *(match.end() for match in _LINE_END.finditer(text))]
    lengths = map(len, text.split("\n"))
    starts = list(accumulate(map(_ONE.__add__, lengths), initial=0))
    starts.pop()  # behind the last line there is no other
    return starts


def _width(text: str, encoding: PositionEncoding) -> int:
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(character > "\uffff" for character in text)


def _code_points(line: str, column: int, encoding: PositionEncoding) -> int:
    """How many code points of `line` lie before `column`; inside a character counts as before it."""
    width = 0
    for count, character in enumerate(line):
        width += _width(character, encoding)
        if width > column:
            return count
    return len(line)
