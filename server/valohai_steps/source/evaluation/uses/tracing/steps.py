"""What becomes of a reference, one step at a time: from an expression to what the code around it does."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from valohai_steps.source.evaluation.evaluator import shortened
from valohai_steps.source.evaluation.uses.tracing import arguments, attributes, kept, meetings
from valohai_steps.source.evaluation.uses.tracing.reach import Reach
from valohai_steps.source.evaluation.uses.tracing.trace import Frame, Trace, own_function
from valohai_steps.source.tree.mutations import is_assigned
from valohai_steps.source.tree.nodes import STARRED_INSIDE, is_starred
from valohai_steps.source.tree.syntax import Node, field, is_field, parts

Step = Callable[[Trace, Node, Node, Reach, Frame], None]

# Where an expression is only looked at: its truth, its text, its equality.
_HARMLESS = frozenset(
    (
        "not_operator",
        "unary_operator",
        "interpolation",
        "format_expression",
        "if_clause",
        "if_statement",
        "elif_clause",
        "while_statement",
        "slice",
        "delete_statement",
        "comment",
        "format_specifier",
    )
)
# Containers that are written down around an expression.
_DISPLAYS = frozenset(("list", "tuple", "set", "expression_list", "list_comprehension", "set_comprehension"))


def trace_all(trace: Trace) -> None:
    """Follow every reference of a trace to its end."""
    for node, reach, frame in trace.waiting():
        parent = node.parent
        if parent is None or parent.type in _HARMLESS:
            continue
        step = _STEPS.get(parent.type)
        if step is not None:
            step(trace, parent, node, reach, frame)
        else:
            trace.harm(
                node, reach, frame, f"is used by `{_source(frame, parent)}`, which may change it", "use"
            )


def _through(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    """`(p)`, `p or q`: the expression itself."""
    trace.follow(parent, reach, frame)


def _conditional(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    """`a if b else c`: the condition is only looked at."""
    if parts(parent)[1].id != node.id:
        trace.follow(parent, reach, frame)


def _display(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    if not is_starred(node):
        trace.follow(parent, reach.held, frame)
    elif not _gives_keys(trace, reach):
        trace.follow(parent, reach.copied, frame)


def _pair(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    if parent.parent is not None:
        trace.follow(parent.parent, reach.held, frame)


def _splat(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    """`*p`, `**p`: in a display the elements are copied, in a call they are given."""
    outer = parent.parent
    if outer is None:
        return
    if outer.type in STARRED_INSIDE:
        _STEPS[outer.type](trace, outer, parent, reach, frame)
    elif outer.type == "argument_list":
        arguments.spread(trace, outer, parent, reach, frame)
    elif not (parent.type == "list_splat" and _gives_keys(trace, reach)):
        trace.follow(outer, reach.copied, frame)


def _operator(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    """`p | q`, `p + q`, `p * 2`: a new container with the same elements; `"%s" % p`: a string."""
    left = field(parent, "left")
    if left is not None and left.type in ("string", "concatenated_string"):
        return
    meetings.in_operation(trace, parent, node, reach, frame)
    trace.follow(parent, reach.copied, frame)


def _subscript(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    if not is_field(parent, "value", node):
        _as_index(trace, parent, node, reach, frame)
        return
    outer = parent.parent
    if outer is not None and is_assigned(outer, parent):
        trace.change(parent, reach, frame)
        if outer.type == "augmented_assignment":  # p["x"] += [1] changes the list that is there
            trace.change(parent, reach.part, frame)
        return
    keys = parts(parent)[1:]
    if all(key.type != "slice" for key in keys):
        trace.follow(parent, reach.part, frame)
    if attributes.may_be_slice(frame, keys) and not _gives_keys(trace, reach):
        trace.follow(parent, reach.copied, frame)


def _as_index(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    holder = field(parent, "value")
    source = "" if holder is None else frame.program.syntax.source(holder)
    how = f"is given to `{source[:40]}[...]`, which may change it"
    trace.harm(node, reach, frame, how, "give")


def _assignment(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    statement: Node | None = parent
    if is_field(parent, "type", node):
        return
    if is_field(parent, "left", node):
        return  # what is bound there is no use
    while statement is not None and statement.type == "assignment":  # a = b = p
        left = field(statement, "left")
        if left is not None:
            bind(trace, left, reach, frame)
        statement = statement.parent


def _annotated(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    """`def f(a: p)`: `f.__annotations__`, `inspect.signature(f)` and the like give it."""
    how = "is kept in an annotation, through which it may be changed"
    trace.harm(node, reach, frame, how, "keep")


def _augmented(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    left = field(parent, "left")
    if left is None or left.id == node.id:
        trace.change(parent, reach, frame)
    else:  # l += p
        bind(trace, left, reach.copied, frame, adds=True)


def _walrus(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    name = field(parent, "name")
    if name is not None:
        trace.name(name, reach, frame)
    trace.follow(parent, reach, frame)


def _loop(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    left = field(parent, "left")
    if left is not None and is_field(parent, "right", node) and not _gives_keys(trace, reach):
        bind(trace, left, reach.part, frame)


def bind(trace: Trace, target: Node, reach: Reach, frame: Frame, *, adds: bool = False) -> None:
    """A target of an assignment or loop gets the expression; `adds`: its elements are added to it."""
    match target.type:
        case "identifier" if adds:
            _added(trace, target, reach, frame)
        case "identifier":
            trace.name(target, reach, frame)
        case "subscript" | "attribute":
            attributes.stored_in(trace, target, reach, frame)
            if adds and reach.above > 1:  # h["a"] |= [("k", p)]
                attributes.stored_in(trace, target, reach.part, frame)
        case "list_splat_pattern" | "list_splat" | "parenthesized_expression":
            inner = parts(target)
            if inner:
                bind(trace, inner[0], reach if target.type.startswith("par") else reach.copied, frame)
        case "tuple_pattern" | "tuple" if len(target.children) == 3 and len(parts(target)) == 1:
            bind(trace, parts(target)[0], reach, frame)  # (name), without a comma
        case _:
            for each in parts(target):
                splat = each.type.startswith("list_splat")
                bind(trace, each, reach if splat else reach.part, frame)


def _added(trace: Trace, target: Node, reach: Reach, frame: Frame) -> None:
    """`l += p`: the list holds the elements from then on."""
    holder = attributes.holder_of(trace, target, reach, frame)
    if holder is not None:
        trace.name(holder, reach, frame)
        if reach.above > 1:  # h |= [("k", p)]
            trace.name(holder, reach.part, frame)


def _gives_keys(trace: Trace, reach: Reach) -> bool:
    """Whether iterating gives the keys of the value itself, which is a dict: nobody can change them."""
    return trace.is_dict and reach == Reach()


def _returned(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    """What a function returns is what its call gives; of a generator an error, or `yield from`, has it."""
    function = own_function(node)
    if parent.type == "return_statement" and kept.is_generator(function):
        trace.harm(node, reach, frame, "is returned by a generator, whose caller may change it", "return")
        return
    if frame.call is not None and frame.function is not None and frame.function.id == function.id:
        if frame.outer is not None:
            trace.follow(frame.call, reach.held if frame.is_each else reach, frame.outer)
        return
    arguments.handed_out(trace, function, node, reach, frame)


def _lambda(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    if is_field(parent, "body", node):
        _returned(trace, parent, node, reach, frame)


def _generator(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    trace.follow(parent, reach.held, frame)


def _call(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    if is_field(parent, "arguments", node):  # f(x for x in p)
        arguments.passed(trace, arguments.Argument(parent, node), reach, frame)
    else:
        how = f"is called by `{_source(frame, parent)}`"
        trace.harm(node, reach, frame, how, "use")


def _source(frame: Frame, node: Node) -> str:
    return shortened(frame.program.syntax.source(node))


_STEPS: Mapping[str, Step] = MappingProxyType(
    {
        "parenthesized_expression": _through,
        "boolean_operator": _through,
        "conditional_expression": _conditional,
        **dict.fromkeys(_DISPLAYS, _display),
        "pair": _pair,
        "list_splat": _splat,
        "dictionary_splat": _splat,
        "binary_operator": _operator,
        "comparison_operator": meetings.in_operation,
        "subscript": _subscript,
        "attribute": attributes.attribute,
        "assignment": _assignment,
        "augmented_assignment": _augmented,
        "type": _annotated,
        "named_expression": _walrus,
        "for_statement": _loop,
        "for_in_clause": _loop,
        "return_statement": _returned,
        "lambda": _lambda,
        "assert_statement": kept.asserted,
        "expression_statement": kept.stated,
        "default_parameter": kept.default,
        "typed_default_parameter": kept.default,
        "generator_expression": _generator,
        "call": _call,
        "argument_list": arguments.argument,
        "keyword_argument": arguments.keyword,
    }
)
