"""`asdict(Config())` of a plain dataclass of the workspace: its fields' defaults, and what the call states.

Plain: the decorator is that of `dataclasses`, nothing is inherited, no special method is defined, and each
annotation says no more than a type. Whatever else is done with the class, or with a name of the object, makes
the value unknown. `asdict` copies every dict and list, so that what it gives is nobody else's.
"""

from pathlib import PurePath

from msgspec import Struct

from valohai_steps.model.step import Static
from valohai_steps.model.text import Span
from valohai_steps.source.evaluation.evaluator import Evaluator, known, not_static
from valohai_steps.source.evaluation.imports import imported_at
from valohai_steps.source.evaluation.library.dataclass_definitions import (
    FACTORIES,
    PlainField,
    fields_of,
    names_in,
    only_makes,
)
from valohai_steps.source.evaluation.modules.workspace import reachable
from valohai_steps.source.evaluation.result import Evaluated, EvaluatedEntry, brought, dict_found
from valohai_steps.source.evaluation.uses.effects import levels_of
from valohai_steps.source.evaluation.uses.imported_names import roots_of
from valohai_steps.source.evaluation.uses.owners import foreign_leaks
from valohai_steps.source.evaluation.uses.reached.namespaces import disturbances
from valohai_steps.source.evaluation.uses.settings import settings
from valohai_steps.source.evaluation.uses.tracing.calls.callees import full_name
from valohai_steps.source.evaluation.uses.tracing.trace import uses_of
from valohai_steps.source.tree.binding import Binding, BindingKind
from valohai_steps.source.tree.execution_order import is_before, is_certain
from valohai_steps.source.tree.scope import scope_of
from valohai_steps.source.tree.stars import star_imports
from valohai_steps.source.tree.syntax import Node, field, parts

_SHOWING = frozenset(("print", "repr", "str"))
_REPLACED = ("asdict", "dataclass", "field", "fields", "__init__", "__class__", "__code__")


class _Class(Struct, frozen=True):
    """A class that is called: in which text it is defined, where that is (None: the same text), and how."""

    program: Evaluator
    path: PurePath | None
    binding: Binding
    definition: Node


def as_dict(evaluator: Evaluator, node: Node) -> Evaluated | None:
    """`dataclasses.asdict(x)`; None when `x` is no plain dataclass of the workspace."""
    arguments = parts(field(node, "arguments"))
    made = _made(evaluator, arguments[0]) if len(arguments) == 1 else None
    called = None if made is None else _called(evaluator, made)
    fields = None if called is None else fields_of(called.program, called.binding, called.definition)
    if made is None or called is None or fields is None:
        return None
    stated = _stated(evaluator, made)
    names = [called.program.syntax.name(each.node) for each in fields]
    if stated is None or not stated.keys() <= set(names) or _is_touched(evaluator, called, names):
        return None
    entries: list[EvaluatedEntry] = []
    for name, each in zip(names, fields, strict=True):
        value = stated.get(name)
        if value is None and each.default is None:  # the call raises
            return None
        found = (
            _default(called, each, evaluator.syntax.span(made)) if value is None else _value(evaluator, value)
        )
        place = value or (each.default if called.path is None else None) or made
        entries.append(
            EvaluatedEntry(known(evaluator, made, name).value, found, evaluator.syntax.span(place))
        )
    return dict_found(entries, (), evaluator.syntax.span(node), None)


def _default(called: _Class, declared: PlainField, use: Span) -> Evaluated:
    """What a field holds where the call states nothing; `use` is the call."""
    found = _value(called.program, declared.default or declared.node)
    return found if called.path is None else brought(found, use, called.path)


def _called(evaluator: Evaluator, call: Node) -> _Class | None:
    """The class of the workspace that a call makes an object of."""
    name = field(call, "function")
    if name is None or name.type != "identifier":
        return None
    bindings = evaluator.scopes.bindings(evaluator.syntax.name(name), name)
    if len(bindings) != 1:
        return None
    (binding,) = bindings
    if binding.kind is not BindingKind.IMPORTED:
        is_above = binding.value is not None and binding.value.start_byte <= call.start_byte
        return _class_at(evaluator, None, binding) if is_above else None
    imported = imported_at(evaluator.syntax, binding.node)
    other = None if imported is None else evaluator.program_of(imported)
    if imported is None or imported.name is None or other is None or not is_before(binding.node, name):
        return None
    found = other.scopes.in_scope(imported.name, other.syntax.root)
    paths = (path for path, each in reachable(evaluator.program_run) or () if each is other)
    path = next(paths, None)
    is_plain = len(found) == 1 and path is not None and is_certain(evaluator.syntax, binding, name)
    return _class_at(other, path, found[0]) if is_plain else None


def _class_at(program: Evaluator, path: PurePath | None, binding: Binding) -> _Class | None:
    is_class = binding.kind is BindingKind.CLASS and binding.value is not None
    return _Class(program, path, binding, binding.value) if is_class and binding.value is not None else None


def _is_touched(evaluator: Evaluator, called: _Class, names: list[str]) -> bool:
    """Whether any file of the program may do more with the class than make objects."""
    if _may_be_replaced(evaluator, names) or _may_be_replaced(called.program, names):
        return True
    if called.path is None:
        return False
    run, name = evaluator.program_run, called.program.syntax.name(called.binding.node)
    reached = reachable(run)
    if reached is None:
        return True
    stems = [path.parent.name if path.stem == "__init__" else path.stem for path, _ in reached]
    for each in (run, *(other for _, other in reached)):
        sets = (place for each_name in names for place in settings(each, each_name, computed=False))
        if each is not called.program and name in each.syntax.text:
            if any(True for _ in (*sets, *disturbances(each), *foreign_leaks(each, "", stems))):
                return True
            if not all(map(only_makes, roots_of(each, name))):
                return True
    return False


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
    if node.type == "identifier" and evaluator.is_builtin(node) and evaluator.syntax.name(node) in FACTORIES:
        if evaluator.syntax.name(node) == "dict":
            return dict_found((), (), evaluator.syntax.span(node), None)
        return known(evaluator, node, [], literal=False)
    found = evaluator.found(node)
    is_set = isinstance(found.value, Static) and isinstance(found.value.value, set)
    if is_set or (levels_of(found) and any(True for _ in names_in(node))):  # others may hold what is in it
        return not_static(evaluator, node)
    return found
