"""Files and functions as objects; what parameters get when a call gives them nothing is evaluated once."""

from collections.abc import Iterator

from msgspec import field

from valohai_steps.source.pipelines.memory.frames import Frame, Script
from valohai_steps.source.pipelines.memory.objects import Object, PaperValue
from valohai_steps.source.tree.syntax import Node, parts
from valohai_steps.source.tree.syntax import field as field_of


class ModuleObject(Object):
    """A file of the workspace, as a module."""

    script: Script


class Function(Object):
    """A function or lambda, with the frame in which it was defined.

    `defaults` are those of its parameters, by the id of the expression: evaluated once, where it is defined.
    """

    node: Node
    frame: Frame
    defaults: dict[int, PaperValue] = field(default_factory=dict)


def function(frame: Frame, node: Node) -> Function:
    """What `def` or `lambda` makes where it is run. Raises Refused and Raises as the defaults do."""
    made = Function(node, frame)
    for default in defaults_of(node):
        made.defaults[default.id] = frame.value(default)
    return made


def defaults_of(node: Node) -> Iterator[Node]:
    """The expressions behind `=` in the parameters of a function, in order."""
    for parameter in parts(field_of(node, "parameters")):
        default = field_of(parameter, "value")
        if default is not None:
            yield default
