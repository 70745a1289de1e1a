"""What Python's own values do not cover: pipelines, nodes, ends of edges, `config`, things from outside.

Beside them is how a reading ends early: `Refused`, `Raises`.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct, field

from valohai_steps.model.pipeline import EdgeFact, LeftOut, NamedInStep, NodeParameterFact, SocketFact
from valohai_steps.model.step import PythonValue, Unknown
from valohai_steps.model.text import Span

_MOST_PARTS = 20_000
_SCALARS = frozenset({bool, int, float, str, type(None)})

# A value of Python, one of the objects below, or why it is not known.
PaperValue: TypeAlias = PythonValue


class Hidden(Unknown, frozen=True):
    """An Unknown that may be, or may reach, what is followed here: it may not be called or handed over."""


class Object(Struct, eq=False):
    """Whatever is no plain value."""


class External(Object):
    """Something from outside of the workspace, by its dotted name: `os.environ`, `builtins.len`."""

    name: str


class Config(Object):
    """What `main` is given: the project as it is, of which only running would tell."""


class Bound(Object):
    """A method of a value or an object, not called yet."""

    receiver: PaperValue
    name: str


class Partial(Object):
    """`functools.partial(...)`."""

    function: PaperValue
    positional: tuple[PaperValue, ...]
    named: dict[str, PaperValue]


class Once(Object):
    """An iterator: what it gives, it gives once, and what that takes is run only then."""

    values: Iterator[PaperValue]


class View(Object):
    """`{}.items()` and its kin: it shows what `held` holds when it is asked. `kind` is the method's name."""

    held: dict[PaperValue, PaperValue]
    kind: str


class PipelineObject(Object):
    """A `Pipeline(...)` while it is being made."""

    name: str
    name_span: Span
    span: Span
    nodes: dict[str, "NodeObject"] = field(default_factory=dict)
    edges: list[EdgeFact] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)
    demanded: list[NamedInStep] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


class NodeObject(Object):
    """What `execution` and `task` give."""

    pipeline: PipelineObject
    name: str
    kind: str
    step: str
    span: Span
    step_span: Span
    name_span: Span | None
    parameters: dict[str, NodeParameterFact] = field(default_factory=dict)


class Socket(Object):
    """What `node.output(...)` and `node.input(...)` give."""

    node: NodeObject
    fact: SocketFact


class Given(Struct, frozen=True, eq=False):
    """The arguments of a call, each with its place."""

    positional: tuple[tuple[PaperValue, Span], ...] = ()
    named: dict[str, tuple[PaperValue, Span]] = field(default_factory=dict)

    @property
    def values(self) -> Iterable[PaperValue]:
        """All of them."""
        yield from (value for value, _ in self.positional)
        yield from (value for value, _ in self.named.values())


class Refused(Exception):  # noqa: N818  # an outcome, not an error
    """What decides over the pipeline is not known."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.reason)
        self.unknown = unknown


class Raises(Exception):  # noqa: N818  # an outcome, not an error
    """Running `main(config)` would raise, at `span`; `message` says why and what to do."""

    def __init__(self, span: Span, message: str) -> None:
        super().__init__(message)
        self.span = span
        self.message = message


def hidden(unknown: Unknown) -> Hidden:
    """The same Unknown, as one that may reach what is followed."""
    return Hidden(unknown.span, unknown.cause, unknown.subject, unknown.related, unknown.file)


def all_within(value: PaperValue, charge: Callable[[int], None]) -> Iterator[PaperValue]:
    """A value and all that its containers hold, but strings and numbers, each object once.

    `charge` is told how many elements are to be looked at, before they are, and may raise.
    """
    waiting, seen = [value], set[int]()
    while waiting:
        each = waiting.pop()
        if isinstance(each, (list, tuple, set, frozenset, dict)):
            if id(each) in seen:
                continue
            seen.add(id(each))
            charge(len(each))
            waiting += [held for held in each if type(held) not in _SCALARS]
            if isinstance(each, dict):
                waiting += [held for held in each.values() if type(held) not in _SCALARS]
        yield each


def is_plain(value: PaperValue) -> bool:
    """Whether a value is known, holds no object, and is small enough to be compared and written."""
    parts = few_parts(value)
    return parts is not None and not any(isinstance(each, (Object, Unknown)) for each in parts)


def few_parts(value: PaperValue) -> list[PaperValue] | None:
    """A value and all that its containers hold, each as often as it is held, as comparing them looks at it.

    None when they are too many: of `l = [l, l]` they double with each line.
    """
    found = [value]
    for each in found:
        if isinstance(each, (list, tuple, set, frozenset, dict)):
            found += each
            if isinstance(each, dict):
                found += each.values()
        if len(found) > _MOST_PARTS:
            return None
    return found
