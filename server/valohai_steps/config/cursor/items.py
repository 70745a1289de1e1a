"""The top-level items of a valohai.yaml, cut by their dashes; nothing in them is read for it."""

from collections.abc import Iterator

from msgspec import Struct

from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span

_BEFORE = pattern(r"(?:\ufeff)?(?:[ \t]*(?:#[^\n]*)?\r?\n|(?:---|%)[^\n]*\n)*")
_FIRST = pattern(r"([ \t]*)-(?=[ \t\r\n]|\Z)")


class Items(Struct, frozen=True):
    """Where the items are: each goes from the start of its first line to that of the next one.

    `column` is where their dashes stand. Without any item there is one span, the whole text.
    """

    spans: tuple[Span, ...]
    column: int = 0

    def at(self, offset: int) -> Span | None:
        """The item that a cursor at `offset` is in, or behind; None in front of the first."""
        low, high = 0, len(self.spans)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.spans[middle].start <= offset else (low, middle)
        return self.spans[low - 1] if low else None


def items_of(text: str) -> Items:
    """Cut a text into its items."""
    before = _BEFORE.match(text)
    first = _FIRST.match(text, before.end()) if before is not None else None
    if first is None:
        return Items((Span(0, len(text)),))
    starts = [first.start(), *_starts(text, f"\n{first[1]}-", first.end())]
    ends = (*starts[1:], len(text))
    return Items(tuple(map(Span, starts, ends)), len(first[1]))


def _starts(text: str, dash: str, begin: int) -> Iterator[int]:
    """Where the lines behind `begin` start that begin with a dash and a blank."""
    found = text.find(dash, begin)
    while found >= 0:
        end = found + len(dash)
        if text[end : end + 1] in ("", " ", "\t", "\r", "\n"):
            yield found + 1
        found = text.find(dash, end)
