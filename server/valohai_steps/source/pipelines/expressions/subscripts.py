"""Items and slices of lists, tuples, strings and dicts."""

from valohai_steps.model.step import Unknown
from valohai_steps.source.evaluation.result import is_key
from valohai_steps.source.pipelines.memory.frames import Frame
from valohai_steps.source.pipelines.memory.objects import External, PaperValue, Refused, hidden
from valohai_steps.source.tree.nodes import single_key
from valohai_steps.source.tree.syntax import Node, field, parts


def subscript(frame: Frame, node: Node) -> PaperValue:
    """`held[place]`, `held[start:stop]`. Raises Refused where Python would raise."""
    holder, inner = field(node, "value"), parts(node)[1:]
    if holder is None:
        return frame.unknown(node)
    held = frame.value(holder)
    if single_key(node) is not None and not isinstance(held, (Unknown, External)):
        found = _part(frame, node, inner[0], held)
        return hidden(found) if isinstance(found, Unknown) and frame.is_mutable(node, held) else found
    for each in inner:  # evaluated, whatever it is a part of
        _bounds(frame, each) if each.type == "slice" else frame.value(each)
    if isinstance(held, Unknown):
        return held
    return frame.unknown(holder if isinstance(held, External) else node)


def _part(frame: Frame, node: Node, written: Node, held: PaperValue) -> PaperValue:
    if written.type == "slice":
        return _slice(frame, node, _bounds(frame, written), held)
    place = frame.value(written)
    if isinstance(place, Unknown):
        return place
    if not isinstance(held, (str, list, tuple, dict)) or not is_key(place):
        frame.refuse(node)
    try:
        return held[place]  # type: ignore[call-overload, index]  # a TypeError is caught
    except (LookupError, TypeError) as error:  # Python would raise
        raise Refused(frame.unknown(node)) from error


def _bounds(frame: Frame, written: Node) -> list[PaperValue]:
    bounds: list[PaperValue] = [None]
    for child in written.children:
        if child.type == ":":
            bounds.append(None)
        elif child.type != "comment":
            bounds[-1] = frame.value(child)
    return bounds


def _slice(frame: Frame, node: Node, bounds: list[PaperValue], held: PaperValue) -> PaperValue:
    for bound in bounds:
        if isinstance(bound, Unknown):
            return bound
    if not isinstance(held, (str, list, tuple)) or not all(b is None or isinstance(b, int) for b in bounds):
        frame.refuse(node)
    if 0 in bounds[2:]:
        frame.refuse(node)  # Python raises
    start, stop, stride = (*(bound if isinstance(bound, int) else None for bound in bounds), None)[:3]
    return held[start:stop:stride]


def key_at(frame: Frame, node: Node, found: PaperValue) -> PaperValue:
    """A key that can be looked up on paper. Raises Refused."""
    if not is_key(frame.known(found)):
        frame.refuse(node)
    return found
