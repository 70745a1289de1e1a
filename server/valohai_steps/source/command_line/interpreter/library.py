"""What a library brings to the interpreter: the calls, methods and decorators of its own.

And what the tables of all libraries share: a call with its arguments, and what an argument says.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from msgspec import Struct

from valohai_steps.model.command_line import ArgumentFact, Flag
from valohai_steps.model.step import Cause, Static, Unknown, Value
from valohai_steps.model.text import Span
from valohai_steps.source.command_line.memory.frames import ClassObject, Frame, Function, Reading
from valohai_steps.source.command_line.memory.instances import EnumMember
from valohai_steps.source.command_line.memory.objects import (
    Arguments,
    External,
    Given,
    Made,
    Object,
    holds_object,
    made,
    object_of,
    plain,
)
from valohai_steps.source.evaluation.evaluator import not_static
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.syntax import Node, field

# What the reading itself takes for what Python or a library says it is, besides the calls of the tables.
RELIED_ON = (
    *("argparse", "click", "asyncclick", "typer", "fire", "tyro", "simple_parsing", "absl.flags", "absl.app"),
    *("builtins", "dataclasses", "enum", "functools", "pathlib", "posixpath", "os.path", "sys.argv"),
)
SUPPRESS = "argparse.SUPPRESS"
_PATHS = frozenset({"pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "pathlib.PurePosixPath"})


class Call(Struct, frozen=True):
    """One call: of something from outside, by its dotted name, or of a method of `receiver`."""

    frame: Frame
    node: Node
    name: str
    given: Arguments
    receiver: object = None

    @property
    def span(self) -> Span:
        """Where the call stands in its file."""
        return self.frame.span(self.node)

    @property
    def reading(self) -> Reading:
        """What was found so far."""
        return self.frame.reading

    def result(self, value: object) -> Evaluated:
        """An object as what the call gives."""
        return made(value, self.span)

    def nothing(self) -> Evaluated:
        """A call whose value only running the file would tell."""
        return not_static(self.frame.expressions, self.node)

    def note(self, found: Evaluated) -> Unknown | None:
        """Remember what is not known, and say why; None for a known value."""
        why = unknown_of(found)
        if why is not None:
            self.reading.unknowns[why] = None
        return why


Handler: TypeAlias = Callable[[Call], Evaluated | None]
Decorator: TypeAlias = Callable[[Frame, Object, Evaluated], Object | None]
Change: TypeAlias = Callable[[ArgumentFact, str, Evaluated], ArgumentFact]


class Library(Struct, frozen=True):
    """A library: what calls of its names do, and what its objects' methods do.

    `words` are the names that make a statement count in a text that uses the library; `changed` gives an
    argument of its own with an attribute set afterwards.
    """

    calls: Mapping[str, Handler]
    methods: Mapping[type, Handler]
    words: Callable[[str], frozenset[str]]
    decorate: Decorator | None = None
    changed: Change | None = None


def is_relied_on(libraries: tuple[Library, ...], name: str) -> bool:
    """Whether the reading depends on something from outside, on a part of it, or on what it is a part of."""
    names = (*RELIED_ON, *(each for library in libraries for each in library.calls))
    return any(f"{name}.".startswith(f"{each}.") or each.startswith(f"{name}.") for each in names)


def decorated(libraries: tuple[Library, ...], frame: Frame, defined: Object) -> Object:
    """What the decorators of a function or class make of it: itself, or a command."""
    definition = defined.node if isinstance(defined, (Function, ClassObject)) else None
    outer = None if definition is None else definition.parent
    if outer is None or outer.type != "decorated_definition":
        return defined
    decorators = [child for child in outer.children if child.type == "decorator" and child.named_children]
    for decorator in reversed(decorators):  # the innermost first, as Python does
        for library in libraries:
            if library.decorate is None or not _may_decorate(frame, decorator):
                continue
            found = frame.found(decorator.named_children[0])
            defined = library.decorate(frame, defined, found) or defined
    return defined


def _may_decorate(frame: Frame, decorator: Node) -> bool:
    """Whether a decorator may be a library's: `@click.command()`, `@cli.command()` of a known `cli`."""
    node = decorator.named_children[0]
    while node.type in ("call", "attribute"):
        inner = field(node, "function" if node.type == "call" else "object")
        if inner is None:
            return False
        node = inner
    name = frame.source(node)
    held = object_of(frame.lookup(name))
    return held is not None or name in frame.script.words or _imports(frame, node)


def _imports(frame: Frame, node: Node) -> bool:
    held = object_of(frame.found(node))
    return isinstance(held, External) and held.name.partition(".")[0] in (
        "click",
        "typer",
        "hydra",
        "asyncclick",
        "functools",
    )


def unknown_of(found: Evaluated | None) -> Unknown | None:
    """Why a value is not a plain one; None when it is, or when there is none."""
    if found is None:
        return None
    if isinstance(found.value, Unknown):
        return found.value
    value = plain_value(found)
    return None if value is not None else Unknown(found.value.span, Cause.NOT_RUN, "this")


def plain_value(found: Evaluated | None) -> Static | None:
    """The value as a plain one: a `Path("x")` is the string "x"; None when it is not known."""
    if found is None or not isinstance(found.value, Static):
        return None
    held = object_of(found)
    if isinstance(held, Made) and held.name in _PATHS and len(held.arguments.positional) == 1:
        inner = plain_value(held.arguments.positional[0].value)
        return inner if inner is not None and isinstance(inner.value, str) else None
    return None if holds_object(found.value.value) else found.value


def flags_given(call: Call) -> list[Flag] | None:
    """The strings that a call gives as its first arguments, such as flags; None when one is not known."""
    flags: list[Flag] = []
    for each in call.given.positional:
        text = plain(each.value, str)
        if not isinstance(text, str):
            call.note(each.value)
            return None
        flags.append(Flag(text, _place(each)))
    return flags


def value_of(call: Call, found: Evaluated | None) -> Value | None:
    """A default as a value: `SUPPRESS` is none; what is no plain value is not known, and is noted."""
    if found is None or is_external(found, SUPPRESS):
        return None
    value = plain_value(found)
    if value is not None:
        return None if value.value == "==SUPPRESS==" else value
    return call.note(at_its_place(call, found, "default"))


def at_its_place(call: Call, found: Evaluated, name: str) -> Evaluated:
    """What is not known because it is no plain value, blamed where it stands in the call."""
    if isinstance(found.value, Static) and name in call.given.named:
        span = call.given.named[name].span
        return Evaluated(Unknown(span, Cause.NOT_RUN, "this"))
    return found


def _place(given: Given) -> Span:
    """The literal that gives a flag, or the argument when the flag is computed or comes from elsewhere."""
    value = given.value.value
    if isinstance(value, Static) and value.literal and value.origin is None:
        return value.span
    return given.span


def is_external(found: Evaluated | None, *names: str) -> bool:
    """Whether a value is one of these names from outside."""
    held = object_of(found)
    return isinstance(held, External) and held.name in names


def enum_value(found: Evaluated | None) -> Evaluated | None:
    """The value of a member of an enumeration; every other value as it is."""
    held = object_of(found)
    return held.value if isinstance(held, EnumMember) else found
