"""What stands in a node of the tree that more than one reader asks for: parameters' names, branches."""

from valohai_steps.source.tree.syntax import Node, field


def parameter_name(parameter: Node) -> Node | None:
    """The identifier that a parameter binds; None for the markers `/` and `*`."""
    if parameter.type == "identifier":
        return parameter
    named = field(parameter, "name")
    if named is not None:
        return named
    first = parameter.named_children[0] if parameter.named_children else None
    return first if first is None or first.type == "identifier" else parameter_name(first)


def if_branches(statement: Node) -> list[tuple[Node | None, Node | None]]:
    """The branches of an `if`, in order: the condition, None for `else`, and the block."""
    found = [(field(statement, "condition"), field(statement, "consequence"))]
    for child in statement.named_children:
        if child.type == "elif_clause":
            found.append((field(child, "condition"), field(child, "consequence")))
        elif child.type == "else_clause":
            found.append((None, field(child, "body")))
    return found
