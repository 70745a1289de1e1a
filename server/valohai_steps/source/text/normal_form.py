"""A text with its names as Python reads them: in their NFKC form (Reference, 2.3)."""

from bisect import bisect_right
from unicodedata import is_normalized, normalize

from msgspec import Struct

from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span

# Marks that belong to a name are no `\w`: `e` and U+0301.
WORD = pattern(r"(?:\w|[^\x00-\x7f])+")


class NormalForm(Struct, frozen=True):
    """`text` is the normal form; `words` are those that it writes otherwise.

    Each word: where it starts in the normal form and ends there, where it starts and ends as written. All
    offsets are in code points.
    """

    text: str
    words: tuple[tuple[int, int, int, int], ...] = ()

    def written(self, start: int, end: int) -> Span:
        """Where a part of the normal form stands in the text as it is written; words count as a whole."""
        return Span(self._written(start, is_end=False), self._written(end, is_end=True))

    def _written(self, offset: int, *, is_end: bool) -> int:
        place = bisect_right(self.words, offset - is_end, key=lambda word: word[0]) - 1
        if place < 0:
            return offset
        _, end, start_written, end_written = self.words[place]
        if offset < end or (is_end and offset == end):
            return end_written if is_end else start_written
        return offset - end + end_written


def normal_form(text: str) -> NormalForm:
    """The normal form of a text."""
    if text.isascii() or is_normalized("NFKC", text):
        return NormalForm(text)
    pieces, words, done, size = list[str](), list[tuple[int, int, int, int]](), 0, 0
    for found in WORD.finditer(text):
        word = found[0] if found[0].isascii() else normalize("NFKC", found[0])
        if word != found[0]:
            start = size + found.start() - done
            pieces += (text[done : found.start()], word)
            done, size = found.end(), start + len(word)
            words.append((start, size, found.start(), done))
    return NormalForm("".join((*pieces, text[done:])), tuple(words))
