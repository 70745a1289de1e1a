"""What is being written at a cursor, where something can be offered: a name, a key, or one of some values."""

from collections.abc import Iterator
from enum import Enum

from msgspec import Struct

from valohai_steps.model.patterns import pattern
from valohai_steps.model.slot import Slot
from valohai_steps.source.cursor.enclosing import (
    Enclosing,
    EnclosingRole,
    given_names,
    is_in_comment,
    name_of,
    surroundings,
)
from valohai_steps.source.cursor.slot import slot_at_word, slot_in_literal
from valohai_steps.source.python_file import PythonFile
from valohai_steps.source.text.brackets import BracketItem, Piece, outline

_OPENING = pattern(r"[ \t]*\(")
_NAME = pattern(r"[^\W\d]\w*$")


class SlotContent(Enum):
    """What a place takes."""

    ARGUMENT = "an argument's name"
    ARGUMENT_VALUE = "an argument's value"
    ENTRY = "the name of a parameter or input to declare"
    KEY = "a key of a definition"
    KEY_VALUE = "the value of a key"
    READ = "the name of a declared parameter or input"


_NAMES = {
    EnclosingRole.ARGUMENTS: SlotContent.ARGUMENT,
    EnclosingRole.ENTRIES: SlotContent.ENTRY,
    EnclosingRole.DEFINITION: SlotContent.KEY,
}
_VALUES = {
    EnclosingRole.ARGUMENTS: SlotContent.ARGUMENT_VALUE,
    EnclosingRole.DEFINITION: SlotContent.KEY_VALUE,
}


class CursorPlace(Struct, frozen=True):
    """A place where something is being written.

    `name` is the argument or key that a value is for, `given` what stands there already, `kind` is
    "parameter" or "input" where it is about one of them, `step` the step's name as it is written.
    `has_value`: a name has its `=` or `:` already. `comma_at` is where a comma is missing in front;
    `comma_behind`: one is needed behind.
    """

    wanted: SlotContent
    slot: Slot
    kind: str = ""
    name: str = ""
    step: str | None = None
    given: frozenset[str] = frozenset()
    has_value: bool = False
    comma_at: int | None = None
    comma_behind: bool = False


def place_at(file: PythonFile, offset: int) -> CursorPlace | None:
    """What is being written at `offset`, in code points; None where nothing can be offered."""
    around = surroundings(file, offset)
    if around is None:
        return _read_at(file, offset)
    if not around.is_direct or is_in_comment(around.bracket, offset):
        return None
    item, text = around.item, file.text
    sign = item.pieces[item.sign] if item.sign is not None else None
    if sign is not None and sign.span.end <= offset:
        return _value_at(text, around, offset)
    return _name_at(text, around, offset)


def _name_at(text: str, around: Enclosing, offset: int) -> CursorPlace | None:
    item = around.item
    before = [piece for piece in item.pieces if piece.span.start < offset]
    is_nameless = bool(item.pieces) and item.pieces[0].kind == "sign"
    follows = not before and bool(item.pieces) and not is_nameless
    if follows and "\n" not in text[offset : item.pieces[0].span.start]:
        return None  # right in front of what stands there
    slot = _slot(text, before, offset, strings=around.role is not EnclosingRole.ARGUMENTS)
    if slot is None:
        return None
    return CursorPlace(
        _NAMES[around.role],
        slot,
        around.kind,
        around.entry,
        around.step,
        given_names(text, around.bracket, None if follows else item),
        has_value=is_nameless or (item.sign is not None and not follows),
        comma_at=item.comma_at,
        comma_behind=follows,
    )


def _value_at(text: str, around: Enclosing, offset: int) -> CursorPlace | None:
    item = around.item
    before = [piece for piece in item.value if piece.span.start < offset]
    if around.role is EnclosingRole.ENTRIES or (not before and item.value):
        return None  # a default is anything; and what stands there already is not written in front of
    slot = _slot(text, before, offset, strings=True)
    if slot is None or (len(item.value) > 1 and not _swallows(slot)):
        return None
    name = name_of(text, item) or ""
    return CursorPlace(_VALUES[around.role], slot, around.kind, name, around.step)


def _slot(text: str, before: list[Piece], offset: int, *, strings: bool) -> Slot | None:
    """The slot of a cursor behind nothing, or in the one word or literal that is being written."""
    if not before:
        return Slot(offset, offset, offset)
    (first, *more) = before
    if more or offset > first.span.end:
        return None
    if first.kind == "text":
        return slot_in_literal(text, first.span, offset) if strings else None
    is_name = first.kind == "word" and _NAME.match(text, first.span.start, first.span.end)
    return slot_at_word(text, first.span.start, offset) if is_name else None


def _swallows(slot: Slot) -> bool:
    """Whether what stands behind the slot in its item may be there only because a quote is open."""
    return bool(slot.quote) and not slot.is_closed


def _read_at(file: PythonFile, offset: int) -> CursorPlace | None:
    for kind, item in _read_arguments(file, offset):
        value = item.value if item.sign is None or name_of(file.text, item) == "name" else ()
        before = [piece for piece in value if piece.span.start < offset]
        stands = bool(item.pieces) and not before
        slot = None if stands else _slot(file.text, before, offset, strings=True)
        if slot is not None and (len(value) <= 1 or _swallows(slot)):
            return CursorPlace(SlotContent.READ, slot, kind)
    return None


def _read_arguments(file: PythonFile, offset: int) -> Iterator[tuple[str, BracketItem]]:
    """The first argument, or `name=`, of a `parameters()` or `inputs()` call on the cursor's line."""
    text = file.text
    line = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    if "valohai" not in text or "(" not in text[line:offset]:
        return
    line_end = min(end for end in (text.find("\n", offset), text.find("\r", offset), len(text)) if end >= 0)
    for kind in ("parameter", "input"):
        for end in (span.end for each, span in file.read_callees if each == kind):
            opening = _OPENING.match(text, end) if line <= end < offset else None
            bracket = outline(text, opening.end() - 1, line_end) if opening is not None else None
            item = bracket.item_at(offset) if bracket is not None and bracket.holds(offset) else None
            if bracket is None or item is None or is_in_comment(bracket, offset):
                continue
            if item is bracket.items[0] or item.sign is not None:
                yield kind, item
