"""The pipeline that a Python file makes, as a graph."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from valohai_steps.ide.findings.both_sides.pipelines import of_python
from valohai_steps.ide.pipeline_graph.graph import Graph, GraphEdge, GraphNode, staged
from valohai_steps.ide.pipeline_graph.yaml_graphs import end_words
from valohai_steps.model.finding import Finding
from valohai_steps.model.pipeline import PipelineFact
from valohai_steps.model.rules import Severity
from valohai_steps.model.text import Span
from valohai_steps.project.readings.pipelines import pipeline_file
from valohai_steps.project.snapshot import Snapshot


def graph_of_python(snapshot: Snapshot, path: Path) -> Graph | None:
    """The pipeline of a Python file; None when it makes none, or none that is known."""
    file = pipeline_file(snapshot, path)
    fact = None if file is None else file.pipeline
    if fact is None:
        return None
    errors = [each for each in of_python(snapshot, path) if each.rule.severity is Severity.ERROR]
    nodes, edges = list(_nodes(fact, errors)), list(_edges(fact, errors))
    spans = (fact.name_span, fact.span)
    return Graph(path, fact.name, *spans, staged(nodes, edges), tuple(edges), fact.stale)


def _nodes(fact: PipelineFact, errors: Sequence[Finding]) -> Iterator[GraphNode]:
    for node in fact.nodes:
        problem = next((each.message for each in errors if each.span == node.step_span), "")
        yield GraphNode(node.name, node.kind, f"step {node.step}", node.name_span or node.span, problem)


def _edges(fact: PipelineFact, errors: Sequence[Finding]) -> Iterator[GraphEdge]:
    for edge in fact.edges:
        source, target = edge.source, edge.target
        places: tuple[Span, ...] = (source.key_span, target.key_span)
        problem = next((each.message for each in errors if each.span in places), "")
        yield GraphEdge(
            source.node,
            target.node,
            end_words(source.kind, source.key),
            end_words(target.kind, target.key),
            edge.span,
            problem,
        )
