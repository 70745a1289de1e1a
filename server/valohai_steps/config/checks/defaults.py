"""VH305, VH308, VH309: a default and choices against the type, the limits, each other."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from valohai_steps.config.checks.values import number_of, type_above, type_of, value_finding
from valohai_steps.config.lint.keys import removed_entry
from valohai_steps.config.lint.nearest import nearest
from valohai_steps.config.lint.page import Page, blame, is_empty, replaced
from valohai_steps.config.lint.values.scalars import kind_of
from valohai_steps.config.model.names import value_of
from valohai_steps.config.tree.line import line_start
from valohai_steps.config.tree.node import Entry, Node
from valohai_steps.model.finding import Finding, Fix
from valohai_steps.model.schema.parameters import MULTIPLE
from valohai_steps.model.text import Span, TextEdit

_NUMERIC = ("integer", "float")


_MULTIPLE = frozenset(choice.value for choice in MULTIPLE.choices)


class JudgedParameter(Struct, frozen=True):
    """A parameter while it is judged. `entries` are its own keys; `kind` is its type, "" when that cannot be
    told, and `stated` whether it is written there."""

    page: Page
    node: Node
    entries: Mapping[object, Entry]
    kind: str
    stated: bool

    @property
    def several(self) -> bool:
        """Whether it takes several values."""
        multiple = value_of(self.node, "multiple")
        return multiple is not None and multiple.value in ("separate", "repeat")

    @property
    def is_flow(self) -> bool:
        """Whether it is written in braces."""
        return self.node.style == "flow"


def value_findings(judged: JudgedParameter) -> Iterator[Finding]:
    """The default and the choices."""
    if not judged.kind:
        return
    yield from _flag(judged)
    choices, default = judged.entries.get("choices"), judged.entries.get("default")
    listed = choices.node.items if choices is not None and choices.node.alias is None else ()
    for each in listed if judged.kind != "flag" else ():
        if each.alias is None:
            found = value_finding(judged.page, each, judged.kind, stated=judged.stated, choice=True)
            found = found or _beyond(judged, each, "choice")
            if found is not None:
                yield found
    if default is not None and not is_empty(default.node):
        yield from _default(judged, default)


def _flag(judged: JudgedParameter) -> Iterator[Finding]:
    multiple = judged.entries.get("multiple")
    if judged.kind == "flag" and judged.several and multiple is not None:
        message = "a flag is on or off, and cannot be multiple; remove this, or take another type"
        fixes = removed_entry(judged.page, judged.node, multiple, "Remove multiple")
        yield Finding("VH305", multiple.node.span, message, fixes=fixes)


def _default(judged: JudgedParameter, entry: Entry) -> Iterator[Finding]:
    value = entry.node
    if value.kind == "sequence" and not judged.several:
        multiple = value_of(judged.node, "multiple")
        if multiple is None or multiple.value in _MULTIPLE:  # any other word is a finding of its own
            yield _too_many(judged, entry)
        return
    for each in value.items if value.kind == "sequence" and value.alias is None else (value,):
        found = _atom(judged, each, entry) or _beyond(judged, each, "default") or _no_choice(judged, each)
        if found is not None:
            yield found


def _too_many(judged: JudgedParameter, entry: Entry) -> Finding:
    page, start = judged.page, entry.key_node.start
    span = blame(page, entry.node, entry.key_node)
    if judged.kind == "flag":
        return Finding("VH305", span, "the default of a flag is true or false, not a list")
    column = start - line_start(page.text, start)
    end = ", " if judged.is_flow else f"{page.newline}{' ' * column}"
    fix = Fix("Add multiple: separate", (TextEdit(Span(start, start), f"multiple: separate{end}"),), True)
    message = f"{page.written(entry.node)} is several values, and this takes one; add multiple: separate"
    return Finding("VH305", span, message, fixes=() if value_of(judged.node, "multiple") else (fix,))


def _atom(judged: JudgedParameter, value: Node, entry: Entry) -> Finding | None:
    """One value, or a collection where there should be one."""
    page, alone = judged.page, value is entry.node
    if value.kind != "scalar":
        span = blame(page, value, entry.key_node if alone else None)
        wanted = "true or false" if judged.kind == "flag" else "plain text or a number"
        return Finding("VH305", span, f"the default is {wanted}, not {kind_of(value)}")
    found = value_finding(page, value, judged.kind, stated=judged.stated)
    if found is not None and found.code == "VH309" and not found.fixes and alone:
        fixes = type_above(page, entry.key_node.start, type_of(value), flow=judged.is_flow)
        return Finding("VH309", found.span, found.message, fixes=fixes)
    return found


def _beyond(judged: JudgedParameter, value: Node, what: str) -> Finding | None:
    number = number_of(value, judged.kind) if judged.kind in _NUMERIC else None
    if number is None:
        return None
    written = judged.page.written(value)
    least, most = (_number(value_of(judged.node, key)) for key in ("min", "max"))
    if least is not None and most is not None and least > most:
        return None  # that nothing is allowed is said where they are
    if least is not None and number < least:
        return Finding("VH305", value.span, f"the {what} {written} is less than min, {least:g}; change one")
    if most is not None and number > most:
        return Finding("VH305", value.span, f"the {what} {written} is more than max, {most:g}; change one")
    return None


def _no_choice(judged: JudgedParameter, value: Node) -> Finding | None:
    page, choices = judged.page, value_of(judged.node, "choices")
    if choices is None or choices.kind != "sequence" or not choices.items or judged.kind == "flag":
        return None
    if value.value is None or any(_same(judged, value, each) for each in choices.items):
        return None
    said = [page.said(each) for each in choices.items]
    near = nearest(page.said(value), said)
    end = f"did you mean {near}?" if near else f"the choices are {', '.join(said)}"
    chosen = choices.items[said.index(near)] if near is not None else None
    text = "" if chosen is None else page.text[chosen.start : chosen.end]
    fixes = replaced(f"Change to {near}", value.span, text) if text and chosen else ()
    message = f"the default {page.written(value)} is not one of the choices; {end}"
    return Finding("VH305", value.span, message, fixes=fixes)


def _same(judged: JudgedParameter, one: Node, other: Node) -> bool:
    if judged.kind in _NUMERIC:
        return number_of(one, judged.kind) == number_of(other, judged.kind)
    return one.value == other.value or _bare(judged.page, one) == _bare(judged.page, other)


def _bare(page: Page, node: Node) -> str:
    """A value as it is written, without its quotes."""
    text = page.text[node.start : node.end]
    return text[1:-1] if node.style in ("'", '"') and len(text) > 1 else text


def range_findings(page: Page, low: Entry | None, high: Entry | None) -> Iterator[Finding]:
    """VH305 where a least value is above the greatest: then nothing is allowed."""
    if low is None or high is None:
        return
    least, most = _number(low.node), _number(high.node)
    if least is None or most is None or least <= most:
        return
    one, other = page.text[low.node.start : low.node.end], page.text[high.node.start : high.node.end]
    edits = (TextEdit(low.node.span, other), TextEdit(high.node.span, one))
    message = f"min {one} is more than max {other}, so nothing is allowed; exchange them"
    yield Finding("VH305", low.node.span, message, fixes=(Fix("Exchange min and max", edits, True),))


def _number(node: Node | None) -> float | None:
    value = None if node is None else node.value
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
