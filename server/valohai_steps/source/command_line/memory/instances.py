"""What has attributes and methods of its own: files, instances, enumerations, groups of arguments."""

from msgspec import field

from valohai_steps.source.command_line.memory.frames import (
    ClassObject,
    Commands,
    Function,
    Parser,
    Script,
)
from valohai_steps.source.command_line.memory.objects import Object, Partial, object_of
from valohai_steps.source.evaluation.result import Evaluated


class Argv(Object, eq=True):
    """The words of the command line without the first `start`; `parser` has taken some of them."""

    start: int
    parser: Parser | None = None


class ModuleObject(Object, eq=False):
    """A file of the workspace, as a module."""

    script: Script


class Instance(Object, eq=False):
    """An object of a class of the workspace."""

    cls: ClassObject
    attributes: dict[str, Evaluated] = field(default_factory=dict)


class Method(Object, eq=False):
    """A method of an object: `function` is one of the workspace, None for one that the object has anyway."""

    receiver: object
    name: str
    function: Function | None = None


class Super(Object, eq=False):
    """`super()`: the methods of the classes behind `cls`."""

    cls: ClassObject
    receiver: object


class EnumMember(Object, eq=False):
    """A member of an enumeration of the workspace."""

    cls: ClassObject
    name: str
    value: Evaluated


class Group(Object, eq=False):
    """An argument group; `number` is that of an exclusive one."""

    parser: Parser
    number: int | None = None


class Namespace(Object, eq=False):
    """What `parse_args` returns: its attributes are known only when the script runs."""

    parser: Parser


def parser_of(value: object) -> Parser | None:
    """The parser that an object is, or is a part of."""
    if isinstance(value, Parser):
        return value
    return value.parser if isinstance(value, (Group, Commands)) else None


def declared_by(value: object) -> Parser | None:
    """The parser that a method adds to when something calls it: `p.add_argument`, or a partial of it."""
    if isinstance(value, Partial):
        return declared_by(object_of(value.function))
    adds = isinstance(value, Method) and value.function is None and value.name.startswith(("add_", "_add_"))
    return parser_of(value.receiver) if isinstance(value, Method) and adds else None
