"""A pipeline as something to draw: nodes as they run, edges between them, what is broken."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.model.text import Span


class GraphNode(Struct, frozen=True):
    """A node. `runs` is what it runs, in words; `problem` why it is broken, empty when it is not.

    `span` is the place of its name; None for a node that only edges name. `stage` counts from 0: nodes of
    one stage wait for nothing but earlier ones.
    """

    name: str
    kind: str
    runs: str
    span: Span | None
    problem: str = ""
    stage: int = 0


class GraphEdge(Struct, frozen=True):
    """An edge between two nodes, by name. `what` is handed over, `into` what gets it, both in words."""

    source: str
    target: str
    what: str
    into: str
    span: Span
    problem: str = ""


class Graph(Struct, frozen=True):
    """A pipeline of one file; spans count in its text. `span` is the whole of it, `name_span` its name.

    `stale`: what it was before the text around it broke.
    """

    path: Path
    name: str
    name_span: Span
    span: Span
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
    stale: bool = False

    def node(self, name: str) -> GraphNode | None:
        """The node of a name."""
        return next((node for node in self.nodes if node.name == name), None)

    def place(self, node: GraphNode) -> Span:
        """Where a node is named; of one that only edges name, the first of them."""
        if node.span is not None:
            return node.span
        return next((edge.span for edge in self.edges if node.name in (edge.source, edge.target)), self.span)


def staged(nodes: Iterable[GraphNode], edges: Iterable[GraphEdge]) -> tuple[GraphNode, ...]:
    """The nodes with their stages, in the order in which they run. Of a circle, one edge does not count."""
    by_name = {node.name: node for node in nodes}
    after: dict[str, list[str]] = {name: [] for name in by_name}
    for edge in edges:
        if edge.source in by_name and edge.target in by_name and edge.source != edge.target:
            after[edge.source].append(edge.target)
    stages = _stages(after)
    order = sorted(by_name, key=lambda name: stages[name])
    return tuple(replace(by_name[name], stage=stages[name]) for name in order)


def _stages(after: Mapping[str, list[str]]) -> dict[str, int]:
    """The length of the longest way to each node, along edges that do not lead back."""
    onward = {name: list(dict.fromkeys(targets)) for name, targets in after.items()}
    for source, target in _leading_back(onward):
        onward[source].remove(target)
    waiting_for = dict.fromkeys(onward, 0)
    for targets in onward.values():
        for target in targets:
            waiting_for[target] += 1
    stages, ready = dict.fromkeys(onward, 0), [name for name, count in waiting_for.items() if not count]
    while ready:
        name = ready.pop()
        for target in onward[name]:
            stages[target] = max(stages[target], stages[name] + 1)
            waiting_for[target] -= 1
            if not waiting_for[target]:
                ready.append(target)
    return stages


def _leading_back(onward: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """The edges that lead to a node on the way that is being followed."""
    found: list[tuple[str, str]] = []
    done: set[str] = set()
    for start in onward:
        if start in done:
            continue
        way, on_way = [(start, iter(onward[start]))], {start}
        while way:
            name, targets = way[-1]
            target = next(targets, None)
            if target is None:
                way.pop()
                on_way.discard(name)
                done.add(name)
            elif target in on_way:
                found.append((name, target))
            elif target not in done:
                on_way.add(target)
                way.append((target, iter(onward[target])))
    return found
