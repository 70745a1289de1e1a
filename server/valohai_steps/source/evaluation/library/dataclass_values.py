"""`asdict(Config())` and `config.lr` of a plain dataclass: its fields' defaults, and what the call states.

Plain: the decorator is that of `dataclasses`, nothing is inherited, no special method is defined, and each
annotation says no more than a type. Whatever else is done with the class, or with a name of the object, makes
the value unknown. `asdict` copies every dict and list, so that what it gives is nobody else's.
"""

from pathlib import PurePath
from weakref import WeakKeyDictionary

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.model.step import Static
from valohai_steps.model.text import Span
from valohai_steps.source.evaluation.evaluator import Evaluator, known, not_static
from valohai_steps.source.evaluation.imports import imported_at
from valohai_steps.source.evaluation.library.dataclass_changes import (
    CalledClass,
    fields_by_name,
    is_touched,
)
from valohai_steps.source.evaluation.library.dataclass_definitions import (
    FACTORIES,
    PlainField,
    names_in,
)
from valohai_steps.source.evaluation.modules.whole_program import is_replaced
from valohai_steps.source.evaluation.result import Evaluated, EvaluatedEntry, brought, dict_found
from valohai_steps.source.evaluation.uses.effects import levels_of
from valohai_steps.source.evaluation.uses.moments import Deadline
from valohai_steps.source.evaluation.uses.tracing.calls.callees import full_name
from valohai_steps.source.evaluation.uses.tracing.trace import uses_of
from valohai_steps.source.tree.binding import Binding, BindingKind
from valohai_steps.source.tree.execution_order import is_before, is_certain
from valohai_steps.source.tree.mutations import is_assigned
from valohai_steps.source.tree.nodes import call_given
from valohai_steps.source.tree.scope import Scopes, function_of, scope_of
from valohai_steps.source.tree.syntax import Node, ancestors, field, is_field, parts

_SHOWING = frozenset(("print", "repr", "str"))


class _Object(Struct, frozen=True):
    """An object of a plain dataclass: the call that makes it, and the fields of its class, by their names.

    `stated` are the arguments of the call, `changes` the uses of its name that may change it, `binding` that
    name, None without one.
    """

    called: CalledClass
    made: Node
    fields: dict[str, PlainField]
    stated: dict[str, Node]
    binding: Binding | None = None
    changes: tuple[Node, ...] = ()


# By the call that makes each: the calls that are read share it.
_OBJECTS: "WeakKeyDictionary[Scopes, dict[int, _Object | None]]" = WeakKeyDictionary()


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
    if made is None or is_replaced(evaluator, "dataclasses"):
        return None
    known = _OBJECTS.setdefault(evaluator.scopes, {})
    if made.id not in known:
        known[made.id] = None  # what is made of itself is none
        known[made.id] = _object_of(evaluator, made, _bound(evaluator, node))
    found = known[made.id]
    if found is None or is_touched(evaluator, found.called, found.fields):
        return None
    return None if _is_changed(evaluator, node, found) else found


def _object_of(evaluator: Evaluator, made: Node, binding: Binding | None) -> _Object | None:
    called, stated = _called(evaluator, made), _stated(evaluator, made)
    fields = None if called is None else fields_by_name(evaluator, called)
    if called is None or fields is None or stated is None or not stated.keys() <= fields.keys():
        return None
    found = _Object(called, made, fields, stated, binding)
    uses = () if binding is None else uses_of(evaluator, binding)
    return replace(found, changes=tuple(use for use in uses if not _is_shown(evaluator, use, found)))


def _is_changed(evaluator: Evaluator, node: Node, found: _Object) -> bool:
    """Whether a use of the object, other than at `node`, may change it before the call that is read."""
    others = [use for use in found.changes if use.id != node.id and not _is_given(evaluator, use, found)]
    if not others or found.binding is None:
        return False
    home = function_of(found.binding.node)
    deadline = Deadline(evaluator, evaluator.point, home, found.binding.statement)
    return any(map(deadline.is_before, others))


def _held(evaluator: Evaluator, found: _Object, name: str) -> Evaluated | None:
    """What a field holds once the object is made; None where the call raises."""
    value, declared = found.stated.get(name), found.fields[name]
    if value is not None:
        return _value(evaluator, value)
    if declared.default is None:
        return None
    return _default(found.called, declared, evaluator.syntax.span(found.made))


def _default(called: CalledClass, declared: PlainField, use: Span) -> Evaluated:
    """What a field holds where the call states nothing; `use` is the call."""
    found = _value(called.program, declared.default or declared.node)
    return found if called.path is None else brought(found, use, called.path)


def _called(evaluator: Evaluator, call: Node) -> CalledClass | None:
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
    paths = (path for path, each in evaluator.program_run.reachable or () if each is other)
    path = next(paths, None)
    is_plain = len(found) == 1 and path is not None and is_certain(evaluator.syntax, binding, name)
    return _class_at(other, path, found[0]) if is_plain else None


def _class_at(program: Evaluator, path: PurePath | None, binding: Binding) -> CalledClass | None:
    is_class = binding.kind is BindingKind.CLASS and binding.value is not None
    return (
        CalledClass(program, path, binding, binding.value) if is_class and binding.value is not None else None
    )


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
        held = _held(evaluator, found, name)
        return held is not None and isinstance(held.value, Static) and not levels_of(held)
    call = call_given(use)
    function = None if call is None else field(call, "function")
    if function is None:
        return False
    is_builtin = function.type == "identifier" and evaluator.is_builtin(function)
    return full_name(evaluator, function) == "dataclasses.asdict" or (
        is_builtin and evaluator.syntax.name(function) in _SHOWING
    )


def _is_given(evaluator: Evaluator, use: Node, found: _Object) -> bool:
    """Whether a field that is read of the object goes straight into the call that is read."""
    outer = use.parent
    if (
        outer is None
        or outer.type != "attribute"
        or evaluator.syntax.name(outer.children[-1]) not in found.fields
    ):
        return False
    if outer.parent is not None and is_assigned(outer.parent, outer):
        return False
    call = next((each for each in ancestors(outer) if each.type == "call"), None)
    return call is not None and call.id == evaluator.point.id


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
