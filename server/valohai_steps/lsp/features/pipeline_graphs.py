"""valohai-steps.pipelineGraphs: the pipelines of a file, drawn, with the places of their nodes."""

from typing import Any

from valohai_steps.ide.pipeline_graph.drawing import DRAWINGS
from valohai_steps.ide.pipeline_graph.graph import Graph
from valohai_steps.ide.pipeline_graph.python_graphs import graph_of_python
from valohai_steps.ide.pipeline_graph.yaml_graphs import graphs_of_yaml
from valohai_steps.lsp.session import Session
from valohai_steps.project.binding import is_yaml


def pipeline_graphs(session: Session, uri: str, form: str = "svg") -> list[dict[str, Any]]:
    """The pipelines of a valohai.yaml, or that of a Python file; `form` is text, mermaid, dot or svg."""
    path, draw = session.path(uri), DRAWINGS.get(form)
    if path is None or draw is None:
        return []
    snapshot = session.workspace.snapshot
    found = graphs_of_yaml(snapshot, path) if is_yaml(path) else (graph_of_python(snapshot, path),)
    return [
        {"name": graph.name, "drawing": draw(graph), "nodes": _nodes(session, graph)}
        for graph in found
        if graph is not None
    ]


def _nodes(session: Session, graph: Graph) -> list[dict[str, Any]]:
    """The nodes in the order of their numbers in the drawing; one that only edges name has no place."""
    return [
        {
            "name": node.name,
            "problem": node.problem,
            "location": None if node.span is None else session.location(graph.path, node.span),
        }
        for node in graph.nodes
    ]
