"""Names that a text may put into a module that it has: `m.valohai = x`, `setattr(m, "valohai", x)`."""

from collections.abc import Iterator

from valohai_steps.source.evaluation.outlines.written_text import literal_text
from valohai_steps.source.tree.mutations import is_assigned
from valohai_steps.source.tree.nodes import called_at, descendants, member_at
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import Node, field

# Functions and methods that set an attribute, or a key in a dict of names, by a string or a keyword.
_PUTTING = ("setattr", "delattr", "__setattr__", "__setitem__", "setitem", "setdefault", "update", "pop")


def put_names(scopes: Scopes) -> Iterator[str]:
    """Every name of an attribute or key that is set, of whatever object. Raises ExcessiveText."""
    for word in _PUTTING:
        for node in scopes.syntax.names(word):
            call = called_at(member_at(node) or node)
            yield from () if call is None else _names_in(scopes, call)
    for node in descendants(scopes.syntax.root):
        if node.type in ("attribute", "subscript") and node.parent is not None:
            yield from _names_in(scopes, node) if is_assigned(node.parent, node) else ()
        elif node.type == "augmented_assignment":
            yield from _names_in(scopes, node)  # vars(m) |= {"valohai": x}


def _names_in(scopes: Scopes, node: Node) -> Iterator[str]:
    """The attributes, keywords and strings of an expression."""
    for each in descendants(node):
        if each.type == "string":
            text = literal_text(scopes.syntax, each)
            yield from () if text is None or not text.isidentifier() else (text,)
        named = field(each, "attribute" if each.type == "attribute" else "name")
        if named is not None:
            yield scopes.syntax.name(named)
