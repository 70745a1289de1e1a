"""IPython's own lines in a notebook cell: blanked, so that what is left is Python at the same offsets."""

from collections.abc import Iterator

from valohai_steps.model.patterns import pattern
from valohai_steps.source.text.tokenizer.tokens import Tokenizer

# Cell magics whose body is Python that runs in the notebook itself.
PYTHON_CELLS = frozenset({"time", "timeit", "capture", "prun", "debug"})
_CELL_MAGIC = pattern(r"\s*%%(\w*)")
# `%magic`, `!shell`, `?name`, and the prefixes of IPython's automatic calls: no line of Python starts so.
_LINE_MAGIC = pattern(r"[ \t\f]*[%!?/,;]")
_ASSIGNED_MAGIC = pattern(r"""[ \t\f]*(?![ \t\f])[\w.,*()\[\]"' \t]+?(?<![=!<>])=[ \t]*(?=[%!])""")
_HELP = pattern(r"[ \t\f]*[%\w.*]+\?{1,2}[ \t]*(?=[\r\n]|$)")
_LINE = pattern(r"(?:\\(?:\r\n|\n|\r)|[^\r\n])*")
_LETTER = pattern(r"[^\r\n]")


def without_magics(cell: str) -> str:
    """The Python of a cell, as long as the cell, line ends where they were.

    A name that a magic gives a value stays bound, to something that cannot be known.
    """
    start = 0
    magic = _CELL_MAGIC.match(cell)
    if magic is not None:
        if magic[1] not in PYTHON_CELLS:
            return _blank(cell)
        line = _LINE.match(cell, magic.end())
        start = line.end() if line is not None else len(cell)
    pieces, place = [_blank(cell[:start])], start
    for begin, end, text in _magics(cell, start):
        pieces += (cell[place:begin], text)
        place = end
    return "".join((*pieces, cell[place:]))


def _magics(cell: str, start: int) -> Iterator[tuple[int, int, str]]:
    """Start and end of each piece that is not Python, and what stands there instead."""
    place: int | None = start
    tokenizer = Tokenizer(cell)
    while place is not None and place < len(cell):
        line = _LINE.match(cell, place)
        end = line.end() if line is not None else len(cell)
        assigned = _ASSIGNED_MAGIC.match(cell, place, end)
        if _LINE_MAGIC.match(cell, place, end) or _HELP.match(cell, place):
            yield place, end, _statement(cell[place:end])
            place = _after_end(cell, end)
        elif assigned is not None:
            yield assigned.end(), end, _value(cell[assigned.end() : end])
            place = _after_end(cell, end)
        else:
            place = _next_statement(tokenizer, place)


def _next_statement(tokenizer: Tokenizer, place: int) -> int | None:
    """Where the line after the statement at `place` starts: brackets, strings and `\\` carry it on."""
    depth = 0
    for token in tokenizer.tokens(place):
        match token.kind:
            case "opening":
                depth += 1
            case "closing":
                depth = max(depth - 1, 0)
            case "line_end" if depth == 0:
                return token.end
    return None


def _after_end(cell: str, end: int) -> int:
    return end + (2 if cell.startswith("\r\n", end) else 1)


def _statement(line: str) -> str:
    """Blanks; below an `if` a statement that does nothing, so that the block is not empty."""
    indentation = len(line) - len(line.lstrip(" \t\f"))
    if not indentation:
        return _blank(line)
    return line[:indentation] + "0" + _blank(line[indentation + 1 :])


def _value(magic: str) -> str:
    """An expression that no reader takes for a value it knows."""
    mark = "..." if len(magic) >= 3 and "\\" not in magic[:3] else "_"
    return mark + _blank(magic[len(mark) :])


def _blank(text: str) -> str:
    return _LETTER.sub(" ", text)
