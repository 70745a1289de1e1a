"""Where a node stands: what leads to it, and the neighbourhood that gives its style."""

from msgspec import Struct

from valohai_steps.config.rendering.style import Style, style_around
from valohai_steps.config.tree.line import column, line_break, skip_gap, starts_line
from valohai_steps.config.tree.node import Node
from valohai_steps.model.text import Span, TextEdit


class EditTarget(Struct, frozen=True):
    """A node in its place.

    `lead` is behind the `:` or `-` in front of it (None where a key has no `:`), `indent` the column of that
    key or `-`. `is_open`: the file has no final line end, though `text` has one. `chain` is the node's
    parents, innermost first; the root has none.
    """

    text: str
    newline: str
    node: Node
    is_open: bool = False
    chain: tuple[Node, ...] = ()
    lead: int | None = None
    indent: int = 0

    @property
    def style(self) -> Style:
        """The style around the node."""
        return style_around(self.text, (self.node, *self.chain), self.newline)

    @property
    def in_flow(self) -> bool:
        """Whether the node stands inside brackets."""
        return bool(self.chain) and self.chain[0].style == "flow"

    @property
    def in_sequence(self) -> bool:
        """Whether the node is an item of a list."""
        return bool(self.chain) and self.chain[0].kind == "sequence"

    def takes_block_text(self, offset: int) -> bool:
        """Whether a block text may stand at `offset`: at the open end of a file it loses its line end."""
        return not (self.is_open and offset == len(self.text))

    def child(self, index: int, start: int) -> "EditTarget":
        """The site of the node's child at `index`, which starts at `start` (see child_starts)."""
        node = self.node
        lead: int | None
        if node.kind == "sequence":
            lead = start if node.style == "flow" else start + 1
            inner = node.items[index]
        else:
            entry = node.entries[index]
            inner = entry.node
            colon = skip_gap(self.text, entry.key_node.end)
            lead = colon + 1 if self.text.startswith(":", colon) else None
        return EditTarget(
            self.text, self.newline, inner, self.is_open, (node, *self.chain), lead, column(self.text, start)
        )

    def line_break(self, offset: int) -> str:
        """The line end to use beside the line of `offset`."""
        return line_break(self.text, offset, self.newline)


def child_starts(text: str, node: Node) -> tuple[int, ...]:
    """Where each child starts: its `-`, its `?`, or its key with anchor and tag; the value itself in flow."""
    if node.style == "flow":
        return tuple(item.outer for item in (node.items or [entry.key_node for entry in node.entries]))
    starts: list[int] = []
    end = node.start
    for index, child in enumerate(node.children):
        starts.append(skip_gap(text, end) if index else node.start)
        end = child.end if node.kind == "sequence" else max(child.end, node.entries[index].key_node.end)
    return tuple(starts)


def insertion(text: str, offset: int, lines: list[str], newline: str) -> TextEdit:
    """Whole lines put in at a line start, or behind the last line of a text without a final line end."""
    return TextEdit(Span(offset, offset), lines_at(text, offset, lines, newline))


def lines_at(text: str, offset: int, lines: list[str], newline: str) -> str:
    """Whole lines as text for the line start `offset`."""
    if not lines:
        return ""
    joined = newline.join(lines)
    return joined + newline if starts_line(text, offset) else newline + joined
