"""Names in a top-level item, and where they are: what it declares, what it uses.

Facts say what is named and the number of its place; the places are kept apart, so that facts stay the same
when only lines move.
"""

from collections.abc import Iterator

from msgspec import Struct

from valohai_steps.config.tree.node import Node
from valohai_steps.config.tree.scalar_places import ScalarPlaces, letters, scalar_text
from valohai_steps.model.schema.shape import Shape
from valohai_steps.model.text import Span


class Name(Struct, frozen=True):
    """A name and the number of its place in the item."""

    text: str
    place: int


class Item(Struct, frozen=True):
    """What has a name, or should have: `place` is all of it, `detail` what says most of it besides."""

    place: int
    name: Name | None = None
    detail: int | None = None

    @property
    def text(self) -> str:
        """The name; empty without one."""
        return "" if self.name is None else self.name.text


class Places:
    """The places of an item, in the order in which they are asked for; spans count in its text.

    `sources` are the nodes that they are of, each with the part of what its scalar says, None for all of it.
    """

    __slots__ = ("sources", "spans", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans: list[Span] = []
        self.sources: list[tuple[Node, Span | None]] = []

    def put(self, node: Node, part: Span | None = None, span: Span | None = None) -> int:
        """The number of the place of a node; `span` is that of a part of it."""
        self.spans.append(span or node.span)
        self.sources.append((node, part))
        return len(self.spans) - 1

    def name(self, node: Node) -> Name:
        """A scalar that is a name, with its quotes."""
        return Name(scalar_text(self.text, node), self.put(node))

    def part(self, node: Node, places: ScalarPlaces, start: int, end: int) -> Name:
        """A part of what a scalar says."""
        text, part = scalar_text(self.text, node)[start:end], Span(start, end)
        return Name(text, self.put(node, part, places.place(part)))

    def texts(self, node: Node | None) -> tuple[int, ...]:
        """The places of the strings of a string or of a list of strings."""
        return tuple(self.put(each) for each in texts_of(node))

    def parts(self, node: Node, separator: str, most: int) -> tuple[Name, ...]:
        """The parts of a scalar between the first `most` - 1 separators."""
        places, text = letters(self.text, node), scalar_text(self.text, node)
        found: list[Name] = []
        start = 0
        for piece in text.split(separator, most - 1):
            found.append(self.part(node, places, start, start + len(piece)))
            start += len(piece) + len(separator)
        return tuple(found)


def value_of(node: Node, key: str) -> Node | None:
    """The value of a key, also one that comes through `<<`; None for null."""
    entry = node.get(key) if node.kind == "mapping" else None
    if entry is None or (entry.node.kind == "scalar" and entry.node.value is None):
        return None
    return entry.node


def name_of(places: Places, node: Node, key: str = "name") -> Name | None:
    """The string or number behind a key."""
    value = value_of(node, key)
    return places.name(value) if value is not None and value.kind == "scalar" else None


def detail_of(places: Places, node: Node, *keys: str) -> int | None:
    """The place of the value of the first key that there is."""
    found = next((value for key in keys if (value := value_of(node, key)) is not None), None)
    return None if found is None else places.put(found)


def texts_of(node: Node | None) -> Iterator[Node]:
    """The strings of a string or of a list of strings."""
    for each in () if node is None else node.items if node.kind == "sequence" else (node,):
        if each.kind == "scalar" and isinstance(each.value, str):
            yield each


def mappings_of(node: Node | None) -> Iterator[Node]:
    """The mappings in a list."""
    for each in () if node is None or node.kind != "sequence" else node.items:
        if each.kind == "mapping":
            yield each


def is_complete(node: Node, key: str, shape: Shape) -> bool:
    """Whether all that a mapping declares under `key` can be read.

    Not with an unknown key, which may be a misspelling of it, nor where its value is no list of mappings with
    names.
    """
    if any(entry.key not in shape.keys and entry.key != "<<" for entry in node.entries):
        return False
    if sum(entry.key == key for entry in node.entries) > 1:
        return False  # which of them is meant is not known, and what names the other is no second mistake
    value = value_of(node, key)
    if value is None:
        return True
    return value.kind == "sequence" and all(
        item.kind == "mapping" and isinstance(_named(item), str) for item in value.items
    )


def _named(item: Node) -> object:
    entry = item.get("name")
    return None if entry is None else entry.value
