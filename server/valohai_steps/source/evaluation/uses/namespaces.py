"""Names that are reached without being written: `globals()`, `exec`, `sys.modules`; modules as objects."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from valohai_steps.model.patterns import pattern
from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.imports import import_uses, imported_at, may_be
from valohai_steps.source.evaluation.modules.hooks.replacements import expression_around
from valohai_steps.source.evaluation.modules.outlines import REACHES_ITSELF, REACHING_WORDS, places
from valohai_steps.source.evaluation.uses.mentions import called_at, mentions
from valohai_steps.source.evaluation.uses.texts_run import texts_run
from valohai_steps.source.evaluation.uses.tracing.calls.callees import full_name
from valohai_steps.source.evaluation.uses.tracing.reach import Reach
from valohai_steps.source.evaluation.uses.tracing.steps import trace_all
from valohai_steps.source.evaluation.uses.tracing.trace import Frame, Trace, bound_at, uses_of
from valohai_steps.source.tree.binding import Binding, BindingKind
from valohai_steps.source.tree.expressions import plain
from valohai_steps.source.tree.mutations import is_assigned
from valohai_steps.source.tree.scope import is_use, scope_of
from valohai_steps.source.tree.syntax import Node, ancestors, field, is_field, parts

# By module: what runs any text in the file that is run, or where it is called.
_RUNNERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "builtins": ("exec", "eval"),
        "cProfile": ("run", "runctx"),
        "profile": ("run", "runctx"),
        "trace": ("Trace",),
        "pdb": ("run", "runeval", "runctx"),
        "code": ("interact",),
        "doctest": ("testmod",),
    }
)
# What gives the names of the module, or of the scope it is called in, as a dict.
_NAMESPACES = ("globals", "locals", "vars")
# What puts other values into any module, class or dict, and takes them back later.
_PATCHERS = (("unittest.mock", "patch"), ("mock", "patch"), ("pytest", "MonkeyPatch"))
# What gives a module, or with the last ones anything in it, by its name.
_MODULE_GIVERS = (("importlib", "import_module"), ("builtins", "__import__"))
_GIVERS = (*_MODULE_GIVERS, ("pkgutil", "resolve_name"), ("pydoc", "locate"), ("inspect", "getmodule"))
# Modules whose names do all this, and those names; None: any of them.
_POWERFUL: Mapping[str, tuple[str, ...] | None] = MappingProxyType(
    {
        "builtins": None,
        "sys": ("modules", "_getframe", "_current_frames"),
        "importlib": ("import_module", "__import__"),
        "pkgutil": ("resolve_name",),
    }
)
# What reaches the values that a function keeps (`f.__defaults__[0]["x"] = 1`), or makes it another one.
_KEPT = ("__defaults__", "__kwdefaults__", "cell_contents", "__code__")
_KEEPS = pattern(rf"\b(?:{'|'.join(_KEPT)})\b")
_NAMING = ("getattr", "hasattr", "setattr", "delattr")
_NAMES = pattern(r"[bBfFrRuU]*['\"]*[\w.:]*['\"]*")
_DEEP = 9


def disturbances(program: Evaluator) -> Iterator[Node]:
    """The places that may change names of the module, or what they stand for, without writing them."""
    for module, names in _RUNNERS.items():
        yield from (node for name in names for node in mentions(program, module, name))
    for patcher in _PATCHERS:
        yield from (node for node in mentions(program, *patcher) if not _patches_library(program, node))
    for name in _NAMESPACES:
        for node in mentions(program, "builtins", name):
            if not _is_harmless(program, name, node):
                yield node
    for expression in mentions(program, "sys", "modules"):
        if _has_effects(program, expression, Reach()):
            yield expression
    for giver in _GIVERS:
        yield from _given(program, giver)
    for module, powers in _POWERFUL.items():
        yield from _passed_on(program, module, powers)
    yield from (*texts_run(program), *kept_values(program))
    yield from program.syntax.names("__builtins__")


def kept_values(program: Evaluator) -> Iterator[Node]:
    """The places that reach what a function keeps, or names of any function or module by frames."""
    for word in (*_KEPT, *REACHING_WORDS):
        program.syntax.names(word)  # an excerpt holds no word that nobody asked for
    for wanted in (_KEEPS, REACHES_ITSELF):
        for _, node in places(program.syntax, wanted):
            if not _is_idle(program, node):
                yield node


def _is_idle(program: Evaluator, node: Node) -> bool:
    """Whether a string is prose (`"see __globals__"`), or says which of `sys.modules` is meant.

    What is done with that module is followed there.
    """
    if node.type not in ("string", "string_content"):
        return False
    is_name = _NAMES.fullmatch(program.syntax.source(node)) is not None
    return not is_name or "modules" in program.syntax.source(expression_around(node))


def _patches_library(program: Evaluator, patcher: Node) -> bool:
    """`patch.object(requests, "get")`, `patch("torch.load")`: only functions of that library are others."""
    node = patcher
    while node.parent is not None and node.parent.type == "attribute":
        node = node.parent
    call = called_at(node)
    given = parts(field(call, "arguments")) if call is not None else []
    if not given:
        return False
    name = full_name(program, given[0])
    if given[0].type == "string":
        name = program.syntax.source(given[0]).strip("\"'")
    root = name.partition(".")[0]
    return root.isidentifier() and root not in (*_POWERFUL, "__main__") and not program.is_of_workspace(root)


def _given(program: Evaluator, giver: tuple[str, str]) -> Iterator[Node]:
    """Where what gives modules by name is passed on, gives the file that is run, or what is then changed."""
    for expression in mentions(program, *giver):
        call = called_at(expression)
        given = [] if call is None else parts(field(call, "arguments"))
        if call is None or not given:
            yield expression
            continue
        source = program.syntax.source(given[0]).strip("\"'")
        is_object = giver not in _MODULE_GIVERS and _has_effects(program, call, Reach())
        is_object = is_object or _is_passed(program, call)
        if source == "__name__" or is_object or source.partition(".")[0] in _POWERFUL:
            yield call


def _is_passed(program: Evaluator, module: Node) -> bool:
    """Whether a module is given to a call, other than to take something out of it that is only called.

    `getattr(import_module("models"), "Net")()` is fine: what functions of that file change is found there.
    """
    call = (
        module.parent.parent if module.parent is not None and module.parent.type == "argument_list" else None
    )
    function = None if call is None else field(call, "function")
    if call is None or function is None:
        return False
    if program.syntax.source(function) != "getattr" or not program.is_builtin(function):
        return True
    outer = call.parent
    target = field(outer, "left") if outer is not None and outer.type == "assignment" else None
    taken = [call] if target is None else [use for each in bound_at(target) for use in uses_of(program, each)]
    return not all(called_at(each) is not None for each in taken)


def _passed_on(program: Evaluator, module: str, names: tuple[str, ...] | None) -> Iterator[Node]:
    """Where one of these modules is passed on: `s = sys`, `vars(sys)`, `getattr(sys, "modules")`."""
    whole: list[Node] = []
    for use in import_uses(program.scopes, module):
        holder = use.parent
        if holder is None or not may_be(program.scopes, use, module):
            continue
        if holder.type == "attribute":
            member = program.syntax.name(holder.children[-1])
            is_set = names is None and holder.parent is not None and is_assigned(holder.parent, holder)
            if is_set or member == "__dict__":
                yield use
        elif not _asks_for_another(program, use, names):
            whole.append(use)
    if _have_effects(program, whole, Reach()):  # one trace of them all: their ways meet
        yield from whole


def _asks_for_another(program: Evaluator, use: Node, names: tuple[str, ...] | None) -> bool:
    """`getattr(sys, "frozen", False)`, `setattr(sys, "ps1", "")`."""
    call = None if use.parent is None else use.parent.parent
    function = None if call is None else field(call, "function")
    if call is None or function is None or program.syntax.source(function) not in _NAMING:
        return False
    given = parts(field(call, "arguments"))
    asked = program.syntax.source(given[1]).strip("\"'") if len(given) > 1 else ""
    return names is not None and asked.isidentifier() and given[1].type == "string" and asked not in names


def import_roots(program: Evaluator, binding: Binding) -> Iterator[Node]:
    """The other expressions of this text that may stand for an imported name: `config.P`, `P as Q`."""
    imported = imported_at(program.syntax, binding.node)
    if imported is not None and imported.name is not None:
        own = {use.id for use in uses_of(program, binding)}
        yield from (node for node in roots_of(program, imported.name) if node.id not in own)


def roots_of(program: Evaluator, name: str) -> Iterator[Node]:
    """The expressions of a text that may stand for `name` of another module."""
    bound: list[Binding] = []
    for node in program.syntax.names(name):
        parent = node.parent
        if parent is None:
            continue
        if parent.type == "attribute" and is_field(parent, "attribute", node):
            if _is_of_import(program, parent):
                yield parent
        elif parent.type == "dotted_name":
            bound += _bound_by_import(parent)
        elif is_use(node) and not program.scopes.bindings(name, node):
            yield node  # from config import *
    yield from program.scopes.uses_of_any(bound)


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
    yield from _more_than_reads(program, bound)


def module_uses(program: Evaluator, owner: Node) -> Iterator[Node]:
    """The uses of a module that are not just reads of its names: it is passed on, or bound to a name."""
    while owner.type == "attribute":
        inner = field(owner, "object")
        if inner is None:
            return
        owner = inner
    yield from _more_than_reads(program, program.scopes.bindings(program.syntax.name(owner), owner))


def _more_than_reads(program: Evaluator, bindings: Iterable[Binding]) -> Iterator[Node]:
    whole: list[Node] = []
    for use in program.scopes.uses_of_any(bindings):
        holder = use.parent
        if holder is None or holder.type != "attribute":
            whole.append(use)
        elif program.syntax.name(holder.children[-1]) in ("__dict__", "__setattr__", "__delattr__"):
            yield holder
    if _have_effects(program, whole, Reach()):
        yield from whole


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
    return _have_effects(program, (node,), reach)


def _have_effects(program: Evaluator, nodes: Iterable[Node], reach: Reach) -> bool:
    trace = Trace(_DEEP, is_dict=True)
    for node in nodes:
        trace.follow(node, reach, Frame(program, node))
    trace_all(trace)
    return bool(trace.effects)


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
