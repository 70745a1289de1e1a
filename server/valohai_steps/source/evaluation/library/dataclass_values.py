"""`asdict(Config())` and `config.lr` of a plain dataclass: its fields' defaults, and what the call states.

Plain: the decorator is that of `dataclasses`, nothing is inherited, no special method is defined, and each
annotation says no more than a type. Whatever else is done with the class, or with a name of the object, makes
the value unknown. `asdict` copies every dict and list, so that what it gives is nobody else's.
"""

from itertools import chain
from pathlib import PurePath
from weakref import WeakKeyDictionary

from msgspec import Struct
from msgspec.structs import replace

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
from valohai_steps.source.evaluation.uses.moments import Deadline
from valohai_steps.source.evaluation.uses.owners import foreign_leaks
from valohai_steps.source.evaluation.uses.reached.namespaces import disturbances
from valohai_steps.source.evaluation.uses.settings import settings
from valohai_steps.source.evaluation.uses.tracing.calls.callees import full_name
from valohai_steps.source.evaluation.uses.tracing.trace import uses_of
from valohai_steps.source.tree.binding import Binding, BindingKind, star_imports
from valohai_steps.source.tree.execution_order import is_before, is_certain
from valohai_steps.source.tree.mutations import is_assigned
from valohai_steps.source.tree.scope import Scopes, function_of, scope_of
from valohai_steps.source.tree.syntax import Node, ancestors, field, is_field, parts

_SHOWING = frozenset(("print", "repr", "str"))
_REPLACED = ("asdict", "dataclass", "field", "fields", "__init__", "__class__", "__code__")


class _Class(Struct, frozen=True):
    """A class that is called: in which text it is defined, where that is (None: the same text), and how."""

    program: Evaluator
    path: PurePath | None
    binding: Binding
    definition: Node


class _Object(Struct, frozen=True):
    """An object of a plain dataclass: the call that makes it, and the fields of its class, by their names.

    `stated` are the arguments of the call, `changes` the uses of its name that may change it, by their ids.
    """

    called: _Class
    made: Node
    fields: dict[str, PlainField]
    stated: dict[str, Node]
    changes: frozenset[int] = frozenset()


_OBJECTS: "WeakKeyDictionary[Scopes, dict[tuple[int, int], _Object | None]]" = WeakKeyDictionary()

_CLASSES: "WeakKeyDictionary[Scopes, dict[tuple[int, int], dict[str, PlainField] | None]]" = (
    WeakKeyDictionary()
)


def as_dict(evaluator: Evaluator, node: Node) -> Evaluated | None:
    """`dataclasses.asdict(x)`; None when `x` is no plain dataclass of the workspace."""
    arguments = parts(field(node, "arguments"))
    found = _object(evaluator, arguments[0]) if len(arguments) == 1 else None
    if found is None:
        return None
    entries: list[EvaluatedEntry] = []
    for name, declared in found.fields.items():
        held = _held(evaluator, found, name)
        if held is None:
            return None
        place = found.stated.get(name) or (declared.default if found.called.path is None else None)
        span = evaluator.syntax.span(place or found.made)
        entries.append(EvaluatedEntry(known(evaluator, found.made, name).value, held, span))
    return dict_found(entries, (), evaluator.syntax.span(node), None)


def attribute_of(evaluator: Evaluator, owner: Node, name: str) -> Evaluated | None:
    """`x.name`; None when `x` is no plain dataclass of the workspace, or has no such field."""
    found = _object(evaluator, owner)
    return None if found is None or name not in found.fields else _held(evaluator, found, name)


def _object(evaluator: Evaluator, node: Node) -> _Object | None:
    """The object that a name or call stands for, while nothing before the call that is read may change it."""
    made = _made(evaluator, node)
    if made is None:
        return None
    known = _OBJECTS.setdefault(evaluator.scopes, {})
    key = (made.id, evaluator.point.id)
    if key not in known:
        known[key] = None  # what is made of itself is none
        known[key] = _object_of(evaluator, made, _bound(evaluator, node))
    found = known[key]
    return found if found is not None and found.changes <= {node.id} else None


def _object_of(evaluator: Evaluator, made: Node, binding: Binding | None) -> _Object | None:
    called, stated = _called(evaluator, made), _stated(evaluator, made)
    fields = None if called is None else _fields(evaluator, called)
    if called is None or fields is None or stated is None or not stated.keys() <= fields.keys():
        return None
    found = _Object(called, made, fields, stated)
    if binding is None:
        return found
    deadline = Deadline(evaluator, evaluator.point, function_of(binding.node), binding.statement)
    before = (use for use in uses_of(evaluator, binding) if deadline.is_before(use))
    changes = frozenset(use.id for use in before if not _is_shown(evaluator, use, found))
    return replace(found, changes=changes)


def _fields(evaluator: Evaluator, called: _Class) -> dict[str, PlainField] | None:
    """The fields of a plain dataclass that nothing before the call may change; looked for once."""
    known = _CLASSES.setdefault(evaluator.scopes, {})
    key = (called.definition.id, evaluator.point.id)
    if key not in known:
        fields = fields_of(called.program, called.binding, called.definition) or []
        by_name = {called.program.syntax.name(each.node): each for each in fields}
        known[key] = None if not fields or _is_touched(evaluator, called, [*by_name]) else by_name
    return known[key]


def _held(evaluator: Evaluator, found: _Object, name: str) -> Evaluated | None:
    """What a field holds once the object is made; None where the call raises."""
    value, declared = found.stated.get(name), found.fields[name]
    if value is not None:
        return _value(evaluator, value)
    if declared.default is None:
        return None
    return _default(found.called, declared, evaluator.syntax.span(found.made))


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
    deadline = Deadline(evaluator, evaluator.point, evaluator.syntax.root, None)
    if _may_be_replaced(evaluator, names, deadline):
        return True
    if called.path is None:
        return False
    if _may_be_replaced(called.program, names, None):
        return True
    run, name = evaluator.program_run, called.program.syntax.name(called.binding.node)
    reached = reachable(run)
    if reached is None:
        return True
    stems = [path.parent.name if path.stem == "__init__" else path.stem for path, _ in reached]
    for each in (run, *(other for _, other in reached)):
        sets = (place for each_name in names for place in settings(each, each_name, computed=False))
        if each is not called.program and each.syntax.holds(name):
            if any(True for _ in (*sets, *disturbances(each), *foreign_leaks(each, "", stems))):
                return True
            if not all(map(only_makes, roots_of(each, name))):
                return True
    return False


def _may_be_replaced(evaluator: Evaluator, names: list[str], deadline: Deadline | None) -> bool:
    """Whether the text may set a field, or name, by a way that is not followed here; before the deadline."""
    is_taken_apart = "__dataclass_" in evaluator.syntax.normal_form.text
    if is_taken_apart or star_imports(evaluator.syntax):
        return True
    if evaluator.program_run is evaluator and any(each.reaching for _, each in evaluator.outlines()):
        return True
    sets = (place for name in (*names, *_REPLACED) for place in settings(evaluator, name))
    places = chain(disturbances(evaluator), sets)
    return any(deadline is None or deadline.is_before(place) for place in places)


def _bound(evaluator: Evaluator, node: Node) -> Binding | None:
    """The one binding of the object's name; None for a call, and any other name."""
    if node.type != "identifier":
        return None
    bindings = evaluator.scopes.bindings(evaluator.syntax.name(node), node)
    return bindings[0] if len(bindings) == 1 and bindings[0].kind is BindingKind.ASSIGNED else None


def _made(evaluator: Evaluator, node: Node) -> Node | None:
    """The call that makes the object: itself, or what its name is bound to, above and beside its use."""
    if node.type == "call":
        return node
    binding = _bound(evaluator, node)
    value, statement = (None, None) if binding is None else (binding.value, binding.node.parent)
    is_plain = statement is not None and statement.type == "assignment" and value is not None
    if binding is None or value is None or not is_plain or value.type != "call" or value.parent != statement:
        return None
    outer = None if statement is None else statement.parent
    if outer is None or outer.type != "expression_statement" or outer.parent != _body(node):
        return None
    return value if binding.node.start_byte < node.start_byte else None


def _body(node: Node) -> Node | None:
    """The block, or the module, whose statements run one after the other where `node` stands."""
    scope = scope_of(node)
    return field(scope, "body") or scope


def _is_shown(evaluator: Evaluator, use: Node, found: _Object) -> bool:
    """Whether a use of the object's name is `asdict(x)`, `print(x)`, `f"{x}"`, or reads a number or text."""
    outer = use.parent
    if outer is None or outer.type == "interpolation":
        return outer is not None
    if outer.type == "attribute" and is_field(outer, "object", use):
        name = evaluator.syntax.name(outer.children[-1])
        if name not in found.fields or (outer.parent is not None and is_assigned(outer.parent, outer)):
            return False
        if _is_given(outer, evaluator.point):
            return True
        held = _held(evaluator, found, name)
        return held is not None and isinstance(held.value, Static) and not levels_of(held)
    call = outer.parent if outer.type == "argument_list" else None
    function = None if call is None else field(call, "function")
    if function is None:
        return False
    is_builtin = function.type == "identifier" and evaluator.is_builtin(function)
    return full_name(evaluator, function) == "dataclasses.asdict" or (
        is_builtin and evaluator.syntax.name(function) in _SHOWING
    )


def _is_given(node: Node, point: Node) -> bool:
    """Whether an expression goes straight into the call that is read."""
    call = next((each for each in ancestors(node) if each.type == "call"), None)
    return call is not None and call.id == point.id


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
