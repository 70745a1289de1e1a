"""The end of a text without a final line end: it stays so, and block texts there keep their value."""

from collections.abc import Iterable, Sequence

from valohai_steps.config.tree.line import break_before
from valohai_steps.config.tree.node import Node, walk
from valohai_steps.model.text import Span, TextEdit


def open_end_edits(
    text: str, newline: str, edits: Sequence[TextEdit], roots: Iterable[Node]
) -> tuple[TextEdit, ...]:
    """Edits of `text + newline`, in order, as edits of `text` whose result has no final line end either."""
    pieces: list[str] = []
    start, count = len(text) + len(newline), len(edits)
    while count and edits[count - 1].span.end == start:
        count -= 1
        start = edits[count].span.start
        pieces.insert(0, edits[count].text)
    if count == len(edits):
        return tuple(edits)
    last = _last_before(roots, start)
    added = "".join(pieces)
    if added:
        return (*edits[:count], *_sign(text, last, edits[:count]), _tail(text, newline, start, added))
    keeps_break = last is not None and last.style in ("|", ">") and str(last.value).endswith("\n")
    start -= 0 if keeps_break else break_before(text, start)
    return (*edits[:count], TextEdit(Span(start, len(text)), ""))


def _last_before(roots: Iterable[Node], offset: int) -> Node | None:
    """The last scalar that starts before `offset`."""
    scalars = (node for root in roots for node in walk(root) if node.kind == "scalar" and node.alias is None)
    return max((node for node in scalars if node.start < offset), key=lambda node: node.start, default=None)


def _tail(text: str, newline: str, start: int, added: str) -> TextEdit:
    lines = added[: len(added) - break_before(added, len(added))]
    if start > len(text):
        return TextEdit(Span(len(text), len(text)), newline + lines)
    return TextEdit(Span(start, len(text)), lines)


def _sign(text: str, last: Node | None, edits: Iterable[TextEdit]) -> Iterable[TextEdit]:
    """The edit that keeps a block text at the very end without its line end, now that lines follow."""
    if last is None or last.style not in ("|", ">") or str(last.value).endswith("\n") or last.end < len(text):
        return
    sign = last.start + 1
    if not text.startswith("-", sign) and not any(e.span.start <= sign <= e.span.end for e in edits):
        yield TextEdit(Span(sign, sign + text.startswith("+", sign)), "-")
