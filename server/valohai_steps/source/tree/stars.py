"""Stars that the tree has in another place than Python: `[*p.values()]` is read as `[(*p).values()]`."""

from valohai_steps.source.tree.syntax import Node

# In these tree-sitter finds a star that stands before the whole: `*p["x"] = ...`, `[*p.values()]`.
STARRED_INSIDE = frozenset(("subscript", "attribute", "call", "binary_operator"))


def is_starred(node: Node) -> bool:
    """Whether a star before the whole of an expression was read as one before its first name."""
    first = node
    while first.children:
        first = first.children[0]
        if first.type == "list_splat":
            return True
    return False
