"""Comparisons, `and`, `or`, `not`, and whether a value is true."""

import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from valohai_steps.model.step import Unknown
from valohai_steps.source.pipelines.expressions.effects import pass_over
from valohai_steps.source.pipelines.memory.frames import Frame
from valohai_steps.source.pipelines.memory.objects import (
    External,
    Object,
    Once,
    PaperValue,
    Refused,
    View,
    few_parts,
)
from valohai_steps.source.tree.syntax import Node, field, parts

_PLAIN: Mapping[str, Callable[[Any, Any], object]] = MappingProxyType(
    {
        "==": operator.eq,
        "!=": operator.ne,
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
        "in": lambda one, other: one in other,
        "not in": lambda one, other: one not in other,
    }
)


def truth(frame: Frame, node: Node, found: PaperValue) -> bool:
    """Whether the value of the condition at `node` is true. Raises Refused when that is not known."""
    found = frame.known(found)
    if isinstance(found, (External, Once)):
        frame.refuse(node)
    return bool(found.held) if isinstance(found, View) else bool(found)


def comparison(frame: Frame, node: Node) -> PaperValue:
    """`a < b == c`: each pair in order, until one is false."""
    operands = parts(node)
    signs = [" ".join(frame.source(child).split()) for child in node.children if not child.is_named]
    left: PaperValue = frame.value(operands[0])
    result: PaperValue = True
    for place, (sign, operand) in enumerate(zip(_joined(signs), operands[1:], strict=False), start=2):
        right = frame.value(operand)
        result = _compared(frame, node, left, sign, right)
        if isinstance(result, Unknown):
            return pass_over(frame, result, operands[place:])
        if not result:
            return result
        left = right
    return result


def _joined(signs: list[str]) -> list[str]:
    """`not in` and `is not` as one sign each, however the grammar gives them."""
    found: list[str] = []
    for sign in signs:
        if (sign == "in" and found[-1:] == ["not"]) or (sign == "not" and found[-1:] == ["is"]):
            found[-1] = f"{found[-1]} {sign}"
        else:
            found.append(sign)
    return found


def _compared(frame: Frame, node: Node, one: PaperValue, sign: str, other: PaperValue) -> PaperValue:
    for each in (one, other):
        if isinstance(each, Unknown):
            return each
        if isinstance(each, (External, Once, View)):
            return frame.unknown(node)
    if sign in ("is", "is not"):
        if one is not None and other is not None and not isinstance(one, (bool, Object, list, dict)):
            return frame.unknown(node)  # whether equal strings are one object is a matter of luck
        return (one is other) == (sign == "is")
    compare = _PLAIN.get(sign)
    if compare is None or _holds_unknown(one) or _holds_unknown(other):
        return frame.unknown(node)
    try:
        return bool(compare(one, other))
    except TypeError as error:  # Python would raise
        raise Refused(frame.unknown(node)) from error


def _holds_unknown(value: PaperValue) -> bool:
    """Whether a part of a value is not known, or the parts are too many to compare them."""
    parts = few_parts(value)
    return parts is None or any(isinstance(each, (Unknown, External)) for each in parts)


def boolean(frame: Frame, node: Node) -> PaperValue:
    """`a and b`, `a or b`: the first that decides."""
    left, right, sign = (field(node, name) for name in ("left", "right", "operator"))
    if left is None or right is None or sign is None:
        return frame.unknown(node)
    found = frame.value(left)
    if isinstance(found, Unknown):
        return pass_over(frame, found, [right])  # whether the other side runs is not known
    decides = truth(frame, left, found) == (frame.source(sign) == "or")
    return found if decides else frame.value(right)


def negation(frame: Frame, node: Node) -> PaperValue:
    """`not a`."""
    argument = field(node, "argument")
    if argument is None:
        return frame.unknown(node)
    found = frame.value(argument)
    return found if isinstance(found, Unknown) else not truth(frame, argument, found)
