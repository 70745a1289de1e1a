"""What is being written at a cursor in a valohai.yaml: a key, a value, or an item of a list."""

import re
from enum import Enum

from msgspec import Struct

from valohai_steps.config.cursor.enclosing import Found, Frame, open_frames, piece_at
from valohai_steps.config.cursor.items import Items, items_of
from valohai_steps.config.cursor.outline.block import read_outline
from valohai_steps.config.cursor.outline.pieces import Entry, Item, Mapping, Outline, Scalar, Sequence
from valohai_steps.config.cursor.slot import empty_slot, slot_in
from valohai_steps.model.patterns import pattern
from valohai_steps.model.slot import Slot

_BARE_WORD = pattern(r"[ \t]*([^\s:#,\[\]{}\"'|>&*!-][^\s:#]*)?[ \t\r]*(?=\n|\Z)")
_NEXT_LINE = pattern(r"^([ \t]*)([^\s#])", re.MULTILINE)
_BLOCK = ("|", ">")


class SlotContent(Enum):
    """What a place takes."""

    KEY = "a key of a mapping"
    VALUE = "the value of a key or an item of a list"
    ITEM = "an item of a list, with its dash"


class CursorPlace(Struct, frozen=True):
    """A place where something is being written.

    `frames` are the mappings and lists around it, from the list of all items inwards; the entry of the last
    is the one that is written, None for a new one. `column` is where the slot starts on its line; `lead` are
    blanks that are missing there. `has_colon`: a key has its `:` already. `own_line`: a value stands below
    its key or dash. `blank_missing`: it follows a `:` or `-` at once.
    """

    wanted: SlotContent
    slot: Slot
    frames: tuple[Frame, ...]
    outline: Outline
    items: Items
    column: int = 0
    has_colon: bool = False
    own_line: bool = False
    blank_missing: bool = False
    lead: str = ""

    @property
    def is_flow(self) -> bool:
        """Whether it is between brackets."""
        return any(frame.node.is_flow for frame in self.frames)

    @property
    def mapping(self) -> Mapping | None:
        """The innermost mapping around it."""
        nodes = [frame.node for frame in self.frames if isinstance(frame.node, Mapping)]
        return nodes[-1] if nodes else None


def place_at(text: str, offset: int) -> CursorPlace | None:
    """What is being written at `offset`, in code points; None where nothing can be offered."""
    items = items_of(text)
    span = items.at(offset)
    outline = read_outline(text, span.start, span.end) if span is not None else Outline(text)
    if any(comment.start <= offset <= comment.end for comment in outline.comments):
        return None
    found = piece_at(text, outline.root, offset)
    if found is not None:
        return _of_piece(outline, items, found, offset)
    bare = _BARE_WORD.match(text, _line_start(text, offset))
    if bare is None or (bare[1] and not bare.start(1) <= offset <= bare.end(1)) or bare.end() < offset:
        return None
    slot = Slot(bare.start(1), offset, bare.end(1)) if bare[1] else empty_slot(offset)
    place = _on_free_line(outline, items, slot)
    return None if place is not None and bare[1] and place.wanted is not SlotContent.ITEM else place


def _of_piece(outline: Outline, items: Items, found: Found, offset: int) -> CursorPlace | None:
    text = outline.text
    line_start = _line_start(text, offset)
    scalar = found.scalar
    if scalar is not None and scalar.start > offset:
        slot: Slot | None = Slot(offset, offset, scalar.end)
    else:
        slot = slot_in(text, scalar, offset) if scalar is not None else empty_slot(offset)
    if slot is None:
        return None
    column = (scalar.start if scalar is not None else slot.start) - line_start
    part = found.frames[-1].entry if found.frames else None
    is_behind = found.after == offset
    if found.is_key:
        has_colon = isinstance(part, Entry) and part.colon >= 0
        is_word = has_colon or not any(sign in text[slot.start : slot.end] for sign in " \t")
        place = CursorPlace(
            SlotContent.KEY, slot, found.frames, outline, items, column, has_colon, blank_missing=is_behind
        )
        return place if is_word else None
    if not found.frames:  # a word at the top of a text that holds nothing else
        return _on_free_line(outline, items, slot) if column == items.column else None
    below = _is_below(text, part, scalar)
    return CursorPlace(
        SlotContent.VALUE, slot, found.frames, outline, items, column, own_line=below, blank_missing=is_behind
    )


def _is_below(text: str, part: Entry | Item | None, scalar: Scalar | None) -> bool:
    """Whether a value stands on another line than its key or dash."""
    if part is None or scalar is None or scalar.style in _BLOCK:
        return False
    sign = part.colon if isinstance(part, Entry) else part.start
    return "\n" in text[sign : scalar.start]


def _line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset) + 1, int(text.startswith("\ufeff")))


def _on_free_line(outline: Outline, items: Items, slot: Slot) -> CursorPlace | None:
    """What can be written on a line that holds nothing but the slot, by its column."""
    text = outline.text
    line_start = _line_start(text, slot.start)
    column = slot.start - line_start
    below = _NEXT_LINE.search(text, text.find("\n", slot.end) + 1 or len(text))
    next_column = len(below[1]) if below is not None else -1
    is_dash_next = below is not None and re.match(r"-(?=\s|\Z)", text[below.start(2) : below.start(2) + 2])
    frames, last = open_frames(outline.root, line_start)
    if not frames:
        fits = column == items.column and next_column <= column
        return CursorPlace(SlotContent.ITEM, slot, (), outline, items, column) if fits else None
    if isinstance(last, Scalar) and last.style in _BLOCK and column > frames[-1].node.column:
        block = Slot(slot.start, slot.cursor, slot.end, style=last.style)
        return CursorPlace(SlotContent.VALUE, block, frames, outline, items, column)
    if last is None and (below_key := _below_open(frames, column, next_column)) is not None:
        return CursorPlace(
            SlotContent.VALUE, slot, frames, outline, items, column, own_line=True, lead=below_key
        )
    for depth in range(len(frames) - 1, -1, -1):
        node = frames[depth].node
        if node.column != column or next_column > column:
            continue
        around = (*frames[:depth], Frame(node))
        if isinstance(node, Mapping):
            is_apart = next_column < column or not is_dash_next
            return CursorPlace(SlotContent.KEY, slot, around, outline, items, column) if is_apart else None
        if depth == 0 or frames[depth - 1].node.column < column or is_dash_next:
            return CursorPlace(SlotContent.ITEM, slot, around, outline, items, column)
    return None


def _below_open(frames: tuple[Frame, ...], column: int, next_column: int) -> str | None:
    """The blanks missing in front of a value below the last key or dash, if that has none; else None."""
    frame = frames[-1]
    part, own = frame.entry, frame.node.column
    if part is None or (isinstance(part, Entry) and part.colon < 0) or next_column > own:
        return None
    if column > own:
        return ""
    is_item = len(frames) == 2 and isinstance(frame.node, Mapping) and isinstance(frames[0].node, Sequence)
    return "  " if is_item and column == own and next_column < own else None
