"""What a class or function that logging calls does with a record: whether it gets what is logged by it."""

from collections.abc import Iterator

from valohai_steps.source.evaluation.imports import dotted_name
from valohai_steps.source.evaluation.tables.harmless import ASKING
from valohai_steps.source.tree.binding import Binding, BindingKind, bindings_at
from valohai_steps.source.tree.mutations import is_assigned
from valohai_steps.source.tree.nodes import call_given, descendants
from valohai_steps.source.tree.scope import Scopes, scope_of
from valohai_steps.source.tree.syntax import Node, ancestors, field, is_field, parts

# The parts of a logger, handler or formatter through which a record goes.
PARTS = (
    *("debug", "info", "warning", "warn", "error", "critical", "exception", "log", "success", "trace"),
    *("_log", "handle", "filter", "filters", "callHandlers", "makeRecord", "__class__", "manager"),
    *("emit", "format", "formatMessage", "formatTime", "formatter", "_style", "handleError", "prepare"),
)
# Attributes of a record that hold nothing of its arguments ("LogRecord attributes" of the Library Reference).
_SAFE = frozenset(
    (
        *("name", "levelno", "levelname", "pathname", "filename", "module", "lineno", "funcName", "asctime"),
        *("created", "msecs", "relativeCreated", "thread", "threadName", "process", "processName"),
        *("taskName", "exc_info", "exc_text", "stack_info", "message", "getMessage"),
    )
)
# Methods of logging's classes that get a record and keep it for themselves.
_INHERITED = frozenset(
    (
        *("format", "formatMessage", "formatTime", "usesTime", "emit", "handle", "handleError", "filter"),
        *("prepare", "enqueue", "send", "makePickle", "flush", "acquire", "release", "shouldRollover"),
    )
)
_LOOKED_AT = frozenset(
    ("interpolation", "comparison_operator", "not_operator", "if_statement", "expression_statement")
)
_DECORATORS = frozenset(("property", "staticmethod", "classmethod", "override", "abstractmethod"))
# What stands in the body of a class and is no function.
_DATA = frozenset(
    (
        *("string", "concatenated_string", "binary_operator", "integer", "float", "true", "false", "none"),
        *("dictionary", "list", "tuple", "set", "unary_operator", "comparison_operator"),
    )
)


def class_gets_logged(scopes: Scopes, definition: Node, seen: set[int]) -> bool:
    """Whether a class may do more with a record than to read what is no argument of the message.

    `seen` are the classes that were asked already, by the ids of their nodes.
    """
    waiting = [definition]
    while waiting:
        each = waiting.pop()
        if each.id in seen:
            continue
        seen.add(each.id)
        bases = parts(field(each, "superclasses"))
        inner = [class_here(scopes, base) for base in bases]
        is_known = all(
            found is not None or dotted_name(scopes, base).startswith("logging.")
            for base, found in zip(bases, inner, strict=True)
        )
        if not is_known or any(_is_harmful(scopes, each, node) for node in descendants(each)):
            return True
        waiting += [found for found in inner if found is not None]
    return False


def function_gets_logged(scopes: Scopes, function: Node, *, is_method: bool = False) -> bool:
    """The same of a `def` or `lambda`."""
    own = [
        binding
        for node in descendants(field(function, "parameters") or function)
        for binding in (bindings_at(node) if node.type == "identifier" else ())
        if binding.kind is BindingKind.PARAMETER
    ]
    waiting, seen = own[int(is_method) :], set[int]()
    while waiting:
        binding = waiting.pop()
        if binding.node.id in seen:
            continue
        seen.add(binding.node.id)
        for use in scopes.uses_of(binding):
            after = _after(scopes, use, function)
            if after is None:
                return True
            waiting += after
    return False


def class_here(scopes: Scopes, base: Node) -> Node | None:
    """The definition of the class that a name means, if that is one of this text."""
    if base.type != "identifier":
        return None
    bindings = scopes.bindings(scopes.syntax.name(base), base)
    return bindings[0].value if len(bindings) == 1 and bindings[0].kind is BindingKind.CLASS else None


def _is_harmful(scopes: Scopes, definition: Node, node: Node) -> bool:
    """Whether a method of the class, or what takes the place of one, may get what is logged."""
    if node.type == "function_definition" and scope_of(node).id == definition.id:
        name = field(node, "name")
        decorators = _decorators(scopes, node)
        if name is not None and scopes.syntax.name(name) == "__init__":
            return False
        is_method = "staticmethod" not in decorators
        return not decorators <= _DECORATORS or function_gets_logged(scopes, node, is_method=is_method)
    left, right = (field(node, "left"), field(node, "right")) if node.type == "assignment" else (None, None)
    if left is None or right is None or right.type in _DATA:
        return False
    if left.type == "attribute":
        is_made = dotted_name(scopes, field(right, "function") or right).startswith("logging.")
        return scopes.syntax.name(left.children[-1]) in PARTS and not is_made
    is_own = left.type == "identifier" and scope_of(left).id == definition.id
    return is_own and scopes.syntax.name(left) != "converter"


def _decorators(scopes: Scopes, function: Node) -> set[str]:
    holder = function.parent
    if holder is None or holder.type != "decorated_definition":
        return set()
    sources = (scopes.syntax.source(each) for each in holder.named_children if each.type == "decorator")
    return {source.lstrip("@ \t").rpartition(".")[2] for source in sources}


def _after(scopes: Scopes, use: Node, function: Node) -> tuple[Binding, ...] | None:
    """The other names that a record gets by this use; None when more is done with it."""
    outer = use.parent
    if outer is None or outer.type in _LOOKED_AT:
        return ()
    if outer.type == "attribute" and is_field(outer, "object", use):
        is_safe = (
            scopes.syntax.name(outer.children[-1]) in _SAFE or _is_set(outer) or _names_class(scopes, outer)
        )
        return () if is_safe else None
    if outer.type == "assignment" and is_field(outer, "right", use):
        return _bound(outer)
    if outer.type == "return_statement":
        name = field(function, "name")
        return () if name is not None and scopes.syntax.name(name) == "filter" else None
    call = call_given(outer if outer.type in ("list_splat", "dictionary_splat") else use)
    called = None if call is None else field(call, "function")
    return None if call is None or called is None else _passed(scopes, use, call, called)


def _names_class(scopes: Scopes, attribute: Node) -> bool:
    """`record.__class__.__name__`."""
    outer = attribute.parent
    is_name = outer is not None and scopes.syntax.name(outer.children[-1]) == "__name__"
    return is_name and scopes.syntax.name(attribute.children[-1]) == "__class__"


def _passed(scopes: Scopes, use: Node, call: Node, called: Node) -> tuple[Binding, ...] | None:
    """The same where a call gets the record."""
    name = scopes.syntax.source(called)
    if name in ASKING and not scopes.bindings(name, called):
        return ()
    if dotted_name(scopes, called) == "copy.copy" and call.parent is not None:
        return _bound(call.parent) if call.parent.type == "assignment" else None
    if dotted_name(scopes, called).startswith("logging."):
        return ()
    owner = field(called, "object") if called.type == "attribute" else None
    if owner is None:
        return None
    if dotted_name(scopes, field(owner, "function") or owner).startswith("logging."):
        return ()  # `logging.Formatter(text).format(record)`
    member = scopes.syntax.name(called.children[-1])
    if scopes.syntax.source(owner).partition("(")[0] == "super":
        return ()
    is_own = owner.type == "identifier" and _is_first_parameter(scopes, owner)
    return () if is_own and (member in _INHERITED or _is_method(scopes, use, member)) else None


def _bound(assignment: Node) -> tuple[Binding, ...] | None:
    left = field(assignment, "left")
    return tuple(bindings_at(left)) if left is not None and left.type == "identifier" else None


def _is_set(attribute: Node) -> bool:
    outer = attribute.parent
    return outer is not None and outer.type != "augmented_assignment" and is_assigned(outer, attribute)


def _is_first_parameter(scopes: Scopes, name: Node) -> bool:
    bindings = scopes.bindings(scopes.syntax.name(name), name)
    if len(bindings) != 1 or bindings[0].kind is not BindingKind.PARAMETER:
        return False
    function = scope_of(bindings[0].node)
    first = next(iter(parts(field(function, "parameters"))), None)
    is_first = first is not None and first.id == bindings[0].node.id
    return is_first and scope_of(function).type == "class_definition"


def _is_method(scopes: Scopes, use: Node, name: str) -> bool:
    """Whether the class around a use defines a method of this name: that one is looked at as well."""
    return any(
        any(binding.kind is BindingKind.FUNCTION for binding in scopes.in_scope(name, each))
        for each in _classes_around(use)
    )


def _classes_around(node: Node) -> Iterator[Node]:
    return (each for each in ancestors(node) if each.type == "class_definition")
