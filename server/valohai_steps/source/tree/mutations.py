"""Changes in place: `p["x"] = 3`, `p.update(...)`, `del p["x"]`, `p |= ...` between definition and use."""

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from valohai_steps.source.tree.binding import Binding, statement_of
from valohai_steps.source.tree.execution_order import block_of, loops_around, outermost_within
from valohai_steps.source.tree.nodes import called_at, single_key
from valohai_steps.source.tree.scope import function_of
from valohai_steps.source.tree.syntax import Node, ancestors, field, is_field, parts

# Methods that change a dict, list or set in place.
_METHODS = frozenset(
    (
        "update",
        "pop",
        "popitem",
        "clear",
        "setdefault",
        "append",
        "extend",
        "insert",
        "remove",
        "sort",
        "reverse",
        "add",
        "discard",
    )
)

Source: TypeAlias = Callable[[Node], str]


class Mutation(Struct, frozen=True):
    """One change of a value in place.

    `keys` are the subscripts that lead to what changes. `action` is "set" (`argument` is the value),
    "update" (`argument` is the call whose arguments count), "merge" (`argument` is a dict), "delete", or
    "other". `is_deep` says that something inside of the value changes, not the value itself.
    """

    node: Node
    action: str
    keys: tuple[Node, ...] = ()
    argument: Node | None = None
    is_deep: bool = False


def is_followed(mutation: Mutation, binding: Binding, use: Node) -> bool:
    """Whether a change has run exactly once between definition and use, whatever branch is taken."""
    home, node = binding.statement, mutation.node
    functions = [function_of(place).id for place in (binding.node, node, use)]
    if functions[1] != functions[0]:  # in another function: whether and when it is called, nobody knows
        return False
    end = use.start_byte if functions[2] == functions[0] else _start_of(use, binding)
    if node.start_byte < home.end_byte or (node.start_byte >= end and use.parent is not None):
        return False
    return _is_plain(mutation) and _runs_once_between(node, use, home)


def change_at(source: Source, node: Node) -> Mutation | None:
    """How the name or attribute at `node` is changed in place there; None when it is only used."""
    holder, keys = node, []
    while holder.parent is not None and _is_value_of(holder.parent, holder):
        holder = holder.parent
        keys.append(_key(holder))
    parent = holder.parent
    if parent is None:
        return None
    path = tuple(key for key in keys if key is not None)
    if len(path) != len(keys):
        return Mutation(parent, "other", is_deep=True) if _changes_somehow(source, parent, holder) else None
    match parent.type:
        case "assignment" if is_field(parent, "left", holder) and keys:
            return _assignment(parent, path)
        case "augmented_assignment" if is_field(parent, "left", holder):
            return _augmented(source, parent, path)
        case "delete_statement" if keys:
            return Mutation(parent, "delete", path, is_deep=len(path) > 1)
        case "attribute" if is_field(parent, "object", holder):
            return _method(source, parent, path)
        case _:
            is_changed = keys and is_target(parent, holder)
            return Mutation(parent, "other", is_deep=len(keys) > 1) if is_changed else None


def _assignment(assignment: Node, path: tuple[Node, ...]) -> Mutation | None:
    value, outer = field(assignment, "right"), assignment.parent
    if value is None:
        return None
    is_deep = len(path) > 1
    if value.type == "assignment" or outer is None or outer.type != "expression_statement":
        return Mutation(assignment, "other", is_deep=is_deep)
    return Mutation(assignment, "set", path, value, is_deep)


def _augmented(source: Source, assignment: Node, path: tuple[Node, ...]) -> Mutation:
    operator, value = field(assignment, "operator"), field(assignment, "right")
    if operator is not None and value is not None and source(operator) == "|=":
        return Mutation(assignment, "merge", path, value, bool(path))
    return Mutation(assignment, "other", is_deep=bool(path))


def _method(source: Source, attribute: Node, path: tuple[Node, ...]) -> Mutation | None:
    method, call = field(attribute, "attribute"), called_at(attribute)
    if method is None or call is None:
        return None
    name, arguments = source(method), parts(field(call, "arguments"))
    if name not in _METHODS:
        return None
    alone = call.parent is not None and call.parent.type == "expression_statement"
    if name == "update" and alone:
        return Mutation(call, "update", path, call, bool(path))
    if name == "pop" and alone and arguments and arguments[0].type == "string":
        return Mutation(call, "delete", (*path, arguments[0]), is_deep=bool(path))
    return Mutation(call, "other", is_deep=bool(path))


def _changes_somehow(source: Source, parent: Node, holder: Node) -> bool:
    if parent.type in ("assignment", "augmented_assignment"):
        return is_field(parent, "left", holder)
    if parent.type == "attribute":
        return is_field(parent, "object", holder) and _method(source, parent, ()) is not None
    return parent.type == "delete_statement" or is_target(parent, holder)


def _is_value_of(subscript: Node, holder: Node) -> bool:
    return subscript.type == "subscript" and is_field(subscript, "value", holder)


def _key(subscript: Node) -> Node | None:
    """The one key of a subscript; None for slices and several."""
    key = single_key(subscript)
    return None if key is None or key.type == "slice" else key


def is_assigned(outer: Node, target: Node) -> bool:
    """Whether a subscript or attribute is set or deleted there: by an assignment, a loop, `with`, `del`."""
    if outer.type in ("assignment", "augmented_assignment"):
        return is_field(outer, "left", target)
    while outer.type in ("tuple", "list", "parenthesized_expression", "list_splat_pattern", "list_splat"):
        if outer.parent is None:
            return False
        target, outer = outer, outer.parent
    return outer.type == "delete_statement" or is_target(outer, target)


def is_target(parent: Node, child: Node) -> bool:
    """Whether a subscript is the target of unpacking, a loop, `with ... as` or `del a, b`."""
    for outer in (parent, *ancestors(parent)):
        if outer.type in ("assignment", "for_statement", "for_in_clause"):
            return is_field(outer, "left", child)
        if outer.type in ("as_pattern_target", "delete_statement"):
            return True
        if outer.type not in ("pattern_list", "tuple_pattern", "list_pattern", "expression_list"):
            return False
        child = outer
    return False


def _start_of(use: Node, binding: Binding) -> int:
    return outermost_within(use, function_of(binding.node)).start_byte


def _runs_once_between(node: Node, use: Node, home: Node) -> bool:
    block, own = block_of(node), home.parent
    if block is None or own is None or block.type == "ERROR":
        return False
    if block.id == own.id:
        return True
    if any(not loop.start_byte <= home.start_byte < loop.end_byte for loop in loops_around(node)):
        return False
    return block.type == "module" or block.start_byte <= use.start_byte < block.end_byte


def _is_plain(mutation: Mutation) -> bool:
    # A change inside a larger statement (a condition, a comprehension) may be skipped.
    return statement_of(mutation.node).type in ("expression_statement", "delete_statement")
