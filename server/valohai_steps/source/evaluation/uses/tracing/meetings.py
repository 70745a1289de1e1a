"""Where the value meets an object of a class that the user wrote: Python calls the methods of that class."""

from valohai_steps.source.evaluation.evaluator import shortened
from valohai_steps.source.evaluation.modules.whole_program import is_replaced, related, says
from valohai_steps.source.evaluation.tables.harmless import MEETING, OPERATOR_METHODS
from valohai_steps.source.evaluation.uses.tracing.calls.callees import Callee, full_name
from valohai_steps.source.evaluation.uses.tracing.reach import Reach, Why
from valohai_steps.source.evaluation.uses.tracing.trace import Frame, Trace
from valohai_steps.source.tree.binding import Binding, BindingKind
from valohai_steps.source.tree.nodes import plain
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
# Where an operand that is compared is only looked at.
_READING = frozenset(
    ("comparison_operator", "interpolation", "if_statement", "not_operator", "for_statement")
)
_SEARCHING = ("in", "not in")
# A name that is bound more often, or behind more others, is not looked at.
_MOST_BOUND = 8
_CONTAINERS = frozenset(("dict", "list", "set", "tuple", "frozenset", "sorted", "len", "str", "int", "float"))
_LOADERS = frozenset(("json.load", "json.loads", "yaml.safe_load"))


def in_operation(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    """`p == x`, `p in x`, `p | x`: what `x` does with it is its own, when a class here says so."""
    if trace.is_dict and reach == Reach() and _is_searched(parent, node):
        return  # its keys are compared
    is_whole = _is_whole(trace, reach) and not any(child.type in _SEARCHING for child in parent.children)
    others = [each for each in parts(parent) if each.id != node.id]
    if not all(_is_plain(frame, each, is_whole=is_whole) for each in others):
        met = _met(frame, parent, OPERATOR_METHODS)
        if met is not None:
            trace.blame(node, reach, frame, met)


def in_method(trace: Trace, name: str, call: Node, reach: Reach, frame: Frame) -> Why | None:
    """How `p.count(x)` and the like may give a part of it to a method of x; None when they do not."""
    given = parts(field(call, "arguments"))
    is_whole = _is_whole(trace, reach)
    if name not in MEETING or all(_is_plain(frame, each, is_whole=is_whole) for each in given):
        return None
    return _met(frame, call, MEETING[name])


def in_call(frame: Frame, callee: Callee, call: Node, node: Node, reach: Reach) -> Why | None:
    """How a call of the table may give the argument at `node` to a method of another object.

    `isinstance(p, K)`, `max(p, k)`, `copy.deepcopy([p, k])`, and `deepcopy(p, memo)`, which keeps it.
    """
    others = [each for each in parts(field(call, "arguments")) if each.id != node.id]
    if callee.builtin == "isinstance" and all(_is_builtin_type(frame, each) for each in others):
        return None
    if callee.full_name == "copy.deepcopy" and others:
        return Why("is kept in the memo of `copy.deepcopy()`, through which it may be changed")
    words = MEETING.get(callee.builtin or callee.full_name, ()) if others or reach.above else ()
    return _met(frame, call, words)


def _is_searched(comparison: Node, node: Node) -> bool:
    """`x in p`."""
    signs = {child.type for child in comparison.children if not child.is_named}
    is_last = parts(comparison)[-1].id == node.id and len(parts(comparison)) == 2
    return comparison.type == "comparison_operator" and is_last and signs <= {"in", "not in"}


def _met(frame: Frame, place: Node, words: tuple[str, ...]) -> Why | None:
    found = says(frame.program, words) if words else None
    if found is None:
        return None
    source, named = shortened(frame.program.syntax.source(place)), f"`{found.what}` {found.where}"
    how = f"is given by `{source}` to {named}, which may change it"
    return Why(how, related=related(found, f"{named} may get the value"))


def _is_whole(trace: Trace, reach: Reach) -> bool:
    """Whether only the value itself can be changed, and nothing that it or a container around it holds."""
    return trace.levels < 2 and reach == Reach()


def _is_plain(frame: Frame, node: Node, *, is_whole: bool) -> bool:
    """Whether an operand is certainly no object of a class of the program, nor holds one that counts.

    Its type is one of Python's own by all that binds it. What it holds counts unless `is_whole`: then only
    the operand itself meets the value. Otherwise all of it must be written down, and only be read.
    """
    waiting, seen = [node], set[int]()
    while waiting:
        each = plain(waiting.pop())
        if each.type in _LITERALS:
            continue
        if each.type in _HOLDING:
            waiting += parts(each) if not is_whole or each.type == "unary_operator" else ()
        elif each.type == "identifier":
            bindings = frame.program.scopes.bindings(frame.program.syntax.name(each), each)
            if (
                not bindings
                or len(seen) > _MOST_BOUND
                or not _are_displayed(frame, bindings, is_whole=is_whole)
            ):
                return False
            if bindings[0].node.id not in seen:
                seen.add(bindings[0].node.id)
                waiting += (binding.value for binding in bindings if binding.value is not None)
        elif not _is_made_plain(frame, each, is_whole=is_whole):
            return False
    return True


def _are_displayed(frame: Frame, bindings: tuple[Binding, ...], *, is_whole: bool) -> bool:
    """Whether a name gets expressions, and nothing but reads follow where their parts count; asked once."""
    if len(bindings) > _MOST_BOUND:
        return False
    kept, key = frame.program.scopes.kept, f"displayed {is_whole} {bindings[0].node.id}"
    if key not in kept:
        around = [use.parent for use in frame.program.scopes.uses_of_any(bindings)]
        is_plain = all(each.kind is BindingKind.ASSIGNED and each.value is not None for each in bindings)
        is_read = all(
            outer is not None
            and outer.type != "augmented_assignment"
            and (is_whole or outer.type in _READING)
            for outer in around
        )
        kept[key] = (key,) if is_plain and is_read else ()
    return bool(kept[key])


def _is_made_plain(frame: Frame, node: Node, *, is_whole: bool) -> bool:
    """`dict(...)`, `json.load(file)`, `{k: v for ...}`: new containers of Python's own."""
    if node.type.endswith("_comprehension"):
        return is_whole
    if node.type != "call":
        return False
    function = field(node, "function")
    given = parts(field(node, "arguments"))
    if function is None or any(each.type in ("keyword_argument", "dictionary_splat") for each in given):
        return False
    if function.type == "identifier" and frame.program.syntax.name(function) in _CONTAINERS:
        return is_whole and frame.program.is_builtin(function)
    name = full_name(frame.program, function)
    return name in _LOADERS and not is_replaced(frame.program, name)


def _is_builtin_type(frame: Frame, node: Node) -> bool:
    if node.type in ("tuple", "parenthesized_expression", "binary_operator"):
        return all(_is_builtin_type(frame, each) for each in parts(node))
    return node.type == "none" or (node.type == "identifier" and frame.program.is_builtin(node))
