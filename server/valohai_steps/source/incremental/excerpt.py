"""The excerpt of a text that its steps depend on: what a keystroke elsewhere changes is not read at all.

A statement at the top of a file counts when it mentions valohai, or a name that was looked up to read a step.
All others are left out: the reader sees a short text, and its results are moved to where they stand.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from unicodedata import is_normalized

from msgspec import Struct, field

from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span, TextEdit
from valohai_steps.source.calls.prepare_calls import imported_functions
from valohai_steps.source.incremental.top_level_statements import cuts
from valohai_steps.source.tree.binding import MAY_BE_STAR_IMPORT
from valohai_steps.source.tree.syntax import is_word, spellings, with_line_feeds

_ALIAS = pattern(r"valohai[\s\\]+as[\s\\]+(\w+)")
_MOST_NAMES = 200


class Excerpt(Struct, frozen=True, eq=False):
    """The statements of `source` that count, joined to `text`.

    `starts` are all offsets at which the source may be cut, the first is 0; `kept` the ranges that count, and
    `offsets` where each begins in the excerpt. `names` make a statement count, as do the functions of valohai
    that are imported by their own name, `bare`. `asked` collects what else the reader asks for, `missing`
    what of that stands in what was left out: with any, what was read does not count.
    """

    source: str
    text: str
    starts: list[int]
    kept: list[tuple[int, int]]
    offsets: list[int]
    names: frozenset[str]
    bare: frozenset[str]
    asked: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)

    def admit(self, name: str) -> None:
        """The reader asks where `name` stands: it is `missing` when that is also in what is left out."""
        if not name or name in self.names or name in self.asked or name == "valohai":
            return
        self.asked.add(name)
        for place in _written(self.source, name):
            run = self._run(place)
            if run < 0 or place >= self.kept[run][1]:
                self.missing.add(name)
                return

    def place(self, span: Span) -> Span:
        """A span of the excerpt as a span of the source."""
        start = self._offset(span.start)
        return Span(start, start if span.end <= span.start else self._offset(span.end - 1) + 1)

    def within(self, edits: Iterable[TextEdit]) -> Iterator[TextEdit]:
        """The edits of the source that lie in what is kept, as edits of the excerpt."""
        for edit in edits:
            run = self._run(edit.span.start)
            if run >= 0 and edit.span.end <= self.kept[run][1]:
                yield TextEdit(edit.span.shifted(self.offsets[run] - self.kept[run][0]), edit.text)

    def _run(self, place: int) -> int:
        """The last range that begins at or before a place of the source; -1 when there is none."""
        return bisect_right(self.kept, (place, len(self.source) + 1)) - 1

    def _offset(self, offset: int) -> int:
        run = max(bisect_right(self.offsets, offset) - 1, 0)
        return offset - self.offsets[run] + self.kept[run][0] if self.kept else offset


def take_excerpt(text: str, names: frozenset[str] = frozenset()) -> Excerpt:
    """The excerpt of a text that is read for the first time; `names` are looked up for certain."""
    starts = [0, *cuts(text)]
    names, bare = names | frozenset(_ALIAS.findall(text)), imported_functions(text)
    kept = _counting(text, starts, len(text), _pattern(text, names, bare))
    return _joined(text, starts, kept, names, bare)


def with_missing(excerpt: Excerpt) -> Excerpt:
    """The same, with the statements that mention what was missing."""
    text, starts = excerpt.source, excerpt.starts
    kept = dict(excerpt.kept)
    for name in excerpt.missing:
        end = 0
        for place in _written(text, name):
            if place >= end:
                run = bisect_right(starts, place)
                end = starts[run] if run < len(starts) else len(text)
                kept[starts[run - 1]] = end
    return _joined(text, starts, sorted(kept.items()), excerpt.names | excerpt.asked, excerpt.bare)


def with_all(excerpt: Excerpt) -> Excerpt:
    """The same with all statements: nothing is missing."""
    starts = excerpt.starts
    kept = list(zip(starts, [*starts[1:], len(excerpt.source)], strict=True))
    return _joined(excerpt.source, starts, kept, excerpt.names | excerpt.asked, excerpt.bare)


def edited(before: Excerpt, edit: TextEdit, text: str) -> Excerpt:
    """The excerpt of `text`, which `edit` made of the source before; only what is near the edit is read."""
    names = before.names | before.asked
    if len(names) > _MOST_NAMES:
        return take_excerpt(text)
    moved = len(edit.text) - (edit.span.end - edit.span.start)
    found, last = _cut_again(before.starts, edit, moved, text)
    end = before.starts[last] + moved if last < len(before.starts) else len(text)
    kept = [
        *before.kept[: bisect_left(before.kept, (found[0], 0))],
        *_counting(text, found, end, _pattern(text, names, before.bare)),
        *((a + moved, b + moved) for a, b in before.kept[bisect_left(before.kept, (end - moved, 0)) :]),
    ]
    after = [start + moved for start in before.starts[last:]]
    first = bisect_left(before.starts, found[0])
    result = _joined(text, [*before.starts[:first], *found, *after], kept, names, before.bare)
    if result.text != before.text:  # all that mentions valohai is in it: how it is imported may have changed
        aliases, bare = frozenset(_ALIAS.findall(result.text)), imported_functions(result.text)
        if not aliases <= names or bare != before.bare:
            return take_excerpt(text, names)
    return result


def _cut_again(starts: list[int], edit: TextEdit, moved: int, text: str) -> tuple[list[int], int]:
    """Where the text may be cut around an edit, and the index of the first of `starts` that is still one."""
    # From the statement in front: an edit of the first word of a statement may join it to that one.
    found = [starts[max(bisect_left(starts, edit.span.start) - 2, 0)]]
    for place in cuts(text, found[0]):
        before = place - moved
        if before >= edit.span.end:
            index = bisect_left(starts, before)
            if index < len(starts) and starts[index] == before:
                return found, index
        found.append(place)
    return found, len(starts)


def _joined(
    text: str, starts: list[int], kept: list[tuple[int, int]], names: frozenset[str], bare: frozenset[str]
) -> Excerpt:
    offsets: list[int] = []
    length = 0
    for start, end in kept:
        offsets.append(length)
        length += end - start
    joined = "".join([text[start:end] for start, end in kept])
    return Excerpt(text, with_line_feeds(joined), starts, kept, offsets, names, bare)


def _counting(text: str, starts: list[int], end: int, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    """Of the ranges that begin at `starts`, the last of which ends at `end`, those that hold the pattern."""
    found: list[tuple[int, int]] = []
    place = starts[0]
    while (match := pattern.search(text, place, end)) is not None:
        run = bisect_right(starts, match.start())
        place = starts[run] if run < len(starts) else end
        found.append((starts[run - 1], place))
    return found


def _pattern(text: str, names: frozenset[str], bare: frozenset[str]) -> re.Pattern[str]:
    if not (text.isascii() or is_normalized("NFKC", text)):
        names = frozenset(spelling for name in names for spelling in spellings(text, name))
    pieces = [f"valohai|{MAY_BE_STAR_IMPORT}"]
    # No `\b`: a mark at the end of a name is no `\w`.
    pieces += [rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(names)))})(?!\w)"] if names else []
    pieces += [rf"(?<![.\w])(?:{'|'.join(sorted(bare))})\b"] if bare else []
    return re.compile("|".join(pieces))


def _written(text: str, name: str) -> Iterator[int]:
    """Where a name stands, in whatever spelling, in order."""
    first, *others = spellings(text, name)
    if not others:
        yield from _places(text, first)
    else:
        yield from sorted(place for spelling in (first, *others) for place in _places(text, spelling))


def _places(text: str, name: str) -> Iterator[int]:
    """Where a word stands."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        if not is_word(text[start - 1 : start]) and not is_word(text[end : end + 1]):
            yield start
        start = text.find(name, end)
