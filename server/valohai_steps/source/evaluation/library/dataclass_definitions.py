"""Plain dataclasses: which fields they declare, with the expressions of their defaults."""

from collections.abc import Iterator

from msgspec import Struct

from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.imports import dotted_name
from valohai_steps.source.evaluation.uses.tracing.calls.callees import full_name
from valohai_steps.source.evaluation.uses.tracing.trace import uses_of
from valohai_steps.source.tree.binding import Binding
from valohai_steps.source.tree.nodes import called_at, descendants
from valohai_steps.source.tree.scope import scope_of
from valohai_steps.source.tree.syntax import Node, field, parts

_OPTIONS = frozenset(("frozen", "kw_only", "eq", "order", "repr"))
_BUILTIN_TYPES = frozenset(("int", "float", "str", "bool", "bytes", "list", "dict", "tuple", "object"))
_TYPING = frozenset(("Any", "Dict", "List", "Optional", "Tuple", "Union"))
FACTORIES = frozenset(("list", "dict"))


class PlainField(Struct, frozen=True):
    """A field of a dataclass: its name, and the expression of its default, None without one."""

    node: Node
    default: Node | None


def fields_of(evaluator: Evaluator, binding: Binding, definition: Node) -> list[PlainField] | None:
    """The fields of a plain dataclass of this text; None when it is none."""
    if not _is_plain(evaluator, binding, definition):
        return None
    fields: list[PlainField] = []
    for statement in parts(field(definition, "body")):
        assignment = statement.named_children[0] if statement.type == "expression_statement" else None
        if assignment is None and statement.type in ("function_definition", "pass_statement"):
            continue
        found = None if assignment is None else _field(evaluator, assignment)
        if found is not None:
            fields.append(found)
        elif assignment is None or assignment.type != "string":
            return None
    return fields if _are_distinct(evaluator, definition, fields) else None


def only_makes(use: Node) -> bool:
    """Whether a use of the class is a call of it, or an annotation."""
    return called_at(use) is not None or (use.parent is not None and use.parent.type == "type")


def names_in(node: Node) -> Iterator[Node]:
    """Every name and string of an annotation, every name of a value."""
    for each in descendants(node):
        if each.type == "identifier" or (node.type == "type" and each.type in ("string", "attribute")):
            yield each


def _is_plain(evaluator: Evaluator, binding: Binding, definition: Node) -> bool:
    outer = definition.parent
    if outer is None or outer.type != "decorated_definition" or parts(field(definition, "superclasses")):
        return False
    decorators = [child.named_children[0] for child in outer.children if child.type == "decorator"]
    if len(decorators) != 1 or not _is_dataclass(evaluator, decorators[0]):
        return False
    if outer.parent is None or outer.parent.type != "module":
        return False
    return all(only_makes(use) for use in uses_of(evaluator, binding))


def _is_dataclass(evaluator: Evaluator, decorator: Node) -> bool:
    function = field(decorator, "function") if decorator.type == "call" else decorator
    if function is None or full_name(evaluator, function) != "dataclasses.dataclass":
        return False
    options = parts(field(decorator, "arguments")) if decorator.type == "call" else []
    names = (field(option, "name") for option in options)
    return all(name is not None and evaluator.syntax.source(name) in _OPTIONS for name in names)


def _field(evaluator: Evaluator, node: Node) -> PlainField | None:
    """`name: type` with or without a default; None for anything else."""
    name, annotation = field(node, "left"), field(node, "type")
    if node.type != "assignment" or name is None or name.type != "identifier" or annotation is None:
        return None
    if not all(_is_type(evaluator, each) for each in names_in(annotation)):
        return None
    value = field(node, "right")
    function = field(value, "function") if value is not None and value.type == "call" else None
    if value is None or function is None or full_name(evaluator, function) != "dataclasses.field":
        return PlainField(name, value)
    return _of_field_call(evaluator, name, value)


def _of_field_call(evaluator: Evaluator, name: Node, call: Node) -> PlainField | None:
    """`field(default=1)`, `field(default_factory=lambda: [1])`."""
    arguments = parts(field(call, "arguments"))
    option = field(arguments[0], "name") if len(arguments) == 1 else None
    value = field(arguments[0], "value") if option is not None else None
    if option is None or value is None:
        return None
    match evaluator.syntax.source(option):
        case "default":
            return PlainField(name, value)
        case "default_factory":
            is_empty = value.type == "identifier" and evaluator.is_builtin(value)
            if is_empty and evaluator.syntax.name(value) in FACTORIES:
                return PlainField(name, value)
            body = (
                field(value, "body")
                if value.type == "lambda" and not parts(field(value, "parameters"))
                else None
            )
            return None if body is None or any(True for _ in names_in(body)) else PlainField(name, body)
        case _:
            return None


def _is_type(evaluator: Evaluator, node: Node) -> bool:
    name = evaluator.syntax.name(node)
    if node.type != "identifier":
        return False
    is_builtin = name in _BUILTIN_TYPES and evaluator.is_builtin(node)
    return is_builtin or (name in _TYPING and dotted_name(evaluator.scopes, node) == f"typing.{name}")


def _are_distinct(evaluator: Evaluator, definition: Node, fields: list[PlainField]) -> bool:
    """Whether each name is bound once in the class, and no special method is among them."""
    names = [evaluator.syntax.name(each.node) for each in fields]
    if any(len(evaluator.scopes.in_scope(name, definition)) != 1 for name in names):
        return False
    body = field(definition, "body")
    methods = (field(each, "name") for each in parts(body) if each.type == "function_definition")
    # `x: int = (y := 4)` binds in the class as well.
    inside = () if body is None else descendants(body)
    walruses = (field(each, "name") for each in inside if each.type == "named_expression")
    bound = (each for each in (*methods, *walruses) if each is not None)
    others = {evaluator.syntax.name(each) for each in bound if scope_of(each).id == definition.id}
    return not any(name.startswith("__") for name in (*names, *others))
