"""`a + b`, `a or b`, `not a`, `-a`, `a if b else c`: what is computed of values, and which one counts."""

import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from valohai_steps.model.step import Cause, PythonValue, Static, Unknown
from valohai_steps.source.evaluation.evaluator import Evaluator, known, not_static, unknown
from valohai_steps.source.evaluation.forms import displays
from valohai_steps.source.evaluation.forms.arithmetic import NotComputed, combine, signed
from valohai_steps.source.evaluation.forms.strings import is_plain
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.syntax import Node, field, parts

_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
        "==": operator.eq,
        "!=": operator.ne,
        "is": operator.is_,
        "is not": operator.is_not,
    }
)


def binary(evaluator: Evaluator, node: Node) -> Evaluated:
    """`a + b`, `a | b` of dicts, and the like."""
    left, right = field(node, "left"), field(node, "right")
    sign = field(node, "operator")
    if left is None or right is None or sign is None:
        return not_static(evaluator, node)
    one, other = evaluator.found(left), evaluator.found(right)
    if one.entries is not None and other.entries is not None and evaluator.syntax.source(sign) == "|":
        return displays.merged(evaluator, node, one, other)
    for found in (one, other):
        if isinstance(found.value, Unknown):
            return Evaluated(found.value)
    if not (isinstance(one.value, Static) and isinstance(other.value, Static)):
        return not_static(evaluator, node)
    try:
        value = combine(one.value.value, evaluator.syntax.source(sign), other.value.value)
    except NotComputed:
        return unknown(evaluator, node, Cause.NOT_COMPUTED)
    # `1 + 2j` is how Python writes one complex number.
    return known(evaluator, node, value, literal=isinstance(value, complex))


def boolean(evaluator: Evaluator, node: Node) -> Evaluated:
    """`a and b`, `a or b`: the right side only where the left one does not decide."""
    left, right, sign = field(node, "left"), field(node, "right"), field(node, "operator")
    if left is None or right is None or sign is None:
        return not_static(evaluator, node)
    one = evaluator.found(left)
    if isinstance(one.value, Unknown):
        return Evaluated(one.value)
    decides = bool(one.value.value) is (evaluator.syntax.source(sign) == "or")
    return _computed(one if decides else evaluator.found(right))


def negation(evaluator: Evaluator, node: Node) -> Evaluated:
    """`not a`."""
    argument = field(node, "argument")
    found = not_static(evaluator, node) if argument is None else evaluator.found(argument)
    if isinstance(found.value, Unknown):
        return Evaluated(found.value)
    return known(evaluator, node, not found.value.value, literal=False)


def conditional(evaluator: Evaluator, node: Node) -> Evaluated:
    """`a if b else c`, with `b` known."""
    sides = parts(node)
    if len(sides) != 3:
        return not_static(evaluator, node)
    condition = evaluator.found(sides[1])
    if isinstance(condition.value, Unknown):
        return Evaluated(condition.value)
    return _computed(evaluator.found(sides[0] if condition.value.value else sides[2]))


def comparison(evaluator: Evaluator, node: Node) -> Evaluated:
    """`a > b` of two numbers or two texts, `a is None`."""
    sides = parts(node)
    sign = " ".join(evaluator.syntax.source(each) for each in node.children if each not in sides)
    if len(sides) != 2 or sign not in _SIGNS:
        return not_static(evaluator, node)
    values: list[PythonValue] = []
    for side in sides:
        found = evaluator.found(side)
        if isinstance(found.value, Unknown):
            return Evaluated(found.value)
        if not is_plain(found.value.value):
            return not_static(evaluator, node)
        values.append(found.value.value)
    if sign.startswith("is") and None not in values:  # Python may make one object of two, or not
        return not_static(evaluator, node)
    try:
        return known(evaluator, node, _SIGNS[sign](*values), literal=False)
    except TypeError:  # running it raises the same
        return not_static(evaluator, node)


def _computed(found: Evaluated) -> Evaluated:
    """The value of one side: that it is this one was computed."""
    if isinstance(found.value, Static):
        return replace(found, value=replace(found.value, literal=False))
    return found


def signed_number(evaluator: Evaluator, node: Node) -> Evaluated:
    """`-x`, `+x`, `~x` of a number."""
    argument, sign = field(node, "argument"), field(node, "operator")
    if argument is None or sign is None:
        return not_static(evaluator, node)
    found = evaluator.found(argument)
    if isinstance(found.value, Unknown):
        return Evaluated(found.value)
    try:
        value = signed(evaluator.syntax.source(sign), found.value.value)
    except NotComputed:
        return not_static(evaluator, node)
    plain = found.value.literal and argument.type in ("integer", "float")
    return known(evaluator, node, value, literal=plain)


OPERATORS: Mapping[str, Callable[[Evaluator, Node], Evaluated]] = MappingProxyType(
    {
        "binary_operator": binary,
        "boolean_operator": boolean,
        "comparison_operator": comparison,
        "not_operator": negation,
        "unary_operator": signed_number,
        "conditional_expression": conditional,
    }
)
