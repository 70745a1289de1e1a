"""The effects on what a name is bound to: every use of it is followed to its end."""

import itertools
from collections.abc import Iterable

from valohai_steps.model.step import PythonValue, Static
from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.evaluation.tables.harmless import TAKING
from valohai_steps.source.evaluation.uses.tracing.calls.arrays import arrays_from
from valohai_steps.source.evaluation.uses.tracing.reach import Effect, Reach, Shape
from valohai_steps.source.evaluation.uses.tracing.steps import bind, trace_all
from valohai_steps.source.evaluation.uses.tracing.trace import Frame, Trace
from valohai_steps.source.tree.binding import Binding
from valohai_steps.source.tree.mutations import change_at
from valohai_steps.source.tree.nodes import plain
from valohai_steps.source.tree.scope import scope_of
from valohai_steps.source.tree.syntax import Node, ancestors, field, is_field

# Where an expression is looked at, and nothing of it lives on.
_READ = frozenset(
    ("interpolation", "format_expression", "comparison_operator", "not_operator", "unary_operator")
)
_AROUND = frozenset(
    (
        "parenthesized_expression",
        "boolean_operator",
        "conditional_expression",
        "argument_list",
        "dictionary",
        "call",
    )
)
# `f(name=p)` as well: `dict(name=p)` holds it.
_HELD = frozenset(("list", "tuple", "set", "expression_list", "pair", "keyword_argument"))


def effects_of(
    program: Evaluator, uses: Iterable[Node], shape: Shape, defined: Binding | None = None
) -> tuple[Effect, ...]:
    """What the uses of a value of this shape, each a name or attribute that stands for it, may do to it.

    `defined` is the binding whose expression made it: other names may be bound to that as well.
    """
    trace = Trace(shape)
    if defined is not None and defined.value is not None:
        _also_bound(trace, program, defined, defined.value)
    if defined is not None and scope_of(defined.node).type == "class_definition":
        trace.reflected(program.syntax.name(defined.node), Reach(), Frame(program, program.syntax.root))
    for use in uses:
        mutation = change_at(program.syntax.source, use)
        if mutation is not None:
            trace.mutate(mutation, use)
            _follow_taken(trace, program, mutation.node, use)
        else:
            trace.follow(use, Reach(), Frame(program, use))
    trace_all(trace)
    return tuple(trace.effects)


def _follow_taken(trace: Trace, program: Evaluator, call: Node, use: Node) -> None:
    """`p["x"].pop()`: what it gives may still be held by another name."""
    function = field(call, "function") if call.type == "call" else None
    method = None if function is None else field(function, "attribute")
    if method is not None and program.syntax.name(method) in TAKING:
        around = itertools.takewhile(lambda node: node.id != call.id, ancestors(use))
        depth = sum(node.type == "subscript" and not _is_sliced(node) for node in around)
        part = Reach(0, depth).part
        is_pair = program.syntax.name(method) == "popitem"
        trace.follow(call, part.held if is_pair else part, Frame(program, use))


def _is_sliced(subscript: Node) -> bool:
    return any(child.type == "slice" for child in subscript.named_children)


def shape_of(found: Evaluated) -> Shape:
    """What counts of a value for what may be done to it."""
    return Shape(levels_of(found), found.entries is not None, arrays_from(found))


def levels_of(found: Evaluated) -> int:
    """How deep a value can be changed: 0 when it cannot, 1 for a list of numbers."""
    if found.entries is not None:
        return 1 + max((levels_of(entry.found) for entry in found.entries), default=0)
    return _levels(found.value.value) if isinstance(found.value, Static) else 0


def held_by(program: Evaluator, use: Node, levels: int) -> int | None:
    """How deep in a value lies what is still shared with it when the statement of `use` is done.

    0: the value itself, as after `q = p`; 1: its elements, as after `q = {**p}`; None: nothing that can be
    changed, as after `q = p["x"]`.
    """
    reach, child = Reach(), use
    for parent in ancestors(use):
        after = None if parent.type in _READ else _held_in(program, parent, child, reach)
        if after is None or after.inside >= levels:
            return None
        if after == reach and parent.type not in _AROUND:
            break
        reach, child = after, parent
    return reach.inside if reach.inside < levels else None


def _held_in(program: Evaluator, parent: Node, child: Node, reach: Reach) -> Reach | None:
    """The same for what stands directly around an expression; None when it is only read there."""
    if parent.type in _HELD:
        return reach.held
    if parent.type in ("dictionary_splat", "list_splat", "augmented_assignment"):
        return reach.copied
    if parent.type == "binary_operator":
        left = field(parent, "left")
        is_text = left is not None and left.type in ("string", "concatenated_string")
        return None if is_text else reach.copied
    if parent.type == "subscript":
        return reach.part if is_field(parent, "value", child) else None
    function = field(parent, "function") if parent.type == "call" else None
    if function is None or function.id == child.id or function.type != "identifier":
        return reach
    return reach.copied if program.syntax.name(function) == "dict" else reach


def _also_bound(trace: Trace, program: Evaluator, binding: Binding, value: Node) -> None:
    """`p = q = {}`, `p = (q := {})`, `f(p := {})`: where else the expression goes."""
    frame = Frame(program, value)
    statement = value.parent
    if statement is not None and statement.type == "named_expression":
        trace.follow(statement, Reach(), frame)
    while statement is not None and statement.type == "assignment":
        left = field(statement, "left")
        if left is not None and left.id != binding.node.id:
            bind(trace, left, Reach(), frame)
        statement = statement.parent
    inner = plain(value)
    while inner.type == "named_expression":
        name, behind = field(inner, "name"), field(inner, "value")
        if name is None or behind is None:
            return
        trace.name(name, Reach(), frame)
        inner = plain(behind)


def _levels(value: PythonValue) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_levels, value.values()), default=0)
    if isinstance(value, (list, set)):
        return 1 + max(map(_levels, value), default=0)
    if isinstance(value, tuple):
        inner = max(map(_levels, value), default=0)
        return 1 + inner if inner else 0
    return 0
