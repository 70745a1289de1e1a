"""Calls of Python's own functions: `range`, `zip`, `sorted`, `print`, `isinstance`, `functools.partial`.

Of a value that is not known the result is not known either; where more would be missed, the reading ends.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from valohai_steps.model.step import Unknown
from valohai_steps.source.evaluation.forms.strings import format_value
from valohai_steps.source.evaluation.result import is_key
from valohai_steps.source.pipelines.expressions.comparisons import truth
from valohai_steps.source.pipelines.expressions.effects import HARMLESS
from valohai_steps.source.pipelines.expressions.loops.iteration import items_of, taken
from valohai_steps.source.pipelines.library.arguments import elements_of_each, only_positional
from valohai_steps.source.pipelines.library.iterators import ITERATORS
from valohai_steps.source.pipelines.library.order import in_order
from valohai_steps.source.pipelines.memory.frames import MOST_ELEMENTS, Frame
from valohai_steps.source.pipelines.memory.functions import Function
from valohai_steps.source.pipelines.memory.objects import (
    Bound,
    Config,
    External,
    Given,
    PaperValue,
    Partial,
    Refused,
    View,
    hidden,
    is_plain,
)
from valohai_steps.source.tree.syntax import Node

_MOST_DIGITS = 400


def call(frame: Frame, node: Node, name: str, given: Given) -> PaperValue:
    """What a function from outside gives; NotImplemented for one that is not known. Raises Refused."""
    run = _CALLS.get(name)
    if run is None:
        return NotImplemented
    blamed = next((each for each in given.values if isinstance(each, Unknown)), None)
    if blamed is not None and name != "functools.partial":
        return _of_unknown(frame, node, name, given, blamed)
    try:
        return run(frame, node, given)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise Refused(frame.unknown(node)) from error  # Python raises, or what it does is not followed


def _of_unknown(frame: Frame, node: Node, name: str, given: Given, blamed: Unknown) -> PaperValue:
    """Nothing is known; what is called meanwhile, or used up, would be missed. Raises Refused."""
    if name.rpartition(".")[2] in HARMLESS:
        return blamed
    runs_later = any(isinstance(each, (Bound, Function, Partial)) for each in given.values)
    if runs_later or any(frame.holds_iterator(node, each) for each in given.values):
        frame.refuse(node)
    return hidden(blamed) if any(frame.is_mutable(node, each) for each in given.values) else blamed


def _range(_: Frame, __: Node, given: Given) -> PaperValue:
    numbers = [value for value in only_positional(given) if isinstance(value, int)]
    found = range(*numbers)
    if len(numbers) != len(given.positional) or len(found) > MOST_ELEMENTS:
        raise ValueError("too long")
    return tuple(found)


def _collected(kind: Callable[[list[PaperValue]], PaperValue]) -> "_Run":
    def run(frame: Frame, node: Node, given: Given) -> PaperValue:
        rows = elements_of_each(frame, node, given)
        if len(rows) > 1:
            raise TypeError("one argument at most")
        return kind(rows[0] if rows else [])

    return run


def _keys(values: list[PaperValue]) -> PaperValue:
    if not all(map(is_key, values)):
        raise TypeError("no keys")
    return set(values)


def _dict(frame: Frame, node: Node, given: Given) -> PaperValue:
    found: dict[PaperValue, PaperValue] = {}
    for value, _ in given.positional:
        if isinstance(value, dict):
            found.update(value)
        for pair in [] if isinstance(value, dict) else taken(frame, node, value):
            key, each = pair if isinstance(pair, (tuple, list)) and len(pair) == 2 else (None, NotImplemented)
            if each is NotImplemented or not is_key(key):
                raise TypeError("no pairs")
            found[key] = each
    found.update({key: value for key, (value, _) in given.named.items()})
    return found


def _of_plain(kind: Callable[..., PaperValue]) -> "_Run":
    """A function of plain values that changes none."""

    def run(_: Frame, __: Node, given: Given) -> PaperValue:
        values = only_positional(given)
        if not is_plain(values):
            raise TypeError("not known")
        if any(isinstance(value, int) and value.bit_length() > 64 for value in values):
            raise ValueError("too large")
        return kind(*values)

    return run


def _rounded(value: PaperValue, digits: PaperValue = None) -> PaperValue:
    if not isinstance(value, (int, float)) or not (digits is None or isinstance(digits, int)):
        raise TypeError("no number")
    if digits is not None and abs(digits) > _MOST_DIGITS:
        raise ValueError("10 ** digits is computed")
    return round(value, digits)


def _least(kind: Callable[[list[PaperValue]], PaperValue]) -> "_Run":
    def run(frame: Frame, node: Node, given: Given) -> PaperValue:
        values = only_positional(given)
        found = taken(frame, node, values[0]) if len(values) == 1 else values
        if not is_plain(found):
            raise TypeError("not known")
        return kind(found)

    return run


def _str(_: Frame, __: Node, given: Given) -> PaperValue:
    (value,) = only_positional(given)
    return format_value(value, "", "")


def _len(frame: Frame, node: Node, given: Given) -> PaperValue:
    (value,) = only_positional(given)
    if isinstance(value, View):
        return len(value.held)
    if not isinstance(value, (list, tuple, dict, set, str)):
        raise TypeError("not known")
    return len(value)


def _bool(frame: Frame, node: Node, given: Given) -> PaperValue:
    (value,) = only_positional(given)
    return truth(frame, node, value)


def _decided(kind: Callable[[Iterable[bool]], bool]) -> "_Run":
    """`any` and `all`: a generator is asked only as far as it takes."""

    def run(frame: Frame, node: Node, given: Given) -> PaperValue:
        (value,) = only_positional(given)
        return kind(truth(frame, node, each) for each in items_of(frame, node, value))

    return run


def _print(_: Frame, __: Node, ___: Given) -> PaperValue:
    return None


def _partial(_: Frame, __: Node, given: Given) -> PaperValue:
    first, *others = given.positional
    named = {name: value for name, (value, _) in given.named.items()}
    return Partial(first[0], tuple(value for value, _ in others), named)


def _is_instance(_: Frame, __: Node, given: Given) -> PaperValue:
    """`isinstance(x, str)` of a plain value, or of an object of a pipeline, and a type of Python's own."""
    value, kinds = only_positional(given)
    listed = kinds if isinstance(kinds, tuple) else (kinds,)
    known = [_TYPES.get(each.name) if isinstance(each, External) else None for each in listed]
    if None in known or isinstance(value, (Config, External, Function, Partial)):
        raise TypeError("not known")
    return any(kind is not None and isinstance(value, kind) for kind in known)


_TYPES: Mapping[str, type] = MappingProxyType(
    {
        "builtins.bool": bool,
        "builtins.dict": dict,
        "builtins.float": float,
        "builtins.int": int,
        "builtins.list": list,
        "builtins.str": str,
    }
)
_Run = Callable[[Frame, Node, Given], PaperValue]
_CALLS: Mapping[str, _Run] = MappingProxyType(
    {
        **ITERATORS,
        "builtins.abs": _of_plain(abs),
        "builtins.all": _decided(all),
        "builtins.any": _decided(any),
        "builtins.bool": _bool,
        "builtins.dict": _dict,
        "builtins.float": _of_plain(float),
        "builtins.int": _of_plain(int),
        "builtins.isinstance": _is_instance,
        "builtins.len": _len,
        "builtins.list": _collected(list),
        "builtins.max": _least(max),  # type: ignore[arg-type]  # a TypeError is caught
        "builtins.min": _least(min),  # type: ignore[arg-type]  # the same
        "builtins.print": _print,
        "builtins.range": _range,
        "builtins.round": _of_plain(_rounded),
        "builtins.set": _collected(_keys),
        "builtins.sorted": in_order,
        "builtins.str": _str,
        "builtins.sum": _least(sum),  # type: ignore[arg-type]  # the same
        "builtins.tuple": _collected(tuple),
        "functools.partial": _partial,
    }
)
