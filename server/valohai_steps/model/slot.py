"""The part of a text that is being written, which a completion replaces."""

from msgspec import Struct

from valohai_steps.model.text import Span


class Slot(Struct, frozen=True):
    """Where something is being written: from `start` to `end`, the cursor between, all on one line.

    `quote` is what stands in front of `start`, "" when nothing does; `is_closed` tells that the same stands
    at `end`. `style` is that of a scalar of YAML: a quote, `|` or `>` within a block of text, `*` for an
    alias.
    """

    start: int
    cursor: int
    end: int
    quote: str = ""
    is_closed: bool = False
    style: str = ""

    @property
    def typed(self) -> Span:
        """What stands there up to the cursor."""
        return Span(self.start, self.cursor)

    @property
    def whole(self) -> Span:
        """All that stands there."""
        return Span(self.start, self.end)

    def part(self, start: int, end: int) -> "Slot":
        """The slot of a part of the text; it is closed only when it reaches to the end."""
        return Slot(start, self.cursor, end, self.quote, self.is_closed or end < self.end, self.style)
