"""A YAML node: what a document says at one place, as a plain value and as a place in the text."""

from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from valohai_steps.model.text import Span

# What reading gives: None, bool, int, float, str, bytes, date, datetime, list, dict, Opaque.
YamlValue: TypeAlias = object
Path: TypeAlias = tuple[str | int, ...]
Kind = Literal["mapping", "sequence", "scalar"]


class Opaque(Struct, frozen=True):
    """A value that YAML's safe types cannot hold: an unknown tag, or a key that is not a scalar."""

    tag: str
    content: YamlValue


class Node(Struct, eq=False):
    """One node, at the place where it stands; never changed once the file is read.

    Not frozen: that would cost half of the time it takes to read a file.

    `start` and `end` are offsets in code points, tight around the content: no anchor, no tag, no blank
    lines or comments behind it. `outer` is where the anchor or tag in front starts. `style` is `flow` or
    `block` for a collection, the opening character (`'`, `"`, `|`, `>`, or nothing) for a scalar.
    `alias` names the anchor when the node stands here as `*name`; its span is then that of the alias, and
    what is inside it stands at the anchor. `shared` tells an anchored node that an alias uses again.
    """

    kind: Kind
    start: int
    end: int
    value: YamlValue
    style: str
    outer: int
    anchor: str | None = None
    tag: str | None = None
    alias: str | None = None
    shared: bool = False
    entries: "tuple[Entry, ...]" = ()
    items: "tuple[Node, ...]" = ()
    merges: "tuple[Node, ...]" = ()
    size: int = 1
    depth: int = 1

    def __repr__(self) -> str:
        # Never what is inside: aliases can make that endless.
        return f"Node({self.kind} {self.start}-{self.end})"

    @property
    def span(self) -> Span:
        """The place of the content, or of the alias."""
        return Span(self.start, self.end)

    @property
    def children(self) -> "tuple[Node, ...]":
        """The values of a mapping or the items of a sequence."""
        return self.items if self.kind == "sequence" else tuple(entry.node for entry in self.entries)

    def get(self, key: YamlValue) -> "Entry | None":
        """The entry that decides `key`: the last of its own, else one that comes through `<<`."""
        found = None
        for entry in self.entries:
            if entry.key == key and type(entry.key) is type(key):
                found = entry
        return found if found is not None else self._merged(key)

    def _merged(self, key: YamlValue) -> "Entry | None":
        for source in self.merges:
            entry = source.get(key)
            if entry is not None:
                return Entry(entry.key, entry.key_node, entry.node, merged_from=source)
        return None


class Entry(Struct, eq=False):
    """A key of a mapping and its value. `merged_from`: the mapping that `<<` takes it from."""

    key: YamlValue
    key_node: Node
    node: Node
    merged_from: Node | None = None

    @property
    def key_span(self) -> Span:
        """The place of the key."""
        return self.key_node.span

    @property
    def value(self) -> YamlValue:
        """The plain value."""
        return self.node.value

    @property
    def span(self) -> Span:
        """From the key to the end of the value."""
        return Span(self.key_node.start, max(self.node.end, self.key_node.end))


def same_value(one: YamlValue, other: YamlValue) -> bool:
    """Whether two values are the same in value and type: 1, 1.0 and True differ; NaN equals NaN.

    The order of keys does not count. Values that aliases share are compared once.
    """
    return _same(one, other, set())


def _same(one: YamlValue, other: YamlValue, known: set[tuple[int, int]]) -> bool:
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, (dict, list, Opaque)):
        pair = (id(one), id(other))
        if pair not in known:
            if not _same_content(one, other, known):
                return False
            known.add(pair)
        return True
    if isinstance(one, float) and one != one:  # noqa: PLR0124 - NaN, and nothing else, differs from itself
        return other != other  # noqa: PLR0124 - the same
    if isinstance(one, float) and one == 0:
        return str(one) == str(other)
    return one == other


def _same_content(one: YamlValue, other: YamlValue, known: set[tuple[int, int]]) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        if len(one) != len(other):
            return False
        keys = {key: key for key in other}
        return all(
            key in other and _same(key, keys[key], known) and _same(value, other[key], known)
            for key, value in one.items()
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            _same(left, right, known) for left, right in zip(one, other, strict=True)
        )
    if isinstance(one, Opaque) and isinstance(other, Opaque):
        return one.tag == other.tag and _same(one.content, other.content, known)
    return False


def walk(node: Node) -> Iterator[Node]:
    """The node and everything that stands inside it in the text, in order; aliases are not followed."""
    waiting = [node]  # no generator in a generator: each node would be handed up through all around it
    keys: set[int] = set()
    while waiting:
        current = waiting.pop()
        yield current
        if current.alias is not None or id(current) in keys:
            continue
        for entry in reversed(current.entries):
            waiting += (entry.node, entry.key_node)
            keys.add(id(entry.key_node))
        if current.kind == "sequence":
            waiting += reversed(current.items)
