"""The words that a parameter of valohai.yaml is passed as (valohai-yaml, `Parameter.format_cli`)."""

import re
from collections.abc import Mapping

from valohai_steps.config.reader import YamlItem, YamlStep
from valohai_steps.model.patterns import pattern
from valohai_steps.model.step import PythonValue

_FIELD = pattern(r"{{|}}|{(name|value|v)}|[{}]")


def default_flags(step: YamlStep) -> dict[str, PythonValue]:
    """The flags that have a default, with it: who starts an execution passes them (`vh execution run`).

    Valohai's builder alone leaves them out, so that only the clash of an exclusive group counts on them.
    """
    found: dict[str, PythonValue] = {}
    for item in step.parameters:
        value = _stated(item, "default")
        if parameter_type_of(item) == "flag" and value is not None:
            found[item.name] = value
    return found


def parameter_type_of(item: YamlItem) -> str:
    """The type that valohai.yaml states; string without one."""
    entry = item.get("type")
    return entry.value if entry is not None and isinstance(entry.value, str) else "string"


def value_of(item: YamlItem, values: Mapping[str, PythonValue]) -> PythonValue:
    """The value a parameter has; a flag's default counts for nothing, as with Valohai's builder."""
    if item.name in values:
        return values[item.name]
    entry = item.get("default")
    value = None if entry is None else entry.value
    if parameter_type_of(item) == "flag":
        return None
    if multiple_of(item) is None or isinstance(value, list):
        return value
    return [] if value is None else [value]


def multiple_of(item: YamlItem) -> str | None:
    """How several values are passed: "repeat" or "separate"."""
    entry = item.get("multiple")
    mode = str(entry.value).lower() if entry is not None and entry.value else "none"
    return mode if mode in ("repeat", "separate") else None


def words_of(item: YamlItem, value: PythonValue) -> list[str] | None:
    """The words for one parameter; None when nothing is passed (`Parameter.format_cli`)."""
    template = None if value is None else _template(item, value)
    if template is None:
        return None
    bits, multiple = template.split(), multiple_of(item)
    listed = value if isinstance(value, list) else [value]
    if multiple == "repeat":
        return [_formatted(bit, item.name, each) for each in listed for bit in bits]
    if multiple == "separate":
        separator = str(_stated(item, "multiple-separator") or ",")
        return (
            [_formatted(bit, item.name, separator.join(map(str, listed))) for bit in bits] if listed else None
        )
    return None if isinstance(value, list) else [_formatted(bit, item.name, value) for bit in bits]


def _template(item: YamlItem, value: PythonValue) -> str | None:
    stated = _stated(item, "pass-as")
    if parameter_type_of(item) == "flag":
        on, off = _stated(item, "pass-true-as"), _stated(item, "pass-false-as")
        if on or off:
            found = on if value else off
            return str(found) if found else None
        return str(stated or "--{name}") if value else None
    return str(stated or "--{name}={value}")


def _stated(item: YamlItem, key: str) -> PythonValue:
    entry = item.get(key)
    return None if entry is None else entry.value


def _formatted(bit: str, name: str, value: PythonValue) -> str:
    """`{name}`, `{value}` and `{v}` filled in; anything else in braces stays, where the vendor would fail."""
    filled = {"name": name, "value": str(value), "v": str(value), None: None}

    def fill(match: re.Match[str]) -> str:
        if match[0] in ("{{", "}}"):
            return match[0][0]
        return filled[match[1]] or "" if match[1] else match[0]

    return _FIELD.sub(fill, bit)
