"""What names and items stand for once something is bound to them."""

from valohai_steps.model.step import Unknown
from valohai_steps.source.evaluation.result import is_key
from valohai_steps.source.pipelines.expressions.loops.iteration import items_of
from valohai_steps.source.pipelines.memory.frames import Frame
from valohai_steps.source.pipelines.memory.objects import PaperValue
from valohai_steps.source.tree.nodes import single_key
from valohai_steps.source.tree.syntax import Node, field, parts

_PATTERNS = ("pattern_list", "tuple_pattern", "list_pattern", "tuple", "list", "expression_list")


def mutable(frame: Frame, node: Node, container: PaperValue) -> None:
    """Raises Refused when others hold the container too, unseen: what `node` does to it is not followed."""
    if id(container) in frame.reading.frozen:
        frame.refuse(node)


def bind(frame: Frame, target: Node, found: PaperValue) -> None:
    """Bind a target: a name, an item, or names that a value is unpacked into."""
    if target.type == "identifier":
        frame.names[frame.script.evaluation.syntax.name(target)] = found
    elif target.type == "subscript":
        _assign_item(frame, target, found)
    elif target.type in _PATTERNS:
        _unpack(frame, target, found)
    elif target.type == "parenthesized_expression" and len(parts(target)) == 1:
        bind(frame, parts(target)[0], found)
    else:
        frame.refuse(target)


def _assign_item(frame: Frame, target: Node, found: PaperValue) -> None:
    holder, inner = field(target, "value"), single_key(target)
    if holder is None or inner is None or inner.type == "slice":
        frame.refuse(target)
    held, place = frame.known(frame.value(holder)), frame.known(frame.value(inner))
    mutable(frame, target, held)
    if isinstance(held, list) and isinstance(place, int):
        if place not in range(-len(held), len(held)):
            frame.refuse(target)  # Python raises
        held[place] = found
    elif isinstance(held, dict) and is_key(place):
        held[place] = found
    else:
        frame.refuse(target)


def _unpack(frame: Frame, target: Node, found: PaperValue) -> None:
    frame.step(target)
    frame.reading.depth += 1
    names = parts(target)
    try:
        for name, each in zip(names, _unpacked(frame, target, names, found), strict=True):
            bind(frame, _starred(name), each)
    finally:
        frame.reading.depth -= 1


def _unpacked(frame: Frame, target: Node, names: list[Node], found: PaperValue) -> list[PaperValue]:
    """What each of the names gets."""
    if isinstance(found, Unknown):
        return [found] * len(names)
    values = list(items_of(frame, target, found))
    stars = [place for place, name in enumerate(names) if name.type == "list_splat_pattern"]
    if len(stars) == 1 and len(values) >= len(names) - 1:
        start, rest = stars[0], len(values) - len(names) + 1
        values[start : start + rest] = [values[start : start + rest]]
    if len(values) != len(names) or len(stars) > 1:
        frame.refuse(target)  # Python raises
    return values


def _starred(name: Node) -> Node:
    return name.named_children[0] if name.type == "list_splat_pattern" else name
