"""VH112 invalid-definition: a nested definition against Valohai's schema (`param-item`, `input-item`)."""

from collections.abc import Collection, Iterator, Mapping
from typing import TypeGuard

from valohai_steps.model.finding import Finding
from valohai_steps.model.schema.parameters import INPUT, PARAMETER
from valohai_steps.model.schema.shape import Scalar, Shape, Takes
from valohai_steps.model.step import Attribute, ParameterFact, PythonValue, Static, Value
from valohai_steps.model.text import Span
from valohai_steps.source.calls.call_reading import CallReading
from valohai_steps.source.checks import fixes
from valohai_steps.source.checks.defaults import kind_of


def _is_number(value: PythonValue) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_flag(value: PythonValue) -> bool:
    return isinstance(value, bool)


def _is_list(value: PythonValue) -> bool:
    return isinstance(value, (list, tuple))


def _keys(shape: Shape) -> Mapping[str, Takes]:
    """What the keys of a definition take; name and default have rules of their own."""
    return {name: key.takes for name, key in shape.keys.items() if name not in ("name", "default")}


def _accepts(takes: Takes, value: PythonValue) -> bool:
    if isinstance(value, bool):
        return Scalar.BOOLEAN in takes.scalars
    if isinstance(value, str):
        known = [choice.value for choice in takes.choices]
        return Scalar.STRING in takes.scalars and (not known or value in known)
    if _is_number(value):
        return Scalar.NUMBER in takes.scalars
    return (_is_list(value) and takes.items is not None) or (isinstance(value, dict) and takes.is_mapping)


def _in_words(takes: Takes) -> str:
    """What is accepted, as Python says it."""
    if takes.choices:
        return f"one of {', '.join(choice.value for choice in takes.choices)}"
    if takes.scalars == (Scalar.BOOLEAN,):
        return "True or False"
    return "a string or a dict" if takes.scalars and takes.is_mapping else takes.in_words.split(" of ")[0]


def invalid_definition(reading: CallReading) -> Iterator[Finding]:
    """VH112, at the key or value that is wrong."""
    yield from _keys_of_others(reading)
    for kind, shape in (("parameter", PARAMETER), ("input", INPUT)):
        keys = _keys(shape)
        for fact in reading.facts(kind):
            stated = {"default"} if fact.default is not None else set[str]()
            stated |= {attribute.name.replace("_", "-") for attribute in fact.attributes}
            for attribute in fact.attributes:
                yield from _attribute(kind, keys, attribute, stated)
            if kind == "parameter":
                yield from _parameter(fact)


def _keys_of_others(reading: CallReading) -> Iterator[Finding]:
    """Keys that are no strings: no name of a definition is."""
    for item in reading.items:
        for entry in item.entry.found.entries or ():
            if isinstance(entry.key, Static) and not isinstance(entry.key.value, str):
                kind = kind_of(entry.key.value)
                message = (
                    f"a key of {_article(item.kind)} {item.kind}'s definition must be a string, not {kind}"
                )
                yield Finding("VH112", entry.key.span, f"{message}; put it in quotes, or remove it")


def _attribute(
    kind: str, keys: Mapping[str, Takes], attribute: Attribute, stated: Collection[str]
) -> Iterator[Finding]:
    key = attribute.name.replace("_", "-")
    takes = keys.get(key)
    if takes is None:
        near = fixes.nearest(attribute.name, [each for each in ("default", *keys) if each not in stated])
        hint = f"did you mean {near!r}?" if near else f"it may have default, {', '.join(keys)}"
        message = f"{attribute.name!r} is not a key of {_article(kind)} {kind}'s definition; {hint}"
        fix = (fixes.rename(attribute.name_span, near, quoted=True),) if near else ()
        yield Finding("VH112", attribute.name_span, message, fixes=fix)
        return
    value = attribute.value
    if isinstance(value, Static) and value.value is not None and not _accepts(takes, value.value):
        message = f"{attribute.name!r} must be {_in_words(takes)}, not {_shown(value.value)}"
        near = _near(takes, value.value)
        fix = (fixes.rename(value.span, near, quoted=True),) if near else ()
        yield Finding("VH112", value.span, message, fixes=fix)


def _parameter(fact: ParameterFact) -> Iterator[Finding]:
    stated = {attribute.name.replace("_", "-"): attribute.value for attribute in fact.attributes}
    values = list(_defaults(fact.default))
    kind = _known(stated, "type")
    yield from _flag(fact, kind, stated, values)
    if isinstance(kind, str) and isinstance(fact.default, Static):
        for value in values:
            if not _fits(kind, value):
                message = f"the default {_shown(value)} is not a valid {kind}; change the default or the type"
                yield Finding("VH112", fact.default.span, message)
                break
    yield from _limits(fact, stated, values)
    choices = _known(stated, "choices")
    if isinstance(choices, (list, tuple)) and isinstance(fact.default, Static):
        for value in values:
            if value not in choices:
                message = f"the default {_shown(value)} is not one of the choices; add it there, or change it"
                yield Finding("VH112", fact.default.span, message)
                break


def _flag(
    fact: ParameterFact, kind: PythonValue, stated: Mapping[str, Value], values: list[PythonValue]
) -> Iterator[Finding]:
    """A flag holds one value: Valohai has no way to pass several."""
    is_flag = kind == "flag" or (kind is None and bool(values) and all(map(_is_flag, values)))
    several = isinstance(fact.default, Static) and _is_list(fact.default.value)
    multiple = stated.get("multiple")
    if not is_flag:
        return
    if isinstance(multiple, Static) and multiple.value not in (None, "none"):
        yield Finding("VH112", multiple.span, "a flag cannot be multiple; leave it out, or use another type")
    elif several and fact.default is not None:
        message = "a flag holds one value, not a list; use strings or numbers for several"
        yield Finding("VH112", fact.default.span, message)


def _limits(fact: ParameterFact, stated: Mapping[str, Value], values: list[PythonValue]) -> Iterator[Finding]:
    lowest, highest = _known(stated, "min"), _known(stated, "max")
    span = fact.default.span if fact.default is not None else Span(0, 0)
    for value in values:
        if not _is_number(value):
            if _is_number(lowest) or _is_number(highest):
                yield Finding("VH112", span, f"min and max are for numbers; the default is {_shown(value)}")
                return
        elif _is_number(lowest) and value < lowest:
            yield Finding("VH112", span, f"the default {value!r} is less than min, {lowest!r}; change one")
            return
        elif _is_number(highest) and value > highest:
            yield Finding("VH112", span, f"the default {value!r} is more than max, {highest!r}; change one")
            return
    if _is_number(lowest) and _is_number(highest) and lowest > highest:
        message = f"min {lowest!r} is more than max {highest!r}, so no value is allowed; exchange them"
        yield Finding("VH112", stated["min"].span, message)


def _fits(kind: str, value: PythonValue) -> bool:
    match kind:
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "float":
            return _is_number(value)
        case "flag":
            return isinstance(value, bool)
        case "string":
            return isinstance(value, (str, int, float)) and not isinstance(value, bool)
        case _:
            return True


def _defaults(default: Value | None) -> Iterator[PythonValue]:
    """The default, or its elements, that have a type of Valohai's; the others are VH107's."""
    if not isinstance(default, Static):
        return
    listed = default.value if isinstance(default.value, (list, tuple)) else [default.value]
    yield from (value for value in listed if isinstance(value, (bool, int, float, str)))


def _known(stated: Mapping[str, Value], key: str) -> PythonValue:
    value = stated.get(key)
    return value.value if isinstance(value, Static) else None


def _near(takes: Takes, value: PythonValue) -> str | None:
    known = [choice.value for choice in takes.choices]
    return fixes.nearest(value, known) if isinstance(value, str) and known else None


def _shown(value: PythonValue) -> str:
    return repr(value) if isinstance(value, (bool, int, float, str)) else kind_of(value)


def _article(kind: str) -> str:
    return "an" if kind == "input" else "a"
