"""Nodes as they are meant: what is inside one, without its brackets; members, calls; names, branches."""

from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter

from valohai_steps.source.tree.syntax import Node, field, is_field, parts

_NAMED: Callable[[Node], Iterable[Node]] = attrgetter("named_children")
# In these tree-sitter finds a star that stands before the whole: `*p["x"] = ...`, `[*p.values()]`.
STARRED_INSIDE = frozenset(("subscript", "attribute", "call", "binary_operator"))


def descendants(node: Node, inside: Callable[[Node], Iterable[Node]] = _NAMED) -> Iterator[Node]:
    """A node and all that is inside it, in the order of the text.

    Without recursion: the text may be nested deeper than Python's stack.

    `inside` gives the children of a node that are looked into: its named ones unless stated. It is asked once
    the node itself has been dealt with.
    """
    waiting = [node]
    while waiting:
        each = waiting.pop()
        yield each
        waiting += reversed(tuple(inside(each)))


def plain(node: Node) -> Node:
    """An expression without the brackets around it."""
    while node.type == "parenthesized_expression" and len(parts(node)) == 1:
        node = parts(node)[0]
    return node


def single_key(subscript: Node) -> Node | None:
    """The one key, or slice, in the brackets; None when there are several, or a comma: `p["x",]`, a tuple."""
    keys = parts(subscript)[1:]
    has_comma = any(child.type == "," for child in subscript.children)
    return keys[0] if len(keys) == 1 and not has_comma else None


def member_at(name: Node) -> Node | None:
    """The `x.name` of which an identifier is the `name`; None when it is none of one."""
    holder = name.parent
    is_member = holder is not None and holder.type == "attribute" and is_field(holder, "attribute", name)
    return holder if is_member else None


def called_at(expression: Node) -> Node | None:
    """The call of what an expression stands for; None when it is passed on instead."""
    call = expression.parent
    is_called = call is not None and call.type == "call" and is_field(call, "function", expression)
    return call if is_called else None


def call_given(expression: Node) -> Node | None:
    """The call that gets an expression as an argument, or the keyword around one; None when none does."""
    holder = expression.parent
    call = holder.parent if holder is not None and holder.type == "argument_list" else None
    return call if call is not None and call.type == "call" else None


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


def is_starred(node: Node) -> bool:
    """Whether a star before the whole of an expression was read as one before its first name."""
    first = node
    while first.children:
        first = first.children[0]
        if first.type == "list_splat":
            return True
    return False
