"""Names that are reached without being written: `globals()`, `exec`, `sys.modules`; modules as objects."""

from collections.abc import Iterator

from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.imports import imported_at
from valohai_steps.source.evaluation.uses.tracing.callees import full_name
from valohai_steps.source.evaluation.uses.tracing.reach import Reach
from valohai_steps.source.evaluation.uses.tracing.steps import trace_all
from valohai_steps.source.evaluation.uses.tracing.trace import Frame, Trace, bound_at, uses_of
from valohai_steps.source.tree.binding import Binding, BindingKind
from valohai_steps.source.tree.expressions import plain
from valohai_steps.source.tree.mutations import is_assigned
from valohai_steps.source.tree.scope import is_use, scope_of
from valohai_steps.source.tree.syntax import Node, ancestors, field, is_field, parts

# Builtins that run any text.
_RUNNERS = ("exec", "eval")
# Builtins that give the names of the module, or of the scope they are called in, as a dict.
_NAMESPACES = ("globals", "locals", "vars")
# What reaches the values that a function keeps: `f.__defaults__[0]["x"] = 1`.
_KEPT = ("__defaults__", "__kwdefaults__", "cell_contents")
_DEEP = 9


def disturbances(program: Evaluator) -> Iterator[Node]:
    """The places that may change names of the module, or what they stand for, without writing them."""
    for name in _RUNNERS:
        yield from _builtin(program, name)
    for name in _NAMESPACES:
        for node in _builtin(program, name):
            if not _is_harmless(program, name, node):
                yield node
    yield from replaced_modules(program)
    yield from _main_by_name(program)
    yield from kept_values(program)
    for name in ("__main__", "__globals__", "f_globals", "f_locals", "currentframe", "_getframe"):
        yield from program.syntax.names(name)
    yield from _patched_builtins(program)


def kept_values(program: Evaluator) -> Iterator[Node]:
    """The places that reach the defaults of a function, or the variables that it took from around it."""
    for name in _KEPT:
        yield from program.syntax.names(name)


def replaced_modules(program: Evaluator) -> Iterator[Node]:
    """`sys.modules`, unless it is only read."""
    for node in program.syntax.names("modules"):
        holder = node.parent
        whole = holder if holder is not None and holder.type == "attribute" and not is_use(node) else node
        owner = field(whole, "object") if whole.type == "attribute" else None
        is_modules = full_name(program, whole) == "sys.modules" or (
            owner is not None and owner.type == "call"
        )
        if is_modules and (is_use(node) or whole.id != node.id) and _has_effects(program, whole, Reach()):
            yield whole


def _main_by_name(program: Evaluator) -> Iterator[Node]:
    """`import_module("__main__")` and the like: the module that is run, as an object."""
    for name in ("import_module", "__import__"):
        for node in program.syntax.names(name):
            call = next((each for each in ancestors(node) if each.type == "call"), None)
            given = parts(field(call, "arguments")) if call is not None else []
            if given and program.syntax.source(given[0]).strip("\"'") in ("__main__", "__name__"):
                yield given[0]


def import_roots(program: Evaluator, binding: Binding) -> Iterator[Node]:
    """The other expressions of this text that may stand for an imported name: `config.P`, `P as Q`."""
    imported = imported_at(program.syntax, binding.node)
    if imported is not None and imported.name is not None:
        for node in roots_of(program, imported.name):
            if not any(node.id == use.id for use in uses_of(program, binding)):
                yield node


def roots_of(program: Evaluator, name: str) -> Iterator[Node]:
    """The expressions of a text that may stand for `name` of another module."""
    for node in program.syntax.names(name):
        parent = node.parent
        if parent is None:
            continue
        if parent.type == "attribute" and is_field(parent, "attribute", node):
            if _is_of_import(program, parent):
                yield parent
        elif parent.type == "dotted_name":
            for bound in _bound_by_import(parent):
                yield from uses_of(program, bound)
        elif is_use(node) and not program.scopes.bindings(name, node):
            yield node  # from config import *


def module_leaks(program: Evaluator, module: str) -> Iterator[Node]:
    """The uses of a module, under whatever name it is imported here, that are not just reads of its names."""
    for part in module.split("."):
        for node in program.syntax.names(part) if part else ():
            statement = next((each for each in ancestors(node) if each.type.startswith("import")), None)
            if statement is None or is_field(statement, "module_name", node.parent or node):
                continue
            named = node.parent.parent if node.parent is not None else None
            alias = field(named, "alias") if named is not None and named.type == "aliased_import" else None
            for binding in bound_at(alias or node):
                yield from module_uses(program, binding.node)


def module_uses(program: Evaluator, owner: Node) -> Iterator[Node]:
    """The uses of a module that are not just reads of its names: it is passed on, or bound to a name."""
    while owner.type == "attribute":
        inner = field(owner, "object")
        if inner is None:
            return
        owner = inner
    for binding in program.scopes.bindings(program.syntax.name(owner), owner):
        for use in uses_of(program, binding):
            holder = use.parent
            if holder is None or holder.type != "attribute":
                if _has_effects(program, use, Reach()):
                    yield use
                continue
            member = field(holder, "attribute")
            if member is not None and program.syntax.name(member) in (
                "__dict__",
                "__setattr__",
                "__delattr__",
            ):
                yield holder


def _builtin(program: Evaluator, name: str) -> Iterator[Node]:
    for node in program.syntax.names(name):
        if (is_use(node) and not program.scopes.bindings(name, node)) or full_name(
            program, node
        ) == f"builtins.{name}":
            yield node


def _is_harmless(program: Evaluator, name: str, node: Node) -> bool:
    """Whether the dict of names is only read."""
    call = node.parent
    if call is None or call.type != "call" or not is_field(call, "function", node):
        return False
    if name == "vars" and parts(field(call, "arguments")):
        return True  # of an object: what that is counts where the object is used
    own = scope_of(node).type not in ("module", "class_definition")
    # In a function it is a copy, so that only the values in it can be changed.
    return not _has_effects(program, call, Reach(1, 0) if own and name != "globals" else Reach())


def _has_effects(program: Evaluator, node: Node, reach: Reach) -> bool:
    trace = Trace(_DEEP, is_dict=True)
    trace.follow(node, reach, Frame(program, node))
    trace_all(trace)
    return bool(trace.effects)


def _patched_builtins(program: Evaluator) -> Iterator[Node]:
    for name in ("builtins", "__builtins__"):
        for node in program.syntax.names(name):
            holder = node.parent
            if holder is None or not is_use(node):
                continue
            is_read = holder.type == "attribute" and holder.parent is not None
            member = field(holder, "attribute") if is_read else None
            runs = member is not None and program.syntax.name(member) in (*_RUNNERS, *_NAMESPACES)
            if runs or not is_read or (holder.parent is not None and is_assigned(holder.parent, holder)):
                yield node


def _is_of_import(program: Evaluator, holder: Node) -> bool:
    """Whether the first name of `a.b.c` is imported, or bound nowhere."""
    first = holder
    while first.type == "attribute":
        inner = field(first, "object")
        if inner is None:
            return False
        first = plain(inner)
    if first.type != "identifier":
        return first.type == "call"  # import_module("config").name
    bindings = program.scopes.bindings(program.syntax.name(first), first)
    return not bindings or any(
        binding.kind is BindingKind.IMPORTED or _may_be_module(program, binding) for binding in bindings
    )


def _may_be_module(program: Evaluator, binding: Binding) -> bool:
    """`m = import_module("config")`."""
    if binding.value is None or binding.value.type != "call":
        return False
    source = program.syntax.source(binding.value)
    return "import_module" in source or "__import__" in source


def _bound_by_import(dotted: Node) -> Iterator[Binding]:
    """What `from m import name` or `from m import name as other` binds."""
    statement = dotted.parent
    if statement is None:
        return
    if statement.type == "aliased_import":
        alias = field(statement, "alias")
        outer = statement.parent
        if alias is not None and outer is not None and outer.type == "import_from_statement":
            yield from bound_at(alias)
    elif statement.type == "import_from_statement" and not is_field(statement, "module_name", dotted):
        yield from bound_at(dotted.children[0])
