"""The pipelines of a valohai.yaml as graphs, with what is wrong with them."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice, takewhile
from pathlib import Path

from msgspec import Struct

from valohai_steps.config.items.file import ItemFile
from valohai_steps.config.model.pipelines import Edge, End, Pipeline, PipelineNode
from valohai_steps.ide.pipeline_graph.graph import Graph, GraphEdge, GraphNode, staged
from valohai_steps.model.finding import Finding
from valohai_steps.model.rules import Severity
from valohai_steps.model.text import Span
from valohai_steps.project.disk.files import readable
from valohai_steps.project.snapshot import Snapshot


class _Places(Struct, frozen=True):
    """The places of one part of the file, and the errors in it."""

    spans: Sequence[Span]
    start: int
    errors: Sequence[Finding]  # in order of place

    def span(self, place: int) -> Span:
        return self.spans[place].shifted(self.start)

    def problem(self, span: Span) -> str:
        """What is wrong within a place."""
        first = bisect_left(self.errors, span.start, key=lambda each: each.span.start)
        here = takewhile(lambda each: each.span.start <= span.end, islice(self.errors, first, None))
        return next((each.message for each in here if each.span.end <= span.end), "")


def graphs_of_yaml(snapshot: Snapshot, yaml: Path) -> tuple[Graph, ...]:
    """Every pipeline that can be read, in order."""
    file = readable(snapshot.items(yaml))
    return () if file is None else tuple(_graphs(yaml, file))


def _graphs(yaml: Path, file: ItemFile) -> Iterator[Graph]:
    errors = sorted(
        (each for each in file.findings() if each.rule.severity is Severity.ERROR),
        key=lambda each: each.span.start,
    )
    for part, start in zip(file.parts, file.starts, strict=False):
        for facts in part.facts:
            if isinstance(facts.thing, Pipeline) and facts.thing.name is not None:
                whole = Span(start, start + len(part.text))
                yield _graph(yaml, facts.thing, whole, _Places(part.places, start, errors))


def _graph(yaml: Path, pipeline: Pipeline, span: Span, places: _Places) -> Graph:
    nodes = [_node(node, places) for node in pipeline.nodes if node.name is not None]
    edges = [each for edge in pipeline.edges for each in _edge(edge, places)]
    known = {node.name for node in nodes}
    for edge in edges:
        for name in (edge.source, edge.target):
            if name not in known:
                known.add(name)
                nodes.append(GraphNode(name, "", "", None, f"there is no node {name!r}"))
    title = pipeline.name
    place = span if title is None else places.span(title.place)
    return Graph(yaml, "" if title is None else title.text, place, span, staged(nodes, edges), tuple(edges))


def _node(node: PipelineNode, places: _Places) -> GraphNode:
    runs = ""
    if node.step is not None:
        runs = f"step {node.step.text}"
    elif node.task is not None:
        runs = f"task {node.task.text}"
    place = node.place if node.name is None else node.name.place
    name = "" if node.name is None else node.name.text
    return GraphNode(name, node.kind, runs, places.span(place), places.problem(places.span(node.place)))


def _edge(edge: Edge, places: _Places) -> Iterator[GraphEdge]:
    source, target = edge.source, edge.target
    if source is not None and target is not None and source.parts and target.parts:
        span = places.span(edge.place)
        yield GraphEdge(
            source.parts[0].text,
            target.parts[0].text,
            _words(source),
            _words(target),
            span,
            places.problem(span),
        )


def _words(end: End) -> str:
    if len(end.parts) != 3:
        return end.text
    return end_words(end.parts[1].text, end.parts[2].text)


def end_words(kind: str, name: str) -> str:
    """An end of an edge without its node: files by their pattern alone."""
    single = kind.removesuffix("s")
    return name if single in ("output", "input") else f"{single} {name}"
