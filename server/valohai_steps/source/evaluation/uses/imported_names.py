"""Names of other modules in a text: which expressions may stand for one, and what is done with a module."""

from collections.abc import Iterable, Iterator

from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.imports import imported_at
from valohai_steps.source.evaluation.once import once
from valohai_steps.source.evaluation.tables.reaching import words_of
from valohai_steps.source.evaluation.uses.tracing.reach import Reach, Shape
from valohai_steps.source.evaluation.uses.tracing.steps import trace_all
from valohai_steps.source.evaluation.uses.tracing.trace import Frame, Trace, uses_of
from valohai_steps.source.tree.binding import Binding, BindingKind, bound_at
from valohai_steps.source.tree.nodes import member_at, plain
from valohai_steps.source.tree.scope import is_use
from valohai_steps.source.tree.syntax import Node, ancestors, field, is_field

_DEEP = 9
# Through these any attribute of a module is set.
_ANY = tuple(word for word in words_of("any") if word not in words_of("code"))


def import_roots(program: Evaluator, binding: Binding) -> Iterator[Node]:
    """The other expressions of this text that may stand for an imported name: `config.P`, `P as Q`."""
    imported = imported_at(program.syntax, binding.node)
    if imported is not None and imported.name is not None:
        own = {use.id for use in uses_of(program, binding)}
        yield from (node for node in roots_of(program, imported.name) if node.id not in own)


@once
def roots_of(program: Evaluator, name: str) -> Iterator[Node]:
    """The expressions of a text that may stand for `name` of another module."""
    bound: list[Binding] = []
    for node in program.syntax.names(name):
        parent, holder = node.parent, member_at(node)
        if parent is None:
            continue
        if holder is not None:
            if is_of_import(program, holder):
                yield holder
        elif parent.type == "dotted_name":
            bound += _bound_by_import(parent)
        elif is_use(node) and not program.scopes.bindings(name, node):
            yield node  # from config import *
    yield from program.scopes.uses_of_any(bound)


@once
def module_leaks(program: Evaluator, module: str) -> Iterator[Node]:
    """The uses of a module, under whatever name it is imported here, that are not just reads of its names."""
    bound: list[Binding] = []
    for part in module.split("."):
        for node in program.syntax.names(part) if part else ():
            statement = next((each for each in ancestors(node) if each.type.startswith("import")), None)
            if statement is None or is_field(statement, "module_name", node.parent or node):
                continue
            named = node.parent.parent if node.parent is not None else None
            alias = field(named, "alias") if named is not None and named.type == "aliased_import" else None
            bound += bound_at(alias or node)
    yield from _more_than_reads(program, tuple(bound))


def module_uses(program: Evaluator, owner: Node) -> Iterator[Node]:
    """The uses of a module that are not just reads of its names: it is passed on, or bound to a name."""
    while owner.type == "attribute":
        inner = field(owner, "object")
        if inner is None:
            return
        owner = inner
    yield from _more_than_reads(program, program.scopes.bindings(program.syntax.name(owner), owner))


def has_effects(program: Evaluator, node: Node, reach: Reach) -> bool:
    """Whether something may be done to what an expression gives, or what is in it."""
    return have_effects(program, (node,), reach)


def have_effects(program: Evaluator, nodes: Iterable[Node], reach: Reach) -> bool:
    """The same of several that are followed together: their ways meet."""
    trace = Trace(Shape(_DEEP, is_dict=True))
    for node in nodes:
        trace.follow(node, reach, Frame(program, node))
    trace_all(trace)
    return bool(trace.effects)


@once
def _more_than_reads(program: Evaluator, bindings: tuple[Binding, ...]) -> Iterator[Node]:
    whole: list[Node] = []
    for use in program.scopes.uses_of_any(bindings):
        holder = use.parent
        if holder is None or holder.type != "attribute":
            whole.append(use)
        elif program.syntax.name(holder.children[-1]) in _ANY:
            yield holder
    if have_effects(program, whole, Reach()):
        yield from whole


def is_of_import(program: Evaluator, holder: Node) -> bool:
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
