"""What stands in the brackets of a subscript."""

from valohai_steps.source.tree.syntax import Node, parts


def single_key(subscript: Node) -> Node | None:
    """The one key, or slice, in the brackets; None when there are several, or a comma: `p["x",]`, a tuple."""
    keys = parts(subscript)[1:]
    has_comma = any(child.type == "," for child in subscript.children)
    return keys[0] if len(keys) == 1 and not has_comma else None
