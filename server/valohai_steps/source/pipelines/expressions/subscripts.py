"""Items and slices of lists, tuples, strings and dicts."""

from valohai_steps.model.step import Unknown
from valohai_steps.source.evaluation.result import is_key
from valohai_steps.source.pipelines.frames import Frame
from valohai_steps.source.pipelines.objects import External, PaperValue, Refused
from valohai_steps.source.tree.syntax import Node, field, parts


def subscript(frame: Frame, node: Node) -> PaperValue:
    holder, inner = field(node, "value"), parts(node)[1:]
    if holder is None or len(inner) != 1:
        return frame.unknown(node)
    held = frame.value(holder)
    if isinstance(held, Unknown):
        return held
    if isinstance(held, External):
        return frame.unknown(holder)
    if inner[0].type == "slice":
        return _slice(frame, node, inner[0], held)
    place = frame.value(inner[0])
    if isinstance(place, Unknown):
        return place
    if not isinstance(held, (str, list, tuple, dict)) or not is_key(place):
        frame.refuse(node)
    try:
        return held[place]  # type: ignore[call-overload, index]  # a TypeError is caught
    except (LookupError, TypeError) as error:  # Python would raise
        raise Refused(frame.unknown(node)) from error


def _slice(frame: Frame, node: Node, written: Node, held: PaperValue) -> PaperValue:
    bounds: list[PaperValue] = [None]
    for child in written.children:
        if child.type == ":":
            bounds.append(None)
        elif child.type != "comment":
            bounds[-1] = frame.value(child)
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
