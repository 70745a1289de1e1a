"""Texts of which a computed one is put together: `for m in ("a", "b"): import_module(f"models.{m}")`."""

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

from valohai_steps.model.patterns import pattern
from valohai_steps.source.evaluation.outlines.written_text import literal_text
from valohai_steps.source.tree.binding import Binding, BindingKind, bindings_at
from valohai_steps.source.tree.nodes import call_given, called_at, descendants, member_at
from valohai_steps.source.tree.scope import Scopes, scope_of
from valohai_steps.source.tree.syntax import Node, ancestors, field, is_field, parts

# More than these say nothing of what is meant.
_MOST_NODES = 1_000
_MOST_TEXTS = 50
_WORD = pattern(r"[^\s,]+")


def texts_behind(scopes: Scopes, nodes: Iterable[Node]) -> Iterator[str]:
    """What computed expressions may be put together of: the words of all strings behind them.

    They hold those themselves, or what their names are bound to does. Each word stands alone, and behind the
    beginnings that end with a dot: `f"models.{name}"`. Raises ExcessiveText.
    """
    words = tuple(dict.fromkeys(islice(_words(scopes, nodes), _MOST_TEXTS)))
    yield from words
    beginnings = [word for word in words if word.endswith(".") and word.strip(".")]
    if "." in words:  # ".".join(("models", name))
        beginnings += [f"{word}." for word in words if word.strip(".")]
    yield from islice((beginning + word for beginning in beginnings for word in words), _MOST_TEXTS)


def _words(scopes: Scopes, nodes: Iterable[Node]) -> Iterator[str]:
    for each in _parts(scopes, nodes):
        text = literal_text(scopes.syntax, each) if each.type == "string" else None
        if each.type == "string_content" and each.parent is not None and _is_filled(each.parent):
            text = scopes.syntax.source(each)
        yield from () if text is None else (found[0] for found in _WORD.finditer(text))


def _is_filled(string: Node) -> bool:
    return any(child.type == "interpolation" for child in string.children)


def _parts(scopes: Scopes, nodes: Iterable[Node]) -> Iterator[Node]:
    """The nodes of expressions, then of what their names come from, each name once."""
    waiting, seen, left = deque(nodes), set[int | str](), _MOST_NODES
    while waiting and left > 0:  # the nearest first
        for each in descendants(waiting.popleft()):
            left -= 1
            yield each
            if each.type == "identifier" and left > 0:
                waiting += _sources(scopes, each, seen)


def _sources(scopes: Scopes, name: Node, seen: set[int | str]) -> Iterator[Node]:
    """What gives a name, or an attribute of this name, its value, or puts something into that.

    `seen` are the attributes that were asked for, and the names, each by the first node that binds it.
    """
    said = scopes.syntax.name(name)
    if member_at(name) is not None:
        yield from () if said in seen else _given_to_attributes(scopes, said)
        seen.add(said)
        return
    bindings = scopes.bindings(said, name)
    if not bindings or bindings[0].node.id in seen:
        return
    seen.add(bindings[0].node.id)
    for binding in bindings:
        yield from _given_by(scopes, binding)
    for use in scopes.uses_of_any(bindings):
        holder = use.parent
        if holder is not None and holder.type == "augmented_assignment":
            yield from parts(holder)[1:]
        elif holder is not None and holder.type == "attribute" and is_field(holder, "object", use):
            yield from _arguments(called_at(holder))  # NAMES.append("models")


def _given_to_attributes(scopes: Scopes, name: str) -> Iterator[Node]:
    """`self.names = [...]`, and `names = [...]` in a class."""
    for node in scopes.syntax.names(name):
        target = member_at(node) or node
        outer = target.parent
        if outer is not None and outer.type == "assignment" and is_field(outer, "left", target):
            yield from parts(outer)[1:]


def _given_by(scopes: Scopes, binding: Binding) -> Iterator[Node]:
    match binding.kind:
        case BindingKind.ASSIGNED if binding.value is not None:
            yield binding.value
        case BindingKind.UNPACKED | BindingKind.LOOP:
            yield from _right_of(binding.node)
        case BindingKind.PARAMETER:
            yield from _given_to_parameter(scopes, binding.node)
        case BindingKind.FUNCTION:
            returned = descendants(binding.node.parent or binding.node)
            yield from (each for each in returned if each.type == "return_statement")


def _right_of(target: Node) -> Iterator[Node]:
    """What is unpacked, or looped over."""
    for outer in ancestors(target):
        right = field(outer, "right")
        if right is not None:
            yield right
            return


def _given_to_parameter(scopes: Scopes, parameter: Node) -> Iterator[Node]:
    """Its default, and the arguments of all calls that name its function."""
    function = scope_of(parameter)
    holder = parameter.parent
    default = None if holder is None else field(holder, "value")
    if default is not None:
        yield default
    name = field(function, "name")
    if name is None and function.parent is not None:  # load = lambda name: import_module(name)
        name = field(function.parent, "left")
    for use in scopes.syntax.names(scopes.syntax.name(name)) if name is not None else ():
        if not any(True for _ in bindings_at(use)):
            called = member_at(use) or use
            yield from (*_arguments(called_at(called)), *_arguments(call_given(called)))


def _arguments(call: Node | None) -> Iterable[Node]:
    return () if call is None else parts(field(call, "arguments"))
