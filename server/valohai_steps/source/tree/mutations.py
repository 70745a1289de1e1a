"""Changes in place: `p["x"] = 3`, `p.update(...)`, `del p["x"]`, `p |= ...` between definition and use."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.source.tree.binding import Binding, BindingKind, statement_of
from valohai_steps.source.tree.execution_order import block_of, loops_around, outermost_within
from valohai_steps.source.tree.scope import Scopes, function_of
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
_DEEPEST_ALIAS = 3
_CONTAINERS = frozenset(
    (
        "pair",
        "dictionary",
        "list",
        "tuple",
        "set",
        "expression_list",
        "keyword_argument",
        "argument_list",
        "dictionary_splat",
        "list_splat",
        "binary_operator",
    )
)
_COPIES = frozenset(("argument_list", "dictionary_splat", "list_splat", "binary_operator"))
_TRANSPARENT = frozenset(("parenthesized_expression", "conditional_expression", "boolean_operator"))

Source: TypeAlias = Callable[[Node], str]


class Mutation(Struct, frozen=True):
    """One change of a value in place.

    `keys` are the subscripts that lead to what changes. `action` is "set" (`argument` is the value),
    "update" (`argument` is the call whose arguments count), "merge" (`argument` is a dict), "delete", or
    "other". `is_deep` says that something inside of the value changes, not the value itself. `is_certain`
    says that it has run exactly between definition and use, whatever branch is taken.
    """

    node: Node
    action: str
    keys: tuple[Node, ...] = ()
    argument: Node | None = None
    is_deep: bool = False
    is_certain: bool = False


class KeptReference(Struct, frozen=True):
    """Where a reference goes that lives on: after `q = p` or `q = {"p": p}` what changes `q` changes `p`.

    `is_deep` says that only what changes something inside of `q` does. `is_copy` says that only what is
    inside of `p` lives on, as after `q = {**p}`.
    """

    targets: tuple[Node, ...]
    is_deep: bool
    is_copy: bool


def changes_between(scopes: Scopes, binding: Binding, use: Node) -> tuple[Mutation, ...]:
    """The changes of what `binding` binds that may have run when the value at `use` counts, in order.

    Where the use is kept, in another name or in a container, later changes count as well.
    """
    kept = kept_by(use)
    found = (_placed(change, binding, use, kept) for change in _changes(scopes, binding, frozenset()))
    return tuple(change for change in found if change is not None)


def changes_by_others(scopes: Scopes, node: Node, seen: frozenset[int] = frozenset()) -> Iterator[Mutation]:
    """The changes that reach a value through what keeps the reference at `node`.

    `seen` are the bindings on the way there.
    """
    kept = kept_by(node)
    if kept is None or len(seen) > _DEEPEST_ALIAS:
        return
    for target in kept.targets:
        holder, is_deep = target, kept.is_deep
        while holder.type in ("subscript", "attribute") and holder.named_children:
            holder, is_deep = holder.named_children[0], True
        bindings = (
            scopes.bindings(scopes.syntax.source(holder), holder) if holder.type == "identifier" else ()
        )
        if not bindings or bindings[0].node.id in seen:
            continue
        for change in _changes(scopes, bindings[0], seen):
            if change.is_deep or not is_deep:
                yield Mutation(change.node, "other", is_deep=change.is_deep)


def kept_by(node: Node) -> KeptReference | None:
    """What keeps the reference at `node`; None when its value is only looked at there."""
    child, is_deep, is_copy = node, False, False
    for parent in ancestors(node):
        if parent.type in _CONTAINERS:
            is_copy = is_copy or (parent.type in _COPIES and not is_deep)
            is_deep = True
        elif parent.type == "subscript" and is_field(parent, "value", child):
            is_deep = False
        elif parent.type == "call":
            function = field(parent, "function")
            if function is None or function.type != "identifier" or function.text != b"dict":
                return None
        elif parent.type == "named_expression" and (name := field(parent, "name")) is not None:
            return KeptReference((name,), is_deep, is_copy)
        elif parent.type in ("assignment", "for_statement"):
            return (
                KeptReference(tuple(_targets(parent)), is_deep, is_copy)
                if is_field(parent, "right", child)
                else None
            )
        elif parent.type not in _TRANSPARENT:
            return None
        child = parent
    return None


def _targets(statement: Node) -> Iterator[Node]:
    outer: Node | None = statement
    while outer is not None and outer.type in ("assignment", "for_statement"):
        left = field(outer, "left")
        if left is not None:
            yield from parts(left) if left.type.endswith(("_list", "_pattern")) else [left]
        outer = outer.parent


def _changes(scopes: Scopes, binding: Binding, seen: frozenset[int]) -> Iterator[Mutation]:
    name = scopes.syntax.source(binding.node)
    aliases: set[tuple[str, ...]] = set()
    for node in scopes.syntax.names(name):
        if node.id == binding.node.id or not scopes.means(name, node, binding):
            continue
        change = change_at(scopes.syntax.source, node)
        if change is not None:
            yield change
        elif (kept := kept_by(node)) is not None:
            keepers = (str(kept.is_deep), *map(scopes.syntax.source, kept.targets))
            if keepers not in aliases:  # `q = p` a thousand times is one alias
                aliases.add(keepers)
                yield from changes_by_others(scopes, node, seen | {binding.node.id})


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
            is_changed = keys and _is_target(parent, holder)
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
    method, call = field(attribute, "attribute"), attribute.parent
    if method is None or call is None or call.type != "call" or not is_field(call, "function", attribute):
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
    return parent.type == "delete_statement" or _is_target(parent, holder)


def _is_value_of(subscript: Node, holder: Node) -> bool:
    return subscript.type == "subscript" and is_field(subscript, "value", holder)


def _key(subscript: Node) -> Node | None:
    """The one key of a subscript; None for slices and several."""
    keys = parts(subscript)[1:]
    return keys[0] if len(keys) == 1 and keys[0].type != "slice" else None


def _is_target(parent: Node, child: Node) -> bool:
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


def _placed(change: Mutation, binding: Binding, use: Node, kept: KeptReference | None) -> Mutation | None:
    """The change with its certainty; None when it cannot have run between definition and use."""
    home, node = binding.statement, change.node
    functions = [function_of(place).id for place in (binding.node, node, use)]
    if functions[1] != functions[0]:  # in another function: whether and when it is called, nobody knows
        return change
    end = use.start_byte if functions[2] == functions[0] else _start_of(use, binding)
    if node.end_byte <= home.start_byte and binding.kind is not BindingKind.IMPORTED:
        return None
    if node.start_byte >= end and use.parent is not None:
        if functions[2] != functions[0] or _comes_round(node, use, home):
            return change
        return change if kept is not None and (change.is_deep or not kept.is_copy) else None
    return _certain(change) if _runs_once_between(node, use, home) else change


def _start_of(use: Node, binding: Binding) -> int:
    return outermost_within(use, function_of(binding.node)).start_byte


def _comes_round(node: Node, use: Node, home: Node) -> bool:
    """Whether a loop leads from a later change back to the use without passing the definition."""
    return any(
        loop.start_byte <= node.start_byte < loop.end_byte
        and not loop.start_byte <= home.start_byte < loop.end_byte
        for loop in loops_around(use)
    )


def _runs_once_between(node: Node, use: Node, home: Node) -> bool:
    block, own = block_of(node), home.parent
    if block is None or own is None or block.type == "ERROR":
        return False
    if block.id == own.id:
        return True
    if any(not loop.start_byte <= home.start_byte < loop.end_byte for loop in loops_around(node)):
        return False
    return block.type == "module" or block.start_byte <= use.start_byte < block.end_byte


def _certain(change: Mutation) -> Mutation:
    # A change inside a larger statement (a condition, a comprehension) may be skipped.
    plain = statement_of(change.node).type in ("expression_statement", "delete_statement")
    return replace(change, is_certain=plain)
