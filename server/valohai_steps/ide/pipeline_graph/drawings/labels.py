"""Where the words of edges go: along their own line, where they cover least of what else is drawn."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from valohai_steps.ide.pipeline_graph.drawings.layout import Curve, Layout

_LETTER = 6.6  # pixels, of a sans-serif letter of 12 px on average
_HEIGHT = 13
_ABOVE, _BELOW = 5, 14  # the base of the letters, from the line
_SAMPLES = 24  # of a curve
# What is covered counts, a node or other words more than any lines; far from the usual place, a little.
_THING, _LINE, _PIXEL = 100.0, 1.0, 0.006
_MOST_EDGES = 80
# Where to try first: in the middle of the first bend, or near the node that the words belong to.
_FIRST = {"middle": 0.5, "start": 0.3, "end": 0.7}


class Label(Struct, frozen=True):
    """The words of an edge, or of several; `side` is the end that they belong to, or "middle"."""

    source: str
    target: str
    side: str
    words: str


class _Area(Struct, frozen=True):
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: "_Area") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def placed(layout: Layout, labels: Sequence[Label]) -> list[tuple[int, int]]:
    """The middle of the base line of each label, in pixels.

    Of a drawing with very many edges the first place counts, so that the work stays in proportion.
    """
    things = [_Area(box.x, box.y, box.x + box.width, box.y + box.height) for box in layout.boxes.values()]
    lines = sorted(point for ends in layout.ways for each in layout.curves(*ends) for point in _points(each))
    simple = len(layout.ways) > _MOST_EDGES
    found: list[tuple[int, int]] = []
    for label in labels:
        places = list(_places(layout, label))
        best = places[0] if simple else min(places, key=lambda each: _cost(each, places[0], things, lines))
        things.append(best)
        found.append((round((best.left + best.right) / 2), round(best.bottom) - 2))
    return found


def _places(layout: Layout, label: Label) -> Iterator[_Area]:
    """Places above and below the line, the usual one first."""
    curves = layout.curves(label.source, label.target)
    points = [point for curve in curves for point in _points(curve)]
    near = curves[-1] if label.side == "end" else curves[0]
    own = _points(near)
    first = own[round(_FIRST[label.side] * (len(own) - 1))]
    wide = len(label.words) * _LETTER / 2
    for x, y in (first, *points[::2]):
        for base in (y - _ABOVE, y + _BELOW):
            left = min(max(x - wide, 0), max(layout.width - 2 * wide, 0))
            yield _Area(left, base - _HEIGHT + 3, left + 2 * wide, base + 2)


def _cost(area: _Area, first: _Area, things: Iterable[_Area], lines: Sequence[tuple[float, float]]) -> float:
    """How bad a place is; `lines` are points of them, sorted."""
    beside = lines[bisect_left(lines, (area.left, 0)) : bisect_left(lines, (area.right, 0))]
    away = abs(area.left - first.left) + abs(area.top - first.top)
    return (
        _THING * sum(area.touches(each) for each in things)
        + _LINE * sum(area.top <= y <= area.bottom for _, y in beside)
        + _PIXEL * away
    )


def _points(curve: Curve) -> list[tuple[float, float]]:
    return [_at(curve, step / _SAMPLES) for step in range(_SAMPLES + 1)]


def _at(curve: Curve, part: float) -> tuple[float, float]:
    rest = 1 - part
    shares = (rest**3, 3 * rest**2 * part, 3 * rest * part**2, part**3)
    x, y = (sum(share * point[axis] for share, point in zip(shares, curve, strict=True)) for axis in (0, 1))
    return x, y
