"""A pipeline as SVG: stages from left to right, edges that pass beside the nodes and not through them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from msgspec import Struct

from valohai_steps.ide.pipeline_graph.drawings.labels import Label, placed
from valohai_steps.ide.pipeline_graph.drawings.layout import Box, Layout, laid_out
from valohai_steps.ide.pipeline_graph.graph import Graph, GraphEdge, GraphNode
from valohai_steps.model.patterns import pattern

_STYLE = """\
svg{--red:var(--vscode-editorError-foreground,var(--vscode-errorForeground,#cf222e))}
text{font:13px sans-serif;fill:var(--vscode-editor-foreground,#1f2328)}
.runs,.label{font-size:12px;fill:var(--vscode-descriptionForeground,#57606a)}
rect{fill:var(--vscode-editorWidget-background,#f6f8fa);stroke:var(--vscode-contrastBorder,var(--vscode-descriptionForeground,#8c959f))}
.task rect{stroke-dasharray:5 3}.deployment rect{stroke-width:2.5}
path{fill:none;stroke:var(--vscode-descriptionForeground,#57606a);stroke-width:1.3}
marker path{fill:var(--vscode-descriptionForeground,#57606a);stroke:none}
[data-node],[data-edge]{cursor:pointer}
.node:focus{outline:none}
.node:focus rect,.node:hover rect{stroke:var(--vscode-focusBorder,#0969da);stroke-width:2.5}
path.near{stroke:transparent;stroke-width:14}
.broken rect,path.broken{stroke:var(--red);stroke-width:2}
.label{paint-order:stroke;stroke:var(--vscode-editor-background,#fff);stroke-width:4px}
text.broken,.broken text{fill:var(--red)}
"""
_ARROW = (
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
    'orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>'
)
_LONGEST_LABEL = 24
# XML has no way to write these, not even as references.
_NOT_XML = pattern(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Line(Struct, frozen=True):
    """All edges between two nodes, as one line. `number` is that of the broken one, else of the first."""

    source: str
    target: str
    words: tuple[str, ...]
    problem: str
    number: int


def as_svg(graph: Graph) -> str:
    """The drawing as one SVG element.

    Each node has its number, counted in `graph.nodes`, as `data-node`; each line as `data-edge` that of the
    edge it stands for: the first between its nodes, or the first that is broken. ✗ marks what is broken.
    """
    lines = _lines(graph)
    layout = laid_out(graph.nodes, [(line.source, line.target) for line in lines], _width)
    size = f'width="{layout.width}" height="{layout.height}" viewBox="0 0 {layout.width} {layout.height}"'
    title = _escaped(f"pipeline {graph.name}")
    pieces = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{title}">',
        f"<style>{_STYLE}</style>",
        _ARROW,
        *(_edge(layout, line) for line in lines),
        *_labels(layout, lines),
        *_nodes(graph, layout.boxes),
        "</svg>",
    ]
    return "\n".join(pieces) + "\n"


def _lines(graph: Graph) -> list[_Line]:
    found: dict[tuple[str, str], list[int]] = {}
    for number, edge in enumerate(graph.edges):
        found.setdefault((edge.source, edge.target), []).append(number)
    return [_line(graph, numbers) for numbers in found.values()]


def _line(graph: Graph, numbers: Sequence[int]) -> _Line:
    number = next((each for each in numbers if graph.edges[each].problem), numbers[0])
    words = tuple(_said(graph.edges[each]) for each in numbers)
    shown = graph.edges[number]
    return _Line(shown.source, shown.target, words, shown.problem, number)


def _said(edge: GraphEdge) -> str:
    return edge.what if edge.what == edge.into else f"{edge.what} → {edge.into}"


def _width(node: GraphNode) -> int:
    # A sans-serif letter of 13 px is 8 px wide at most on average; of 12 px about 7.
    return max(90, 8 * (len(node.name) + 2 * bool(node.problem)) + 24, 7 * len(node.runs) + 24)


def _edge(layout: Layout, line: _Line) -> str:
    path = layout.path(line.source, line.target)
    said = "\n".join((*line.words, line.problem) if line.problem else line.words)
    broken = ' class="broken"' if line.problem else ""
    drawn = f'<path class="near" d="{path}"/><path{broken} d="{path}" marker-end="url(#arrow)"/>'
    return f'<g{broken} data-edge="{line.number}"><title>{_escaped(said)}</title>{drawn}</g>'


def _labels(layout: Layout, lines: Sequence[_Line]) -> Iterator[str]:
    """What edges say, each where it covers least."""
    shown = list(_said_once(lines))
    places = placed(layout, [label for label, _ in shown])
    for (label, is_broken), (x, y) in zip(shown, places, strict=True):
        broken = " broken" if is_broken else ""
        at = f'x="{x}" y="{y}" text-anchor="middle"'
        yield f'<text class="label{broken}" {at}>{_escaped(label.words)}</text>'


def _said_once(lines: Sequence[_Line]) -> Iterator[tuple[Label, bool]]:
    """The words, and whether a broken edge says them. What several of one node say alike is said once."""
    leaving = Counter((line.source, line.words) for line in lines)
    arriving = Counter((line.target, line.words) for line in lines)
    said: set[tuple[str, str, tuple[str, ...]]] = set()
    for line in lines:
        side, node = "middle", f"{line.source}\n{line.target}"
        if leaving[line.source, line.words] > 1:
            side, node = "start", line.source
        elif arriving[line.target, line.words] > 1:
            side, node = "end", line.target
        if (side, node, line.words) in said:
            continue
        said.add((side, node, line.words))
        label = line.words[0] if len(line.words) == 1 else f"{line.words[0]} +{len(line.words) - 1}"
        label = f"✗ {label}" if line.problem else label
        shown = label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"
        yield Label(line.source, line.target, side, shown), bool(line.problem)


def _nodes(graph: Graph, boxes: Mapping[str, Box]) -> Iterator[str]:
    for place, node in enumerate(graph.nodes):
        box = boxes[node.name]
        kind = f"{node.kind or 'other'}{' broken' if node.problem else ''}"
        title = _escaped("\n".join(filter(None, (node.name, node.kind, node.runs, node.problem))))
        middle = box.x + box.width // 2
        first = box.y + (box.height // 2 - 3 if node.runs else box.height // 2 + 5)
        at = f'x="{middle}" y="{first + 17}" text-anchor="middle"'
        name = f"✗ {node.name}" if node.problem else node.name
        runs = f'<text class="runs" {at}>{_escaped(node.runs)}</text>'
        yield (
            f'<g class="node {kind}" data-node="{place}" tabindex="0"><title>{title}</title>'
            f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="6"/>'
            f'<text x="{middle}" y="{first}" text-anchor="middle">{_escaped(name)}</text>'
            f"{runs if node.runs else ''}</g>"
        )


def _escaped(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text))
