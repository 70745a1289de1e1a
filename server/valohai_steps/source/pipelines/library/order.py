"""`sorted`: what it gives must not differ from run to run."""

from itertools import pairwise
from typing import Any

from valohai_steps.source.pipelines.expressions.effects import assigned_names, is_quiet
from valohai_steps.source.pipelines.expressions.loops.iteration import taken
from valohai_steps.source.pipelines.library.arguments import called
from valohai_steps.source.pipelines.memory.frames import Frame
from valohai_steps.source.pipelines.memory.functions import Function
from valohai_steps.source.pipelines.memory.objects import External, Given, PaperValue, is_plain
from valohai_steps.source.tree.syntax import Node, field


def in_order(frame: Frame, node: Node, given: Given) -> PaperValue:
    """`sorted(values, key=None, reverse=False)`. Raises Refused, or TypeError where it is not known."""
    value = given.positional[0][0]
    values = sorted(value, key=repr) if isinstance(value, set) else taken(frame, node, value)
    key, reverse = (given.named.get(name, (None, None))[0] for name in ("key", "reverse"))
    if set(given.named) - {"key", "reverse"} or len(given.positional) > 1:
        raise TypeError("not known")
    is_set = isinstance(value, set) and len(value) > 1
    if is_set and not (key is None or _only_looks(key)):
        raise TypeError("called in an order that differs from run to run")
    keys = values if key is None else [called(frame, node, key, each) for each in values]
    if not is_plain(keys) or not (reverse is None or isinstance(reverse, bool)):
        raise TypeError("not known")
    order = sorted(range(len(values)), key=lambda place: keys[place], reverse=bool(reverse))  # type: ignore[arg-type, return-value]  # a TypeError is caught
    if is_set and not all(_differ(keys[one], keys[other]) for one, other in pairwise(order)):
        raise TypeError("what is equal comes in an order that differs from run to run")
    return [values[place] for place in order]


def _differ(one: Any, other: Any) -> bool:
    """Whether one of two keys comes before the other."""
    return bool(one < other or other < one)


def _only_looks(key: PaperValue) -> bool:
    """Whether calling a key function does nothing but give a value."""
    if not isinstance(key, Function):
        return isinstance(key, External)
    body = field(key.node, "body")
    if body is None or key.node.type != "lambda":
        return False
    return is_quiet(key.frame, body) and not any(assigned_names(key.frame, body))
