"""The pieces of a half-typed YAML text: mappings, lists and scalars, with what is open left open.

All places are offsets in code points of the whole text; columns count from 0.
"""

from typing import TypeAlias

from msgspec import Struct, field

from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span

_ESCAPE = pattern(r"\\(.)")


class Scalar(Struct):
    """A single value. `style` is its quote, `|` or `>` for a block of text, `*` for an alias, else empty.

    `start` and `end` are with the quotes, `inner` is without; of a block, its lines. What has no end of its
    own is not `is_closed`, and ends with its line.
    """

    start: int
    end: int
    inner: Span
    text: str
    style: str = ""
    is_closed: bool = True

    @property
    def value(self) -> str:
        """The text that is meant; of escapes, only those that stand for the character behind them."""
        if self.style == "'":
            return self.text.replace("''", "'")
        return _ESCAPE.sub(r"\1", self.text) if self.style == '"' else self.text


class Entry(Struct):
    """A key and its value. `colon` is the place of the `:`, -1 while there is none.

    In flow style an entry goes from `start` to `end`, where its comma or bracket is, and may lack its key.
    """

    start: int
    end: int
    key: Scalar | None = None
    colon: int = -1
    value: "Node | None" = None

    @property
    def name(self) -> str:
        """The key; empty while there is none."""
        return self.key.value if self.key is not None else ""


class Mapping(Struct):
    """Entries, in order. `column` is where the keys of a block mapping start."""

    start: int
    end: int
    column: int
    entries: list[Entry] = field(default_factory=list)
    is_flow: bool = False
    is_closed: bool = True

    def get(self, name: str) -> "Node | None":
        """The value of the first entry of this name that has one."""
        return next((each.value for each in self.entries if each.name == name and each.value), None)

    def has(self, name: str) -> bool:
        """Whether there is an entry of this name."""
        return any(each.name == name for each in self.entries)


class Item(Struct):
    """An item of a list. `start` is its dash; in flow style it goes from behind its comma to the next."""

    start: int
    end: int
    value: "Node | None" = None


class Sequence(Struct):
    """Items, in order. `column` is where the dashes of a block list stand."""

    start: int
    end: int
    column: int
    items: list[Item] = field(default_factory=list)
    is_flow: bool = False
    is_closed: bool = True


Node: TypeAlias = Scalar | Mapping | Sequence


class Outline(Struct):
    """What was found between two offsets of a text. `comments` are the places of comments, from their `#`."""

    text: str
    root: Node | None = None
    anchors: dict[str, Node] = field(default_factory=dict)
    comments: list[Span] = field(default_factory=list)
