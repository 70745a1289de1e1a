"""Where the lines of a YAML text begin: their indentation, and that of what is above."""

from collections.abc import Iterator

from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import LineIndex, Span

# Where the content of a line stands: behind its `- `.
_LEAD = pattern(r"(?: *-(?= ))* *")
_NO_BLANK = pattern(r"\S")


def rest_of_line(lines: LineIndex, offset: int) -> Span:
    """From an offset to the end of its line."""
    line, _ = lines.position(offset, "utf-32")
    return Span(offset, max(lines.line_end(line), offset))


def item_column(lines: LineIndex, line: int, column: int) -> int:
    """Where the keys of the item above a line stand, or those of its one key; 0 when nothing tells."""
    for above in range(line - 1, -1, -1):
        key = key_column(lines, above)
        if indent(lines, above) == column and key > column:
            if holds_value(lines, above):
                return key
            inner = (indent(lines, each) for each in range(above + 1, line))
            return next((each for each in inner if each > key), key + 2)
    return 0


def starts_item(lines: LineIndex, line: int) -> bool:
    """Whether a line begins an item of a list."""
    return key_column(lines, line) > indent(lines, line)


def item_indents(lines: LineIndex, line: int) -> Iterator[int]:
    """Where the items of lists above a line begin, the nearest first."""
    return (indent(lines, above) for above in range(line - 1, -1, -1) if starts_item(lines, above))


def line_above(lines: LineIndex, line: int) -> int | None:
    """The nearest line above that holds more than blanks and a comment."""
    for above in range(line - 1, -1, -1):
        content = lines.text[lines.line_start(above) : lines.line_end(above)].strip()
        if content and not content.startswith("#"):
            return above
    return None


def indent(lines: LineIndex, line: int) -> int:
    """The spaces in front of a line."""
    content = lines.text[lines.line_start(line) : lines.line_end(line)].lstrip("\ufeff")
    return len(content) - len(content.lstrip(" "))


def key_column(lines: LineIndex, line: int) -> int:
    """Where the content of a line begins, behind its `- `."""
    found = _LEAD.match(lines.text[lines.line_start(line) : lines.line_end(line)].lstrip("\ufeff"))
    return found.end() if found else 0


def holds_value(lines: LineIndex, line: int) -> bool:
    """Whether a line has a value, and nothing below it has to follow."""
    content = lines.text[lines.line_start(line) : lines.line_end(line)]
    return not content.split(" #", 1)[0].rstrip().endswith((":", "-"))


def first_word(lines: LineIndex, line: int) -> int:
    """The offset of the first word of a line, or of one below."""
    found = _NO_BLANK.search(lines.text, lines.line_start(line))
    return found.start() if found else lines.line_start(line)
