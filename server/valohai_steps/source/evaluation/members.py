"""`config.LR`, `Config.LR`, `params["lr"]`: members of modules, classes and containers."""

from valohai_steps.model.finding import Related
from valohai_steps.model.step import Cause, PythonValue, Static, Unknown
from valohai_steps.source.evaluation.evaluator import Evaluator, not_static, unknown
from valohai_steps.source.evaluation.imports import Imported, imported_at
from valohai_steps.source.evaluation.library.dataclass_values import attribute_of
from valohai_steps.source.evaluation.result import Evaluated, is_key
from valohai_steps.source.evaluation.uses.tracing.calls.callees import full_name
from valohai_steps.source.evaluation.uses.tracing.trace import uses_of
from valohai_steps.source.tree.binding import Binding, BindingKind
from valohai_steps.source.tree.execution_order import is_certain
from valohai_steps.source.tree.nodes import single_key
from valohai_steps.source.tree.syntax import Node, field, is_field, parts

# Options of a dataclass that leave its attributes alone.
_PLAIN_OPTIONS = ("init", "repr", "eq", "order", "frozen", "unsafe_hash", "kw_only", "match_args")


def subscript(evaluator: Evaluator, node: Node) -> Evaluated:
    """`container[key]`, both known."""
    holder, inner = field(node, "value"), single_key(node)
    if holder is None or inner is None:
        return not_static(evaluator, node)
    owner, key = evaluator.found(holder), evaluator.found(inner)
    if isinstance(key.value, Unknown):
        return Evaluated(key.value)
    wanted = key.value.value
    if owner.entries is not None and is_key(wanted) and not owner.holes:
        for entry in reversed(owner.entries):
            if isinstance(entry.key, Unknown):
                return Evaluated(entry.key)
            if entry.key.value == wanted:
                return entry.found
    if isinstance(owner.value, Unknown):
        return Evaluated(owner.value)
    return _element(evaluator, node, owner.value.value, wanted)


def attribute(evaluator: Evaluator, node: Node) -> Evaluated:
    """`module.name` of a workspace file, or `Class.name`."""
    owner, member = field(node, "object"), field(node, "attribute")
    if owner is None or member is None:
        return not_static(evaluator, node)
    name = evaluator.syntax.name(member)
    imported = _module(evaluator, owner)
    if imported is not None and not _is_shadowed(evaluator, imported):
        found = evaluator.exported(
            Imported(imported.module, imported.level, name), evaluator.syntax.span(node)
        )
        if found is not None:
            return evaluator.unless_changed(node, found)
    member_of_class = _imported_class(evaluator, owner, name)
    if member_of_class is not None:
        return evaluator.unless_changed(node, member_of_class)
    if owner.type == "identifier":
        bindings = evaluator.scopes.bindings(evaluator.syntax.name(owner), owner)
        if len(bindings) == 1 and bindings[0].kind is BindingKind.CLASS:
            found = class_member(evaluator, node, bindings[0], name)
            members = () if bindings[0].value is None else evaluator.scopes.in_scope(name, bindings[0].value)
            return evaluator.unless_changed(node, found, next(iter(members), None))
        if (held := attribute_of(evaluator, owner, name)) is not None:
            return held
        if not bindings:
            return evaluator.found(owner)  # the smallest part to blame is the unknown name
    return not_static(evaluator, node)


def class_member(evaluator: Evaluator, use: Node, binding: Binding, name: str) -> Evaluated:
    """A member of a class that is defined in this text, as `use` sees it; `use` may be the whole text."""
    node = binding.node if use.parent is None else use
    body = None if binding.value is None else field(binding.value, "body")
    if binding.value is None or body is None or not is_certain(evaluator.syntax, binding, use):
        return not_static(evaluator, node)
    if reason := _transformed(evaluator, binding.value):
        return unknown(evaluator, node, Cause.TRANSFORMED_CLASS, reason)
    members = evaluator.scopes.in_scope(name, binding.value)
    if not members:
        return unknown(
            evaluator, node, Cause.NO_MEMBER, f"{evaluator.syntax.source(binding.node)} has no {name}"
        )
    if len(members) > 1:
        places = tuple(Related(evaluator.syntax.span(m.node), f"{name} is bound here") for m in members)
        return unknown(evaluator, node, Cause.ASSIGNED_TWICE, name, places)
    (member,) = members
    plain = member.statement.parent is not None and member.statement.parent.id == body.id
    if member.kind is not BindingKind.ASSIGNED or member.value is None or not plain:
        return not_static(evaluator, node)
    if any(_is_added_to(use) for use in uses_of(evaluator, member)):
        return unknown(evaluator, node, Cause.ASSIGNED_TWICE, name)
    return evaluator.found(member.value)


def _is_added_to(use: Node) -> bool:
    """Whether `+=` gives the name another value."""
    parent = use.parent
    return parent is not None and parent.type == "augmented_assignment" and is_field(parent, "left", use)


def _imported_class(evaluator: Evaluator, owner: Node, member: str) -> Evaluated | None:
    """The member of a class of another file: `Config.LR` or `config.Config.LR`; None when it is none."""
    use = evaluator.syntax.span(owner)
    if owner.type == "identifier":
        bindings = evaluator.scopes.bindings(evaluator.syntax.name(owner), owner)
        if len(bindings) != 1 or bindings[0].kind is not BindingKind.IMPORTED:
            return None
        imported = imported_at(evaluator.syntax, bindings[0].node)
    else:
        holder, name = field(owner, "object"), field(owner, "attribute")
        module = None if holder is None else _module(evaluator, holder)
        imported = None
        if module is not None and name is not None:
            imported = Imported(module.module, module.level, evaluator.syntax.name(name))
    if imported is None or imported.name is None:
        return None
    return evaluator.exported(imported, use, member)


def _element(evaluator: Evaluator, node: Node, owner: PythonValue, key: PythonValue) -> Evaluated:
    if isinstance(owner, (list, tuple, str)) and isinstance(key, int) and -len(owner) <= key < len(owner):
        return Evaluated(Static(owner[key], evaluator.syntax.span(node), literal=False))
    if isinstance(owner, (dict, list, tuple)):
        return unknown(evaluator, node, Cause.NO_ELEMENT, repr(key))
    return not_static(evaluator, node)


def _module(evaluator: Evaluator, owner: Node) -> Imported | None:
    """The module that `config` or `pkg.config` means here."""
    syntax = evaluator.syntax
    first, dotted = owner, [owner]
    while first.type == "attribute":
        inner = field(first, "object")
        if inner is None:
            return None
        first = inner
        dotted.append(first)
    if first.type != "identifier":
        return None
    bindings = evaluator.scopes.bindings(syntax.name(first), first)
    if not bindings or any(binding.kind is not BindingKind.IMPORTED for binding in bindings):
        return None
    meanings = {imported_at(syntax, binding.node) for binding in bindings}
    path = "".join(syntax.name(owner).split()).partition(".")[2]
    for meaning in meanings:
        if meaning is None or (len(meanings) > 1 and meaning.name is not None):
            return None
        if meaning.name is not None:  # from . import config
            base = f"{meaning.module}.{meaning.name}" if meaning.module else meaning.name
            return Imported(f"{base}.{path}" if path else base, meaning.level, None)
        return Imported(f"{meaning.module}.{path}" if path else meaning.module, 0, None)
    return None


def _is_shadowed(evaluator: Evaluator, module: Imported) -> bool:
    """Whether a package around the module gives its name to something else: `from .config import config`."""
    dotted = module.module.split(".")
    for end in range(len(dotted)):
        around, name = ".".join(dotted[:end]), dotted[end]
        if not end and not module.level:
            continue  # nothing is around it
        package = evaluator.program_of(Imported(around, module.level, name))
        for binding in () if package is None else package.scopes.in_scope(name, package.syntax.root):
            meaning = imported_at(package.syntax, binding.node) if package is not None else None
            if meaning not in (Imported("", 1, name), Imported(around, 0, name)):
                return True
    return False


def _transformed(evaluator: Evaluator, definition: Node) -> str | None:
    """Why the members of a class may not be what its body says; None when they are."""
    bases = parts(field(definition, "superclasses"))
    if any(evaluator.syntax.source(base) != "object" for base in bases):
        return "base classes"
    outer = definition.parent
    if outer is not None and outer.type == "decorated_definition":
        decorators = [child.named_children[0] for child in outer.children if child.type == "decorator"]
        if not all(_is_dataclass(evaluator, decorator) for decorator in decorators):
            return "a decorator"
    return None


def _is_dataclass(evaluator: Evaluator, decorator: Node) -> bool:
    """Whether a decorator is the `dataclass` of Python, which leaves the defaults on the class.

    With `slots=True` it makes another class, without them.
    """
    function = field(decorator, "function") if decorator.type == "call" else decorator
    if function is None or full_name(evaluator, function) != "dataclasses.dataclass":
        return False
    if decorator.type != "call":
        return True
    names = (field(argument, "name") for argument in parts(field(decorator, "arguments")))
    return all(name is not None and evaluator.syntax.source(name) in _PLAIN_OPTIONS for name in names)
