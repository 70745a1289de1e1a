"""Where a file names the keys of a dict that it keeps in a variable: `p["lr"]`, `p.get("lr")`."""

from collections.abc import Iterator

from valohai_steps.model.text import Span
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import ExcessiveText, Node, Syntax, field, is_field, parts

# Methods of a dict whose first argument is a key.
_KEYED = ("get", "pop", "setdefault")


def key_uses(syntax: Syntax, key: Span) -> Iterator[Span]:
    """The literals and keywords that name keys of the dict in which `key` stands, `key` among them.

    Nothing for a dict that no variable holds. Which of the keys they name is for the caller to see.
    """
    try:
        scopes = Scopes(syntax)
        holder = _holder(syntax, syntax.node_at(key.start, key.end))
        if holder is None:
            return
        name = syntax.source(holder)
        bound = {binding.node.id for binding in scopes.bindings(name, holder)}
        for use in syntax.names(name):
            if bound & {binding.node.id for binding in scopes.bindings(name, use)}:
                yield from (syntax.span(found) for found in _keys(syntax, use))
    except ExcessiveText:
        return  # its one finding says so


def _holder(syntax: Syntax, key: Node) -> Node | None:
    """The variable in whose dict a key stands."""
    parent = key.parent
    if parent is None:
        return None
    if parent.type == "subscript":
        return _identifier(field(parent, "value"))
    if parent.type == "argument_list":  # p.get("lr")
        return _receiver(syntax, parent.parent)
    if parent.type not in ("pair", "keyword_argument") or parent.parent is None:
        return None
    display = parent.parent if parent.type == "pair" else parent.parent.parent
    if display is None or display.parent is None:
        return None
    if display.parent.type == "assignment" and is_field(display.parent, "right", display):
        return _identifier(field(display.parent, "left"))
    call = display if parent.type == "keyword_argument" else display.parent.parent
    return _receiver(syntax, call)  # p.update(lr=1), p.update({"lr": 1})


def _keys(syntax: Syntax, use: Node) -> Iterator[Node]:
    """The keys that stand where a variable is used."""
    parent = use.parent
    if parent is None:
        return
    if parent.type == "assignment" and is_field(parent, "left", use):
        yield from _keys_of_display(field(parent, "right"))
    elif parent.type == "subscript" and is_field(parent, "value", use):
        yield from parent.children_by_field_name("subscript")
    elif parent.type == "attribute" and is_field(parent, "object", use) and parent.parent is not None:
        method, arguments = field(parent, "attribute"), field(parent.parent, "arguments")
        if method is None or arguments is None or not is_field(parent.parent, "function", parent):
            return
        if syntax.source(method) in _KEYED:
            yield from parts(arguments)[:1]
        elif syntax.source(method) == "update":
            yield from _keys_of_display(parent.parent)
            for argument in parts(arguments):
                yield from _keys_of_display(argument)


def _keys_of_display(display: Node | None) -> Iterator[Node]:
    """The keys of `{...}`, or the keywords of a call such as `dict(...)`."""
    if display is None or display.type not in ("dictionary", "call"):
        return
    for child in parts(display if display.type == "dictionary" else field(display, "arguments")):
        key = field(child, "key" if child.type == "pair" else "name")
        if key is not None:
            yield key


def _receiver(syntax: Syntax, call: Node | None) -> Node | None:
    """`p` of `p.get(...)`, when the method is one that takes keys."""
    function = field(call, "function") if call is not None and call.type == "call" else None
    if function is None or function.type != "attribute":
        return None
    method = field(function, "attribute")
    takes_keys = method is not None and syntax.source(method) in (*_KEYED, "update")
    return _identifier(field(function, "object")) if takes_keys else None


def _identifier(node: Node | None) -> Node | None:
    return node if node is not None and node.type == "identifier" else None
