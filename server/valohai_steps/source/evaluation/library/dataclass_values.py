"""`asdict(Config())` of a plain dataclass of the same text: its fields' defaults, and what the call states.

Plain: the decorator is that of `dataclasses`, nothing is inherited, no special method is defined, and each
annotation says no more than a type. Whatever else is done with the class, or with a name of the object, makes
the value unknown. `asdict` copies every dict and list, so that what it gives is nobody else's.
"""

from collections.abc import Iterator

from msgspec import Struct

from valohai_steps.model.step import Static
from valohai_steps.source.evaluation.evaluator import Evaluator, known, not_static
from valohai_steps.source.evaluation.result import Evaluated, EvaluatedEntry, dict_found
from valohai_steps.source.evaluation.uses.effects import levels_of
from valohai_steps.source.evaluation.uses.namespaces import disturbances
from valohai_steps.source.evaluation.uses.settings import settings
from valohai_steps.source.evaluation.uses.tracing.callees import full_name
from valohai_steps.source.evaluation.uses.tracing.trace import uses_of
from valohai_steps.source.tree.binding import Binding, BindingKind
from valohai_steps.source.tree.descendants import descendants
from valohai_steps.source.tree.scope import scope_of
from valohai_steps.source.tree.stars import star_imports
from valohai_steps.source.tree.syntax import Node, field, is_field, parts

_OPTIONS = frozenset(("frozen", "kw_only", "eq", "order", "repr"))
_BUILTIN_TYPES = frozenset(("int", "float", "str", "bool", "bytes", "list", "dict", "tuple", "object"))
_TYPING = frozenset(("Any", "Dict", "List", "Optional", "Tuple", "Union"))
_FACTORIES = frozenset(("list", "dict"))
_SHOWING = frozenset(("print", "repr", "str"))
_REPLACED = ("asdict", "dataclass", "field", "fields", "__init__", "__class__", "__code__")


class _Field(Struct, frozen=True):
    """A field of a dataclass: its name, and the expression of its default, None without one."""

    node: Node
    default: Node | None


def as_dict(evaluator: Evaluator, node: Node) -> Evaluated | None:
    """`dataclasses.asdict(x)`; None when `x` is no plain dataclass of this text."""
    arguments = parts(field(node, "arguments"))
    made = _made(evaluator, arguments[0]) if len(arguments) == 1 else None
    fields = None if made is None else _fields_of_call(evaluator, made)
    if made is None or fields is None:
        return None
    stated = _stated(evaluator, made)
    names = [evaluator.syntax.name(each.node) for each in fields]
    if stated is None or not stated.keys() <= set(names) or _may_be_replaced(evaluator, names):
        return None
    entries: list[EvaluatedEntry] = []
    for name, each in zip(names, fields, strict=True):
        value = stated.get(name, each.default)
        if value is None:  # the call raises
            return None
        found = _value(evaluator, value)
        entries.append(
            EvaluatedEntry(known(evaluator, each.node, name).value, found, evaluator.syntax.span(value))
        )
    return dict_found(entries, (), evaluator.syntax.span(node), None)


def _may_be_replaced(evaluator: Evaluator, names: list[str]) -> bool:
    """Whether the text may set a field, or name, by a way that is not followed here."""
    is_taken_apart = "__dataclass_" in evaluator.syntax.text
    if is_taken_apart or star_imports(evaluator.syntax) or any(True for _ in disturbances(evaluator)):
        return True
    is_reached = evaluator.program_run is evaluator and any(each.reaching for _, each in evaluator.outlines())
    return is_reached or any(True for name in (*names, *_REPLACED) for _ in settings(evaluator, name))


def _made(evaluator: Evaluator, node: Node) -> Node | None:
    """The call that makes the object: itself, or what its name is bound to, if that is only shown."""
    if node.type == "call":
        return node
    bindings = (
        evaluator.scopes.bindings(evaluator.syntax.name(node), node) if node.type == "identifier" else ()
    )
    if len(bindings) != 1 or bindings[0].kind is not BindingKind.ASSIGNED:
        return None
    value, statement = bindings[0].value, bindings[0].node.parent
    is_plain = statement is not None and statement.type == "assignment" and value is not None
    if not is_plain or value is None or value.type != "call" or value.parent != statement:
        return None
    outer = None if statement is None else statement.parent
    if outer is None or outer.type != "expression_statement" or outer.parent != _body(node):
        return None
    if bindings[0].node.start_byte > node.start_byte:
        return None
    return value if all(_is_shown(evaluator, use) for use in uses_of(evaluator, bindings[0])) else None


def _body(node: Node) -> Node | None:
    """The block, or the module, whose statements run one after the other where `node` stands."""
    scope = scope_of(node)
    return field(scope, "body") or scope


def _is_shown(evaluator: Evaluator, use: Node) -> bool:
    """Whether a use of the object's name is `asdict(x)`, `print(x)` or `f"{x}"`."""
    outer = use.parent
    if outer is None or outer.type == "interpolation":
        return outer is not None
    call = outer.parent if outer.type == "argument_list" else None
    function = None if call is None else field(call, "function")
    if function is None:
        return False
    is_builtin = function.type == "identifier" and evaluator.is_builtin(function)
    return full_name(evaluator, function) == "dataclasses.asdict" or (
        is_builtin and evaluator.syntax.name(function) in _SHOWING
    )


def _fields_of_call(evaluator: Evaluator, call: Node) -> list[_Field] | None:
    """The fields of the plain dataclass that is called; None when it is none."""
    name = field(call, "function")
    if name is None or name.type != "identifier":
        return None
    bindings = evaluator.scopes.bindings(evaluator.syntax.name(name), name)
    definition = bindings[0].value if len(bindings) == 1 else None
    if definition is None or bindings[0].kind is not BindingKind.CLASS:
        return None
    if not _is_plain(evaluator, bindings[0], definition) or definition.start_byte > call.start_byte:
        return None
    fields: list[_Field] = []
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


def _is_plain(evaluator: Evaluator, binding: Binding, definition: Node) -> bool:
    outer = definition.parent
    if outer is None or outer.type != "decorated_definition" or parts(field(definition, "superclasses")):
        return False
    decorators = [child.named_children[0] for child in outer.children if child.type == "decorator"]
    if len(decorators) != 1 or not _is_dataclass(evaluator, decorators[0]):
        return False
    if outer.parent is None or outer.parent.type != "module":
        return False
    return all(_only_makes(use) for use in uses_of(evaluator, binding))


def _is_dataclass(evaluator: Evaluator, decorator: Node) -> bool:
    function = field(decorator, "function") if decorator.type == "call" else decorator
    if function is None or full_name(evaluator, function) != "dataclasses.dataclass":
        return False
    options = parts(field(decorator, "arguments")) if decorator.type == "call" else []
    names = (field(option, "name") for option in options)
    return all(name is not None and evaluator.syntax.source(name) in _OPTIONS for name in names)


def _only_makes(use: Node) -> bool:
    """Whether a use of the class is a call of it, or an annotation."""
    outer = use.parent
    is_call = outer is not None and outer.type == "call" and is_field(outer, "function", use)
    return is_call or (outer is not None and outer.type == "type")


def _field(evaluator: Evaluator, node: Node) -> _Field | None:
    """`name: type` with or without a default; None for anything else."""
    name, annotation = field(node, "left"), field(node, "type")
    if node.type != "assignment" or name is None or name.type != "identifier" or annotation is None:
        return None
    if not all(_is_type(evaluator, each) for each in _names_in(annotation)):
        return None
    value = field(node, "right")
    function = field(value, "function") if value is not None and value.type == "call" else None
    if value is None or function is None or full_name(evaluator, function) != "dataclasses.field":
        return _Field(name, value)
    return _of_field_call(evaluator, name, value)


def _of_field_call(evaluator: Evaluator, name: Node, call: Node) -> _Field | None:
    """`field(default=1)`, `field(default_factory=lambda: [1])`."""
    arguments = parts(field(call, "arguments"))
    option = field(arguments[0], "name") if len(arguments) == 1 else None
    value = field(arguments[0], "value") if option is not None else None
    if option is None or value is None:
        return None
    match evaluator.syntax.source(option):
        case "default":
            return _Field(name, value)
        case "default_factory":
            is_empty = value.type == "identifier" and evaluator.is_builtin(value)
            if is_empty and evaluator.syntax.name(value) in _FACTORIES:
                return _Field(name, value)
            body = (
                field(value, "body")
                if value.type == "lambda" and not parts(field(value, "parameters"))
                else None
            )
            return None if body is None or any(True for _ in _names_in(body)) else _Field(name, body)
        case _:
            return None


def _names_in(node: Node) -> Iterator[Node]:
    """Every name and string of an annotation, every name of a value."""
    for each in descendants(node):
        if each.type == "identifier" or (node.type == "type" and each.type in ("string", "attribute")):
            yield each


def _is_type(evaluator: Evaluator, node: Node) -> bool:
    name = evaluator.syntax.name(node)
    if node.type != "identifier":
        return False
    is_builtin = name in _BUILTIN_TYPES and evaluator.is_builtin(node)
    return is_builtin or (name in _TYPING and evaluator.is_imported(node, "typing", name))


def _are_distinct(evaluator: Evaluator, definition: Node, fields: list[_Field]) -> bool:
    """Whether each name is bound once in the class, and no special method is among them."""
    names = [evaluator.syntax.name(each.node) for each in fields]
    methods = [
        evaluator.syntax.name(name)
        for statement in parts(field(definition, "body"))
        if statement.type == "function_definition" and (name := field(statement, "name")) is not None
    ]
    every = [*names, *methods]
    return len(set(every)) == len(every) and not any(name.startswith("__") for name in every)


def _stated(evaluator: Evaluator, call: Node) -> dict[str, Node] | None:
    """The keyword arguments of the call; None when it has others."""
    found: dict[str, Node] = {}
    for argument in parts(field(call, "arguments")):
        name, value = field(argument, "name"), field(argument, "value")
        if argument.type != "keyword_argument" or name is None or value is None:
            return None
        found[evaluator.syntax.name(name)] = value
    return found


def _value(evaluator: Evaluator, node: Node) -> Evaluated:
    if node.type == "identifier" and evaluator.is_builtin(node) and evaluator.syntax.name(node) in _FACTORIES:
        if evaluator.syntax.name(node) == "dict":
            return dict_found((), (), evaluator.syntax.span(node), None)
        return known(evaluator, node, [], literal=False)
    found = evaluator.found(node)
    is_set = isinstance(found.value, Static) and isinstance(found.value.value, set)
    if is_set or (levels_of(found) and any(True for _ in _names_in(node))):  # others may hold what is in it
        return not_static(evaluator, node)
    return found
