"""The `prepare()` calls of a text, under whatever name `valohai` or `prepare` was imported."""

from collections.abc import Iterator

from msgspec import Struct

from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span
from valohai_steps.source.evaluation.imports import Imported, imported_at
from valohai_steps.source.tree.binding import Binding, BindingKind
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import Node, Syntax, field, is_field, parts

_STAR = pattern(r"from[ \t]+valohai[ \t]+import[ \t(]*\*")
_FUNCTIONS = frozenset(("prepare", "parameters", "inputs"))
# What follows the `import`: to the closing bracket, or to the end of the line.
_IMPORTED = pattern(r"valohai[\s\\]+import[\s\\]*(\((?:[^)#]|#[^\n]*)*|(?:[^\n\\]|\\\r?\n)*)")
_WORD = pattern(r"\w+|\*")


class Call(Struct, frozen=True):
    """One call. `callee` is `valohai.prepare` or the name it goes by."""

    node: Node
    callee: Node


class Argument(Struct, frozen=True):
    """One argument, as an editor wants it: `name` and `name_span` are None for one without a keyword."""

    name: str | None
    name_span: Span | None
    value_span: Span


class PrepareCall(Struct, frozen=True):
    """A call as it stands in the text, also one without a usable name, or half-typed."""

    call_span: Span
    callee_span: Span
    arguments: tuple[Argument, ...]


def find_calls(scopes: Scopes, function: str = "prepare") -> Iterator[Call]:
    """Every call of a function of the module `valohai`, in order of place."""
    for callee in callees(scopes, function):
        call = callee.parent
        if call is None or call.type != "call" or not is_field(call, "function", callee):
            continue
        if field(call, "arguments") is not None:
            yield Call(call, callee)


def callees(scopes: Scopes, function: str = "prepare") -> tuple[Node, ...]:
    """Every place that names a function of the module `valohai`, called or not, in order."""
    known = scopes.callees.get(function)
    if known is None:
        known = scopes.callees[function] = tuple(_callees(scopes, function))
    return known


def _callees(scopes: Scopes, function: str) -> Iterator[Node]:
    syntax = scopes.syntax
    nodes = {node.id: node for name in _names_of(syntax, function) for node in syntax.mentions(name)}
    bare, has_star = bool(imported_functions(syntax.text, frozenset((function,)))), _has_star(syntax)
    for node in sorted(nodes.values(), key=lambda node: node.start_byte):
        parent = node.parent
        if parent is not None and parent.type == "attribute":
            callee = _attribute_callee(scopes, node, parent, function)
        else:
            callee = _bare_callee(scopes, node, function, has_star=has_star) if bare else None
        if callee is not None:
            yield callee


def is_module(scopes: Scopes, node: Node) -> bool:
    """Whether this identifier means the module `valohai`: imported, or by that name and bound nowhere."""
    name = scopes.syntax.name(node)
    bindings = scopes.bindings(name, node)
    if not bindings:
        return name == "valohai"
    return _are_imports(scopes, bindings, Imported("valohai", 0, None))


def imported_functions(text: str, functions: frozenset[str] = _FUNCTIONS) -> frozenset[str]:
    """Which functions of valohai a text imports from it, so that their own names may stand for them."""
    words = {word for match in _IMPORTED.finditer(text) for word in _WORD.findall(match[1])}
    return functions if "*" in words else functions & words


def described(syntax: Syntax, call: Call) -> PrepareCall:
    """The call in spans."""
    return PrepareCall(syntax.span(call.node), syntax.span(call.callee), tuple(_arguments(syntax, call.node)))


def _names_of(syntax: Syntax, function: str) -> tuple[str, ...]:
    """The function's own name, and those that `import ... as` gives it anywhere."""
    names = {function: None}
    for node in syntax.mentions(function):
        part = node.parent.parent if node.parent is not None else None
        alias = field(part, "alias") if part is not None and part.type == "aliased_import" else None
        if alias is not None:
            names[syntax.name(alias)] = None
    return tuple(names)


def _attribute_callee(scopes: Scopes, node: Node, parent: Node, function: str) -> Node | None:
    """`valohai.prepare`, of which `node` is the last name."""
    module = field(parent, "object")
    if module is None or module.type != "identifier" or not is_field(parent, "attribute", node):
        return None
    return parent if scopes.syntax.name(node) == function and is_module(scopes, module) else None


def _bare_callee(scopes: Scopes, node: Node, function: str, *, has_star: bool) -> Node | None:
    """`prepare`, or the name that an import gives it."""
    bindings = scopes.bindings(scopes.syntax.name(node), node)
    if not bindings:
        return node if has_star and scopes.syntax.name(node) == function else None
    return node if _are_imports(scopes, bindings, Imported("valohai", 0, function)) else None


def _are_imports(scopes: Scopes, bindings: tuple[Binding, ...], wanted: Imported) -> bool:
    """Whether the bindings are imports of `wanted`; `= None` where the import failed counts for nothing."""
    imports = [binding for binding in bindings if binding.kind is BindingKind.IMPORTED]
    others = [each for each in bindings if each.kind not in (BindingKind.IMPORTED, BindingKind.STARRED)]
    return (
        bool(imports)
        and all(imported_at(scopes.syntax, binding.node) == wanted for binding in imports)
        and all(binding.value is not None and binding.value.type == "none" for binding in others)
    )


def _has_star(syntax: Syntax) -> bool:
    for match in _STAR.finditer(syntax.text):
        if syntax.node_at(match.end() - 1, match.end()).type == "wildcard_import":
            return True
    return False


def _arguments(syntax: Syntax, call: Node) -> Iterator[Argument]:
    for child in parts(field(call, "arguments")):
        name, value = field(child, "name"), field(child, "value")
        if child.type == "keyword_argument" and name is not None and value is not None:
            yield Argument(syntax.name(name), syntax.span(name), syntax.span(value))
        else:
            yield Argument(None, None, syntax.span(child))
