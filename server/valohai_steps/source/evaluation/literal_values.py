"""The values of literals, by their source text alone."""

import ast
import warnings

from valohai_steps.model.patterns import pattern
from valohai_steps.model.step import PythonValue

_PLAIN_TEXT = pattern(r"""(["'])([^"'\\\r\n\0]*)\1""")
_PLAIN_INTEGER = pattern("0|[1-9][0-9]{0,30}")
_PLAIN_FLOAT = pattern(r"[0-9]+\.[0-9]*(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+")


def read_literal(source: str) -> PythonValue:
    """`ast.literal_eval`, without warnings; fast for the plainest literals. Raises ValueError."""
    if plain := _PLAIN_TEXT.fullmatch(source):
        return plain[2]
    if _PLAIN_INTEGER.fullmatch(source):
        return int(source)
    if _PLAIN_FLOAT.fullmatch(source):
        return float(source)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value: PythonValue = ast.literal_eval(source)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError(source) from error
    return value


def is_literal(source: str) -> bool:
    """Whether `ast.literal_eval` reads it."""
    try:
        read_literal(source)
    except ValueError:
        return False
    return True
