"""What loops go over, element by element."""

from collections.abc import Iterator

from valohai_steps.model.step import Unknown
from valohai_steps.source.pipelines.frames import MOST_ELEMENTS, Frame
from valohai_steps.source.pipelines.objects import Once, PaperValue, View
from valohai_steps.source.tree.syntax import Node

_END = object()


def elements(frame: Frame, node: Node) -> list[PaperValue]:
    """All elements of the expression at `node`. Raises Refused when they are not known."""
    return list(items_of(frame, node, frame.value(node)))


def items_of(frame: Frame, node: Node, found: PaperValue) -> Iterator[PaperValue]:
    """The elements of a value that stands at `node`, live: a list may grow meanwhile. Raises Refused."""
    if isinstance(found, Unknown):
        frame.known(found)
    if isinstance(found, list):
        place = 0
        while place < len(found):
            frame.step(node)
            yield found[place]
            place += 1
    elif isinstance(found, dict):
        keys = list(found)
        for key in keys:
            if len(found) != len(keys):
                frame.refuse(node)  # Python raises
            yield key
    elif isinstance(found, Once):
        yield from _once(frame, node, found.values)
    elif isinstance(found, (str, tuple)):
        yield from found
    elif isinstance(found, View):
        yield from found.values
    elif isinstance(found, (set, frozenset)) and len(found) < 2:
        yield from found
    else:  # also a set: its order differs from run to run
        frame.refuse(node)


def _once(frame: Frame, node: Node, values: Iterator[PaperValue]) -> Iterator[PaperValue]:
    """What an iterator gives; one that takes from another, and that from a third, counts as nested."""
    while True:
        frame.step(node)
        frame.reading.depth += 1
        each = next(values, _END)
        frame.reading.depth -= 1
        if each is _END:
            return
        yield each


def taken(frame: Frame, node: Node, found: PaperValue) -> list[PaperValue]:
    """All elements of an argument; `node` is the call. Raises Refused."""
    every = list(items_of(frame, node, found))
    if len(every) > MOST_ELEMENTS:
        frame.refuse(node)
    return every
