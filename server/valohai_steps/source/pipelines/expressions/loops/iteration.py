"""What loops go over, element by element."""

from collections.abc import Iterator
from itertools import islice

from valohai_steps.source.pipelines.memory.frames import MOST_ELEMENTS, Frame
from valohai_steps.source.pipelines.memory.objects import Once, PaperValue, View
from valohai_steps.source.tree.syntax import Node

_END = object()


def elements(frame: Frame, node: Node) -> list[PaperValue]:
    """All elements of the expression at `node`. Raises Refused when they are not known."""
    return taken(frame, node, frame.value(node))


def items_of(frame: Frame, node: Node, found: PaperValue) -> Iterator[PaperValue]:
    """The elements of a value that stands at `node`, live: a list may grow meanwhile. Raises Refused."""
    found = frame.known(found)
    if isinstance(found, list):
        return _of_list(frame, node, found)
    if isinstance(found, dict):
        return _of_dict(frame, node, found, "keys", list(found))
    if isinstance(found, View):
        return _of_dict(frame, node, found.held, found.kind, list(found.held))
    if isinstance(found, Once):
        return _once(frame, node, found.values)
    if isinstance(found, (str, tuple)) or (isinstance(found, (set, frozenset)) and len(found) < 2):
        return iter(tuple(found))
    return frame.refuse(node)  # also a set: its order differs from run to run


def _of_list(frame: Frame, node: Node, held: list[PaperValue]) -> Iterator[PaperValue]:
    place = 0
    while place < len(held):
        frame.step(node)
        yield held[place]
        place += 1


def reverse_items(frame: Frame, node: Node, held: list[PaperValue], place: int) -> Iterator[PaperValue]:
    """The elements of a list from `place` down to the first, live. Raises Refused."""
    while 0 <= place < len(held):
        frame.step(node)
        yield held[place]
        place -= 1


def _of_dict(
    frame: Frame, node: Node, held: dict[PaperValue, PaperValue], kind: str, keys: list[PaperValue]
) -> Iterator[PaperValue]:
    """What a dict or a view of it gives; `keys` are those that it had when the loop began."""
    for key in keys:
        frame.step(node)
        if len(held) != len(keys) or key not in held:
            frame.refuse(node)  # Python raises
        match kind:
            case "keys":
                yield key
            case "values":
                yield held[key]
            case _:
                yield key, held[key]
    if list(held) != keys:
        frame.refuse(node)  # keys that came and went: Python raises, or gives them again


def _once(frame: Frame, node: Node, values: Iterator[PaperValue]) -> Iterator[PaperValue]:
    """What an iterator gives; one that takes from another, and that from a third, counts as nested."""
    while True:
        frame.step(node)
        frame.reading.depth += 1
        try:
            each = next(values, _END)
        finally:
            frame.reading.depth -= 1
        if each is _END:
            return
        yield each


def taken(frame: Frame, node: Node, found: PaperValue) -> list[PaperValue]:
    """All elements of an argument; `node` is the call. Raises Refused."""
    every = list(islice(items_of(frame, node, found), MOST_ELEMENTS + 1))
    frame.charge(node, len(every))
    if len(every) > MOST_ELEMENTS:
        frame.refuse(node)
    return every
