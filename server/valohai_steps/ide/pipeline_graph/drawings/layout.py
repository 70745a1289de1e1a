"""Where nodes and edges of a pipeline are drawn: a column for each stage, rows with few crossings."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

from msgspec import Struct

from valohai_steps.ide.pipeline_graph.graph import GraphNode

_HEIGHT = 46
_GAP = 22  # between two boxes of a column
_LANE = 16  # of an edge that passes by
_BETWEEN = 170  # columns, for the labels
_MARGIN = 20
_ROUNDS = 6


Point: TypeAlias = tuple[int, int]
# Start, two points that it leans to, end: a cubic Bézier curve, as in SVG's "C".
Curve: TypeAlias = tuple[Point, Point, Point, Point]


class Box(Struct, frozen=True):
    """The place of a node, or of an edge that passes a column; in pixels."""

    x: int
    y: int
    width: int
    height: int


class Layout(Struct, frozen=True):
    """Boxes by the name of the node; `ways` are the boxes between the ends of an edge."""

    boxes: Mapping[str, Box]
    ways: Mapping[tuple[str, str], tuple[Box, ...]]
    width: int
    height: int

    def curves(self, source: str, target: str) -> tuple[Curve, ...]:
        """The line of an edge, piece by piece; a straight piece has its ends twice."""
        start, end = self.boxes[source], self.boxes[target]
        here = (start.x + start.width, start.y + start.height // 2)
        stops = [(box.x, box.y + box.height // 2, box.x + box.width) for box in self.ways[source, target]]
        stops.append((end.x, end.y + end.height // 2, end.x))
        drawn: list[Curve] = []
        for left, y, right in stops:
            if left <= here[0]:  # back to an earlier column, or to itself
                low = max(here[1], y) + _HEIGHT
                drawn.append((here, (here[0] + 60, low), (left - 60, low), (left, y)))
            else:
                middle = (here[0] + left) // 2
                drawn.append((here, (middle, here[1]), (middle, y), (left, y)))
            if right > left:
                drawn.append(((left, y), (left, y), (right, y), (right, y)))
            here = (right, y)
        return tuple(drawn)

    def path(self, source: str, target: str) -> str:
        """The same as SVG has it."""
        curves = self.curves(source, target)
        drawn = [f"M{curves[0][0][0]} {curves[0][0][1]}"]
        for start, one, other, end in curves:
            (x, y), straight = end, start == one
            drawn.append(f"L{x} {y}" if straight else f"C{one[0]} {one[1]} {other[0]} {other[1]} {x} {y}")
        return "".join(drawn)


class _Slot(Struct, eq=False):
    """What takes a row of a column: a node, or an edge on its way."""

    stage: int
    node: GraphNode | None
    before: "list[_Slot]"
    after: "list[_Slot]"
    row: float = 0.0


def laid_out(
    nodes: Sequence[GraphNode], edges: Sequence[tuple[str, str]], width: Callable[[GraphNode], int]
) -> Layout:
    """Place everything. `width` says how wide the box of a node is."""
    slots = {node.name: _Slot(node.stage, node, [], []) for node in nodes}
    ways = {ends: _way(slots[ends[0]], slots[ends[1]]) for ends in edges}
    columns: list[list[_Slot]] = [[] for _ in range(max((node.stage for node in nodes), default=0) + 1)]
    for slot in (*slots.values(), *(each for way in ways.values() for each in way)):
        columns[slot.stage].append(slot)
    _order(columns)
    boxes, size = _boxes(columns, width)
    return Layout(
        {name: boxes[id(slot)] for name, slot in slots.items()},
        {ends: tuple(boxes[id(slot)] for slot in way) for ends, way in ways.items()},
        *size,
    )


def _way(source: _Slot, target: _Slot) -> list[_Slot]:
    """The slots of an edge between its ends, tied together."""
    way = [_Slot(stage, None, [], []) for stage in range(source.stage + 1, target.stage)]
    if target.stage > source.stage:
        row = [source, *way, target]
        for one, other in pairwise(row):
            one.after.append(other)
            other.before.append(one)
    return way


def _order(columns: Sequence[list[_Slot]]) -> None:
    """Put each slot near the middle of those it is tied to, forwards and backwards in turns."""
    for column in columns:
        for place, slot in enumerate(column):
            slot.row = float(place)
    for turn in range(_ROUNDS):
        for column in columns if turn % 2 == 0 else reversed(columns):
            wanted = {
                id(slot): _middle(slot.before if turn % 2 == 0 else slot.after, slot) for slot in column
            }
            column.sort(key=lambda slot: wanted[id(slot)])
            for place, slot in enumerate(column):
                slot.row = float(place)


def _middle(tied: Sequence[_Slot], slot: _Slot) -> float:
    return sum(each.row for each in tied) / len(tied) if tied else slot.row


def _boxes(
    columns: Sequence[list[_Slot]], width: Callable[[GraphNode], int]
) -> tuple[dict[int, Box], tuple[int, int]]:
    heights = [sum(_height(slot) + _GAP for slot in column) - _GAP for column in columns]
    tallest, x = max(heights, default=0), _MARGIN
    boxes: dict[int, Box] = {}
    for column, height in zip(columns, heights, strict=True):
        widest = max((width(slot.node) for slot in column if slot.node is not None), default=0)
        y = _MARGIN + (tallest - height) // 2
        for slot in column:
            wide = widest if slot.node is None else width(slot.node)
            boxes[id(slot)] = Box(x + (widest - wide) // 2, y, wide, _height(slot))
            y += _height(slot) + _GAP
        x += widest + _BETWEEN
    return boxes, (x - _BETWEEN + _MARGIN, tallest + 2 * _MARGIN)


def _height(slot: _Slot) -> int:
    return _LANE if slot.node is None else _HEIGHT
