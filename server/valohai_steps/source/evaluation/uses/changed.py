"""What is said of a value that is changed, or may be, between its definition and the call."""

from pathlib import PurePath

from msgspec import Struct

from valohai_steps.model.finding import Related
from valohai_steps.model.step import Cause
from valohai_steps.model.text import Span
from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.result import ChangedValue, Evaluated
from valohai_steps.source.evaluation.uses.effects import levels_of
from valohai_steps.source.evaluation.uses.tracing.reach import Effect
from valohai_steps.source.tree.syntax import Node


class Elsewhere(Struct, frozen=True):
    """A place in another file of the workspace; `path` is None for the file that is run.

    `reaches`: any name of the file that is run may be changed there.
    """

    path: PurePath | None
    place: Span
    reaches: bool = False


def changed_value(program: Evaluator, effect: Effect, name: str, found: Evaluated, blamed: Node) -> Evaluated:
    """Unknown, because of an effect in the text of `program`; `blamed` is where the value is used."""
    place = program.syntax.span(effect.node)
    said = f"{name} is changed here" if not effect.how else f"{name} {effect.how}"
    cause = Cause.HANDED_OUT if effect.how else Cause.CHANGED
    advice = f"{effect.instead} `{_copy(found, name)}`" if effect.how else ""
    value = ChangedValue(
        span=program.syntax.span(blamed),
        cause=cause,
        subject=name,
        related=(Related(place, said), *effect.related),
        change=place,
        how=effect.how,
        advice=advice,
    )
    return Evaluated(value)


def changed_elsewhere(elsewhere: Elsewhere, program: Evaluator, name: str, blamed: Node) -> Evaluated:
    """Unknown, because of what another file does; `blamed` is where the text of `program` uses the value."""
    span, path, place = program.syntax.span(blamed), elsewhere.path, elsewhere.place
    related = () if path is None else (Related(place, f"{name} may be changed here", path),)
    who = "the file that imports it" if path is None else f"{path.name}, which this file imports"
    cause = Cause.HANDED_OUT
    if elsewhere.reaches and path is not None:
        who, cause = f"{path.name}, which accesses the main script", Cause.REACHED
    how = f"may be changed by {who}"
    return Evaluated(ChangedValue(span, cause, name, related, "", span, how, "write the value here"))


def _copy(found: Evaluated, name: str) -> str:
    """How a copy of the value is written that nobody else can change."""
    if levels_of(found) > 1:
        return f"copy.deepcopy({name})"
    if found.entries is not None:
        return f"dict({name})"
    return f"list({name})"
