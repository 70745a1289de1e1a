"""The cells of a notebook as Python takes them: compiled one by one.

One that is not complete does not run at all, and says nothing of the next.
"""

import ast
import re
import warnings
from collections.abc import Sequence
from functools import lru_cache

from valohai_steps.model.patterns import pattern
from valohai_steps.source.text.tokenizer.lexemes import PAIRS
from valohai_steps.source.text.tokenizer.tokens import Tokenizer

_OPEN_END = pattern(r"(?:\\|:[ \t]*(?:#[^\n]*)?|^[ \t]*@[^\n]*)\s*\Z", re.MULTILINE)
_CALL = pattern(r"\bprepare[ \t]*\(")
_VISIBLE = pattern(r"[^\r\n]")


def cells_alone(cells: Sequence[str]) -> list[str]:
    """The cells, without their magics, with those blanked that would run into the next one.

    Every blanked character stands where it stood. The last one that holds a call stays as it is, even when
    it is half-typed: that call keeps what is known of it.
    """
    last_call = max((index for index, cell in enumerate(cells) if _holds_call(cell)), default=-1)
    return [
        cell if index == last_call or not _leaks(cell) else _VISIBLE.sub(" ", cell)
        for index, cell in enumerate(cells)
    ]


@lru_cache(maxsize=512)  # between two keystrokes all cells but one are the same
def _holds_call(cell: str) -> bool:
    return _CALL.search(cell) is not None


@lru_cache(maxsize=512)  # the same
def _leaks(cell: str) -> bool:
    """Whether a cell, joined with the next one, would be read together with it."""
    return not is_complete(cell) and (_leaves_open(cell) or _OPEN_END.search(cell.rstrip()) is not None)


def is_complete(cell: str) -> bool:
    """Whether Python would compile the text."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(cell)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True


def _leaves_open(cell: str) -> bool:
    """Whether a bracket or a string is open at the end, or one is closed that was never open."""
    opened: list[str] = []
    for token in Tokenizer(cell).outer_tokens():
        match token.kind:
            case "opening":
                opened.append(cell[token.start])
            case "closing" if not opened or opened.pop() != PAIRS[cell[token.start]]:
                return True
            case "string" if not token.is_closed and len(token.quotes) > 1:
                return True
    return bool(opened)
