"""What one of Python's own functions gets, and what it calls with it."""

from valohai_steps.source.pipelines.expressions.loops.iteration import taken
from valohai_steps.source.pipelines.memory.frames import Frame
from valohai_steps.source.pipelines.memory.objects import Given, PaperValue
from valohai_steps.source.tree.syntax import Node


def only_positional(given: Given) -> list[PaperValue]:
    """The arguments, all known and without names. Raises TypeError."""
    if given.named:
        raise TypeError("arguments with names")
    return [value for value, _ in given.positional]


def elements_of_each(frame: Frame, node: Node, given: Given) -> list[list[PaperValue]]:
    """The elements of each argument."""
    return [taken(frame, node, value) for value in only_positional(given)]


def called(frame: Frame, node: Node, function: PaperValue, *values: PaperValue) -> PaperValue:
    """What a function gives that another one calls. Raises Refused when it is not known."""
    given = Given(tuple((value, frame.span(node)) for value in values))
    return frame.known(frame.call(node, function, given))
