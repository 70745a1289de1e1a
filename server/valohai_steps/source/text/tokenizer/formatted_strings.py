"""Where an f-string or t-string ends: its fields hold any code, the same quotes too (PEP 701, PEP 750)."""

from msgspec import Struct

from valohai_steps.source.text.tokenizer.lexemes import (
    FIELD_TOKEN,
    LITERAL_TOKEN,
    PAIRS,
    is_formatted,
    opening_of,
)


class _Literal(Struct, gc=False):
    """The literal part of a string, or of the format behind a colon in it."""

    quotes: str
    is_raw: bool
    is_format: bool = False


class FormattedStrings:
    """The formatted strings of a text, read no further than `stop`.

    No more than twice the text is looked through in vain: where more fields are left open, all strings are
    taken for plain ones.
    """

    def __init__(self, text: str, stop: int) -> None:
        self.text = text
        self.stop = stop
        self._patience = 2 * len(text) + 1_000

    def end(self, start: int, quotes: str, *, is_raw: bool) -> tuple[int, bool] | None:
        """The end of a string whose content begins at `start`, and whether its quotes close it.

        Without them it ends with its line, or the text; None when a replacement field has no end.
        """
        reading = _Reading(self, [_Literal(quotes, is_raw)], start)
        while reading.stack and self._patience > 0:
            top = reading.stack[-1]
            if reading.in_literal(top) if isinstance(top, _Literal) else reading.in_field():
                continue
            if len(reading.stack) == 1:
                return reading.place, False
            break
        if reading.stack:
            self._patience -= reading.place - start
            return None
        return reading.place, True


class _Reading(Struct):
    """What is open at `place`: literal parts, and brackets. The `{` behind a literal part opens a field."""

    strings: FormattedStrings
    stack: list[_Literal | str]
    place: int

    def in_literal(self, top: _Literal) -> bool:
        """Go on to the next quote, brace or line end that counts; False when there is none."""
        text, stop = self.strings.text, self.strings.stop
        found = LITERAL_TOKEN.match(text, self.place, stop)
        kind, self.place = (None, stop) if found is None else (found.lastgroup, found.end())
        if found is None or kind is None:
            return self.place < stop
        at = found.start(kind)
        match kind:
            case "named" if top.is_raw:
                self.place = at + 2  # a field follows
            case "quote" if text.startswith(top.quotes, at, stop):
                self.place = at + len(top.quotes)
                self.stack.pop()
                return not top.is_format
            case "opening" if text.startswith("{{", at, stop) and not top.is_format:
                self.place = at + 2
            case "opening":
                self.stack.append("{")
            case "closing" if top.is_format:
                del self.stack[-2:]
            case "line_end" if len(top.quotes) == 1:
                self.place = at
                return self._leave_format(top)
        return True

    def _leave_format(self, top: _Literal) -> bool:
        """A format ends with its line, though not its field."""
        if top.is_format:
            self.stack.pop()
        return top.is_format

    def in_field(self) -> bool:
        """Go on behind the next token; False when it cannot stand there, or there is none."""
        text, stop = self.strings.text, self.strings.stop
        found = FIELD_TOKEN.match(text, self.place, stop)
        kind, self.place = (None, stop) if found is None else (found.lastgroup, found.end())
        if found is None or self.place >= stop:
            return False
        match kind:
            case "string" | "open_string":
                return self._begin_string(found.start(kind), is_closed=kind == "string")
            case "statement":
                return False
            case "opening":
                self.stack.append(text[self.place - 1])
            case "closing" if self.stack[-1] != PAIRS[text[self.place - 1]]:
                return False
            case "closing":
                self.stack.pop()
            case "colon" if isinstance(within := self.stack[-2], _Literal):
                self.stack.append(_Literal(within.quotes, within.is_raw, is_format=True))
        return True

    def _begin_string(self, quote: int, *, is_closed: bool) -> bool:
        """Go on behind a string, or to the content of a formatted one."""
        prefix, quotes = opening_of(self.strings.text, quote, self.strings.stop)
        if not is_formatted(prefix):
            return is_closed
        self.place = quote + len(quotes)
        self.stack.append(_Literal(quotes, "r" in prefix))
        return True
