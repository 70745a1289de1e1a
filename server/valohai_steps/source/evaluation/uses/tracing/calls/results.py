"""Calls of the table of harmless ones that give an argument itself, or hold it under its name."""

from valohai_steps.source.evaluation.uses.tracing.calls.callees import Callee

_HOLDING = ("collections.OrderedDict", "collections.Counter")


def gives_whole(callee: Callee, kind: str, name: str | None, place: int | None, *, is_alone: bool) -> bool:
    """Whether a call may give the argument itself.

    `next(i, p)`, `max(i, default=p)`, `max(p, q)`, `sum(i, p)`; `name` is its keyword, `place` its index if
    that is known, `is_alone` says that no other has no name.
    """
    if name is not None:
        return kind in ("element", "lists") and name in ("default", "start")
    if is_alone:
        return False
    return callee.builtin in ("min", "max") or (callee.builtin in ("next", "sum") and place != 0)


def holds_named(callee: Callee) -> bool:
    """Whether what a call gives holds its named arguments under their names: `dict(k=p)`."""
    return callee.builtin == "dict" or callee.full_name in _HOLDING
