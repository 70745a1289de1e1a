"""The style of a YAML text around a place: indentation, quotes, flow or block."""

from collections.abc import Iterable, Iterator
from itertools import islice

from msgspec import Struct, field

from valohai_steps.config.rendering.scalar_text import Quoting
from valohai_steps.config.tree.line import column
from valohai_steps.config.tree.node import Node, walk
from valohai_steps.model.patterns import pattern

_LINE_START = pattern(r"[^\r\n\x85\u2028\u2029]*\Z")
_ENOUGH = 400  # nodes looked at around a place before the defaults decide


class Style(Struct, frozen=True):
    """How new lines are written.

    `indent`: columns from a key to the keys below it; `offset`: from a key to the `-` below it; `dash`: from
    a `-` to what it holds. `flow_lists`: lists of plain values stand in brackets, `flow_commands` the lines
    of a command; `flow_items`: parameters and inputs stand in braces. `padded`: `{ a: 1 }`.
    `block_text`: several lines of text may stand below `|`.
    """

    newline: str = "\n"
    indent: int = 2
    offset: int = 2
    dash: int = 2
    quoting: Quoting = field(default_factory=Quoting)
    quoted_keys: bool = False
    flow_lists: bool = False
    flow_commands: bool = False
    flow_items: bool = False
    padded: bool = False
    block_text: bool = True


def style_around(text: str, chain: Iterable[Node], newline: str) -> Style:
    """The style of the neighbourhood: `chain` is the node to change and its parents, innermost first."""
    seen = _Seen()
    for node in islice(_outwards(chain), _ENOUGH):
        seen.look(text, node)
        if seen.enough:
            break
    return seen.style(newline)


def quotes_keys(node: Node) -> bool:
    """Whether all keys of a mapping stand in double quotes, as in JSON."""
    return bool(node.entries) and all(entry.key_node.style == '"' for entry in node.entries)


def _outwards(chain: Iterable[Node]) -> Iterator[Node]:
    """Every node around a place, nearest first: what is inside each parent, without what came before."""
    known: set[int] = set()
    for parent in chain:
        for node in walk(parent):
            if id(node) not in known:
                known.add(id(node))
                yield node


class _Seen(Struct):
    """What has been seen of a style so far; None where nothing has."""

    indent: int | None = None
    offset: int | None = None
    dash: int | None = None
    mark: str | None = None
    plain_text: bool = False
    quoted_text: int = 0
    flow_lists: bool | None = None
    flow_commands: bool | None = None
    flow_items: bool | None = None
    padded: bool | None = None

    @property
    def enough(self) -> bool:
        return None not in (self.indent, self.offset, self.dash, self.mark) and (
            self.plain_text and None not in (self.flow_lists, self.padded)
        )

    def look(self, text: str, node: Node) -> None:
        if node.alias is not None:
            return
        if node.kind == "scalar":
            return
        if node.style == "flow":
            self._look_at_flow(text, node)
        for child in node.children:
            self._look_at_child(child)
        if node.style == "block":
            self._look_at_block(text, node)

    def style(self, newline: str) -> Style:
        """The style, with the design's defaults for what was not seen."""
        indent = self.indent or (self.offset if self.offset and self.offset > 1 else None) or 2
        offset = self.offset if self.offset is not None else indent
        always = not self.plain_text and self.quoted_text > 0
        quoting = Quoting(self.mark or '"', always)
        return Style(
            newline,
            indent,
            offset,
            self.dash or 2,
            quoting,
            flow_lists=bool(self.flow_lists),
            flow_commands=bool(self.flow_commands),
            flow_items=bool(self.flow_items),
            padded=bool(self.padded),
        )

    def _look_at_flow(self, text: str, node: Node) -> None:
        if self.padded is None and node.children and text[node.start : node.start + 1] == "{":
            self.padded = text[node.start + 1 : node.start + 2] == " "

    def _look_at_child(self, child: Node) -> None:
        if child.kind != "scalar" or not isinstance(child.value, str) or child.alias is not None:
            return
        if child.style in ("'", '"'):
            self.quoted_text += 1
            self.mark = self.mark or child.style
        elif not child.style:
            self.plain_text = True

    def _look_at_block(self, text: str, node: Node) -> None:
        for entry in node.entries:
            self._look_at_entry(text, entry.key, entry.key_node, entry.node)
        for item in node.items:
            if self.dash is None and item.kind == "mapping" and item.style == "block":
                before = _LINE_START.search(text, 0, item.outer)
                stripped = before.group().strip("\ufeff").rstrip() if before else ""
                if stripped.endswith("-"):
                    self.dash = column(text, item.outer) - len(stripped) + 1

    def _look_at_entry(self, text: str, key: object, key_node: Node, node: Node) -> None:
        if node.alias is not None or node.kind == "scalar":
            return
        if node.style == "block":
            distance = column(text, node.start) - column(text, key_node.start)
            if node.kind == "mapping" and self.indent is None:
                self.indent = distance
            elif node.kind == "sequence" and self.offset is None:
                self.offset = distance
        is_flat = node.kind == "sequence" and node.items and all(item.kind == "scalar" for item in node.items)
        if self.flow_lists is None and is_flat and key != "command":
            self.flow_lists = node.style == "flow"
        if self.flow_commands is None and is_flat and key == "command":
            self.flow_commands = node.style == "flow"
        if self.flow_items is None and key in ("parameters", "inputs") and node.kind == "sequence":
            self.flow_items = any(item.style == "flow" and item.kind == "mapping" for item in node.items)
