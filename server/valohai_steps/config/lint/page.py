"""The text that is judged, and the few things that every rule asks of it."""

from bisect import bisect_right

from msgspec import Struct

from valohai_steps.config.rendering.scalar_text import Quoting, scalar_text
from valohai_steps.config.tree.line import line_end, line_start, skip_gap
from valohai_steps.config.tree.node import Entry, Node
from valohai_steps.model.finding import Fix
from valohai_steps.model.text import Span, TextEdit, newline_of

_LONGEST = 60


class Page(Struct, frozen=True):
    """A text that reads alone; `image` is what a missing image is filled in with, `roots` what was read."""

    text: str
    image: str = "python:3.11-slim"
    roots: tuple[Node, ...] = ()

    def written(self, node: Node) -> str:
        """What is written, in one line, shortened."""
        text = " ".join(self.text[node.start : node.end].split())
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"

    def said(self, node: Node) -> str:
        """A name as it is written, without its quotes."""
        text = self.written(node)
        return text[1:-1] if node.style in ("'", '"') and len(text) > 1 else text

    def is_flow(self, offset: int) -> bool:
        """Whether brackets or braces are open at an offset; without `roots`, as far as its own line tells."""
        if self.roots:
            return any(_is_in_flow(root, offset) for root in self.roots)
        before = self.text[line_start(self.text, offset) : offset]
        return before.count("[") + before.count("{") > before.count("]") + before.count("}")

    def quoted(self, value: str, offset: int) -> str:
        """A string in quotes, of the kind that the text uses."""
        mark = "'" if "'" in self.text and '"' not in self.text else '"'
        return scalar_text(value, Quoting(mark, always=True), flow=self.is_flow(offset))

    def quoted_if_needed(self, value: str) -> str:
        """A string as a value of its own, in quotes where YAML needs them."""
        return scalar_text(value, Quoting(), flow=True)

    @property
    def newline(self) -> str:
        """How lines end."""
        return newline_of(self.text)

    def spelled(self, value: str, node: Node) -> str:
        """A string in place of a scalar: its quotes stay, and are added where YAML needs them."""
        always = node.style in ("'", '"')
        mark = node.style if always else '"'
        return scalar_text(value, Quoting(mark, always=always), flow=self.is_flow(node.start))


def _is_in_flow(node: Node, offset: int) -> bool:
    inner: Node | None = node
    while inner is not None and inner.alias is None and inner.start < offset < inner.end:
        if inner.kind == "scalar" or inner.style == "flow":
            return inner.kind != "scalar"
        children: tuple[Node, ...] | tuple[Entry, ...] = inner.items or inner.entries
        at = bisect_right(children, offset, key=lambda child: child.span.start) - 1
        child = children[at] if at >= 0 else None
        inner = child.node if isinstance(child, Entry) else child
    return False


def is_empty(node: Node) -> bool:
    """Whether there is no value: nothing, `null` or `~`."""
    return node.kind == "scalar" and node.value is None


def is_one_line(text: str, span: Span) -> bool:
    """Whether a span stays on one line."""
    return line_end(text, span.start) >= span.end


def blame(page: Page, node: Node, key: Node | None) -> Span:
    """Where a wrong value is shown: itself on one line, else the key in front; an item's first line."""
    if is_one_line(page.text, node.span):
        return node.span
    if key is not None:
        return key.span
    return Span(node.start, min(line_end(page.text, node.start), node.end))


def dash(page: Page, sequence: Node, index: int) -> Span:
    """The `-` of an item of a block list."""
    start = sequence.start
    if index:
        start = skip_gap(page.text, sequence.items[index - 1].end)
    found = page.text.find("-", start)
    return Span(found, found + 1) if found >= 0 else sequence.items[index].span


def replaced(title: str, span: Span, text: str, *, preferred: bool = True) -> tuple[Fix, ...]:
    """The fix that writes `text` in place of a span."""
    return (Fix(title, (TextEdit(span, text),), preferred),)


def in_quotes(page: Page, node: Node) -> tuple[Fix, ...]:
    """The fix that puts what is written in quotes."""
    written = page.text[node.start : node.end]
    return replaced(f"Put {page.written(node)} in quotes", node.span, page.quoted(written, node.start))
