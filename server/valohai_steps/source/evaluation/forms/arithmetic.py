"""Operators over known values, with Python's own results and bounded work."""

import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import cast

from valohai_steps.model.step import PythonValue
from valohai_steps.source.evaluation.forms.strings import percent_format

LONGEST_TEXT = 100_000
_LONGEST_LIST = 10_000
# Larger integers than this are no defaults of a step; `2 ** 10 ** 9` would take forever.
_MOST_BITS = 4096

_OPERATORS: Mapping[str, Callable[[object, object], PythonValue]] = MappingProxyType(
    {
        "+": operator.add,
        "-": operator.sub,
        "*": operator.mul,
        "/": operator.truediv,
        "//": operator.floordiv,
        "%": operator.mod,
    }
)


class NotComputed(Exception):  # noqa: N818  # an outcome, not an error
    """The operation is none of those that are done without running the file, or too large."""


def combine(left: PythonValue, sign: str, right: PythonValue) -> PythonValue:
    """`left sign right`, as Python computes it. Raises NotComputed."""
    try:
        if _is_number(left) and _is_number(right):
            return _numbers(left, sign, right)
        if isinstance(left, str) and sign == "%":
            return percent_format(left, right, LONGEST_TEXT)
        if sign == "+" and type(left) is type(right) and isinstance(left, (str, bytes, list, tuple)):
            return _joined(left, right)
        if sign == "*":
            return _repeated(left, right) if isinstance(right, int) else _repeated(right, left)
        if sign == "|" and isinstance(left, (set, frozenset)) and isinstance(right, (set, frozenset)):
            return left | right
    except (ArithmeticError, ValueError, TypeError) as error:
        raise NotComputed from error
    raise NotComputed


def signed(sign: str, value: PythonValue) -> PythonValue:
    """`+value` or `-value`. Raises NotComputed."""
    if not _is_number(value) or sign not in "+-":
        raise NotComputed
    number = cast("float", value)
    return -number if sign == "-" else +number


def _numbers(left: PythonValue, sign: str, right: PythonValue) -> PythonValue:
    if sign == "**":
        return _power(left, right)
    if sign not in _OPERATORS:
        raise NotComputed
    if sign == "*" and _bits(left) + _bits(right) > _MOST_BITS:
        raise NotComputed
    return _bounded(_OPERATORS[sign](left, right))


def _power(left: PythonValue, right: PythonValue) -> PythonValue:
    both_whole = isinstance(left, int) and isinstance(right, int)
    if both_whole and _bits(left) * abs(cast("int", right)) > _MOST_BITS and left not in (0, 1, -1):
        raise NotComputed
    return _bounded(operator.pow(left, right))


def _bounded(number: PythonValue) -> PythonValue:
    if _bits(number) > _MOST_BITS:
        raise NotComputed
    return number


def _bits(number: PythonValue) -> int:
    return number.bit_length() if isinstance(number, int) else 0


def _joined(left: PythonValue, right: PythonValue) -> PythonValue:
    one, other = cast("str", left), cast("str", right)  # or two lists, which add up in the same way
    if len(one) + len(other) > (LONGEST_TEXT if isinstance(left, (str, bytes)) else _LONGEST_LIST):
        raise NotComputed
    return one + other


def _repeated(value: PythonValue, times: PythonValue) -> PythonValue:
    if not isinstance(value, (str, bytes, list, tuple)) or not isinstance(times, int):
        raise NotComputed
    if len(value) * max(times, 0) > (LONGEST_TEXT if isinstance(value, (str, bytes)) else _LONGEST_LIST):
        raise NotComputed
    return value * times


def _is_number(value: PythonValue) -> bool:
    return isinstance(value, (int, float, complex))
