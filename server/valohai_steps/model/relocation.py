"""Facts and findings with every span in them moved to another place."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

from valohai_steps.model.text import Span

_Fact = TypeVar("_Fact")


def relocated(fact: _Fact, place: Callable[[Span], Span]) -> _Fact:
    """The same fact with `place` applied to each of its spans; those in other files (`origin`) stay."""
    if isinstance(fact, Span):
        return place(fact)  # type: ignore[return-value]  # a Span for a Span
    if isinstance(fact, tuple):
        return tuple(relocated(item, place) for item in fact)  # type: ignore[return-value]  # a tuple too
    if is_dataclass(fact) and not isinstance(fact, type):
        names = (each.name for each in fields(fact) if each.name not in ("origin", "path"))
        return replace(fact, **{name: relocated(getattr(fact, name), place) for name in names})
    return fact
