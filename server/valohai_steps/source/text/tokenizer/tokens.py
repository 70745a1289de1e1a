"""The tokens of a Python text that say where all else ends: strings, comments, brackets, line ends.

The text may be half-typed, and nothing is raised: a string that is left open runs to the end of its line,
in triple quotes to the end of the text. The time is in proportion to the text. Between two tokens there are
names, numbers, operators and blanks, and no quote, bracket or `#`.
"""

import re
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from valohai_steps.model.text import Span
from valohai_steps.source.text.tokenizer.formatted_strings import FormattedStrings
from valohai_steps.source.text.tokenizer.lexemes import (
    COMMENT_TOKEN,
    OUTER_TOKEN,
    PLAIN_FIELDS,
    TOKEN,
    is_formatted,
    opening_of,
)

# An f-string or t-string is one string, with all that its braces hold. No Enum: it takes five times as long
# to compare its members, and every keystroke compares some thousand.
TokenKind = Literal["string", "comment", "opening", "closing", "continuation", "line_end"]


class Token(Struct, frozen=True, gc=False):
    """A token; `start` and `end` are offsets in code points.

    Of a string, `prefix` are the letters in front, in lower case, and `quotes` what opens it; `is_closed`
    tells that the same quotes end it, and that no replacement field is left open.
    """

    kind: TokenKind
    start: int
    end: int
    prefix: str = ""
    quotes: str = ""
    is_closed: bool = True

    @property
    def is_formatted(self) -> bool:
        """Whether this is an f-string or a t-string."""
        return is_formatted(self.prefix)

    @property
    def content(self) -> Span:
        """What stands between the quotes of a string."""
        end = self.end - len(self.quotes) if self.is_closed else self.end
        return Span(self.start + len(self.prefix) + len(self.quotes), end)


_KINDS: dict[str, TokenKind] = {
    "string": "string",
    "open_string": "string",
    "comment": "comment",
    "opening": "opening",
    "closing": "closing",
    "continuation": "continuation",
    "line_end": "line_end",
}


class Tokenizer:
    """The tokens of a text, read no further than `stop`, from any place that is in no string or comment.

    One for all places of a text: f-strings without an end are looked through in vain a few times only.
    """

    def __init__(self, text: str, stop: int | None = None) -> None:
        self.text = text
        self._stop = len(text) if stop is None else min(stop, len(text))
        self._formatted = FormattedStrings(text, self._stop)

    def tokens(self, start: int = 0) -> Iterator[Token]:
        """All tokens from `start`, in order."""
        return self._tokens(TOKEN, start)

    def outer_tokens(self, start: int = 0) -> Iterator[Token]:
        """The tokens from `start` that decide which lines at the left edge begin a statement.

        Without comments, line ends in front of an indented or an empty line, strings whose end is certain,
        and brackets around no more than these.
        """
        return self._tokens(OUTER_TOKEN, start)

    def comments(self, start: int = 0) -> Iterator[Token]:
        """The comments from `start`, in order."""
        return (each for each in self._tokens(COMMENT_TOKEN, start) if each.kind == "comment")

    def _tokens(self, pattern: "re.Pattern[str]", start: int) -> Iterator[Token]:
        place: int | None = start
        while place is not None:
            matches, place = pattern.finditer(self.text, place, self._stop), None
            for found in matches:
                name = found.lastgroup
                if name is None:
                    continue
                begin, end = found.span(name)
                kind = _KINDS[name]
                if kind != "string":
                    yield Token(kind, begin, end)
                    continue
                token = self._string(begin, end, is_closed=name == "string")
                yield token
                if token.end != end:
                    place = token.end
                    break

    def _string(self, quote: int, end: int, *, is_closed: bool) -> Token:
        """The string whose first quote is at `quote`; it ends at `end` unless it is a formatted one."""
        prefix, quotes = opening_of(self.text, quote, self._stop)
        if is_formatted(prefix):
            content = quote + len(quotes)
            if not (is_closed and PLAIN_FIELDS.fullmatch(self.text, content, end - len(quotes))):
                found = self._formatted.end(content, quotes, is_raw="r" in prefix)
                end, is_closed = (end, False) if found is None else found
        return Token("string", quote - len(prefix), end, prefix, quotes, is_closed)


def tokens(text: str, start: int = 0, stop: int | None = None) -> Iterator[Token]:
    """The tokens of a text between two offsets, in code points; `start` is in no string or comment."""
    return Tokenizer(text, stop).tokens(start)


def string_at(text: str, start: int, stop: int | None = None) -> Token | None:
    """The string that begins at an offset, in code points, prefix first; None where none does."""
    found = next(tokens(text, start, stop), None)
    is_there = found is not None and found.kind == "string" and found.start == start
    return found if is_there else None
