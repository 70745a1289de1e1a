"""Where the value meets an object of a class that the user wrote: Python calls the methods of that class."""

from valohai_steps.source.evaluation.evaluator import shortened
from valohai_steps.source.evaluation.modules.whole_program import says
from valohai_steps.source.evaluation.uses.tracing.calls.callees import Callee
from valohai_steps.source.evaluation.uses.tracing.calls.harmless import MEETING, OPERATOR_METHODS
from valohai_steps.source.evaluation.uses.tracing.reach import Reach
from valohai_steps.source.evaluation.uses.tracing.trace import Frame, Trace
from valohai_steps.source.tree.syntax import Node, field, parts

_LITERALS = frozenset(
    (
        *("integer", "float", "true", "false", "none"),
        *("string_start", "string_content", "string_end", "escape_sequence"),
    )
)
_HOLDING = (
    *("string", "pair", "dictionary", "list", "tuple", "set"),
    *("parenthesized_expression", "unary_operator", "concatenated_string"),
)


def in_operation(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    """`p == x`, `p in x`, `p | x`: what `x` does with it is its own, when a class here says so."""
    if trace.is_dict and reach == Reach() and _is_searched(parent, node):
        return  # its keys are compared
    if not all(_is_literal(each) for each in parts(parent) if each.id != node.id):
        how = _met(frame, parent, OPERATOR_METHODS)
        if how:
            trace.harm(node, reach, frame, how, "use")


def in_method(frame: Frame, name: str, call: Node) -> str:
    """How `p.count(x)` and the like may give a part of it to a method of x; empty when they do not."""
    given = parts(field(call, "arguments"))
    if name not in MEETING or all(map(_is_literal, given)):
        return ""
    return _met(frame, call, MEETING[name])


def in_call(frame: Frame, callee: Callee, call: Node, node: Node, reach: Reach) -> str:
    """How a call of the table may give the argument at `node` to a method of another object.

    `isinstance(p, K)`, `max(p, k)`, `copy.deepcopy([p, k])`, and `deepcopy(p, memo)`, which keeps it.
    """
    others = [each for each in parts(field(call, "arguments")) if each.id != node.id]
    if callee.builtin == "isinstance" and all(_is_builtin_type(frame, each) for each in others):
        return ""
    if callee.full_name == "copy.deepcopy" and others:
        return "is kept in the memo of `copy.deepcopy()`, through which it may be changed"
    words = MEETING.get(callee.builtin or callee.full_name, ()) if others or reach.above else ()
    return _met(frame, call, words)


def _is_searched(comparison: Node, node: Node) -> bool:
    """`x in p`."""
    signs = {child.type for child in comparison.children if not child.is_named}
    is_last = parts(comparison)[-1].id == node.id and len(parts(comparison)) == 2
    return comparison.type == "comparison_operator" and is_last and signs <= {"in", "not in"}


def _met(frame: Frame, place: Node, words: tuple[str, ...]) -> str:
    word = says(frame.program, words) if words else ""
    source = shortened(frame.program.syntax.source(place))
    return f"is given to `{word}` by `{source}`, which may change it" if word else ""


def _is_literal(node: Node) -> bool:
    if node.type in _HOLDING:
        return all(map(_is_literal, parts(node)))
    return node.type in _LITERALS


def _is_builtin_type(frame: Frame, node: Node) -> bool:
    if node.type in ("tuple", "parenthesized_expression", "binary_operator"):
        return all(_is_builtin_type(frame, each) for each in parts(node))
    return node.type == "none" or (node.type == "identifier" and frame.program.is_builtin(node))
