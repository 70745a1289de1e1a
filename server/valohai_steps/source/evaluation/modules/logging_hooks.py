"""Where code of a text gets what is logged: by filters, handlers, factories, methods put on a logger."""

from collections.abc import Iterator

from valohai_steps.source.evaluation.imports import dotted_name, import_uses
from valohai_steps.source.tree.binding import BindingKind
from valohai_steps.source.tree.expressions import plain
from valohai_steps.source.tree.mutations import is_assigned
from valohai_steps.source.tree.scope import Scopes, is_use
from valohai_steps.source.tree.syntax import Node, field, is_field, parts

LIBRARIES = ("logging", "structlog", "loguru")
_MAKERS = frozenset(("logging.getLogger", "logging.Logger", "structlog.get_logger", "logging.root"))
_HOOKS = {
    "logging": ("addFilter", "setLogRecordFactory", "setLoggerClass"),
    "structlog": ("configure", "configure_once", "wrap_logger"),
    "loguru": ("patch", "patcher"),
}
# The parts of a logger through which a message goes.
_PARTS = (
    *("debug", "info", "warning", "warn", "error", "critical", "exception", "log", "success", "trace"),
    *("_log", "handle", "filter", "filters", "callHandlers", "makeRecord", "__class__", "manager"),
)
# Through these any attribute of a logger is set.
_REACHING = ("setattr", "delattr", "vars", "__dict__", "__setattr__")
_NO_FUNCTIONS = frozenset(("true", "false", "none", "integer", "float", "string", "comparison_operator"))


def has_logging_hooks(scopes: Scopes, library: str) -> bool:
    """Whether code of a text may get the arguments of a message of this library. Raises ExcessiveText."""
    return any(True for _ in _hooks(scopes, library))


def _hooks(scopes: Scopes, library: str) -> Iterator[Node]:
    syntax, others = scopes.syntax, set[int]()
    for word in _HOOKS[library]:
        yield from (node for node in syntax.names(word) if _is_member(node) or is_use(node))
    yield from filter(_is_base, import_uses(scopes, library))
    for word in _REACHING:
        yield from (node for node in syntax.names(word) if _reaches_logger(scopes, node, others))
    for word in _PARTS:
        yield from (node for node in syntax.names(word) if _is_put(scopes, node, others))


def _is_member(node: Node) -> bool:
    holder = node.parent
    return holder is not None and holder.type == "attribute" and is_field(holder, "attribute", node)


def _is_base(use: Node) -> bool:
    """Whether a class of the library is the base of another: `class H(logging.Handler)`."""
    node = use
    while node.parent is not None and node.parent.type == "attribute":
        node = node.parent
    outer = node.parent
    if outer is None or outer.type not in ("argument_list", "tuple"):
        return False
    return outer.type == "tuple" or (outer.parent is not None and outer.parent.type == "class_definition")


def _reaches_logger(scopes: Scopes, node: Node, others: set[int]) -> bool:
    """`setattr(logger, ...)`, `logger.__dict__`."""
    outer = node.parent
    if outer is None:
        return False
    given = parts(field(outer, "arguments")) if outer.type == "call" else []
    owner = field(outer, "object") if outer.type == "attribute" else given[0] if given else None
    return owner is not None and owner.id != node.id and _is_logger(scopes, owner, others)


def _is_put(scopes: Scopes, node: Node, others: set[int]) -> bool:
    """`logger.info = f`, `logger.filters.append(f)`: no plain value, and not on any other object."""
    holder = node.parent
    if holder is None or not _is_member(node):
        return False
    outer, owner = holder.parent, field(holder, "object")
    if outer is None or owner is None:
        return False
    if outer.type == "attribute":
        return scopes.syntax.name(node) == "filters" and _is_logger(scopes, owner, others)
    if not is_assigned(outer, holder):
        return False
    value = field(outer, "right") if outer.type == "assignment" else None
    if value is not None and value.type in _NO_FUNCTIONS:
        return False
    return _is_logger(scopes, owner, others) or (value is not None and _is_function(scopes, value))


def _is_logger(scopes: Scopes, owner: Node, others: set[int]) -> bool:
    """Whether an expression may be a logger, by whatever names it goes on the way there.

    `others` are names that mean none, each by the id of the first node that binds it.
    """
    waiting, seen = [owner], set[int]()
    while waiting:
        each = plain(waiting.pop())
        function = field(each, "function") if each.type == "call" else each
        if function is not None and dotted_name(scopes, function) in _MAKERS:
            return True
        bindings = scopes.bindings(scopes.syntax.name(each), each) if each.type == "identifier" else ()
        if bindings and bindings[0].node.id not in seen and bindings[0].node.id not in others:
            seen.add(bindings[0].node.id)
            waiting += (binding.value for binding in bindings if binding.value is not None)
    others |= seen
    return False


def _is_function(scopes: Scopes, value: Node) -> bool:
    """Whether an expression is a function that is written here."""
    if value.type != "identifier":
        return value.type == "lambda"
    bindings = scopes.bindings(scopes.syntax.name(value), value)
    return any(binding.kind is BindingKind.FUNCTION for binding in bindings)
