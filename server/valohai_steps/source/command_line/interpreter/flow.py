"""How statements end: what follows them, what they return, and what names stand for after branches."""

from enum import Enum

from msgspec import Struct

from valohai_steps.model.step import Cause, Unknown
from valohai_steps.source.command_line.memory.instances import parser_of
from valohai_steps.source.command_line.memory.objects import object_of
from valohai_steps.source.evaluation.result import Evaluated


class Flow(Enum):
    """What follows a statement."""

    ON = "on"
    RETURN = "return"
    BREAK = "break"
    CONTINUE = "continue"
    RAISE = "raise"


class Done(Struct):
    """How a block ended, and what it returned."""

    flow: Flow = Flow.ON
    value: Evaluated | None = None


def merged(states: list[dict[str, Evaluated]]) -> dict[str, Evaluated]:
    """The names after branches: one that they leave with different values is not known; a parser is kept."""
    names = dict(states[0])
    for state in states[1:]:
        for name, found in state.items():
            known = names.get(name)
            if known is None or known == found:
                names[name] = found
            elif (parser := parser_of(object_of(found))) is not None:
                parser.open = True
            elif parser_of(object_of(known)) is None:
                span = found.value.span
                names[name] = Evaluated(Unknown(span, Cause.CONDITIONAL, name))
    return names
