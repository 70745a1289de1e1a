"""The first line of a cell magic as Python of the same length: what it runs, and the names that it binds."""

from valohai_steps.source.text.ipython.lines import expanded, filled
from valohai_steps.source.text.ipython.marks import ANYTHING
from valohai_steps.source.text.ipython.table import (
    BINDING,
    CAPTURING,
    HARMLESS_CELLS,
    OUTSIDE_CELLS,
    PYTHON_CELLS,
    REPEATING,
)


def cell_statement(line: str, end: int, name: str) -> str:
    """What stands for `%%name ...`; `end` is where its arguments start."""
    return filled(_python(line, end, name) or "", line)


def _python(line: str, end: int, name: str) -> str | None:
    if name not in (*PYTHON_CELLS, *OUTSIDE_CELLS, *HARMLESS_CELLS):
        return ANYTHING
    if name in REPEATING:
        return ANYTHING  # how often the lines below run is not known
    names = _names(line[end:], name)
    found = expanded(line)
    if names and found is not None:
        return ANYTHING
    return "".join(f"{each}=" for each in names) + "..." if names else found


def _names(arguments: str, name: str) -> list[str]:
    """The names that a cell magic binds."""
    if name == "capture":
        found = CAPTURING.match(arguments.strip())
        return [] if found is None else [found[1]]
    return BINDING.findall(arguments) if name in OUTSIDE_CELLS else []
