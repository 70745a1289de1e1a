"""A pipeline as text that reads well in a terminal of 80 columns: node by node, as they run."""

import textwrap
from collections.abc import Iterator

from msgspec import Struct

from valohai_steps.ide.pipeline_graph.graph import Graph, GraphEdge, GraphNode

_WIDTH = 80
_MARGIN = "     "


def as_text(graph: Graph, width: int = _WIDTH) -> str:
    """The drawing, a line break at its end. Each node with its stage, and below it where its files go.

    Nodes of one stage that run the same, and hand the same to the same, share a line.
    """
    lines = [f"{graph.name}: {_count(len(graph.nodes), 'node')}, {_count(len(graph.edges), 'edge')}", ""]
    alike: dict[object, list[GraphNode]] = {}
    for node in graph.nodes:
        handed = tuple(_handed_on(graph, node.name))
        alike.setdefault((node.stage, node.kind, node.runs, node.problem, handed), []).append(node)
    before = -1
    for nodes in alike.values():
        stage = f"{nodes[0].stage + 1:>3}" if nodes[0].stage != before else "   "
        before = nodes[0].stage
        lines += _node_lines(stage, nodes, width)
        lines += _edge_lines(list(_handed_on(graph, nodes[0].name)), width)
    return "\n".join(lines) + "\n"


def node_text(graph: Graph, name: str, width: int = _WIDTH) -> str:
    """What one node gets and what it gives, a line for each edge."""
    gets = (edge for edge in graph.edges if edge.target == name)
    gives = (edge for edge in graph.edges if edge.source == name)
    lines = [
        *(f"{edge.what} of {edge.source} → {edge.into}{_mark(edge)}" for edge in gets),
        *(f"{edge.what} → {edge.into} of {edge.target}{_mark(edge)}" for edge in gives),
    ]
    return "".join(f"{_cut(line, width)}\n" for line in lines)


class _Handed(Struct, frozen=True):
    """What a node hands on, and who gets it."""

    what: str
    into: str
    problem: str
    targets: tuple[str, ...]


def _handed_on(graph: Graph, name: str) -> Iterator[_Handed]:
    groups: dict[tuple[str, str, str], list[str]] = {}
    for edge in graph.edges:
        if edge.source == name:
            groups.setdefault((edge.what, edge.into, edge.problem), []).append(edge.target)
    for said, targets in groups.items():
        yield _Handed(*said, tuple(targets))


def _node_lines(stage: str, nodes: list[GraphNode], width: int) -> Iterator[str]:
    node = nodes[0]
    about = ", ".join(filter(None, ("" if node.kind == "execution" else node.kind, node.runs)))
    names = ", ".join(each.name for each in nodes)
    line = f"{'✗ ' if node.problem else ''}{names}{f'  ({about})' if about else ''}"
    yield from _wrapped(line, f"{stage}  ", _MARGIN, width)
    if node.problem:
        yield from _wrapped(f"✗ {node.problem}", _MARGIN, f"{_MARGIN}  ", width)


def _edge_lines(handed: list[_Handed], width: int) -> Iterator[str]:
    for place, each in enumerate(handed):
        first, rest = ("└─ ", "   ") if place == len(handed) - 1 else ("├─ ", "│  ")
        line = f"{'✗ ' if each.problem else ''}{each.what} → {each.into} of {', '.join(each.targets)}"
        yield from _wrapped(line, f"{_MARGIN}{first}", f"{_MARGIN}{rest}  ", width)
        if each.problem:
            yield from _wrapped(f"✗ {each.problem}", f"{_MARGIN}{rest}  ", f"{_MARGIN}{rest}    ", width)


def _wrapped(line: str, first: str, rest: str, width: int) -> list[str]:
    return textwrap.wrap(line, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)


def _mark(edge: GraphEdge) -> str:
    return f"  ✗ {edge.problem}" if edge.problem else ""


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else f"{line[: width - 1]}…"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
