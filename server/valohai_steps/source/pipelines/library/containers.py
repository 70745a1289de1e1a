"""Methods of strings, lists, dicts and sets, with Python's own results."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from valohai_steps.model.step import Unknown
from valohai_steps.source.evaluation.forms.strings import TEXT_METHODS, brace_format
from valohai_steps.source.evaluation.result import is_key
from valohai_steps.source.pipelines.expressions.loops.binding import mutable
from valohai_steps.source.pipelines.expressions.loops.iteration import taken
from valohai_steps.source.pipelines.memory.frames import MOST_ELEMENTS, Frame
from valohai_steps.source.pipelines.memory.objects import Bound, Given, PaperValue, Refused, View, is_plain
from valohai_steps.source.tree.syntax import Node

_LONGEST = 100_000


def method(frame: Frame, node: Node, callee: Bound, given: Given) -> PaperValue:
    """What the method gives; NotImplemented for one that is not followed. Raises Refused."""
    held = callee.receiver
    if isinstance(held, str):
        return _of_text(frame, node, held, callee.name, given)
    if isinstance(held, dict):
        return _of_dict(frame, node, held, callee.name, given)
    if isinstance(held, list):
        return _of_list(frame, node, held, callee.name, given)
    return NotImplemented


def _of_text(frame: Frame, node: Node, held: str, name: str, given: Given) -> PaperValue:
    for each in given.values:
        if isinstance(each, Unknown):
            return each
    values = [value for value, _ in given.positional]
    named = {key: value for key, (value, _) in given.named.items()}
    try:
        if name == "join" and len(values) == 1:
            pieces = taken(frame, node, values[0])
            texts = [each for each in pieces if isinstance(each, str)]
            size = sum(map(len, texts)) + len(held) * len(texts)
            return held.join(texts) if len(texts) == len(pieces) and size <= _LONGEST else frame.unknown(node)
        if name == "format":
            return brace_format(held, values, named, _LONGEST)
        if name not in TEXT_METHODS or named or not is_plain(values) or _is_long(held, name, values):
            return frame.unknown(node)
        found: PaperValue = getattr(held, name)(*values)
    except (TypeError, ValueError) as error:
        raise Refused(frame.unknown(node)) from error  # Python may raise
    return found if not isinstance(found, str) or len(found) <= _LONGEST else frame.unknown(node)


def _is_long(held: str, name: str, values: list[PaperValue]) -> bool:
    """Whether what a method of a string gives would be too long; only these two make it longer by much."""
    match name, values:
        case "zfill", [int(width)]:
            return width > _LONGEST
        case "replace", [str(old), str(new), *_]:
            return len(held) + (held.count(old) * len(new)) > _LONGEST
        case _:
            return False


def _of_list(frame: Frame, node: Node, held: list[PaperValue], name: str, given: Given) -> PaperValue:
    values = [value for value, _ in given.positional]
    if given.named:
        return NotImplemented
    match name, values:
        case ("index" | "count", [_]) if is_plain(held) and is_plain(values[0]):
            if name == "count":
                return held.count(values[0])
            return held.index(values[0]) if values[0] in held else NotImplemented
        case "copy", []:
            return list(held)
        case _:
            pass
    change = _CHANGES.get((name, len(values)))
    if change is None:
        return NotImplemented
    mutable(frame, node, held)
    more = taken(frame, node, values[0]) if name == "extend" else values
    frame.charge(node, len(more))
    if len(held) + len(more) > MOST_ELEMENTS:
        frame.refuse(node)
    try:
        return change(held, [frame.known(each) for each in more] if name in ("insert", "pop") else more)
    except (IndexError, TypeError) as error:
        raise Refused(frame.unknown(node)) from error  # Python raises


def _append(held: list[PaperValue], values: list[PaperValue]) -> PaperValue:
    held.append(values[0])
    return None


def _extend(held: list[PaperValue], values: list[PaperValue]) -> PaperValue:
    held += values
    return None


def _insert(held: list[PaperValue], values: list[PaperValue]) -> PaperValue:
    held.insert(_index(values[0]), values[1])
    return None


def _pop(held: list[PaperValue], values: list[PaperValue]) -> PaperValue:
    return held.pop(*map(_index, values))


def _index(value: PaperValue) -> int:
    if not isinstance(value, int):
        raise TypeError(value)
    return value


def _clear(held: list[PaperValue], _: list[PaperValue]) -> PaperValue:
    held.clear()
    return None


def _reverse(held: list[PaperValue], _: list[PaperValue]) -> PaperValue:
    held.reverse()
    return None


_CHANGES: Mapping[tuple[str, int], Callable[[list[PaperValue], list[PaperValue]], PaperValue]] = (
    MappingProxyType(
        {
            ("append", 1): _append,
            ("extend", 1): _extend,
            ("insert", 2): _insert,
            ("pop", 0): _pop,
            ("pop", 1): _pop,
            ("clear", 0): _clear,
            ("reverse", 0): _reverse,
        }
    )
)


def _of_dict(
    frame: Frame, node: Node, held: dict[PaperValue, PaperValue], name: str, given: Given
) -> PaperValue:
    values = [value for value, _ in given.positional]
    if name in ("keys", "values", "items", "copy") and not values and not given.named:
        return _part(held, name)
    if name == "update" and len(values) < 2:
        mutable(frame, node, held)
        other = frame.known(values[0]) if values else {}
        if not isinstance(other, dict):
            frame.refuse(node)
        held.update(other)
        held.update({key: value for key, (value, _) in given.named.items()})
        return None
    if name not in ("get", "setdefault", "pop") or given.named or not 1 <= len(values) <= 2:
        return NotImplemented
    if not is_key(frame.known(values[0])):
        frame.refuse(node)
    otherwise = values[1] if len(values) == 2 else None
    if name == "get":
        return held.get(values[0], otherwise)
    mutable(frame, node, held)
    if name == "setdefault":
        return held.setdefault(values[0], otherwise)
    if values[0] not in held and len(values) == 1:
        frame.refuse(node)  # Python raises
    return held.pop(values[0], otherwise)


def _part(held: dict[PaperValue, PaperValue], name: str) -> PaperValue:
    return dict(held) if name == "copy" else View(held, name)
