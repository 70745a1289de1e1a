"""Functions as objects: what their parameters get when a call gives them nothing is evaluated once."""

from collections.abc import Iterator

from valohai_steps.source.pipelines.frames import Frame
from valohai_steps.source.pipelines.objects import Function
from valohai_steps.source.tree.syntax import Node, field, parts


def function(frame: Frame, node: Node) -> Function:
    """What `def` or `lambda` makes where it is run. Raises Refused and Raises as the defaults do."""
    made = Function(node, frame)
    for default in defaults_of(node):
        made.defaults[default.id] = frame.value(default)
    return made


def defaults_of(node: Node) -> Iterator[Node]:
    """The expressions behind `=` in the parameters of a function, in order."""
    for parameter in parts(field(node, "parameters")):
        default = field(parameter, "value")
        if default is not None:
            yield default
