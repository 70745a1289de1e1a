"""valohai-steps.pipelineGraphs: the pipelines of a file, drawn, with the places of their nodes and edges."""

from typing import Any

from valohai_steps.ide.pipeline_graph.drawable import drawable
from valohai_steps.ide.pipeline_graph.drawings.drawing import DRAWINGS
from valohai_steps.ide.pipeline_graph.graph import Graph
from valohai_steps.lsp.outgoing.obstacles import described
from valohai_steps.lsp.session import Session


def pipeline_graphs(session: Session, uri: str, form: str = "svg") -> dict[str, Any] | None:
    """The pipelines of a valohai.yaml, or that of a Python file, and what keeps others from being read.

    `form` is text, mermaid, dot or svg; null for another one.
    """
    path, draw = session.path(uri), DRAWINGS.get(form)
    if path is None or draw is None:
        return None
    found = drawable(session.workspace.snapshot, path)
    return {
        "graphs": [{"drawing": draw(graph), **_places(session, graph)} for graph in found.graphs],
        "obstacle": None if found.obstacle is None else described(session, found.obstacle),
    }


def _places(session: Session, graph: Graph) -> dict[str, Any]:
    """Nodes and edges in the order of their numbers in the drawing."""
    return {
        "name": graph.name,
        "stale": graph.stale,
        "location": session.location(graph.path, graph.name_span),
        "nodes": [
            {
                "name": node.name,
                "problem": node.problem,
                "location": session.location(graph.path, graph.place(node)),
            }
            for node in graph.nodes
        ],
        "edges": [
            {
                "source": edge.source,
                "target": edge.target,
                "problem": edge.problem,
                "location": session.location(graph.path, edge.span),
            }
            for edge in graph.edges
        ],
    }
