"""Facts and findings with every span in them moved to another place."""

from collections.abc import Callable
from types import NoneType
from typing import TypeVar

from msgspec import Struct

from valohai_steps.model.finding import Related
from valohai_steps.model.text import Span, TextEdit

_Fact = TypeVar("_Fact")

# What most of a fact is, and holds no place.
_UNPLACED = frozenset((str, int, float, bool, NoneType))


def relocated(fact: _Fact, place: Callable[[Span], Span]) -> _Fact:
    """The same fact with `place` applied to each of its spans; those in other files stay."""
    if isinstance(fact, Span):
        return place(fact)  # type: ignore[return-value]  # a Span for a Span
    if isinstance(fact, tuple):
        items = [item if type(item) in _UNPLACED else relocated(item, place) for item in fact]
        return tuple(items)  # type: ignore[return-value]  # a tuple for a tuple
    if not isinstance(fact, Struct) or (isinstance(fact, Related) and fact.path is not None):
        return fact
    values = [
        value
        if type(value := getattr(fact, name)) in _UNPLACED or name == "origin"
        else relocated(value, place)
        for name in fact.__struct_fields__
    ]
    return type(fact)(*values)


def edit_between(before: str, after: str) -> TextEdit:
    """The one edit that makes a text into another: what both begin and end with stays."""
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    return TextEdit(Span(start, len(before) - end), after[start : len(after) - end])


def _alike(one: str, other: str) -> int:
    """How many letters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (left, right) in pairs if left != right), min(len(one), len(other)))


def moved_span(span: Span, edit: TextEdit) -> Span:
    """Where a place is after an edit; one that the edit touches grows or shrinks with it."""
    return Span(_moved(span.start, edit), _moved(span.end, edit, end=True))


def _moved(offset: int, edit: TextEdit, *, end: bool = False) -> int:
    if offset < edit.span.start or (offset == edit.span.start and end):
        return offset
    if offset >= edit.span.end:
        return offset + len(edit.text) - (edit.span.end - edit.span.start)
    return edit.span.start + (len(edit.text) if end else 0)
