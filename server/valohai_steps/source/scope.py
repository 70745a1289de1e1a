"""Which binding a name means: Python's scopes, and every way a name can be bound or changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from valohai_steps.source.syntax import Node, Syntax

_SCOPES = ("module", "function_definition", "lambda", "class_definition")
_CONDITIONS = (
    "if_statement",
    "for_statement",
    "while_statement",
    "try_statement",
    "match_statement",
    "conditional_expression",
    "boolean_operator",
    "elif_clause",
    "else_clause",
)
_COMPREHENSIONS = (
    "list_comprehension",
    "set_comprehension",
    "dictionary_comprehension",
    "generator_expression",
)
# Methods of dicts and lists that change them in place.
_CHANGING = (
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
)


class Kind(Enum):
    """How a name comes by its value."""

    ASSIGNED = "assigned"  # `name = value`, the only kind whose value can be known
    IMPORTED = "imported"
    OTHER = "other"  # parameters, loops, `with`, unpacking, definitions, augmented assignment ...


@dataclass(frozen=True, slots=True)
class Binding:
    """One place that binds a name. `value` is the assigned expression of an ASSIGNED one."""

    node: Node
    scope: Node
    kind: Kind
    value: Node | None
    conditional: bool


def scope_of(node: Node) -> Node:
    """The module, function, lambda or class whose body the node stands in."""
    child, parent = node, node.parent
    while parent is not None:
        if parent.type in _SCOPES and _is_inside(child, parent):
            return parent
        child, parent = parent, parent.parent
    return child


def bindings_of(syntax: Syntax, name: str, at: Node) -> list[Binding]:
    """The bindings of the scope in which `name` is found from `at`; empty when nothing binds it."""
    everything = list(_all_bindings(syntax, name))
    scope, innermost = scope_of(at), True
    while True:
        if scope.type != "class_definition" or innermost:
            here = [binding for binding in everything if binding.scope.id == scope.id]
            if here:
                return here
        if scope.parent is None:
            return []
        scope, innermost = scope_of(scope), False


def changes_of(syntax: Syntax, name: str, binding: Binding) -> Iterator[Node]:
    """Every place in the binding's scope that changes the value in place: `x[k] = v`, `x.update()`, `del`."""
    for node in syntax.names(name):
        if scope_of(node).id != binding.scope.id or node.parent is None:
            continue
        holder = node
        while holder.parent is not None and _is_subscript_of(holder.parent, holder):
            holder = holder.parent
        parent = holder.parent
        if parent is None:
            continue
        if parent.type == "attribute" and _calls_changing(syntax, parent):
            yield parent.parent or parent
        elif holder is not node and (parent.type == "delete_statement" or _is_assigned(parent, holder)):
            yield parent


def _is_subscript_of(node: Node, holder: Node) -> bool:
    return node.type == "subscript" and _is_field(node, "value", holder)


def _is_assigned(node: Node, holder: Node) -> bool:
    return node.type in ("assignment", "augmented_assignment") and _is_field(node, "left", holder)


def _calls_changing(syntax: Syntax, attribute: Node) -> bool:
    method = attribute.child_by_field_name("attribute")
    call = attribute.parent
    return (
        method is not None
        and call is not None
        and call.type == "call"
        and _is_field(call, "function", attribute)
        and syntax.source(method) in _CHANGING
    )


def _is_inside(child: Node, scope: Node) -> bool:
    """Whether the child belongs to the scope's own body; decorators and defaults belong outside."""
    if scope.type == "module":
        return True
    return any(_is_field(scope, field, child) for field in ("body", "parameters"))


def _is_field(parent: Node, field: str, child: Node) -> bool:
    found = parent.child_by_field_name(field)
    return found is not None and found.id == child.id


def _all_bindings(syntax: Syntax, name: str) -> Iterator[Binding]:
    for node in syntax.names(name):
        found = _binding(node)
        if found is not None:
            kind, value = found
            scope = scope_of(node)
            yield Binding(
                node, _declared_scope(syntax, name, scope), kind, value, _is_conditional(node, scope)
            )


def _declared_scope(syntax: Syntax, name: str, scope: Node) -> Node:
    """`global name` in a function moves its bindings to the module."""
    if scope.type == "function_definition":
        for node in syntax.names(name):
            if (
                node.parent is not None
                and node.parent.type == "global_statement"
                and scope_of(node).id == scope.id
            ):
                return syntax.root
    return scope


def _binding(node: Node) -> tuple[Kind, Node | None] | None:
    """How this identifier binds its name; None when it only uses it."""
    parent = node.parent
    if parent is None:
        return None
    match parent.type:
        case "assignment" if _is_field(parent, "left", node):
            value = parent.child_by_field_name("right")
            if value is None:  # a mere annotation
                return None
            chained = value.type == "assignment"
            return (Kind.OTHER if chained else Kind.ASSIGNED), value
        case "augmented_assignment" | "for_statement" | "for_in_clause" if _is_field(parent, "left", node):
            return Kind.OTHER, None
        case "function_definition" | "class_definition" | "named_expression" if _is_field(
            parent, "name", node
        ):
            return Kind.OTHER, None
        case "aliased_import" | "dotted_name":
            return _import_binding(node, parent)
        case "keyword_argument" | "attribute" | "call":
            return None
        case _:
            return (Kind.OTHER, None) if _is_target(node) else None


def _import_binding(node: Node, parent: Node) -> tuple[Kind, Node | None] | None:
    if parent.type == "aliased_import":
        return (Kind.IMPORTED, None) if _is_field(parent, "alias", node) else None
    statement = parent.parent
    if statement is None or statement.type not in ("import_statement", "import_from_statement"):
        return (Kind.OTHER, None) if statement is not None and statement.type == "case_pattern" else None
    if _is_field(statement, "module_name", parent):
        return None
    return (Kind.IMPORTED, None) if parent.children[0].id == node.id else None


def _is_target(node: Node) -> bool:
    """Parameters, unpacking, `with ... as`, `except ... as`, `del`, `nonlocal`, patterns."""
    child, parent = node, node.parent
    while parent is not None:
        match parent.type:
            case (
                "parameters"
                | "lambda_parameters"
                | "as_pattern_target"
                | "delete_statement"
                | "nonlocal_statement"
            ):
                return True
            case "default_parameter" | "typed_default_parameter" if _is_field(parent, "value", child):
                return False
            case "type" | "subscript" | "attribute" | "call":
                return False
            case "assignment" | "for_statement" | "for_in_clause":
                return _is_field(parent, "left", child)
            case "pattern_list" | "tuple_pattern" | "list_pattern" | "list_splat_pattern":
                pass
            case (
                "typed_parameter"
                | "default_parameter"
                | "typed_default_parameter"
                | "dictionary_splat_pattern"
            ):
                pass
            case "case_pattern" | "splat_pattern" | "union_pattern":
                return True
            case _:
                return False
        child, parent = parent, parent.parent
    return False


def _is_conditional(node: Node, scope: Node) -> bool:
    parent = node.parent
    while parent is not None and parent.id != scope.id:
        if parent.type in _CONDITIONS or parent.type in _COMPREHENSIONS:
            return True
        parent = parent.parent
    return False
