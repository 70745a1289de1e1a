"""Calls that give plain values: `zip`, `sorted`, `"a".replace`, `{}.items`, `dataclasses.fields`."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from valohai_steps.model.step import Static
from valohai_steps.model.text import Span
from valohai_steps.source.command_line.expressions import unrolling
from valohai_steps.source.command_line.memory.effort import MOST_ROUNDS
from valohai_steps.source.command_line.memory.instances import EnumMember
from valohai_steps.source.command_line.memory.objects import Arguments, External, holds_object, made
from valohai_steps.source.evaluation.forms.strings import TEXT_METHODS
from valohai_steps.source.evaluation.result import Evaluated

_LONGEST = 100_000
_TEXT_METHODS = TEXT_METHODS | {"join"}


def builtin_call(name: str, given: Arguments, span: Span) -> Evaluated | None:
    """The value of a call of one of Python's own functions; None when it is not known."""
    call = _BUILTINS.get(name)
    if call is None or given.unknowns:
        return None
    values: list[list[Evaluated]] = []
    for each in given.positional:
        if name in _TAKE_VALUES:
            values.append([each.value])
            continue
        found = unrolling.elements(each.value)
        if found is None:
            return None
        values.append(found)
    try:
        result = call(values, {key: _raw(each.value) for key, each in given.named.items()})
    except (TypeError, ValueError, ArithmeticError, IndexError, RecursionError):
        return None
    return None if result is NotImplemented else made(result, span)


def method_call(receiver: Evaluated, name: str, given: Arguments, span: Span) -> Evaluated | None:
    """The value of a method of a string, list or dict; None when it is not known."""
    if not isinstance(receiver.value, Static) or given.unknowns:
        return None
    value = receiver.value.value
    arguments = [_raw(each.value) for each in given.positional]
    if any(each is NotImplemented or holds_object(each) for each in arguments):
        return None
    if isinstance(value, str) and name in _TEXT_METHODS and not given.named:
        try:
            result: object = getattr(value, name)(*arguments)
        except (TypeError, ValueError):
            return None
        return None if isinstance(result, str) and len(result) > _LONGEST else made(result, span)
    if isinstance(value, dict):
        return _dict_method(value, name, arguments, span)
    if isinstance(value, list) and name == "copy":
        return made(list(value), span)
    return None


def _dict_method(
    value: dict[object, object], name: str, arguments: list[object], span: Span
) -> Evaluated | None:
    if name == "keys":
        return made(list(value), span)
    if name == "values":
        return made(list(value.values()), span)
    if name == "items":
        return made([tuple(item) for item in value.items()], span)
    if name == "get" and arguments and isinstance(arguments[0], (str, int)):
        return made(value.get(*arguments[:2]), span)
    return None


def _raw(found: Evaluated) -> object:
    """A value as Python has it; NotImplemented when it is not known."""
    return found.value.value if isinstance(found.value, Static) else NotImplemented


def _raws(values: list[Evaluated]) -> list[object]:
    found = [_raw(each) for each in values]
    if NotImplemented in [each for each in found if each is NotImplemented]:
        raise ValueError("not known")
    return found


def _type(values: list[list[Evaluated]], _: Mapping[str, object]) -> object:
    value = _raw(values[0][0])
    if isinstance(value, EnumMember):
        return value.cls
    if value is NotImplemented or holds_object(value):
        return NotImplemented
    return External(f"builtins.{type(value).__name__}")


def _range(values: list[list[Evaluated]], _: Mapping[str, object]) -> object:
    numbers = [_raw(each[0]) for each in values]
    found = range(*[number for number in numbers if isinstance(number, int)])
    return list(found) if len(found) <= MOST_ROUNDS and len(numbers) == len(values) else NotImplemented


def _sorted(values: list[list[Evaluated]], named: Mapping[str, object]) -> object:
    if set(named) - {"reverse"}:
        return NotImplemented
    found = _raws(values[0])
    return NotImplemented if holds_object(found) else sorted(found, reverse=bool(named.get("reverse")))  # type: ignore[type-var]  # a TypeError is caught


def _number(kind: Callable[[str], object]) -> Callable[[list[list[Evaluated]], Mapping[str, object]], object]:
    def convert(values: list[list[Evaluated]], _: Mapping[str, object]) -> object:
        value = _raw(values[0][0])
        return kind(str(value)) if isinstance(value, (str, int, float)) else NotImplemented

    return convert


def _zip(values: list[list[Evaluated]], _: Mapping[str, object]) -> object:
    return [tuple(row) for row in zip(*[_raws(each) for each in values], strict=False)]


def _list(values: list[list[Evaluated]], _: Mapping[str, object]) -> object:
    return _raws(values[0]) if values else []


def _enumerate(values: list[list[Evaluated]], named: Mapping[str, object]) -> object:
    start = named.get("start", 0)
    return list(enumerate(_raws(values[0]), start)) if isinstance(start, int) else NotImplemented


def _isinstance(values: list[list[Evaluated]], _: Mapping[str, object]) -> object:
    value, kinds = _raw(values[0][0]), _raw(values[1][0])
    listed = kinds if isinstance(kinds, tuple) else (kinds,)
    known = [_TYPES.get(each.name) for each in map(_unwrapped, listed) if isinstance(each, External)]
    if value is NotImplemented or holds_object(value) or len(known) < len(listed):
        return NotImplemented
    types = [each for each in known if each is not None]
    return isinstance(value, tuple(types)) if len(types) == len(known) else NotImplemented


def _unwrapped(value: object) -> object:
    return _raw(value) if isinstance(value, Evaluated) else value


_TYPES: Mapping[str, type] = MappingProxyType(
    {f"builtins.{each.__name__}": each for each in (bool, int, float, str, list, tuple, dict)}
)
_TAKE_VALUES = frozenset({"type", "range", "int", "float", "bool", "isinstance"})
_BUILTINS: Mapping[str, Callable[[list[list[Evaluated]], Mapping[str, object]], object]] = MappingProxyType(
    {
        "list": _list,
        "tuple": lambda values, named: tuple(_raws(values[0])) if values else (),
        "set": lambda values, named: list(dict.fromkeys(_raws(values[0]))) if values else [],
        "reversed": lambda values, named: list(reversed(_raws(values[0]))),
        "sorted": _sorted,
        "zip": _zip,
        "enumerate": _enumerate,
        "range": _range,
        "type": _type,
        "len": lambda values, named: len(values[0]),
        "sum": lambda values, named: sum(_raws(values[0])),  # type: ignore[arg-type]  # a TypeError is caught
        "min": lambda values, named: min(_raws(values[0])),  # type: ignore[type-var]  # the same
        "max": lambda values, named: max(_raws(values[0])),  # type: ignore[type-var]  # the same
        "int": _number(int),
        "isinstance": _isinstance,
        "float": _number(float),
    }
)
