"""The parameters of a step: keys that do nothing, and how the command line gets the value (VH304, VH307)."""

import re
import string
from collections.abc import Iterator, Mapping

from valohai_steps.config.checks.defaults import JudgedParameter, range_findings, value_findings
from valohai_steps.config.lint.keys import own_entries, removed_entry
from valohai_steps.config.lint.nearest import nearest
from valohai_steps.config.lint.page import Page, blame, is_empty, replaced
from valohai_steps.config.model.names import value_of
from valohai_steps.config.tree.node import Entry, Node
from valohai_steps.config.tree.scalar_places import place_inside
from valohai_steps.model.finding import Finding
from valohai_steps.model.patterns import pattern
from valohai_steps.model.schema.parameters import FLAG_KEYS, NUMBER_KEYS, PARAMETER, TYPE
from valohai_steps.model.text import Span

_TYPES = frozenset(choice.value for choice in TYPE.choices)
_PARTS = ("name", "value", "v")
_FIELD = pattern(r"\{\{|\}\}|\{([^{}.\[!:]*)")


def parameter_findings(page: Page, node: Node, *, overrides: bool = False) -> Iterator[Finding]:
    """What is wrong with one parameter; of an override the type is the step's, and not judged."""
    entries = {entry.key: entry for entry in own_entries(node)}
    stated = value_of(node, "type")
    kind = "string" if stated is None else str(stated.value)
    if kind not in _TYPES or ("type" in entries and stated is None) or (overrides and stated is None):
        kind = ""
    if stated is None and any(nearest(str(key), PARAMETER.keys) == "type" for key in _unknown(entries)):
        kind = ""  # `typ: float`
    judged = JudgedParameter(page, node, entries, kind, stated is not None)
    yield from _useless(judged)
    yield from _pass_as(judged)
    yield from value_findings(judged)
    yield from range_findings(page, entries.get("min"), entries.get("max"))


def _unknown(entries: Mapping[object, Entry]) -> list[object]:
    """The keys that no parameter has."""
    return [key for key in entries if not isinstance(key, str) or key not in PARAMETER.keys]


def _useless(judged: JudgedParameter) -> Iterator[Finding]:
    """VH307: keys that do nothing for this type."""
    page, node, entries = judged.page, judged.node, judged.entries
    for key, why in (*_useless_keys(judged), *_useless_separator(judged)):
        fixes = removed_entry(page, node, entries[key], f"Remove {key}, which does nothing")
        yield Finding("VH307", entries[key].key_span, f"`{key}` does nothing {why}; remove it", fixes=fixes)
    choices = entries.get("choices")
    if choices is not None and choices.node.value == [] and judged.kind != "flag":
        fixes = removed_entry(page, node, choices, "Remove choices, which does nothing")
        message = "`choices` is empty, so everything is accepted; remove it, or add the values"
        yield Finding("VH307", blame(page, choices.node, choices.key_node), message, fixes=fixes)


def _useless_keys(judged: JudgedParameter) -> Iterator[tuple[str, str]]:
    entries, kind = judged.entries, judged.kind
    for key in NUMBER_KEYS:
        if key in entries and kind in ("string", "flag") and not is_empty(entries[key].node):
            yield key, f"on a {kind}, only on integer and float"
    if kind == "flag":
        if "optional" in entries and entries["optional"].value is True:
            yield "optional", "on a flag, which may always be left out"
        if "choices" in entries:
            yield "choices", "on a flag, which is true or false"
        if "pass-as" in entries and {*FLAG_KEYS} & entries.keys():
            yield "pass-as", "beside `pass-true-as` and `pass-false-as`"
    elif kind:
        yield from ((key, "except on a flag") for key in FLAG_KEYS if key in entries)


def _useless_separator(judged: JudgedParameter) -> Iterator[tuple[str, str]]:
    separator, multiple = judged.entries.get("multiple-separator"), value_of(judged.node, "multiple")
    alone = multiple is None or multiple.value in ("none", "repeat")
    if separator is not None and alone and separator.value not in (",", None):
        yield "multiple-separator", "without `multiple: separate`"


def _pass_as(judged: JudgedParameter) -> Iterator[Finding]:
    page, entry = judged.page, judged.entries.get("pass-as")
    if entry is None or not isinstance(entry.value, str) or judged.kind in ("", "flag"):
        return
    fields = _fields(entry.value)
    span = blame(page, entry.node, entry.key_node)
    unknown = next((found for found in fields if found[1] not in _PARTS), None)
    if unknown is not None:
        name = unknown[1]
        near = nearest(name, _PARTS)
        end = f"; did you mean {{{near}}}?" if near else "; use {name}, {value} or {v}"
        place = place_inside(page.text, entry.node, Span(*unknown.span(1))) if name else None
        fixes = replaced(f"Change to {{{near}}}", place, near) if place is not None and near else ()
        message = f"Valohai does not know {{{name}}} in `pass-as`{end}"
        yield Finding("VH304", place or span, message, fixes=fixes)
    elif not any(found[1] in ("value", "v") for found in fields):
        message = f"{page.written(entry.node)} leaves the value out; add {{v}} where it goes"
        yield Finding("VH307", span, message)


def _fields(text: str) -> list[re.Match[str]]:
    """The fields as `str.format` takes them, group 1 is the name; none where the braces do not match."""
    try:
        list(string.Formatter().parse(text))
    except ValueError:
        return []
    return [found for found in _FIELD.finditer(text) if found[1] is not None]
