"""What a `main(config)` that returns a `valohai.Pipeline` says, as facts with the places where they stand."""

from collections.abc import Iterator

from msgspec import Struct

from valohai_steps.model.step import PythonValue
from valohai_steps.model.text import Span


class NodeParameterFact(Struct, frozen=True):
    """`node.parameter(name, value)`: a value that this node has instead of its step's default."""

    name: str
    name_span: Span
    value: PythonValue
    span: Span


class NodeFact(Struct, frozen=True):
    """One node. `kind` is "execution" or "task"; `span` the call that makes it, `step_span` its step's name.

    `name_span` is the name when it is given; without one it is counted, as valohai-papi does.
    """

    name: str
    kind: str
    step: str
    span: Span
    step_span: Span
    name_span: Span | None = None
    parameters: tuple[NodeParameterFact, ...] = ()


class SocketFact(Struct, frozen=True):
    """One end of an edge: `node.output("*")`. `kind` is "output" or "input"; `key_span` the name in it."""

    node: str
    kind: str
    key: str
    span: Span
    key_span: Span

    @property
    def text(self) -> str:
        """The end as valohai.yaml writes it."""
        return f"{self.node}.{self.kind}.{self.key}"


class EdgeFact(Struct, frozen=True):
    """One edge. `span` is the call of `.to(...)` with all in front of it."""

    source: SocketFact
    target: SocketFact
    span: Span


class NamedInStep(Struct, frozen=True):
    """A name that a node demands of its step when Python runs: `kind` is "input" or "parameter"."""

    step: str
    kind: str
    name: str
    span: Span


class LeftOut(Struct, frozen=True):
    """A setting of a node that valohai.yaml's nodes cannot hold: `method` with the name that it is for."""

    node: str
    method: str
    name: str
    span: Span


class PipelineFact(Struct, frozen=True):
    """The pipeline that `main(config)` returns.

    `span` is the call of `Pipeline(...)`, `name_span` its name, or the call when it has none. `demanded` are
    all names that Python looks up in steps. `stale`: kept from before the text around it broke.
    """

    name: str
    name_span: Span
    span: Span
    nodes: tuple[NodeFact, ...]
    edges: tuple[EdgeFact, ...]
    demanded: tuple[NamedInStep, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    stale: bool = False

    def node(self, name: str) -> NodeFact | None:
        """The node of a name."""
        return next((node for node in self.nodes if node.name == name), None)

    @property
    def steps(self) -> Iterator[tuple[str, Span]]:
        """Every step that a node runs, with its place."""
        for node in self.nodes:
            yield node.step, node.step_span
