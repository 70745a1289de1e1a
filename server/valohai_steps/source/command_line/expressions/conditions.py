"""Conditions over known values: `__name__ == "__main__"`, `x is None`, `a and not b`."""

import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType

from valohai_steps.model.step import Static
from valohai_steps.source.command_line.memory.frames import Frame
from valohai_steps.source.command_line.memory.objects import External, Made, holds_object, made
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.syntax import Node, field, parts

_COMPARED: Mapping[str, Callable[[object, object], object]] = MappingProxyType(
    {
        "==": operator.eq,
        "!=": operator.ne,
        "is": operator.is_,
        "is not": operator.is_not,
        "<": lambda one, other: one < other,  # type: ignore[operator]  # a TypeError is caught
        "<=": lambda one, other: one <= other,  # type: ignore[operator]  # the same
        ">": lambda one, other: one > other,  # type: ignore[operator]  # the same
        ">=": lambda one, other: one >= other,  # type: ignore[operator]  # the same
        "in": lambda one, other: one in other,  # type: ignore[operator]  # a TypeError is caught
        "not in": lambda one, other: one not in other,  # type: ignore[operator]  # the same
    }
)


def truth(found: Evaluated) -> bool | None:
    """Whether a value counts as true; None when it is not known."""
    if not isinstance(found.value, Static):
        return None
    value = found.value.value
    if isinstance(value, (External, Made)):
        return None
    return True if holds_object(value) else bool(value)


def comparison(frame: Frame, node: Node) -> Evaluated | None:
    """`a == b`, with one operator and both sides known."""
    sides = parts(node)
    signs = [frame.source(child) for child in node.children if not child.is_named]
    if len(sides) != 2 or not signs:
        return None
    one, other = (frame.found(side) for side in sides)
    compare = _COMPARED.get(" ".join(" ".join(signs).split()))
    if not (isinstance(one.value, Static) and isinstance(other.value, Static)) or compare is None:
        return None
    try:
        result = bool(compare(one.value.value, other.value.value))
    except (TypeError, RecursionError):
        return None
    return made(result, frame.span(node))


def boolean(frame: Frame, node: Node) -> Evaluated | None:
    """`a and b`, `a or b`: the right side only where the left one decides nothing."""
    left, right, sign = field(node, "left"), field(node, "right"), field(node, "operator")
    if left is None or right is None or sign is None:
        return None
    one = frame.found(left)
    known = truth(one)
    if known is None:
        return None
    return one if known is (frame.source(sign) == "or") else frame.found(right)


def negation(frame: Frame, node: Node) -> Evaluated | None:
    """`not a`."""
    argument = field(node, "argument")
    known = None if argument is None else truth(frame.found(argument))
    return None if known is None else made(not known, frame.span(node))


def conditional(frame: Frame, node: Node) -> Evaluated | None:
    """`a if b else c`, with `b` known."""
    sides = parts(node)
    if len(sides) != 3:
        return None
    known = truth(frame.found(sides[1]))
    return None if known is None else frame.found(sides[0] if known else sides[2])
