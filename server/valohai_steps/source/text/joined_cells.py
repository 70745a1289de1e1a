"""A notebook as jupyterlab-lsp sends it: the code cells as one Python text, their magics written as Python.

A line magic is a call there (`get_ipython().run_line_magic("pip", " install x")`), a cell magic two comments
around the cell, in older versions a call that holds it. The client moves each place in the text to its cell.
"""

import re
from collections.abc import Iterator, Sequence

from valohai_steps.model.patterns import pattern
from valohai_steps.source.text.ipython.lines import filled, statement
from valohai_steps.source.text.ipython.marks import ANYTHING
from valohai_steps.source.text.ipython.openings import cell_statement
from valohai_steps.source.text.ipython.table import PYTHON_CELLS
from valohai_steps.source.text.notebook_cells import cells_alone, is_complete

_BETWEEN = "\n\n\n"  # a line's end and two empty lines; a cell may hold such lines as well
_MARK = pattern(
    r'^# (?:START_CELL_MAGIC\("(?P<name>[^"\n]*)"(?:, "(?P<given>[^"\n]*)")?.*|END_CELL_MAGIC)$', re.MULTILINE
)
_CALLED = pattern(
    r'^get_ipython\(\)\.run_cell_magic\("(?P<name>[^"]*)", "(?P<given>(?:\\.|[^"\\\n])*)", """'
    r'(?P<body>(?:\\[\s\S]|"(?!"")|[^"\\])*)"""\)$',
    re.MULTILINE,
)
# What follows `!` is put between quotes as it is, with quotes of its own.
_LINE_MAGIC = pattern(
    r"^(?P<before>[ \t]*(?:[^\s#]+[ \t]*=[ \t]*)?)"
    r"(?P<call>get_ipython\(\)\.(?:getoutput|run_line_magic)\(.*\))$",
    re.MULTILINE,
)
# The name of the magic, or none for the shell, and what it gets.
_GIVEN = pattern(
    r"""get_ipython\(\)\.(?:getoutput\(|run_line_magic\(["'](?P<name>\w+)["'],\s*)["'](?P<words>.*)["']\)$"""
)
_VISIBLE = pattern(r"[^\r\n]")
# A cell with empty lines comes in pieces. Beside a cell that is broken, one of more pieces is not read.
_MOST_PIECES = 12


def python_of_joined_cells(text: str) -> str:
    """The Python that runs in the notebook itself, as long as the text, line ends where they were.

    A cell that is not complete says nothing of the next one.
    """
    python = _LINE_MAGIC.sub(_unknown, _CALLED.sub(_called, "".join(_commented(text))))
    if is_complete(python):
        return python
    return _BETWEEN.join(cells_alone(list(_cells(python.split(_BETWEEN)))))


def _commented(text: str) -> Iterator[str]:
    """The text in pieces, without what stands between two marks and is not Python, and without the marks."""
    place, opening = 0, None
    for mark in _MARK.finditer(text):
        if mark["name"] is not None:
            opening = opening or mark  # a mark in a cell that is open is a comment of that cell
        elif opening is not None:
            yield text[place : opening.start()] + _opening(opening)
            yield _body(opening["name"], text[opening.end() : mark.start()]) + _blank(mark[0])
            place, opening = mark.end(), None
    yield text[place:]


def _called(magic: re.Match[str]) -> str:
    start, end = (at - magic.start() for at in magic.span("body"))
    return _opening(magic, start) + _body(magic["name"], magic["body"]) + _blank(magic[0][end:])


def _body(name: str, body: str) -> str:
    """What a cell magic runs: Python in its place, or nothing."""
    # Where quotes were escaped, the text is longer than the cell, and no place in it is true.
    reads = name in PYTHON_CELLS and '\\"\\"\\"' not in body
    return body if reads else _blank(body)


def _opening(magic: re.Match[str], end: int | None = None) -> str:
    """What stands for the opening of a cell magic: nothing, or that it may do anything."""
    name, text = magic["name"], magic[0][:end]
    line = f"%%{name} {magic['given'] or ''}"
    return filled(ANYTHING if cell_statement(line, len(name) + 3, name).strip() else "", text)


def _unknown(magic: re.Match[str]) -> str:
    """What cannot be known, in place of the call; what may do anything is said to."""
    given = _GIVEN.match(magic["call"])
    line = (
        ""
        if given is None
        else f"{'!' if given['name'] is None else '%' + given['name'] + ' '}{given['words']}"
    )
    does = given is None or statement(line).strip()
    return magic["before"] + filled(ANYTHING if does else "...", magic["call"])


def _cells(pieces: Sequence[str]) -> Iterator[str]:
    """The pieces, those joined again that are complete only together."""
    at = 0
    while at < len(pieces):
        ends = range(at + 1, min(at + _MOST_PIECES, len(pieces)) + 1)
        end = next((end for end in ends if is_complete(_BETWEEN.join(pieces[at:end]))), at + 1)
        yield _BETWEEN.join(pieces[at:end])
        at = end


def _blank(text: str) -> str:
    return _VISIBLE.sub(" ", text)
