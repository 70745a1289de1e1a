"""The part of a YAML text that is being written, which a completion replaces."""

from msgspec import Struct

from valohai_steps.config.cursor.outline.pieces import Scalar
from valohai_steps.model.text import Span


class Slot(Struct, frozen=True):
    """Where a key or value is being written: from `start` to `end`, the cursor between, all on one line.

    `quote` is what stands in front of `start`, "" when nothing does; `is_closed` tells that the same stands
    at `end`. `style` is that of the scalar: a quote, `|` or `>` within a block of text, `*` for an alias.
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


def empty_slot(offset: int) -> Slot:
    """The slot of a place where nothing stands."""
    return Slot(offset, offset, offset)


def slot_in(text: str, scalar: Scalar, offset: int) -> Slot | None:
    """The slot of a cursor in or behind a scalar; of several lines, that of the cursor's line.

    Blanks that stand between an unquoted scalar and the cursor belong to the slot.
    """
    start = max(scalar.inner.start, text.rfind("\n", 0, offset) + 1)
    if start > scalar.inner.start or scalar.style in ("|", ">"):
        start += len(text[start:offset]) - len(text[start:offset].lstrip(" \t"))
    if offset > scalar.inner.end:
        # Blanks that another word may follow: in quotes there are none behind the end.
        return Slot(start, offset, offset, style=scalar.style) if scalar.style not in ("'", '"') else None
    if offset < scalar.inner.start:
        return None
    line_end = text.find("\n", offset, scalar.inner.end)
    end = scalar.inner.end if line_end < 0 else line_end
    if text[offset:end].isspace():
        end = offset
    elif end > offset and text[end - 1] == "\r":
        end -= 1
    quote = scalar.style if scalar.style in ("'", '"') else ""
    return Slot(start, offset, end, quote, scalar.is_closed and bool(quote), scalar.style)
