"""Python's own functions that give iterators: `zip`, `map`, `reversed`, `itertools.product`."""

import itertools
from collections.abc import Callable, Mapping
from types import MappingProxyType

from valohai_steps.source.pipelines.expressions.comparisons import truth
from valohai_steps.source.pipelines.expressions.loops.iteration import items_of, reverse_items, taken
from valohai_steps.source.pipelines.library.arguments import called, elements_of_each, only_positional
from valohai_steps.source.pipelines.memory.frames import MOST_ELEMENTS, Frame
from valohai_steps.source.pipelines.memory.objects import Given, Once, PaperValue
from valohai_steps.source.tree.syntax import Node


def _zip(frame: Frame, node: Node, given: Given) -> PaperValue:
    strict = given.named.get("strict", (False, None))[0]
    if set(given.named) - {"strict"} or not isinstance(strict, bool):
        raise ValueError("not known")
    rows = [items_of(frame, node, value) for value, _ in given.positional]
    return Once(zip(*rows, strict=strict))


def _enumerate(frame: Frame, node: Node, given: Given) -> PaperValue:
    start = given.positional[1] if len(given.positional) > 1 else given.named.get("start", (0, None))
    if not isinstance(start[0], int):
        raise TypeError("no number")
    return Once(enumerate(items_of(frame, node, given.positional[0][0]), start[0]))


def _next(_: Frame, __: Node, given: Given) -> PaperValue:
    value, *others = only_positional(given)
    if not isinstance(value, Once):
        raise TypeError("not known")
    found = next(value.values, others[0] if others else NotImplemented)
    if found is NotImplemented:
        raise TypeError("nothing left")
    return found


def _iter(frame: Frame, node: Node, given: Given) -> PaperValue:
    (value,) = only_positional(given)
    return value if isinstance(value, Once) else Once(items_of(frame, node, value))


def _map(frame: Frame, node: Node, given: Given) -> PaperValue:
    """`map`, whose function is called when it is asked."""
    function, *values = only_positional(given)
    rows = zip(*(items_of(frame, node, value) for value in values), strict=False)
    return Once(called(frame, node, function, *row) for row in rows)


def _filter(frame: Frame, node: Node, given: Given) -> PaperValue:
    function, value = only_positional(given)

    def is_kept(each: PaperValue) -> bool:
        return truth(frame, node, each if function is None else called(frame, node, function, each))

    return Once(each for each in items_of(frame, node, value) if is_kept(each))


def _product(frame: Frame, node: Node, given: Given) -> PaperValue:
    rows, size = elements_of_each(frame, node, given), 1
    for row in rows:
        size *= max(len(row), 1)
    if size > MOST_ELEMENTS:
        raise ValueError("too long")
    return Once(itertools.product(*rows))


def _chain(frame: Frame, node: Node, given: Given) -> PaperValue:
    return Once(each for value in only_positional(given) for each in items_of(frame, node, value))


def _pairwise(frame: Frame, node: Node, given: Given) -> PaperValue:
    (value,) = only_positional(given)
    return Once(itertools.pairwise(items_of(frame, node, value)))


def _reversed(frame: Frame, node: Node, given: Given) -> PaperValue:
    """`reversed(values)`; of a list live. Raises TypeError for others."""
    if given.named or len(given.positional) != 1:
        raise TypeError("one argument")
    value = given.positional[0][0]
    if isinstance(value, list):
        return Once(reverse_items(frame, node, value, len(value) - 1))
    if not isinstance(value, (tuple, str)):
        raise TypeError("not known")
    return Once(reversed(taken(frame, node, value)))


ITERATORS: Mapping[str, Callable[[Frame, Node, Given], PaperValue]] = MappingProxyType(
    {
        "builtins.enumerate": _enumerate,
        "builtins.filter": _filter,
        "builtins.iter": _iter,
        "builtins.map": _map,
        "builtins.next": _next,
        "builtins.reversed": _reversed,
        "builtins.zip": _zip,
        "itertools.chain": _chain,
        "itertools.pairwise": _pairwise,
        "itertools.product": _product,
    }
)
