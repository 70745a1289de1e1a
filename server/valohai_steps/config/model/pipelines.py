"""A pipeline as it is written: nodes, edges and parameters, with the places of every name in them."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from valohai_steps.config.model.commands import Use, uses_in
from valohai_steps.config.model.names import (
    Item,
    Name,
    Places,
    detail_of,
    mappings_of,
    name_of,
    texts_of,
    value_of,
)
from valohai_steps.config.tree.node import Node
from valohai_steps.model.schema.pipelines import EDGE, NODE, PIPELINE


class Override(Struct, frozen=True):
    """What a node has otherwise than its step: parameters and inputs by name, and what its command uses.

    `place` is all of it; None without one.
    `filled` are the inputs that get a default. `commands` and `defaults` are the places of its lines, and of
    the values of its inputs and environment variables.
    """

    parameters: tuple[Name, ...] = ()
    inputs: tuple[Name, ...] = ()
    filled: frozenset[str] = frozenset()
    uses: tuple[Use, ...] = ()
    commands: tuple[int, ...] = ()
    defaults: tuple[int, ...] = ()
    place: int | None = None


class PipelineNode(Item, frozen=True):
    """A node. `kind` is its type, "" when Valohai knows none such; `commit`: its step is of another file."""

    kind: str = ""
    step: Name | None = None
    task: Name | None = None
    commit: bool = False
    endpoints: tuple[Name, ...] = ()
    override: Override = Override()


class End(Struct, frozen=True):
    """`node.kind.name`: its parts, three unless it is broken. Of a file the name is endpoint and file."""

    text: str
    place: int
    parts: tuple[Name, ...]
    file: tuple[Name, ...] = ()


class Edge(Struct, frozen=True):
    """An edge; an end that is no string is None."""

    place: int
    source: End | None
    target: End | None


class PipelineParameter(Item, frozen=True):
    """A parameter of the pipeline, and the parameters of nodes that get its value."""

    targets: tuple[End, ...] = ()
    stated: bool = False


class Pipeline(Item, frozen=True):
    """A pipeline. `complete`: all its nodes could be read. `loose` are the ends of what is no whole edge."""

    nodes: tuple[PipelineNode, ...] = ()
    edges: tuple[Edge, ...] = ()
    loose: tuple[End, ...] = ()
    parameters: tuple[PipelineParameter, ...] = ()
    complete: bool = True

    @property
    def ends(self) -> Iterator[End]:
        """Both ends of every edge, and the targets of the parameters."""
        yield from (end for edge in self.edges for end in (edge.source, edge.target) if end is not None)
        yield from self.loose
        yield from (end for parameter in self.parameters for end in parameter.targets)


def read_pipeline(places: Places, node: Node) -> Pipeline:
    """The pipeline behind `pipeline:`."""
    nodes = value_of(node, "nodes")
    edges = value_of(node, "edges")
    known = all(entry.key in PIPELINE.keys or entry.key == "<<" for entry in node.entries)
    listed = tuple(_node(places, each) for each in mappings_of(nodes))
    whole = nodes is None or (nodes.kind == "sequence" and len(listed) == len(nodes.items))
    found = list(_edges(places, edges))
    return Pipeline(
        places.put(node),
        name_of(places, node),
        None,
        listed,
        tuple(each for each in found if isinstance(each, Edge)),
        tuple(each for each in found if isinstance(each, End)),
        tuple(_parameter(places, each) for each in mappings_of(value_of(node, "parameters"))),
        known and whole and all(each.name is not None for each in listed),
    )


def _node(places: Places, node: Node) -> PipelineNode:
    stated = value_of(node, "type")
    kind = str(stated.value) if stated is not None and stated.kind == "scalar" else ""
    override = value_of(node, "override")
    return PipelineNode(
        places.put(node),
        name_of(places, node),
        detail_of(places, node, "type", "step", "task", "deployment"),
        kind if kind in NODE.shapes else "",
        name_of(places, node, "step"),
        name_of(places, node, "task"),
        value_of(node, "commit") is not None,
        tuple(places.name(each) for each in texts_of(value_of(node, "endpoints"))),
        Override() if override is None or override.kind != "mapping" else _override(places, override),
    )


def _override(places: Places, node: Node) -> Override:
    inputs = tuple(mappings_of(value_of(node, "inputs")))
    variables = mappings_of(value_of(node, "environment-variables"))
    filled = {
        str(name.value)
        for each in inputs
        if value_of(each, "default") is not None
        for name in texts_of(value_of(each, "name"))
    }
    return Override(
        tuple(_names(places, mappings_of(value_of(node, "parameters")))),
        tuple(_names(places, iter(inputs))),
        frozenset(filled),
        tuple(use for text in texts_of(value_of(node, "command")) for use in uses_in(places, text)),
        places.texts(value_of(node, "command")),
        tuple(place for each in (*inputs, *variables) for place in places.texts(value_of(each, "default"))),
        places.put(node),
    )


def overrides_of(documents: Iterable[Node]) -> Iterator[Node]:
    """What nodes of pipelines have otherwise than their steps: the mappings behind `override:`."""
    for root in documents:
        for item in root.items:
            for section in ("pipeline", "blueprint"):
                pipeline = value_of(item, section)
                for node in mappings_of(None if pipeline is None else value_of(pipeline, "nodes")):
                    override = value_of(node, "override")
                    if override is not None and override.kind == "mapping" and override.alias is None:
                        yield override


def _names(places: Places, nodes: Iterator[Node]) -> Iterator[Name]:
    for each in nodes:
        name = name_of(places, each)
        if name is not None:
            yield name


def _edges(places: Places, edges: Node | None) -> Iterator[Edge | End]:
    """The edges, and the ends of what is none because it has more, fewer, or other keys."""
    for edge in () if edges is None or edges.kind != "sequence" else edges.items:
        if edge.kind == "mapping":
            stated = (value_of(edge, key) for key in ("source", "target"))
            ends = [None if each is None else _end(places, each) for each in stated]
            whole = all(entry.key in EDGE.keys for entry in edge.entries)
        else:
            ends = [_end(places, each) for each in edge.items]
            whole = len(ends) == 2
        if whole:
            yield Edge(places.put(edge), ends[0], ends[1])
        else:
            yield from (end for end in ends if end is not None)


def _end(places: Places, node: Node) -> End | None:
    if node.kind != "scalar" or not isinstance(node.value, str):
        return None
    parts = places.parts(node, ".", 3)
    file: tuple[Name, ...] = ()
    if len(parts) == 3 and parts[1].text in ("file", "files") and "." in parts[2].text:
        file = places.parts(node, ".", 4)[2:]
    return End(node.value, places.put(node), parts, file)


def _parameter(places: Places, node: Node) -> PipelineParameter:
    found = [
        end
        for key in ("targets", "target")
        for each in texts_of(value_of(node, key))
        if (end := _end(places, each)) is not None
    ]
    stated = any(key in ("targets", "target") for key in (entry.key for entry in node.entries))
    detail = detail_of(places, node, "default", "type")
    return PipelineParameter(places.put(node), name_of(places, node), detail, tuple(found), stated)
