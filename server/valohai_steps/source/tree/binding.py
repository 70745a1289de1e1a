"""Every way in which Python binds a name, seen from the identifier that is bound."""

from collections.abc import Iterator, Mapping
from enum import Enum
from operator import attrgetter
from types import MappingProxyType

from msgspec import Struct

from valohai_steps.model.patterns import pattern
from valohai_steps.source.tree.nodes import descendants
from valohai_steps.source.tree.syntax import Node, Syntax, ancestors, field, is_field, parts

# Where `import *` may stand, however it is written: no other text is looked at. Only the tree tells.
MAY_BE_STAR_IMPORT = r"import[\s\\]*\*"
_STAR_IMPORT = pattern(MAY_BE_STAR_IMPORT)

# A longer row of values is no defaults of a step.
_MOST_UNPACKED = 300


class BindingKind(Enum):
    """How a name comes by its value. The text completes "lr is ..."."""

    ASSIGNED = "assigned"
    AUGMENTED = "changed by an assignment such as +="
    IMPORTED = "imported"
    CLASS = "a class"
    FUNCTION = "a function"
    PARAMETER = "an argument of a function, so its value depends on the call"
    LOOP = "the variable of a loop, so it takes several values"
    WITH = "bound by with or except"
    UNPACKED = "unpacked from a value"
    DELETED = "deleted with del"
    PATTERN = "bound by a match pattern"
    DECLARED = "bound by another function"
    TYPE = "a type parameter"
    STARRED = "replaced by an import of *"


class Binding(Struct, frozen=True):
    """One place that binds a name.

    `node` is the identifier; `value` the expression that an ASSIGNED one gets, whole; `statement` the
    statement that does it.
    """

    node: Node
    kind: BindingKind
    value: Node | None
    statement: Node
    is_walrus: bool = False


def bindings_at(node: Node) -> Iterator[Binding]:
    """How this identifier binds its name; nothing when it only uses it."""
    found = _bound(node)
    if found is not None:
        kind, value = found
        is_walrus = node.parent is not None and node.parent.type == "named_expression"
        yield Binding(node, kind, value, statement_of(node), is_walrus)


def statement_of(node: Node) -> Node:
    """The statement in which a node stands: the part of a block or of the module that holds it."""
    child = node
    for parent in ancestors(node):
        if parent.type in ("block", "module", "ERROR"):
            return child
        child = parent
    return child


def is_mangled(syntax: Syntax, name: str, *places: Node) -> bool:
    """Whether Python changes the name at one of the places: `__a` in `class K` is `_K__a`.

    Whatever else the text may name so counts as well.
    """
    if name.startswith("__") and not name.endswith("__"):
        return any(parent.type == "class_definition" for node in places for parent in ancestors(node))
    start = name.find("__", 1) if name.startswith("_") else -1
    return start > 0 and not name.endswith("__") and bool(syntax.names(name[start:]))


def _bound(node: Node) -> tuple[BindingKind, Node | None] | None:
    parent = node.parent
    if parent is None:
        return None
    match parent.type:
        case "assignment":
            return _assigned(node, parent)
        case "augmented_assignment":
            return (BindingKind.AUGMENTED, None) if is_field(parent, "left", node) else None
        case "named_expression":
            return (BindingKind.ASSIGNED, field(parent, "value")) if is_field(parent, "name", node) else None
        case "for_statement" | "for_in_clause":
            return (BindingKind.LOOP, None) if is_field(parent, "left", node) else None
        case "function_definition":
            return (BindingKind.FUNCTION, None) if is_field(parent, "name", node) else None
        case "class_definition":
            return (BindingKind.CLASS, parent) if is_field(parent, "name", node) else None
        case "aliased_import":
            return (BindingKind.IMPORTED, None) if is_field(parent, "alias", node) else None
        case "dotted_name":
            return _named_by_dots(node, parent)
        case _:
            kind = _target(node)
            if kind is BindingKind.UNPACKED and (value := _element_for(node, parent)) is not None:
                return BindingKind.ASSIGNED, value
            return None if kind is None else (kind, None)


def _assigned(node: Node, assignment: Node) -> tuple[BindingKind, Node | None] | None:
    if not is_field(assignment, "left", node):
        return None
    value = field(assignment, "right")
    if value is None:  # a mere annotation
        return None
    while value.type == "assignment":  # a = b = 1
        inner = field(value, "right")
        if inner is None:
            return BindingKind.UNPACKED, None
        value = inner
    return BindingKind.ASSIGNED, value


def _element_for(node: Node, pattern: Node) -> Node | None:
    """The expression that a name of `a, b = 1, 2` gets; None where it is not written down for this one.

    Nobody else may hold the values (`c = a, b = 1, 2`), and no name on the right may be one on the left.
    """
    assignment = pattern.parent
    outer = None if assignment is None else assignment.parent
    values = None if assignment is None else field(assignment, "right")
    if assignment is None or values is None or outer is None or outer.type != "expression_statement":
        return None
    if pattern.type not in ("pattern_list", "tuple_pattern") or not is_field(assignment, "left", pattern):
        return None
    targets, elements = parts(pattern), parts(values)
    if values.type not in ("expression_list", "tuple") or len(targets) != len(elements):
        return None
    if any(each.type != "identifier" for each in targets) or values.descendant_count > _MOST_UNPACKED:
        return None
    names = {each.text for each in targets}
    if any(each.type == "list_splat" or _may_name(each, names) for each in _inside(values)):
        return None
    return next(value for target, value in zip(targets, elements, strict=True) if target.id == node.id)


def _may_name(node: Node, names: set[bytes | None]) -> bool:
    """Whether a node may be one of the names: others than of ASCII have more than one spelling."""
    text = node.text or b""
    return node.type == "identifier" and (text in names or not text.isascii())


def _inside(node: Node) -> Iterator[Node]:
    inside = descendants(node, attrgetter("children"))
    next(inside)  # the node itself
    yield from inside


def _named_by_dots(node: Node, dotted: Node) -> tuple[BindingKind, Node | None] | None:
    statement = dotted.parent
    if statement is None:
        return None
    if statement.type in ("import_statement", "import_from_statement"):
        if is_field(statement, "module_name", dotted):
            return None
        return (BindingKind.IMPORTED, None) if dotted.children[0].id == node.id else None
    if statement.type in ("case_pattern", "union_pattern", "keyword_pattern", "list_pattern"):
        return (BindingKind.PATTERN, None) if dotted.named_child_count == 1 else None
    return None


# What the nodes around an identifier make of it, and those that only hold several targets.
_TARGETS: Mapping[str, BindingKind] = MappingProxyType(
    {
        "parameters": BindingKind.PARAMETER,
        "lambda_parameters": BindingKind.PARAMETER,
        "as_pattern_target": BindingKind.WITH,
        "delete_statement": BindingKind.DELETED,
        "nonlocal_statement": BindingKind.DECLARED,
        "type_parameter": BindingKind.TYPE,
        "splat_pattern": BindingKind.PATTERN,
        "case_pattern": BindingKind.PATTERN,
    }
)
_LEFT: Mapping[str, BindingKind] = MappingProxyType(
    {
        "assignment": BindingKind.UNPACKED,
        "for_statement": BindingKind.LOOP,
        "for_in_clause": BindingKind.LOOP,
        "type_alias_statement": BindingKind.CLASS,
    }
)
_WITH_DEFAULT = ("default_parameter", "typed_default_parameter", "typed_parameter")
_HOLDERS = frozenset(
    (
        *_WITH_DEFAULT,
        "pattern_list",
        "tuple_pattern",
        "list_pattern",
        "list_splat_pattern",
        "dictionary_splat_pattern",
        "expression_list",
        "type",
        "splat_type",
    )
)


def _target(node: Node) -> BindingKind | None:
    """Parameters, unpacking, `with ... as`, `del`, `nonlocal`, patterns, type aliases."""
    child = node
    for parent in ancestors(node):
        if parent.type in _TARGETS and not _is_use(parent):
            return _TARGETS[parent.type]
        if parent.type in _LEFT:
            return _LEFT[parent.type] if is_field(parent, "left", child) else None
        if parent.type == "as_pattern":
            last = parts(parent)[-1]
            return BindingKind.PATTERN if last.id == child.id and last.type == "identifier" else None
        if parent.type in _WITH_DEFAULT and any(is_field(parent, name, child) for name in ("value", "type")):
            return None
        if parent.type not in _HOLDERS and not _is_named_type(parent, child):
            return None
        child = parent
    return None


def _is_named_type(parent: Node, child: Node) -> bool:
    """Whether `child` is what names a type parameter: `T: int`; the grammar lacks `T = int` and `*T = x`."""
    outer = parent.parent
    match parent.type:
        case "constrained_type":
            return parts(parent)[0].id == child.id
        case "ERROR":
            return outer is not None and outer.type == "type_parameter"
        case "list_splat":
            return outer is not None and outer.type in ("type", "ERROR")
        case _:
            return False


def _is_use(holder: Node) -> bool:
    """Whether brackets hold types that are used: `Optional[int]`; not those of a definition (PEP 695)."""
    generic = holder.parent if holder.type == "type_parameter" else None
    if generic is None or generic.type != "generic_type":
        return False
    outer = generic.parent
    statement = None if outer is None else outer.parent
    return not (
        outer is not None
        and statement is not None
        and statement.type == "type_alias_statement"
        and is_field(statement, "left", outer)
    )


def bound_at(identifier: Node) -> tuple[Binding, ...]:
    """The binding of an identifier, if it is one."""
    return tuple(bindings_at(identifier))


def star_imports(syntax: Syntax) -> tuple[Node, ...]:
    """The statements `from m import *` of a text, in order. Raises ExcessiveText."""
    found = (syntax.node_at(match.end() - 1, match.end()) for match in _STAR_IMPORT.finditer(syntax.text))
    statements = (node.parent for node in found if node.type == "wildcard_import")
    return tuple(node for node in statements if node is not None)
