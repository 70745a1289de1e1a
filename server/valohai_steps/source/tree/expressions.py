"""Expressions as they are meant: without the brackets around them."""

from valohai_steps.source.tree.syntax import Node, parts


def plain(node: Node) -> Node:
    """An expression without the brackets around it."""
    while node.type == "parenthesized_expression" and len(parts(node)) == 1:
        node = parts(node)[0]
    return node
