"""What calls of the table of harmless ones give: of an argument, the argument itself, or what holds it."""

from valohai_steps.source.evaluation.uses.tracing.calls.callees import Callee
from valohai_steps.source.evaluation.uses.tracing.reach import Reach

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


def given(kind: str, reach: Reach) -> Reach | None:
    """What a call of the table of harmless ones gives back of its argument; None for nothing."""
    match kind:
        case "copies" | "lists":
            return reach.copied
        case "pairs":
            return reach.paired
        case "element":
            return reach.part
        case "itself" | "numbers":
            return reach
        case _:
            return None
