"""The `prepare()` calls of a text, under whatever name `valohai` or `prepare` was imported."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from valohai_steps.model.text import Span
from valohai_steps.source.scope import Kind, bindings_of
from valohai_steps.source.syntax import Node, Syntax

_IMPORT_MODULE = re.compile(r"\bvalohai[ \t]+as[ \t]+(\w+)")
_IMPORT_FUNCTION = re.compile(r"\bprepare[ \t]+as[ \t]+(\w+)")


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `callee` is `valohai.prepare` or the name it goes by."""

    node: Node
    callee: Node


@dataclass(frozen=True, slots=True)
class Argument:
    """One keyword argument, as an editor wants it: `name_span` is None for a positional one."""

    name: str | None
    name_span: Span | None
    value_span: Span


@dataclass(frozen=True, slots=True)
class PrepareCall:
    """A call as it stands in the text, also one without a usable name."""

    call_span: Span
    callee_span: Span
    arguments: tuple[Argument, ...]


def find_calls(syntax: Syntax) -> Iterator[Call]:
    """Every call of the vendor's `prepare`, in order of place."""
    names = {"prepare", *_IMPORT_FUNCTION.findall(syntax.text)}
    found = {node.id: node for name in names for node in syntax.names(name)}
    for node in sorted(found.values(), key=lambda node: node.start_byte):
        callee = _callee(syntax, node)
        call = callee.parent if callee is not None else None
        if callee is None or call is None or call.type != "call":
            continue
        function = call.child_by_field_name("function")
        if function is not None and function.id == callee.id:
            yield Call(call, callee)


def module_names(syntax: Syntax) -> set[str]:
    """The names that may stand for the module: `valohai`, and what `import valohai as` gives it."""
    return {"valohai", *_IMPORT_MODULE.findall(syntax.text)}


def is_module(syntax: Syntax, node: Node) -> bool:
    """Whether this identifier means the imported module `valohai` here."""
    name = syntax.source(node)
    bindings = bindings_of(syntax, name, node)
    return bool(bindings) and all(
        binding.kind is Kind.IMPORTED and _imports(syntax, binding.node) == ("valohai", None)
        for binding in bindings
    )


def described(syntax: Syntax, call: Call) -> PrepareCall:
    """The call in spans."""
    return PrepareCall(syntax.span(call.node), syntax.span(call.callee), tuple(_arguments(syntax, call.node)))


def is_intact(syntax: Syntax, call: Call) -> bool:
    """Whether the call's own text is complete Python (tree-sitter mends what is not, and may guess).

    Where the host's Python is too old for the syntax, the tree decides.
    """
    if call.node.has_error:
        return False
    try:
        ast.parse(f"({syntax.source(call.node)}\n)", mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True


def _callee(syntax: Syntax, node: Node) -> Node | None:
    parent = node.parent
    if parent is not None and parent.type == "attribute":
        module = parent.child_by_field_name("object")
        named = parent.child_by_field_name("attribute")
        if module is None or named is None or named.id != node.id or module.type != "identifier":
            return None
        return parent if syntax.source(node) == "prepare" and is_module(syntax, module) else None
    bindings = bindings_of(syntax, syntax.source(node), node)
    imported = bool(bindings) and all(
        binding.kind is Kind.IMPORTED and _imports(syntax, binding.node) == ("valohai", "prepare")
        for binding in bindings
    )
    return node if imported else None


def _imports(syntax: Syntax, node: Node) -> tuple[str, str | None]:
    """The module, and the name in it, that an import binds at this identifier."""
    part = node.parent
    if part is None:
        return "", None
    dotted = part.child_by_field_name("name") if part.type == "aliased_import" else part
    statement = part.parent
    name = syntax.source(dotted) if dotted is not None else ""
    if statement is not None and statement.type == "import_from_statement":
        module = statement.child_by_field_name("module_name")
        return (syntax.source(module) if module is not None else ""), name
    return name, None


def _arguments(syntax: Syntax, call: Node) -> Iterator[Argument]:
    holder = call.child_by_field_name("arguments")
    for child in holder.named_children if holder is not None else ():
        name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
        if child.type == "keyword_argument" and name is not None and value is not None:
            yield Argument(syntax.source(name), syntax.span(name), syntax.span(value))
        elif child.type != "comment":
            yield Argument(None, None, syntax.span(child))
