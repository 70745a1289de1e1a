"""The part of a YAML text that is being written, which a completion replaces."""

from valohai_steps.config.cursor.outline.pieces import Scalar
from valohai_steps.model.slot import Slot


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
