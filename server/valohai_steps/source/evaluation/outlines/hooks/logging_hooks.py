"""Where code of a text gets what is logged: by filters, handlers, factories, methods put on a logger."""

from collections.abc import Iterator

from msgspec import Struct

from valohai_steps.model.patterns import pattern
from valohai_steps.source.evaluation.imports import dotted_name, import_uses
from valohai_steps.source.evaluation.outlines.hooks.log_records import (
    PARTS,
    class_gets_logged,
    class_here,
    function_gets_logged,
)
from valohai_steps.source.tree.binding import Binding, BindingKind
from valohai_steps.source.tree.mutations import is_assigned
from valohai_steps.source.tree.nodes import call_given, called_at, member_at, plain
from valohai_steps.source.tree.scope import Scopes, is_use
from valohai_steps.source.tree.syntax import Node, field, is_field, parts

LIBRARIES = ("logging", "structlog", "loguru")
_MAKERS = frozenset(("logging.getLogger", "logging.Logger", "structlog.get_logger", "logging.root"))
# They keep records, with the arguments of messages.
_KEEPERS = ("MemoryHandler", "BufferingHandler", "assertLogs", "caplog", "LogCaptureHandler")
_HOOKS = {
    "logging": ("setLogRecordFactory", "setLoggerClass", *_KEEPERS),
    "structlog": ("configure", "configure_once", "wrap_logger"),
    "loguru": ("patch", "patcher"),
}
# What gives logging an object whose methods it calls, and the names of those arguments.
_GIVING = ("addHandler", "setFormatter", "addFilter", "setTarget", "QueueListener", "MemoryHandler")
_GIVEN = ("hdlr", "fmt", "filter", "target", "handlers")
_ADDING = ("append", "insert", "extend", "__iadd__")
_FACTORY = pattern(r"""(["'])\(\)\1""")
# Parts that no class but those of logging has.
_OWN_PARTS = ("emit", "handle", "handleError", "formatMessage", "formatTime", "callHandlers", "makeRecord")
# Through these any attribute of a logger is set.
_REACHING = ("setattr", "delattr", "vars", "__dict__", "__setattr__")
_NO_OBJECTS = frozenset(
    ("true", "false", "none", "integer", "float", "string", "comparison_operator", "unary_operator")
)
_HOLDING = ("list", "tuple", "set", "boolean_operator", "conditional_expression", "list_splat")


class Hook(Struct, frozen=True):
    """A place by which code of the program gets the arguments of a message.

    `is_certain` is False for an object of which this text does not say what it is: then it is a hook when
    any file of the program has a class that could be its.
    """

    node: Node
    is_certain: bool = True


def logging_hooks(scopes: Scopes, library: str) -> Iterator[Hook]:
    """The places of a text that hook into messages of this library. Raises ExcessiveText."""
    syntax, others = scopes.syntax, set[int]()
    for word in _HOOKS[library]:
        yield from (Hook(node) for node in syntax.names(word) if member_at(node) or is_use(node))
    yield from (Hook(use) for use in import_uses(scopes, library) if _is_base_of_hook(scopes, use))
    for word in _REACHING:
        yield from (Hook(node) for node in syntax.names(word) if _reaches_logger(scopes, node, others))
    for word in PARTS:
        yield from (Hook(node) for node in syntax.names(word) if _is_put(scopes, node, others))
    if library == "logging":
        yield from _given(scopes)
    if library == "loguru":
        yield from _sinks(scopes)


def _is_base_of_hook(scopes: Scopes, use: Node) -> bool:
    """Whether a class of the library is the base of another, that may get what is logged."""
    node = use
    while node.parent is not None and node.parent.type == "attribute":
        node = node.parent
    outer = node.parent
    if outer is None or outer.type not in ("argument_list", "tuple"):
        return False
    if dotted_name(scopes, use).partition(".")[0] not in LIBRARIES:
        return False  # `import logging, argparse`
    definition = outer.parent
    if outer.type == "tuple" or definition is None or definition.type != "class_definition":
        return outer.type == "tuple"
    return class_gets_logged(scopes, definition, set())


def _given(scopes: Scopes) -> Iterator[Hook]:
    """`logger.addHandler(x)`, `logger.handlers.append(x)`, `basicConfig(handlers=[x])`."""
    filters, seen = set[int](), set[int]()
    for word in _GIVING:
        for node in scopes.syntax.names(word):
            holder = member_at(node)
            if holder is None and not is_use(node):
                continue
            call = called_at(holder or node)
            if call is None:
                yield Hook(node, is_certain=False)
                continue
            for given in parts(field(call, "arguments")):
                is_filter = word == "addFilter"
                yield from _object(
                    scopes, _value(scopes, given), filters if is_filter else seen, is_filter=is_filter
                )
    for node in scopes.syntax.names("handlers"):
        for value in _handlers(scopes, node):
            yield from _object(scopes, value, seen)
    yield from _factories(scopes)


def _sinks(scopes: Scopes) -> Iterator[Hook]:
    """`logger.add(sink, filter=f)`, `logger.configure(handlers=...)` of loguru."""
    seen = set[int]()
    for word in ("add", "configure"):
        for node in scopes.syntax.names(word):
            holder = member_at(node)
            if holder is None or dotted_name(scopes, holder) != f"loguru.logger.{word}":
                continue
            call = called_at(holder)
            if word == "configure" or call is None:
                yield Hook(node)
                continue
            for each in parts(field(call, "arguments")):
                value = field(each, "value") if each.type == "keyword_argument" else each
                is_name = value is not None and value.type == "identifier"
                yield from _object(scopes, value, seen, is_filter=is_name)


def _value(scopes: Scopes, argument: Node) -> Node | None:
    """What an argument gives; None for one of another name."""
    name = field(argument, "name") if argument.type == "keyword_argument" else None
    if name is None:
        return argument
    return field(argument, "value") if scopes.syntax.name(name) in _GIVEN else None


def _handlers(scopes: Scopes, node: Node) -> Iterator[Node | None]:
    holder = node.parent
    if holder is None:
        return
    if holder.type == "keyword_argument" and is_field(holder, "name", node):
        call = call_given(holder)
        function = None if call is None else field(call, "function")
        if function is not None and scopes.syntax.source(function).endswith("basicConfig"):
            yield field(holder, "value")
    if member_at(node) is None:
        return
    outer = (
        holder.parent if holder.parent is None or holder.parent.type != "subscript" else holder.parent.parent
    )
    if outer is None:
        return
    if outer.type in ("assignment", "augmented_assignment"):
        yield field(outer, "right")  # `hs = logger.handlers` gives the list itself to whoever adds to it
    is_method = outer.type == "attribute" and scopes.syntax.name(outer.children[-1]) in _ADDING
    if is_method and outer.parent is not None:
        yield from parts(field(outer.parent, "arguments"))


def _factories(scopes: Scopes) -> Iterator[Hook]:
    """`dictConfig({"handlers": {"h": {"()": make}}})`; a string there may name a class of any file."""
    for word in ("dictConfig", "fileConfig"):
        names = scopes.syntax.names(word)
        yield from (Hook(node, is_certain=False) for node in names if member_at(node) or is_use(node))
    for found in _FACTORY.finditer(scopes.syntax.text):
        holder = scopes.syntax.node_at(found.start(), found.end()).parent
        value = field(holder, "value") if holder is not None and holder.type == "pair" else None
        if value is not None and value.type not in ("string", "concatenated_string"):
            definition = class_here(scopes, value)
            if definition is None or class_gets_logged(scopes, definition, set()):
                yield Hook(value, is_certain=definition is not None)


def _object(scopes: Scopes, given: Node | None, seen: set[int], *, is_filter: bool = False) -> Iterator[Hook]:
    """The hooks that an object is which logging gets: none if it leaves records alone.

    `seen` are the nodes that were looked at for this: each gives its hook once.
    """
    waiting = [] if given is None else [given]
    while waiting:
        each = plain(waiting.pop())
        if each.type in _NO_OBJECTS or each.id in seen:
            continue
        seen.add(each.id)
        if each.type in _HOLDING:
            waiting += parts(each)
        elif each.type == "lambda":
            if function_gets_logged(scopes, each):
                yield Hook(each)
        elif each.type == "identifier":
            bindings = scopes.bindings(scopes.syntax.name(each), each)
            if bindings and bindings[0].node.id not in seen:
                seen.add(bindings[0].node.id)
                waiting += (binding.value for binding in bindings if _is_plain(binding) and binding.value)
                yield from (
                    hook for binding in bindings for hook in _bound(scopes, binding, is_filter=is_filter)
                )
            elif not bindings:
                yield Hook(each, is_certain=is_filter)
        else:
            yield from _made(scopes, each, seen, is_filter=is_filter)


def _is_plain(binding: Binding) -> bool:
    return binding.kind is BindingKind.ASSIGNED and binding.value is not None


def _bound(scopes: Scopes, binding: Binding, *, is_filter: bool) -> Iterator[Hook]:
    """The same of a name that is bound otherwise than to an expression; a filter may be a plain function."""
    definition = binding.node.parent
    if _is_plain(binding):
        return
    if binding.kind is BindingKind.FUNCTION and definition is not None:
        if function_gets_logged(scopes, definition):
            yield Hook(binding.node)
    else:
        yield Hook(binding.node, is_certain=is_filter)


def _made(scopes: Scopes, expression: Node, seen: set[int], *, is_filter: bool) -> Iterator[Hook]:
    """The same of what a call makes, and of any other expression."""
    function = field(expression, "function") if expression.type == "call" else None
    if function is not None and dotted_name(scopes, function).startswith("logging."):
        return
    definition = None if function is None else class_here(scopes, function)
    if definition is None:
        yield Hook(expression, is_certain=is_filter and function is None)
    elif class_gets_logged(scopes, definition, seen):
        yield Hook(definition)


def _reaches_logger(scopes: Scopes, node: Node, others: set[int]) -> bool:
    """`setattr(logger, ...)`, `logger.__dict__`."""
    outer = node.parent
    if outer is None:
        return False
    given = parts(field(outer, "arguments")) if outer.type == "call" else []
    owner = field(outer, "object") if outer.type == "attribute" else given[0] if given else None
    return owner is not None and owner.id != node.id and _is_of_logging(scopes, owner, others)


def _is_put(scopes: Scopes, node: Node, others: set[int]) -> bool:
    """`logger.info = f`, `handler.emit = f`, `logger.filters.append(f)`: no plain value."""
    holder = member_at(node)
    if holder is None:
        return False
    outer, owner = holder.parent, field(holder, "object")
    if outer is None or owner is None:
        return False
    if outer.type == "attribute":
        return scopes.syntax.name(node) == "filters" and _is_of_logging(scopes, owner, others)
    if not is_assigned(outer, holder):
        return False
    value = field(outer, "right") if outer.type == "assignment" else None
    if value is not None and value.type in _NO_OBJECTS:
        return False
    made_of = "" if value is None else dotted_name(scopes, field(value, "function") or value)
    if made_of.startswith("logging."):
        return False
    is_function = value is not None and _is_function(scopes, value, scopes.syntax.name(node))
    return is_function or _is_of_logging(scopes, owner, others)


def _is_of_logging(scopes: Scopes, owner: Node, others: set[int]) -> bool:
    """Whether an expression may be a logger or what logging makes, by whatever names it goes there.

    `others` are names that mean none, each by the id of the first node that binds it.
    """
    waiting, seen = [owner], set[int]()
    while waiting:
        each = plain(waiting.pop())
        function = field(each, "function") if each.type == "call" else each
        name = "" if function is None else dotted_name(scopes, function)
        if name in _MAKERS or (each.type == "call" and name.startswith("logging.")):
            return True
        bindings = scopes.bindings(scopes.syntax.name(each), each) if each.type == "identifier" else ()
        if bindings and bindings[0].node.id not in seen and bindings[0].node.id not in others:
            seen.add(bindings[0].node.id)
            waiting += (binding.value for binding in bindings if binding.value is not None)
    others |= seen
    return False


def _is_function(scopes: Scopes, value: Node, name: str) -> bool:
    """Whether an expression is a function, or may be one and gets a name that only logging has."""
    if value.type != "identifier":
        return value.type == "lambda" or (value.type == "attribute" and name in _OWN_PARTS)
    kinds = {binding.kind for binding in scopes.bindings(scopes.syntax.name(value), value)}
    is_passed = BindingKind.PARAMETER in kinds and name in _OWN_PARTS
    return is_passed or bool(kinds & {BindingKind.FUNCTION, BindingKind.IMPORTED})
