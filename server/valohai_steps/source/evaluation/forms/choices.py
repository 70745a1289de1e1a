"""`a or b`, `not a`, `-a`, `a if b else c`: operators of one value, and which of several counts."""

from msgspec.structs import replace

from valohai_steps.model.step import Static, Unknown
from valohai_steps.source.evaluation.evaluator import Evaluator, known, not_static
from valohai_steps.source.evaluation.forms.arithmetic import NotComputed, signed
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.syntax import Node, field, parts


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
