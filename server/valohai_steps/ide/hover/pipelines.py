"""A pipeline drawn as text, on its name; and the edges of a node, on its name."""

from collections.abc import Iterable
from pathlib import Path

from valohai_steps.ide.hover.code_block import code_block
from valohai_steps.ide.hover.words import Hover
from valohai_steps.ide.pipeline_graph.drawings.text import as_text, node_text
from valohai_steps.ide.pipeline_graph.graph import Graph
from valohai_steps.ide.pipeline_graph.python_graphs import graph_of_python
from valohai_steps.ide.pipeline_graph.yaml_graphs import graphs_of_yaml
from valohai_steps.project.snapshot import Snapshot


def drawn_in_yaml(snapshot: Snapshot, path: Path, offset: int) -> Hover | None:
    """The drawing for the name at `offset` of a valohai.yaml."""
    return _drawn(graphs_of_yaml(snapshot, path), offset)


def drawn_in_python(snapshot: Snapshot, path: Path, offset: int) -> Hover | None:
    """The same of a Python file."""
    graph = graph_of_python(snapshot, path)
    return None if graph is None else _drawn((graph,), offset)


def _drawn(graphs: Iterable[Graph], offset: int) -> Hover | None:
    for graph in graphs:
        if graph.name_span.contains(offset):
            return Hover(graph.name_span, code_block("text", as_text(graph)))
        for node in graph.nodes:
            if node.span is not None and node.span.contains(offset):
                edges = node_text(graph, node.name)
                return Hover(node.span, code_block("text", edges)) if edges else None
    return None
