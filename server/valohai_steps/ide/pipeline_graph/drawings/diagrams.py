"""A pipeline in the languages of drawing programs: mermaid and dot."""

from collections.abc import Iterator
from types import MappingProxyType

from valohai_steps.ide.pipeline_graph.graph import Graph, GraphEdge, GraphNode

_COLOURS = MappingProxyType(
    {"execution": "#dbeafe", "task": "#ede9fe", "deployment": "#dcfce7", "": "#f3f4f6"}
)
_RED = "#dc2626"
_ENTITIES = MappingProxyType(
    {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "`": "#96;", "*": "#42;", "_": "#95;"}
)


def as_mermaid(graph: Graph) -> str:
    """A flow chart for mermaid; broken nodes and edges are red."""
    return "\n".join(_mermaid(graph)) + "\n"


def _mermaid(graph: Graph) -> Iterator[str]:
    numbers = {node.name: f"n{place}" for place, node in enumerate(graph.nodes)}
    yield "flowchart LR"
    for node in graph.nodes:
        words = "<br/>".join(_quoted_mermaid(line) for line in _lines(node))
        yield f'    {numbers[node.name]}["{words}"]:::{"broken" if node.problem else node.kind or "other"}'
    for edge in graph.edges:
        label = _quoted_mermaid(_label(edge))
        yield f'    {numbers[edge.source]} -- "{label}" --> {numbers[edge.target]}'
    for place, edge in enumerate(graph.edges):
        if edge.problem:
            yield f"    linkStyle {place} stroke:{_RED},color:{_RED}"
    for kind, colour in _COLOURS.items():
        yield f"    classDef {kind or 'other'} fill:{colour},stroke:#64748b,color:#0f172a"
    yield f"    classDef broken fill:#fee2e2,stroke:{_RED},color:#7f1d1d"


def _lines(node: GraphNode) -> Iterator[str]:
    yield node.name
    if node.runs and node.runs != f"step {node.name}":
        yield node.runs
    if node.problem:
        yield node.problem


def _label(edge: GraphEdge) -> str:
    words = f"{edge.what} → {edge.into}"
    return f"{words}: {edge.problem}" if edge.problem else words


def _quoted_mermaid(text: str) -> str:
    """Text in quotes: what mermaid, or the Markdown in it, would read as something else is an entity."""
    return "".join(_ENTITIES.get(character, character) for character in " ".join(text.split()))


def as_dot(graph: Graph) -> str:
    """A digraph for Graphviz; broken nodes and edges are red."""
    return "\n".join(_dot(graph)) + "\n"


def _dot(graph: Graph) -> Iterator[str]:
    yield f"digraph {_quoted_dot(graph.name)} {{"
    yield "    rankdir=LR;"
    yield '    node [shape=box, style="rounded,filled", fontname="sans-serif"];'
    yield '    edge [fontname="sans-serif", fontsize=10];'
    for node in graph.nodes:
        colour = f'fillcolor="{_COLOURS.get(node.kind, _COLOURS[""])}"'
        red = f', color="{_RED}", tooltip={_quoted_dot(node.problem)}' if node.problem else ""
        yield f"    {_quoted_dot(node.name)} [label={_quoted_dot(*_lines(node))}, {colour}{red}];"
    for edge in graph.edges:
        red = f', color="{_RED}", fontcolor="{_RED}"' if edge.problem else ""
        ends = f"{_quoted_dot(edge.source)} -> {_quoted_dot(edge.target)}"
        yield f"    {ends} [label={_quoted_dot(_label(edge))}{red}];"
    yield "}"


def _quoted_dot(*lines: str) -> str:
    inside = "\\n".join(line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return f'"{inside}"'
