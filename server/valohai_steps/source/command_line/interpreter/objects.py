"""What an expression may stand for besides plain values: parsers, functions, classes, things from outside.

They are carried as the value of a `Static`, so that lists, dicts and calls hold them like any other value.
"""

from typing import TYPE_CHECKING

from msgspec import Struct, field

from valohai_steps.model.command_line import ArgumentFact
from valohai_steps.model.step import Static, Unknown
from valohai_steps.model.text import Span
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.syntax import Node

if TYPE_CHECKING:
    from valohai_steps.source.command_line.interpreter.frames import Frame, Script


class Object(Struct, eq=False):
    """Whatever is no plain value."""


class External(Object, eq=True):
    """Something that is not of the workspace: `argparse.ArgumentParser`, `builtins.int`."""

    name: str


class Argv(Object, eq=True):
    """The words of the command line without the first `start`; `parser` has taken some of them."""

    start: int
    parser: "Parser | None" = None


class ModuleObject(Object, eq=False):
    """A file of the workspace, as a module."""

    script: "Script"


class Function(Object, eq=False):
    """A function or lambda of the workspace, with the frame in which it was defined."""

    node: Node
    frame: "Frame"
    owner: "ClassObject | None" = None


class ClassObject(Object, eq=False):
    """A class of the workspace."""

    node: Node
    frame: "Frame"


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


class Partial(Object, eq=False):
    """`functools.partial(...)`."""

    function: Evaluated
    arguments: "Arguments"


class Made(Object, eq=False):
    """What a call of something from outside gives: `argparse.FileType("r")`, `typer.Option(1)`."""

    name: str
    arguments: "Arguments"
    node: Node | None = None


class EnumMember(Object, eq=False):
    """A member of an enumeration of the workspace."""

    cls: ClassObject
    name: str
    value: Evaluated


class Field(Object, eq=False):
    """A field of a dataclass, as `dataclasses.fields` gives it."""

    name: str
    type: Evaluated
    default: Evaluated | None


class Argument(Object, eq=False):
    """An argument while its parser is being made; what `add_argument` returns."""

    fact: ArgumentFact


class Parser(Object, eq=False):
    """A parser while it is being made. `cls` is the class of the workspace that it is an object of."""

    library: str = "argparse"
    cls: ClassObject | None = None
    attributes: dict[str, Evaluated] = field(default_factory=dict)
    arguments: list[Argument] = field(default_factory=list)
    groups: list[bool] = field(default_factory=list)
    defaults: dict[str, Evaluated] = field(default_factory=dict)
    types: dict[str, Evaluated] = field(default_factory=dict)
    commands: "Commands | None" = None
    argument_default: Evaluated | None = None
    prefixes: str = "-"
    abbreviations: bool = True
    helps: bool = True
    files: str = ""
    program: str = ""
    open: bool = False


class Group(Object, eq=False):
    """An argument group; `number` is that of an exclusive one."""

    parser: Parser
    number: int | None = None


class Command(Struct, frozen=True, eq=False):
    """A sub-command: the words for it, and its parser."""

    names: tuple[str, ...]
    span: Span
    parser: Parser


class Commands(Object, eq=False):
    """`add_subparsers(...)`."""

    parser: Parser
    required: bool = False
    at: int = 0
    commands: list[Command] = field(default_factory=list)


class Namespace(Object, eq=False):
    """What `parse_args` returns: its attributes are known only when the script runs."""

    parser: Parser


class Parse(Struct, frozen=True, eq=False):
    """A call that reads the command line. `rest`: the words that another parser left.

    `leftovers_used`: the words that this one leaves are looked at, or may be.
    """

    parser: Parser
    span: Span
    script: "Script"
    leftovers: bool
    rest: Parser | None = None
    leftovers_used: bool = False


class Given(Struct, frozen=True):
    """An argument of a call, with the place where it stands in the calling text."""

    value: Evaluated
    span: Span


class Arguments(Struct):
    """The arguments of one call. `unknowns` are splats that are not known: there may be more."""

    positional: list[Given] = field(default_factory=list)
    named: dict[str, Given] = field(default_factory=dict)
    unknowns: list[Unknown] = field(default_factory=list)

    @property
    def everything(self) -> list[Given]:
        """All arguments, in order."""
        return [*self.positional, *self.named.values()]

    def get(self, name: str, place: int | None = None) -> Evaluated | None:
        """An argument by its name, or by its place."""
        if name in self.named:
            return self.named[name].value
        if place is not None and place < len(self.positional):
            return self.positional[place].value
        return None

    def with_more(self, more: "Arguments") -> "Arguments":
        """These, and behind them those of a later call."""
        return Arguments(
            [*self.positional, *more.positional],
            {**self.named, **more.named},
            [*self.unknowns, *more.unknowns],
        )


def object_of(found: Evaluated | None) -> Object | None:
    """The object that an expression stands for; None for a plain or unknown value."""
    if found is None or not isinstance(found.value, Static):
        return None
    value = found.value.value
    return value if isinstance(value, Object) else None


def holds_object(value: object) -> bool:
    """Whether a value is an object, or a list or tuple that directly holds one."""
    if isinstance(value, (list, tuple)):
        return any(isinstance(each, Object) for each in value)
    return isinstance(value, Object)


def plain(found: Evaluated | None, kind: type | tuple[type, ...], otherwise: object = None) -> object:
    """The value when it is known and of a kind."""
    if found is None or not isinstance(found.value, Static) or not isinstance(found.value.value, kind):
        return otherwise
    return found.value.value


def made(value: object, span: Span) -> Evaluated:
    """An object or a computed value that stands at `span`."""
    return Evaluated(Static(value, span, literal=False))


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
