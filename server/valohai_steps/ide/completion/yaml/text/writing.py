"""How what is offered is written into valohai.yaml: dashes, colons, quotes, and what comes below."""

import re
from collections.abc import Iterable

from valohai_steps.config.cursor.place import CursorPlace
from valohai_steps.config.rendering.scalar_text import Quoting, scalar_text
from valohai_steps.ide.completion.item import Completion, CompletionKind, KnownName
from valohai_steps.ide.completion.yaml.text.key_text import KeyPlace, KeyText, escaped, key_text
from valohai_steps.ide.completion.yaml.text.layout import Layout
from valohai_steps.ide.explanation import explained
from valohai_steps.model.patterns import pattern
from valohai_steps.model.schema.shape import Key, Scalar, Takes
from valohai_steps.model.text import Span, newline_of

_NEXT_LINE = pattern(r"^([ \t]*)[^\s#]", re.MULTILINE)

DASH = "- "


def offered_key(place: CursorPlace, key: Key, layout: Layout) -> Completion:
    """A key with its colon and what comes below; the name alone where there is a colon."""
    slot, text = place.slot, place.outline.text
    start, end = _in_front(place), slot.end
    if place.has_colon:
        written = KeyText(_in_quotes(key.name, slot.quote, slot.is_closed))
    else:
        name = scalar_text(key.name, Quoting(), flow=place.is_flow)
        if slot.quote:
            name, end = _in_quotes(key.name, slot.quote, False), end + slot.is_closed
        column = place.column + len(start)
        holds_more = (
            _column_below(text, end) > column - len(DASH) * place.lead.endswith(DASH) and not place.is_flow
        )
        written = key_text(name, key, KeyPlace(column, layout, place.is_flow, holds_more))
    snippet = None if written.snippet is None else escaped(start) + written.snippet
    return Completion(
        key.name,
        CompletionKind.KEY,
        slot.typed,
        Span(slot.start, end),
        start + written.text,
        snippet,
        key.takes.in_words if key.takes.scalars or key.takes.items is not None else "",
        explained(key),
        whole_only=end != slot.end,
        goes_on=written.behind is not None and _is_offered(written.behind),
    )


def offered_value(
    place: CursorPlace, known: KnownName, kind: CompletionKind, *, raw: bool = False
) -> Completion:
    """A value, in quotes where YAML needs them. `raw`: it is YAML as it stands, such as `true`.

    Lines below come along where the value ends its line.
    """
    slot = place.slot
    start = _in_front(place)
    if slot.quote:
        written = _in_quotes(known.name, slot.quote, slot.is_closed)
    else:
        written = known.name if raw else scalar_text(known.name, Quoting(), flow=place.is_flow)
    if known.below and place.mapping is not None and _is_last(place):
        newline = newline_of(place.outline.text)
        written += "".join(f"{newline}{' ' * place.mapping.column}{line}" for line in known.below)
    return Completion(
        known.name,
        kind,
        slot.typed,
        slot.whole,
        start + written,
        None,
        known.detail,
        known.documentation,
    )


def offered_part(
    place: CursorPlace, part: Span, known: KnownName, kind: CompletionKind, behind: str = ""
) -> Completion:
    """A part of a text, from one of its signs to the next; `behind` is a sign that comes with it."""
    slot, text = place.slot, place.outline.text
    start, written = _in_front(place), f"{known.name}{behind}"
    typed, whole, filtered = Span(part.start, slot.cursor), part, ""
    if slot.quote:
        written = _in_quotes(written, slot.quote, True)
        written += "" if slot.is_closed or behind else slot.quote
    elif not slot.style and _is_first_line(place):
        full = text[slot.start : part.start] + written + text[part.end : slot.end]
        quoted = scalar_text(full, Quoting(), flow=place.is_flow)
        if quoted != full or (place.lead and part.start > slot.start):
            written, typed, whole = quoted, slot.typed, slot.whole
            filtered = text[slot.start : part.start] + known.name
    return Completion(
        known.name,
        kind,
        typed,
        whole,
        start + written,
        None,
        known.detail,
        known.documentation,
        filter_text=filtered,
        goes_on=bool(behind) and behind != "}",
    )


def offered_edge(place: CursorPlace, node: KnownName) -> Completion:
    """A new edge between brackets that begins at a node."""
    slot = place.slot
    start = _in_front(place)
    first = scalar_text(f"{node.name}.", Quoting(), flow=True)
    text = f"{start}[{first}]"
    return Completion(
        node.name,
        CompletionKind.NODE,
        slot.typed,
        slot.whole,
        text,
        f"{escaped(text[:-1])}$0]" if first[0] not in "\"'" else None,
        node.detail,
        node.documentation,
        goes_on=first[0] not in "\"'",
    )


def _is_offered(takes: Takes) -> bool:
    """Whether something can be offered where a key's value begins."""
    if takes.choices or takes.refers is not None:
        return True
    if takes.is_mapping and not takes.anything and not takes.scalars:
        return True
    return Scalar.BOOLEAN in takes.scalars or (takes.items is not None and takes.items.items is not None)


def each_once(completions: Iterable[Completion]) -> tuple[Completion, ...]:
    """Each label once, the first that is offered."""
    return tuple({each.label: each for each in reversed(tuple(completions))}.values())[::-1]


def _in_front(place: CursorPlace) -> str:
    """What is missing in front of the slot: a blank behind a sign, indentation, the dash of a new item."""
    return f"{' ' if place.blank_missing else ''}{place.lead}"


def _is_first_line(place: CursorPlace) -> bool:
    """Whether the slot begins where the value does, and not on a later line of it."""
    text, start = place.outline.text, place.slot.start
    return start - place.column <= text.rfind("\n", 0, start) + 1 + text.startswith("\ufeff")


def _is_last(place: CursorPlace) -> bool:
    """Whether nothing follows on the line."""
    text, end = place.outline.text, place.slot.end
    line_end = text.find("\n", end)
    return not text[end : line_end if line_end >= 0 else len(text)].strip()


def _column_below(text: str, offset: int) -> int:
    """The column of the next line that holds anything; -1 at the end."""
    found = _NEXT_LINE.search(text, text.find("\n", offset) + 1 or len(text))
    return len(found[1]) if found is not None else -1


def _in_quotes(text: str, quote: str, is_closed: bool) -> str:
    if quote == '"':
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    elif quote == "'":
        text = text.replace("'", "''")
    return text if is_closed else text + quote
