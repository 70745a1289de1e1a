"""The mappings and lists around a place of an outline, and what of them is being written there."""

from msgspec import Struct

from valohai_steps.config.cursor.outline.pieces import Entry, Item, Mapping, Node, Scalar, Sequence


class Frame(Struct, frozen=True):
    """A mapping or list, and the one of its entries or items that the place is in; None for a new one."""

    node: Mapping | Sequence
    entry: Entry | Item | None = None


class Found(Struct, frozen=True):
    """The innermost piece at a place: a key (`is_key`), or a value, with the scalar that is there.

    `after` is where the blank behind `:` or `-` has to be, -1 when it is no matter.
    """

    frames: tuple[Frame, ...]
    is_key: bool
    scalar: Scalar | None = None
    after: int = -1


def piece_at(text: str, node: Node | None, offset: int, frames: tuple[Frame, ...] = ()) -> Found | None:
    """What is written at `offset`, on the lines of the outline; None where nothing of it is."""
    if isinstance(node, Scalar):
        return Found(frames, False, node) if _touches(text, node, offset) else None
    if node is None or offset < node.start:
        return None
    if node.is_flow and (offset == node.start or (node.is_closed and offset >= node.end)):
        return None
    part = _last(node, offset + 1)
    if part is None or (node.is_flow and offset > part.end):
        return None
    inner = (*frames, Frame(node, part))
    if isinstance(part, Item):
        return _value_at(text, offset, inner, part.start - 1 if node.is_flow else part.start)
    return _in_entry(text, part, offset, inner)


def _last(node: Mapping | Sequence, before: int) -> Entry | Item | None:
    """The last entry or item that starts in front of an offset."""
    if isinstance(node, Mapping):
        return next((each for each in reversed(node.entries) if each.start < before), None)
    return next((each for each in reversed(node.items) if each.start < before), None)


def _touches(text: str, scalar: Scalar, offset: int) -> bool:
    """Whether a cursor is in a scalar, or behind blanks that its next word may follow."""
    if scalar.style in ("'", '"', "*") or offset <= scalar.end:
        return scalar.inner.contains(offset)
    return not text[scalar.end : offset].strip(" \t")


def _in_entry(text: str, entry: Entry, offset: int, frames: tuple[Frame, ...]) -> Found | None:
    key = entry.key
    if key is None and (entry.colon < 0 or offset <= entry.colon):
        return Found(frames, True)
    if key is not None and key.start <= offset <= key.end:
        return Found(frames, True, key)
    if entry.colon < 0 or offset <= entry.colon:
        return None
    return _value_at(text, offset, frames, entry.colon)


def _value_at(text: str, offset: int, frames: tuple[Frame, ...], sign: int) -> Found | None:
    """The value of the innermost part behind a sign: a colon, a dash, or the comma or bracket in front."""
    part, is_flow = frames[-1].entry, frames[-1].node.is_flow
    value = part.value if part is not None else None
    if offset <= sign:
        return None
    after = sign + 1 if text[sign] in ":-" else -1
    if value is not None and value.start <= offset:
        return piece_at(text, value, offset, frames)
    if not is_flow and "\n" in text[sign:offset]:
        return None
    if value is None:
        return Found(frames, False, None, after) if is_flow or _is_last(text, offset) else None
    if not is_flow and "\n" in text[offset : value.start]:
        return _above(text, value, offset, frames, after) if _is_last(text, offset) else None
    if isinstance(value, Scalar) and not value.style and offset == after:
        return Found(frames, False, value, after)
    return None


def _above(text: str, value: Node, offset: int, frames: tuple[Frame, ...], after: int) -> Found | None:
    """A dash in front of the lines of its value: a key of that, when it stands where those do."""
    column = offset - (text.rfind("\n", 0, offset) + 1) + (offset == after)
    if isinstance(value, Mapping) and not value.is_flow and value.column == column:
        return Found((*frames, Frame(value)), True, None, after)
    # A top-level item whose keys are there already, and are one level too deep for the item itself.
    return Found(frames, False, None, after) if len(frames) == 1 else None


def _is_last(text: str, offset: int) -> bool:
    """Whether nothing but a comment follows on the line."""
    end = text.find("\n", offset)
    rest = text[offset : len(text) if end < 0 else end].strip()
    return not rest or rest.startswith("#")


def open_frames(root: Node | None, line_start: int) -> tuple[tuple[Frame, ...], Node | None]:
    """The block mappings and lists that a new line at `line_start` may belong to, outermost first.

    With them comes what stands there last, when it is a scalar or in flow style.
    """
    frames: list[Frame] = []
    node = root
    while isinstance(node, (Mapping, Sequence)) and not node.is_flow:
        part = _last(node, line_start)
        frames.append(Frame(node, part))
        if part is None:
            return tuple(frames), None
        node = part.value
    return tuple(frames), node
