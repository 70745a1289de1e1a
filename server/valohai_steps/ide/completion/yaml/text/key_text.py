"""What stands behind a key when it is written: a colon, and the beginning of its value."""

import re

from msgspec import Struct

from valohai_steps.ide.completion.yaml.text.layout import Layout
from valohai_steps.model.schema.shape import Key, Takes

_MOST_CHOICES = 12


class KeyText(Struct, frozen=True):
    """A key as it is written, with its value's beginning; `snippet` is the same with places to fill in.

    `behind` is what is expected where the cursor is then; None where nothing can be offered there.
    """

    text: str
    snippet: str | None = None
    behind: Takes | None = None


class KeyPlace(Struct, frozen=True):
    """The column of a key, whether it is between brackets, and whether something is below it already."""

    column: int
    layout: Layout
    is_flow: bool = False
    holds_more: bool = False


def key_text(name: str, key: Key, place: KeyPlace) -> KeyText:
    """The text of a key, its `name` written as it has to be there."""
    takes = key.takes
    if place.holds_more:
        return KeyText(f"{name}:")
    if takes.scalars or takes.anything or (not takes.is_mapping and takes.items is None):
        return KeyText(f"{name}: ", _snippet(name, takes), takes)
    if takes.items is not None and (place.is_flow or not _holds_mappings(takes.items)):
        if takes.items.items is not None and not place.is_flow:  # a list of lists: the ends of an edge
            start = f"{name}:{place.layout.newline}{' ' * (place.column + place.layout.offset)}- "
            return KeyText(start, behind=takes)
        return KeyText(f"{name}: []", f"{escaped(name)}: [$0]")
    if place.is_flow:
        return KeyText(f"{name}: {{}}", f"{escaped(name)}: {{$0}}")
    inner = takes.items or takes
    sign = "- " if takes.items is not None else ""
    indent = place.layout.offset if takes.items is not None else place.layout.indent
    first = _first_of(inner)
    start = f"{name}:{place.layout.newline}{' ' * (place.column + indent)}{sign}"
    if first is None:
        return KeyText(start, behind=inner)
    return KeyText(f"{start}{first.name}: ", behind=first.takes)


def _first_of(takes: Takes) -> Key | None:
    """The key that a new mapping begins with: one it needs, or the only one; else none."""
    if takes.object is not None:
        shape = takes.object
        if shape.required:
            return shape.keys[shape.required[0]]
        return next(iter(shape.keys.values())) if len(shape.keys) == 1 else None
    if takes.variants is None:
        return None
    shape = next(iter(takes.variants.shapes.values()))
    return shape.keys[shape.required[0]]


def _holds_mappings(takes: Takes) -> bool:
    return takes.items is None and (takes.is_mapping and not takes.anything)


def _snippet(name: str, takes: Takes) -> str | None:
    values = [choice.value for choice in takes.choices]
    if not values or len(values) > _MOST_CHOICES:
        return None
    return f"{escaped(name)}: ${{1|{','.join(values)}|}}"


def escaped(text: str) -> str:
    """A text as it is written in a snippet."""
    return re.sub(r"[\\$}]", r"\\\g<0>", text)
