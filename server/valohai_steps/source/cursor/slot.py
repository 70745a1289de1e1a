"""A string literal as it is being written, and the part of it that a completion replaces."""

from valohai_steps.model.patterns import pattern
from valohai_steps.model.slot import Slot
from valohai_steps.model.text import Span
from valohai_steps.source.text.tokenizer.tokens import Token, string_at

_PLAIN_REST = pattern(r"""[^,=(){}\[\]"'\r\n]*""")
_WORD_REST = pattern(r"""[^\s,=(){}\[\]"']*""")
_WORD = pattern(r"\w*")
_LINE_END = pattern(r"[\r\n]")
_GOES_ON = pattern(r"""[ \t]*[\w"']""")


def content_of(text: str, span: Span) -> str | None:
    """What stands between the quotes of a plain literal, escapes as they are; None for f-strings, bytes.

    Of a literal without its end, what does not look like the text behind it.
    """
    literal = _plain_literal(text, span)
    if literal is None:
        return None
    content = literal.content
    rest = _PLAIN_REST.match(text, content.start, content.end)
    return text[content.start : content.end if literal.is_closed or rest is None else rest.end()]


def slot_in_literal(text: str, span: Span, cursor: int) -> Slot | None:
    """The slot of a cursor between the quotes of a literal; None outside of them, or over several lines.

    A literal without its end may run into what follows on its line: that is not replaced.
    """
    literal = _plain_literal(text, span)
    if literal is None:
        return None
    start, end = literal.content.start, literal.content.end
    if not start <= cursor <= end or _LINE_END.search(text, start, cursor):
        return None
    # `"tr, image="x"`: behind the end that an open literal finds, a word or another literal goes on.
    if literal.is_closed and not _GOES_ON.match(text, span.end) and not _LINE_END.search(text, cursor, end):
        return Slot(start, cursor, end, literal.quotes, is_closed=True)
    rest = _WORD_REST.match(text, cursor, end)
    return Slot(start, cursor, rest.end() if rest is not None else cursor, literal.quotes)


def slot_at_word(text: str, start: int, cursor: int) -> Slot:
    """The slot of a cursor in or behind a word that begins at `start`, or at an empty place."""
    rest = _WORD.match(text, cursor)
    return Slot(start, cursor, rest.end() if rest is not None else cursor)


def _plain_literal(text: str, span: Span) -> Token | None:
    """The string at a span; None for what is no plain text."""
    found = string_at(text, span.start, span.end)
    return None if found is None or set(found.prefix) & set("bft") else found
