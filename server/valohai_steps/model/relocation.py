"""Facts and findings with every span in them moved to another place."""

from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct

from valohai_steps.model.finding import Related
from valohai_steps.model.text import Span

_Fact = TypeVar("_Fact")


def relocated(fact: _Fact, place: Callable[[Span], Span]) -> _Fact:
    """The same fact with `place` applied to each of its spans; those in other files stay."""
    kind = type(fact)
    if kind is str or kind is bool or fact is None:  # most of what facts hold: asked first
        return fact
    if isinstance(fact, Span):
        return place(fact)  # type: ignore[return-value]  # a Span for a Span
    if isinstance(fact, tuple):
        return tuple([relocated(item, place) for item in fact])  # type: ignore[return-value]  # a tuple too
    if not isinstance(fact, Struct) or (isinstance(fact, Related) and fact.path is not None):
        return fact
    names = fact.__struct_fields__
    return kind(
        *[
            getattr(fact, name) if name == "origin" else relocated(getattr(fact, name), place)
            for name in names
        ]
    )
