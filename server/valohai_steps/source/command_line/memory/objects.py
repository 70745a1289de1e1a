"""What an expression may stand for besides plain values: things from outside, what calls made, arguments.

Parsers, functions and classes are in `frames`, objects of classes in `instances`.

They are carried as the value of a `Static`, so that lists, dicts and calls hold them like any other value.
"""

from msgspec import Struct, field

from valohai_steps.model.command_line import ArgumentFact
from valohai_steps.model.step import Static, Unknown
from valohai_steps.model.text import Span
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.syntax import Node


class Object(Struct, eq=False):
    """Whatever is no plain value."""


class External(Object, eq=True):
    """Something that is not of the workspace: `argparse.ArgumentParser`, `builtins.int`."""

    name: str


class Partial(Object, eq=False):
    """`functools.partial(...)`."""

    function: Evaluated
    arguments: "Arguments"


class Made(Object, eq=False):
    """What a call of something from outside gives: `argparse.FileType("r")`, `typer.Option(1)`."""

    name: str
    arguments: "Arguments"
    node: Node | None = None


class Field(Object, eq=False):
    """A field of a dataclass, as `dataclasses.fields` gives it."""

    name: str
    type: Evaluated
    default: Evaluated | None


class Argument(Object, eq=False):
    """An argument while its parser is being made; what `add_argument` returns."""

    fact: ArgumentFact


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
