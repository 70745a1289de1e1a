"""What the placeholders of a command become with the defaults of the step's parameters."""

import re
from collections.abc import Iterator
from shlex import quote

from valohai_steps.config.cursor.named import mappings_of, text_of
from valohai_steps.config.cursor.outline import Mapping, Node, Scalar, Sequence
from valohai_steps.config.tree.node import YamlValue
from valohai_steps.config.tree.scalar_value import ReadScalar, scalar_reader

_FIELD = re.compile(r"\{(name|value|v)\}")


def written_for(step: Mapping, placeholder: str) -> str | None:
    """What stands in the command for a placeholder, named without its braces; None for one of no meaning.

    The rules are those of `valohai_yaml` (`commands.build_command`, `Parameter.format_cli`): a parameter
    without a default is left out.
    """
    kind, _, name = placeholder.partition(":")
    if placeholder in ("parameters", "params"):
        words = [word for each in mappings_of(step, "parameters") for word in _words(each)]
        return " ".join(map(quote, words))
    if placeholder == "source-path":
        return quote(text_of(step, "source-path")) if step.has("source-path") else None
    if kind not in ("parameter", "parameter-value"):
        return None
    found = next((each for each in mappings_of(step, "parameters") if text_of(each, "name") == name), None)
    if found is None:
        return None
    if kind == "parameter":
        return " ".join(map(quote, _words(found)))
    value = default_of(found)
    return None if value is None else quote(str(value))


def default_of(parameter: Mapping) -> YamlValue:
    """The default of a parameter as YAML reads it; None without one. With `multiple` it always is a list."""
    read = scalar_reader()
    value = _value(parameter.get("default"), read)
    several = text_of(parameter, "multiple") in ("separate", "repeat")
    if not several or isinstance(value, list):
        return value
    return [] if value is None else [value]


def _value(node: Node | None, read: ReadScalar) -> YamlValue:
    if isinstance(node, Scalar):
        return read(node.value, None, not node.style)
    if isinstance(node, Sequence):
        return [_value(item.value, read) for item in node.items if item.value is not None]
    return None


def _words(parameter: Mapping) -> Iterator[str]:
    """The words of the command line that pass the default of a parameter."""
    value = default_of(parameter)
    template = _template(parameter, value) if value is not None else ""
    several = text_of(parameter, "multiple")
    if not template or (isinstance(value, list) and several not in ("separate", "repeat")):
        return
    if several == "separate" and isinstance(value, list):
        separator = text_of(parameter, "multiple-separator") or ","
        value = [separator.join(map(str, value))] if value else []
    for each in value if isinstance(value, list) else [value]:
        fields = {"name": text_of(parameter, "name"), "value": str(each), "v": str(each)}
        yield from (_filled(word, fields) for word in template.split())


def _filled(word: str, fields: dict[str, str]) -> str:
    return _FIELD.sub(lambda found: fields[found[1]], word)


def _template(parameter: Mapping, value: YamlValue) -> str:
    """How a value is passed; empty when it is not."""
    pass_as = text_of(parameter, "pass-as")
    if text_of(parameter, "type") != "flag":
        return pass_as or "--{name}={value}"
    on, off = text_of(parameter, "pass-true-as"), text_of(parameter, "pass-false-as")
    if on or off:
        return on if value else off
    return (pass_as or "--{name}") if value else ""
