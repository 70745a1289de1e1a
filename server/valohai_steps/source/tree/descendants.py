"""What is inside a node, without recursion: the text may be nested deeper than Python's stack."""

from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter

from valohai_steps.source.tree.syntax import Node

_NAMED: Callable[[Node], Iterable[Node]] = attrgetter("named_children")


def descendants(node: Node, inside: Callable[[Node], Iterable[Node]] = _NAMED) -> Iterator[Node]:
    """A node and all that is inside it, in the order of the text.

    `inside` gives the children of a node that are looked into: its named ones unless stated. It is asked once
    the node itself has been dealt with.
    """
    waiting = [node]
    while waiting:
        each = waiting.pop()
        yield each
        waiting += reversed(tuple(inside(each)))
