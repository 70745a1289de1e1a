"""IPython's own lines in a notebook cell as Python at the same offsets: what they run, bind, or may do."""

from collections.abc import Iterator

from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import next_line
from valohai_steps.source.text.ipython.lines import blank, filled, help_statement, is_python, statement, value
from valohai_steps.source.text.ipython.marks import ANYTHING
from valohai_steps.source.text.ipython.openings import cell_statement
from valohai_steps.source.text.ipython.table import HARMLESS, MOVING, PYTHON_CELLS, PYTHON_LINES
from valohai_steps.source.text.tokenizer.tokens import Tokenizer

_CELL_MAGIC = pattern(r"\s*%%(!|\w*)")
# `%magic`, `!shell`, `?name`, and the prefixes of IPython's automatic calls: no line of Python starts so.
_LINE_MAGIC = pattern(r"[ \t\f]*[%!?/,;]")
_ASSIGNED_MAGIC = pattern(r"""[ \t\f]*(?![ \t\f])[\w.,*()\[\]"' \t]+?(?<![=!<>])=[ \t]*(?=[%!])""")
_HELP = pattern(r"[ \t\f]*[%\w.*]+\?{1,2}[ \t]*(?=[\r\n]|$)")
_LINE = pattern(r"(?:\\(?:\r\n|\n|\r)|[^\r\n])*")
_DEFINES = pattern(r"(?:^|[\r\n])[ \t\f]*(?:async[ \t]+def|def|class)\b")
# What was copied from a prompt: IPython takes it off in front of every line.
_PROMPT = pattern(r"\s*(?:>>>(?: |[\r\n]|$)|In \[\d+\]: )")
# A cell of one line may be a magic without its `%`: what follows the name is no Python.
_AUTOMATIC = pattern(r"(\w+)[ \t]+[^\s=(\[.,:;)][^\r\n]*")
_KNOWN = frozenset((*HARMLESS, *MOVING, *PYTHON_LINES, "run"))


def without_magics(cell: str) -> str:
    """The Python of a cell, as long as the cell, line ends where they were.

    A name that a magic gives a value stays bound, to something that cannot be known. What may change names
    in ways that Python has no words for is one of `marks`.
    """
    if _PROMPT.match(cell):
        return filled(ANYTHING, cell)
    automatic = _AUTOMATIC.fullmatch(cell.strip())
    if automatic is not None and automatic[1] in _KNOWN and not is_python(cell.strip()):
        before, after = len(cell) - len(cell.lstrip()), len(cell.rstrip())
        return cell[:before] + statement(cell[before:after]) + cell[after:]
    start = 0
    pieces: list[str] = []
    while (magic := _CELL_MAGIC.match(cell, start)) is not None:
        line = _LINE.match(cell, magic.end())
        end = line.end() if line is not None else len(cell)
        pieces.append(_opening(cell[start:end], magic.end() - start, magic[1]))
        start = end
        if magic[1] not in PYTHON_CELLS:
            return "".join((*pieces, blank(cell[start:])))
    place = start
    for begin, end, text in _magics(cell, start):
        pieces += (cell[place:begin], text)
        place = end
    return "".join((*pieces, cell[place:]))


def _opening(text: str, end: int, name: str) -> str:
    """What stands for the first line of a cell magic, and the blanks in front of it."""
    before = len(text) - len(text.lstrip())
    return blank(text[:before]) + cell_statement(text[before:], end - before, name)


def _magics(cell: str, start: int) -> Iterator[tuple[int, int, str]]:
    """Start and end of each piece that is not Python, and what stands there instead."""
    place: int | None = start
    tokenizer = Tokenizer(cell)
    defines = _DEFINES.search(cell, start)
    while place is not None and place < len(cell):
        line = _LINE.match(cell, place)
        end = line.end() if line is not None else len(cell)
        assigned = _ASSIGNED_MAGIC.match(cell, place, end)
        if _HELP.match(cell, place):
            yield place, end, help_statement(cell[place:end])
            place = next_line(cell, end)
        elif _LINE_MAGIC.match(cell, place, end):
            in_function = defines is not None and defines.start() < place and cell[place] in " \t\f"
            yield place, end, statement(cell[place:end], in_function=in_function)
            place = next_line(cell, end)
        elif assigned is not None:
            yield assigned.end(), end, value(cell[assigned.end() : end])
            place = next_line(cell, end)
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
