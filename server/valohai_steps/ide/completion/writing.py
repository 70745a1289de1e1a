"""How what is offered is written into Python: quotes, `=` and `:`, commas, and places to fill in."""

import re

from valohai_steps.ide.completion.item import Completion, CompletionKind, KnownName
from valohai_steps.model.schema.item_keys import ItemKey
from valohai_steps.model.slot import Slot
from valohai_steps.model.text import Span, TextEdit
from valohai_steps.source.checks.fixes import quoted_text
from valohai_steps.source.cursor.place import CursorPlace


def written_argument(place: CursorPlace, word: ItemKey) -> Completion:
    """`name=`, with a place for its value."""
    slot, comma = place.slot, "," if place.comma_behind else ""
    text, snippet = word.name, None
    if not place.has_value:
        text, snippet = f"{word.name}=", f"{word.name}={_blank(word)}{comma}"
    return Completion(
        word.name,
        CompletionKind.ARGUMENT,
        slot.typed,
        slot.whole,
        text,
        snippet,
        word.takes,
        word.markdown,
        also=_missing_comma(place),
    )


def written_key(
    place: CursorPlace, known: KnownName, kind: CompletionKind, word: ItemKey | None = None
) -> Completion:
    """`"name": ` with its default or a place for its value; the name alone where a value stands."""
    if place.has_value:
        return written_value(place, known, kind)
    slot, comma = place.slot, "," if place.comma_behind else ""
    key = f"{_content(slot, known.name)}{slot.quote}" if slot.quote else quoted_text(known.name)
    snippet = None if word is None else f"{_escaped(key)}: {_blank(word)}{comma}"
    text = f"{key}: {known.default or 'None'}{comma}" if word is None else f"{key}: "
    end = slot.end + (len(slot.quote) if slot.is_closed else 0)
    return Completion(
        known.name,
        kind,
        slot.typed,
        Span(slot.start, end),
        text,
        snippet,
        known.detail,
        known.documentation,
        whole_only=slot.is_closed or slot.end > slot.cursor,
        also=_missing_comma(place),
    )


def written_value(
    place: CursorPlace, known: KnownName, kind: CompletionKind, *, is_text: bool = True
) -> Completion:
    """A text in its quotes, or a word such as True."""
    slot, written = place.slot, known.name
    if is_text and slot.quote:
        written = _content(slot, known.name) + ("" if slot.is_closed else slot.quote)
    elif is_text:
        written = quoted_text(known.name)
    # What is written behind a quote that it brings itself would be no part of the text any more.
    brings_quote = is_text and not slot.is_closed
    return Completion(
        known.name,
        kind,
        slot.typed,
        slot.whole,
        written,
        None,
        known.detail,
        known.documentation,
        whole_only=brings_quote and slot.end > slot.cursor,
        also=_missing_comma(place),
    )


def _blank(word: ItemKey) -> str:
    """A value to fill in, as a snippet: one of several (LSP 3.17, "Snippet Syntax", choice), or a blank."""
    if word.texts:
        return f'"${{1|{",".join(word.texts)}|}}"'
    return "${1|True,False|}" if word.flags else word.blank


def _content(slot: Slot, text: str) -> str:
    """The text as it stands between the quotes of the slot."""
    text = text.replace("\\", "\\\\").replace(slot.quote, f"\\{slot.quote}")
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def _escaped(text: str) -> str:
    return re.sub(r"([\\$}])", r"\\\1", text)


def _missing_comma(place: CursorPlace) -> tuple[TextEdit, ...]:
    return () if place.comma_at is None else (TextEdit(Span(place.comma_at, place.comma_at), ","),)
