"""Comprehensions and generators: the rounds, in Python's order, each when it is asked for."""

from collections.abc import Iterator

from valohai_steps.model.step import Cause
from valohai_steps.source.pipelines.expressions.comparisons import truth
from valohai_steps.source.pipelines.expressions.loops.binding import bind
from valohai_steps.source.pipelines.expressions.loops.iteration import items_of
from valohai_steps.source.pipelines.expressions.subscripts import key_at
from valohai_steps.source.pipelines.memory.frames import DEEPEST, Frame
from valohai_steps.source.pipelines.memory.objects import Once, PaperValue
from valohai_steps.source.tree.syntax import Node, field, parts


def comprehension(frame: Frame, node: Node) -> PaperValue:
    """A list, a set, or a generator, which runs when it is asked."""
    body = field(node, "body")
    if body is None:
        return frame.unknown(node)
    found = (inner.value(body) for inner in _rounds(frame, node))
    if node.type == "generator_expression":
        return Once(found)
    if node.type == "set_comprehension":
        return {key_at(frame, body, each) for each in found}
    return list(found)


def dict_comprehension(frame: Frame, node: Node) -> PaperValue:
    pair = field(node, "body")
    key, inner = (None, None) if pair is None else (field(pair, "key"), field(pair, "value"))
    if key is None or inner is None:
        return frame.unknown(node)
    found: dict[PaperValue, PaperValue] = {}
    for each in _rounds(frame, node):
        name = key_at(each, key, each.value(key))
        found[name] = each.value(inner)
    return found


def _rounds(frame: Frame, node: Node) -> Iterator[Frame]:
    """The frame of the comprehension in each round. What the first loop goes over is evaluated at once."""
    first, *others = [child for child in parts(node) if child.type in ("for_in_clause", "if_clause")]
    if len(others) > DEEPEST:
        frame.refuse(node, Cause.TOO_MUCH)
    inner = Frame(frame.script, frame.reading, node, frame, outside=frame.outside)
    right = field(first, "right") or frame.refuse(first)
    return _loop(inner, first, items_of(frame, right, frame.value(right)), others)


def _loop(inner: Frame, clause: Node, items: Iterator[PaperValue], rest: list[Node]) -> Iterator[Frame]:
    left = field(clause, "left")
    if left is None or clause.children[0].type == "async":
        inner.refuse(clause)
    for each in items:
        inner.step(clause)
        bind(inner, left, each)
        yield from _round(inner, rest)


def _round(inner: Frame, clauses: list[Node]) -> Iterator[Frame]:
    if not clauses:
        yield inner
        return
    clause, rest = clauses[0], clauses[1:]
    right = field(clause, "right")
    if right is not None:
        yield from _loop(inner, clause, items_of(inner, right, inner.value(right)), rest)
        return
    condition = parts(clause)[0]
    if truth(inner, condition, inner.value(condition)):
        yield from _round(inner, rest)
