"""Facts and findings with every span in them moved to another place."""

from collections.abc import Callable
from functools import cache
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.model.finding import Related
from valohai_steps.model.text import Span

_Fact = TypeVar("_Fact")


def relocated(fact: _Fact, place: Callable[[Span], Span]) -> _Fact:
    """The same fact with `place` applied to each of its spans; those in other files stay."""
    if isinstance(fact, Span):
        return place(fact)  # type: ignore[return-value]  # a Span for a Span
    if isinstance(fact, tuple):
        return tuple(relocated(item, place) for item in fact)  # type: ignore[return-value]  # a tuple too
    if not isinstance(fact, Struct) or (isinstance(fact, Related) and fact.path is not None):
        return fact
    moved = {name: relocated(getattr(fact, name), place) for name in _names(type(fact))}
    return replace(fact, **moved)


@cache
def _names(kind: type[Struct]) -> tuple[str, ...]:
    """The fields that may hold spans of the fact's own file."""
    return tuple(name for name in kind.__struct_fields__ if name not in ("origin", "path"))
