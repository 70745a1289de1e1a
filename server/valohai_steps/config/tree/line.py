"""Lines of YAML text: where they end, and which comment lines belong to which key or item.

Everything here looks only at text between two nodes: white space, comments, and the indicators `-?:`.
"""

from collections.abc import Iterator

from msgspec import Struct

from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span

# YAML 1.1 breaks lines at these too.
BREAKS = "\r\n\x85\u2028\u2029"
_BREAK = pattern(f"\r\n|[{BREAKS}]")
_BLANK_OR_COMMENT = pattern(rf"(?:[ \t\ufeff]+|\r\n|[{BREAKS}]|#[^{BREAKS}]*)*")
# `-x`, which is no item of a list; `---` parts documents.
DASH_ALONE = pattern(r"-[^\s-]")
_FREE_LINE = pattern(rf"([ \t]*)(#[^{BREAKS}]*)?(\r\n|[{BREAKS}]|\Z)")


class FreeLine(Struct, frozen=True):
    """A line that holds a comment or nothing; `end` is behind its line end."""

    start: int
    end: int
    column: int
    is_comment: bool


def line_end(text: str, offset: int) -> int:
    """Where the line of `offset` ends, in front of its line end."""
    found = _BREAK.search(text, offset)
    return found.start() if found else len(text)


def next_line(text: str, offset: int) -> int:
    """Where the line behind that of `offset` starts; the end of the text on the last line."""
    found = _BREAK.search(text, offset)
    return found.end() if found else len(text)


def line_start(text: str, offset: int) -> int:
    """Where the line of `offset` starts."""
    return max(text.rfind(mark, 0, offset) for mark in BREAKS) + 1


def column(text: str, offset: int) -> int:
    """How many characters stand before `offset` on its line; a byte order mark is none."""
    start = line_start(text, offset)
    return offset - start - (text[start:offset].startswith("\ufeff"))


def later_lines(text: str, span: Span) -> Iterator[int]:
    """Where the lines of a span start, other than its first."""
    yield from (found.end() for found in _BREAK.finditer(text, span.start, span.end))


def whole_lines(text: str, span: Span) -> Span:
    """The lines that a span touches, with the line end of the last."""
    return Span(line_start(text, span.start), next_line(text, max(span.end - 1, span.start)))


def line_break(text: str, offset: int, default: str) -> str:
    """The line end of the line of `offset`."""
    found = _BREAK.search(text, offset)
    return found.group() if found else default


def break_before(text: str, offset: int) -> int:
    """How many characters the line end directly before `offset` has."""
    if text.endswith("\r\n", 0, offset):
        return 2
    return 1 if offset > 0 and text[offset - 1] in BREAKS else 0


def starts_line(text: str, offset: int) -> bool:
    """Whether nothing but white space stands before `offset` on its line."""
    return not text[line_start(text, offset) : offset].strip(" \t\ufeff")


def skip_gap(text: str, offset: int) -> int:
    """The first offset from `offset` on that is neither white space nor comment."""
    found = _BLANK_OR_COMMENT.match(text, offset)
    return found.end() if found else offset


def free_lines(text: str, start: int) -> Iterator[FreeLine]:
    """The comment lines and blank lines from the line start `start` on, up to the first other line."""
    while start < len(text):
        found = _FREE_LINE.match(text, start)
        if found is None:
            return
        yield FreeLine(start, found.end(), len(found.group(1)), found.group(2) is not None)
        start = found.end()


def own_end(text: str, end: int, indent: int) -> int:
    """Behind the lines that belong to a node at column `indent` whose content ends at `end`.

    They are the line it ends on, and below it the comment lines that are indented further than the node.
    """
    result = next_line(text, end)
    for line in free_lines(text, result):
        if line.is_comment and line.column <= indent:
            break
        if line.is_comment:
            result = line.end
    return result


def own_start(text: str, start: int, indent: int, floor: int) -> int:
    """Where the lines of a node that starts its line at `start`, column `indent`, begin.

    The comment lines directly above, in the node's own column, belong to it. Lines before `floor`, the start
    of a line, belong to something else.
    """
    result = line_start(text, start)
    above = [line for line in free_lines(text, floor) if line.end <= result]
    for line in reversed(above):
        if not line.is_comment or line.column != indent:
            break
        result = line.start
    return result


def blank_lines(text: str, start: int) -> int:
    """How many blank lines stand directly at the line start `start`."""
    count = 0
    for line in free_lines(text, start):
        if line.is_comment:
            break
        count += 1
    return count
