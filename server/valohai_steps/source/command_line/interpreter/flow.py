"""How statements end: what follows them, and what they return."""

from enum import Enum

from msgspec import Struct

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
