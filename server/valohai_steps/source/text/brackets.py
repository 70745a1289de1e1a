"""The brackets of a text with what stands between their commas, whole or half-typed.

No tree is needed for it: a tree mends what is half-typed, and the cursor stands exactly there.
"""

from typing import Literal

from msgspec import Struct, field

from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span
from valohai_steps.source.text.tokenizer.lexemes import PAIRS
from valohai_steps.source.text.tokenizer.tokens import tokens

# What is written between two tokens.
_BETWEEN = pattern(r"(?P<comma>,)|(?P<sign>(?<![=!<>:])[=:](?!=))|(?P<word>[\w.]+)|(?P<other>\S)")
_OPERATORS = frozenset(
    ("and", "or", "not", "in", "is", "if", "else", "for", "lambda", "await", "async", "from", "yield")
)
_KEYWORD = pattern(r"[^\W\d]\w*[ \t]*=(?!=)")


class Piece(Struct, frozen=True):
    """One part of an item; `bracket` is what is inside when it is one."""

    kind: Literal["text", "word", "sign", "bracket", "other"]
    span: Span
    bracket: "Bracket | None" = None


class BracketItem(Struct, frozen=True):
    """What stands between two commas. `span` is all of that room, blanks and line ends too.

    `comma_at` is where a comma is missing in front of it.
    """

    span: Span
    pieces: tuple[Piece, ...]
    comma_at: int | None = None

    @property
    def sign(self) -> int | None:
        """The place in `pieces` of the `=` or `:` behind the first piece."""
        return 1 if len(self.pieces) > 1 and self.pieces[1].kind == "sign" else None

    @property
    def value(self) -> tuple[Piece, ...]:
        """What stands behind the sign; everything when there is none."""
        return self.pieces if self.sign is None else self.pieces[self.sign + 1 :]


class Bracket(Struct, frozen=True):
    """A pair of brackets, or an open one that ends where something else begins.

    `comments` are those inside, also of brackets inside.
    """

    kind: str
    span: Span
    is_closed: bool
    items: tuple[BracketItem, ...]
    comments: tuple[Span, ...] = ()

    def holds(self, offset: int) -> bool:
        """Whether a cursor stands between the brackets."""
        return self.span.start < offset < self.span.end + (not self.is_closed)

    def item_at(self, offset: int) -> BracketItem | None:
        """The item whose room a cursor stands in."""
        return next((item for item in self.items if item.span.contains(offset)), None)


def outline(text: str, start: int, stop: int) -> Bracket:
    """The bracket that opens at `start`, read no further than `stop`. Never raises."""
    return _Reader(text, start).read(stop)


class _Open(Struct):
    """A bracket that is being read."""

    kind: str
    start: int
    item_start: int
    pieces: list[Piece] = field(default_factory=list)
    items: list[BracketItem] = field(default_factory=list)
    comma_at: int | None = None

    def end_item(self, end: int, following: int, comma_at: int | None = None) -> None:
        self.items.append(BracketItem(Span(self.item_start, end), tuple(self.pieces), self.comma_at))
        self.pieces, self.item_start, self.comma_at = [], following, comma_at


class _Reader:
    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.stack = [_Open(text[start], start, start + 1)]
        self.comments: list[Span] = []
        self.is_new_line = False

    def read(self, stop: int) -> Bracket:
        place = self.stack[0].item_start
        for token in tokens(self.text, place, stop):
            self._read_between(place, token.start)
            place, span = token.end, Span(token.start, token.end)
            match token.kind:
                case "line_end":
                    self.is_new_line = True
                    continue
                case "continuation":
                    continue
                case "comment":
                    self.comments.append(span)
                    continue
                case "closing":
                    if (whole := self._close(span)) is not None:
                        return whole
                case "opening":
                    self._begin(span, "bracket")
                    self.stack.append(_Open(self.text[span.start], span.start, span.end))
                case "string":
                    self._add("text", span)
            self.is_new_line = False
        self._read_between(place, stop)
        return self._end(0, stop, closed=False)

    def _read_between(self, start: int, end: int) -> None:
        """Read what holds no token: words, commas, signs."""
        for found in _BETWEEN.finditer(self.text, start, end):
            span = Span(*found.span())
            match found.lastgroup:
                case "comma":
                    self.stack[-1].end_item(span.start, span.end)
                case "word" | "sign" as kind:
                    self._add(kind, span)
                case _:
                    self.stack[-1].pieces.append(Piece("other", span))
            self.is_new_line = False

    def _add(self, kind: Literal["text", "word", "sign"], span: Span) -> None:
        self._begin(span, kind)
        self.stack[-1].pieces.append(Piece(kind, span))

    def _close(self, span: Span) -> Bracket | None:
        """Close the innermost bracket of this kind; the whole when that was the first."""
        for depth in range(len(self.stack) - 1, -1, -1):
            if self.stack[depth].kind == PAIRS[self.text[span.start]]:
                if depth + 1 < len(self.stack):
                    self._end(depth + 1, span.start, closed=False)
                bracket = self._end(depth, span.end, closed=True)
                return bracket if depth == 0 else None
        self.stack[-1].pieces.append(Piece("other", span))
        return None

    def _end(self, depth: int, end: int, *, closed: bool) -> Bracket:
        """End all brackets down to `depth`, of which only the last is `closed`."""
        while True:
            last = len(self.stack) - 1 == depth
            opened = self.stack.pop()
            opened.end_item(end - (closed and last), end)
            span = Span(opened.start, end)
            bracket = Bracket(opened.kind, span, closed and last, tuple(opened.items), tuple(self.comments))
            if self.stack:
                self.stack[-1].pieces.append(Piece("bracket", span, bracket))
            if last:
                return bracket

    def _begin(self, span: Span, kind: str) -> None:
        """A new item begins where the text cannot go on with the one before: a comma is missing."""
        token = self.text[span.start : span.end]
        if self.is_new_line and kind == "word" and self.stack[-1].kind == "{":
            self._leave_braces(span)
        top = self.stack[-1]
        before = top.pieces[-1] if top.pieces else None
        if before is None or token in _OPERATORS or not self._is_value(before):
            return
        if top.kind == "(":
            anew = kind == "word" and not token.startswith(".")
        else:
            has_value = len(top.pieces) > 2 and top.pieces[1].kind == "sign"
            can_follow = before.kind == "text" and not self.is_new_line
            anew = top.kind == "{" and has_value and kind in ("text", "word") and not can_follow
        if anew:
            top.end_item(before.span.end, before.span.end, comma_at=before.span.end)

    def _leave_braces(self, span: Span) -> None:
        """`image=` on a line of its own ends the dict of the argument before, closed or not."""
        kinds = [opened.kind for opened in self.stack]
        if "(" in kinds and _KEYWORD.match(self.text, span.start):
            depth = len(kinds) - 1 - kinds[::-1].index("(")
            before = len(self.text[: span.start].rstrip())
            self._end(depth + 1, before, closed=False)

    def _is_value(self, piece: Piece) -> bool:
        word = self.text[piece.span.start : piece.span.end]
        return piece.kind in ("text", "bracket") or (piece.kind == "word" and word not in _OPERATORS)
