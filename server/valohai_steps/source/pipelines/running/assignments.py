"""Assignments: what names and items stand for afterwards."""

from valohai_steps.source.pipelines.expressions.loops.binding import bind, mutable
from valohai_steps.source.pipelines.expressions.loops.iteration import taken
from valohai_steps.source.pipelines.expressions.values import combined
from valohai_steps.source.pipelines.memory.frames import MOST_ELEMENTS, Frame
from valohai_steps.source.tree.syntax import Node, field


def assign(frame: Frame, node: Node) -> None:
    """Run `a = b = value`; of `a: int` nothing."""
    wanted: list[Node] = []
    here: Node | None = node
    while here is not None and here.type == "assignment":
        left = field(here, "left")
        if left is not None:
            wanted.append(left)
        here = field(here, "right")
    if here is None:
        return
    found = frame.value(here)
    for target in wanted:
        bind(frame, target, found)


def augment(frame: Frame, node: Node) -> None:
    """Run `a += value`: a list grows in place, for all who hold it."""
    left, right, sign = (field(node, name) for name in ("left", "right", "operator"))
    if left is None or right is None or sign is None or left.type not in ("identifier", "subscript"):
        frame.refuse(node)
    before, word = frame.value(left), frame.source(sign).removesuffix("=")
    after = frame.value(right)
    if isinstance(before, (list, dict, set)):
        if not isinstance(before, list) or word != "+":
            frame.refuse(node)
        more = taken(frame, right, after)
        if len(before) + len(more) > MOST_ELEMENTS:
            frame.refuse(node)
        mutable(frame, node, before)
        before += more
        return
    bind(frame, left, combined(frame, node, before, word, after))
