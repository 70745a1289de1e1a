"""The plain value of a scalar, as PyYAML's safe loader (YAML 1.1) reads it."""

from typing import Protocol

from yaml.constructor import SafeConstructor
from yaml.error import YAMLError
from yaml.nodes import ScalarNode
from yaml.resolver import Resolver

from valohai_steps.config.tree.node import Opaque, YamlValue

STRING = "tag:yaml.org,2002:str"
MERGE = "tag:yaml.org,2002:merge"
VALUE = "tag:yaml.org,2002:value"  # a plain `=`: no value at all, but a fine key

# Python refuses, and older ones take minutes over, integers with more digits than this.
_LONGEST_NUMBER = 4300
_CONSTRUCTION_ERRORS = (YAMLError, ValueError, LookupError, ArithmeticError, TypeError, AttributeError)


class _SafeValues(SafeConstructor, Resolver):
    """PyYAML's rules for plain scalars, without a text to load."""


class ReadScalar(Protocol):
    """`(text, tag, plain) -> value`: `tag` is the one written in front, `plain` tells an unquoted scalar."""

    def __call__(self, text: str, tag: str | None, plain: bool, /) -> YamlValue: ...


def scalar_reader() -> ReadScalar:
    """A function that gives the value of scalars; it remembers plain ones, which repeat in most files."""
    rules = _SafeValues()
    known: dict[str, YamlValue] = {}

    def read(text: str, tag: str | None, plain: bool, /) -> YamlValue:
        if tag is not None and tag != "!":
            return _constructed(rules, tag, text)
        if not plain:
            return text
        if text not in known:
            known[text] = _constructed(rules, _resolved_tag(text), text)
        return known[text]

    return read


def _resolved_tag(text: str) -> str:
    table = _SafeValues.yaml_implicit_resolvers
    for tag, pattern in (*table.get(text[:1], ()), *table.get(None, ())):
        if pattern.match(text):
            return str(tag)
    return STRING


def _constructed(rules: _SafeValues, tag: str, text: str) -> YamlValue:
    if tag == STRING:
        return text
    build = _SafeValues.yaml_constructors.get(tag)
    if build is None or len(text) > _LONGEST_NUMBER:
        return Opaque(tag, text)
    try:
        value: YamlValue = build(rules, ScalarNode(tag, text))
    except _CONSTRUCTION_ERRORS:
        return Opaque(tag, text)
    return value if _is_plain(value) else Opaque(tag, text)


def _is_plain(value: YamlValue) -> bool:
    # A collection's constructor is a generator: `!!seq x` is no sequence.
    return not hasattr(value, "send")
