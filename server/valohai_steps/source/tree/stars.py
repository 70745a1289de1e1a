"""Stars: `from m import *`, and those that the tree has in another place than Python.

`[*p.values()]` is read as `[(*p).values()]`.
"""

from valohai_steps.model.patterns import pattern
from valohai_steps.source.tree.syntax import Node, Syntax

# Where `import *` may stand, however it is written: no other text is looked at. Only the tree tells.
MAY_BE_STAR_IMPORT = r"import[\s\\]*\*"
_STAR_IMPORT = pattern(MAY_BE_STAR_IMPORT)

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


def star_imports(syntax: Syntax) -> tuple[Node, ...]:
    """The statements `from m import *` of a text, in order. Raises ExcessiveText."""
    found = (syntax.node_at(match.end() - 1, match.end()) for match in _STAR_IMPORT.finditer(syntax.text))
    statements = (node.parent for node in found if node.type == "wildcard_import")
    return tuple(node for node in statements if node is not None)
