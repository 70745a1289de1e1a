"""A string literal as it is being written, and the part of it that a completion replaces."""

import re

from msgspec import Struct

from valohai_steps.model.text import Span

_OPENING = re.compile(r"""([rRbBuUfFtT]{0,2})('''|\"\"\"|'|")""")
_PLAIN_REST = re.compile(r"""[^,=(){}\[\]"'\r\n]*""")
_WORD_REST = re.compile(r"""[^\s,=(){}\[\]"']*""")
_WORD = re.compile(r"\w*")
_LINE_END = re.compile(r"[\r\n]")
_GOES_ON = re.compile(r"""[ \t]*[\w"']""")


class Slot(Struct, frozen=True):
    """Where a name is being written: from `start` to `end`, the cursor between, all on one line.

    `quote` is what stands in front of `start`, "" when nothing does; `is_closed` tells that the same stands
    at `end`.
    """

    start: int
    cursor: int
    end: int
    quote: str = ""
    is_closed: bool = False

    @property
    def typed(self) -> Span:
        """What stands there up to the cursor."""
        return Span(self.start, self.cursor)

    @property
    def whole(self) -> Span:
        """All that stands there."""
        return Span(self.start, self.end)


def content_of(text: str, span: Span) -> str | None:
    """What stands between the quotes of a plain literal, escapes as they are; None for f-strings, bytes.

    Of a literal without its end, what does not look like the text behind it.
    """
    found = _opening(text, span)
    if found is None:
        return None
    start, quote = found
    end = _end_of(text, span, start, quote)
    rest = _PLAIN_REST.match(text, start, end)
    return text[start : rest.end() if end == span.end and rest is not None else end]


def slot_in_literal(text: str, span: Span, cursor: int) -> Slot | None:
    """The slot of a cursor between the quotes of a literal; None outside of them, or over several lines.

    A literal without its end may run into what follows on its line: that is not replaced.
    """
    found = _opening(text, span)
    if found is None:
        return None
    start, quote = found
    end = _end_of(text, span, start, quote)
    if not start <= cursor <= end or _LINE_END.search(text, start, cursor):
        return None
    # `"tr, image="x"`: behind the end that an open literal finds, a word or another literal goes on.
    if end < span.end and not _GOES_ON.match(text, span.end) and not _LINE_END.search(text, cursor, end):
        return Slot(start, cursor, end, quote, is_closed=True)
    rest = _WORD_REST.match(text, cursor, end)
    return Slot(start, cursor, rest.end() if rest is not None else cursor, quote)


def slot_at_word(text: str, start: int, cursor: int) -> Slot:
    """The slot of a cursor in or behind a word that begins at `start`, or at an empty place."""
    rest = _WORD.match(text, cursor)
    return Slot(start, cursor, rest.end() if rest is not None else cursor)


def _opening(text: str, span: Span) -> tuple[int, str] | None:
    """Where the content begins, and the quote; None for what is no plain text."""
    found = _OPENING.match(text, span.start, span.end)
    if found is None or set(found[1].lower()) & set("bft"):
        return None
    return found.end(), found[2]


def _end_of(text: str, span: Span, start: int, quote: str) -> int:
    end = span.end - len(quote)
    content = text[start:end]
    escaped = (len(content) - len(content.rstrip("\\"))) % 2
    return end if end >= start and text.startswith(quote, end) and not escaped else span.end
