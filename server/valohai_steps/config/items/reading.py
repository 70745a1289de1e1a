"""Reading a valohai.yaml on top of what was read before: an edit reads the items that it touches."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain

from msgspec import Struct

from valohai_steps.config.items.file import ItemFile
from valohai_steps.config.items.part import Part, read_part
from valohai_steps.config.items.slices import is_plain, later_starts, slices, starts_item
from valohai_steps.config.reader import is_too_large
from valohai_steps.config.references.judge import ItemFacts, judge
from valohai_steps.model.text import replacement


def read_items(text: str, image: str, previous: ItemFile | None = None) -> ItemFile:
    """A valohai.yaml; `previous` is what was read before, of which every part is kept that is still there."""
    if previous is not None and previous.image != image:
        previous = None
    reading = _Reading(text, image)
    touched = None if previous is None or is_too_large(text) else _touched(previous, text)
    if previous is not None and touched is not None:
        changed = reading.row(touched.starts, touched.end)
        if all(part.problem is None and not part.anchors for part in changed):
            return _with_changed(previous, text, touched, changed, reading.count)
    reading = _Reading(text, image, () if previous is None else previous.parts)
    return _whole(reading, previous)


class _Touched(Struct, frozen=True):
    """The parts that an edit touches: how many before and behind stay, and where those between start now."""

    before: int
    behind: int
    starts: tuple[int, ...]
    end: int


def _touched(previous: ItemFile, text: str) -> _Touched | None:
    """What an edit touches; None when that cannot be told from the text around it."""
    indent, edit = previous.indent, replacement(previous.text, text)
    places = previous.starts
    if indent is None or not previous.parts or edit.span.start <= places[0] + len(indent) + 1:
        return None
    low = bisect_right(places, edit.span.start - 1) - 1
    high = min(bisect_right(places, edit.span.end) - 1, len(previous.parts) - 1)
    if not previous.is_readable:
        return None  # a quote that was left open may end anywhere
    end = places[high + 1] + len(edit.text) - (edit.span.end - edit.span.start)
    if not starts_item(text, indent, places[low]) or not is_plain(text, places[low], end + 1):
        return None
    starts = (places[low], *later_starts(text, indent, places[low], end))
    return _Touched(low, len(previous.parts) - high - 1, starts, end)


def _with_changed(
    previous: ItemFile, text: str, touched: _Touched, changed: Sequence[Part], count: int
) -> ItemFile:
    """The file with some of its parts replaced: judged again when what they declare or use is another."""
    behind = len(previous.parts) - touched.behind
    old = previous.parts[touched.before : behind]
    parts = (*previous.parts[: touched.before], *changed, *previous.parts[behind:])
    same = _facts(old) == _facts(changed)
    facts = previous.facts if same else _facts(parts)
    return ItemFile(
        text,
        previous.image,
        parts,
        starts_of(parts, previous.starts[0]),
        previous.indent,
        facts,
        previous.verdicts if same else judge(facts),
        count,
        judged=not same,
    )


def _whole(reading: "_Reading", previous: ItemFile | None) -> ItemFile:
    """The file from its start, with the parts that are known by their text."""
    parts, first, indent = reading.parts()
    starts = starts_of(parts, first)
    if any(part.problem is not None for part in parts):
        return ItemFile(
            reading.text, reading.image, parts, starts, indent, (), (), reading.count, judged=False
        )
    facts = _facts(parts)
    same = previous is not None and previous.facts == facts and previous.is_readable
    verdicts = previous.verdicts if same and previous is not None else judge(facts)
    return ItemFile(
        reading.text,
        reading.image,
        parts,
        starts,
        indent,
        facts,
        verdicts,
        reading.count,
        judged=not same,
    )


def starts_of(parts: Iterable[Part], first: int) -> list[int]:
    """Where each part starts, and the end of the last."""
    return list(accumulate([len(part.text) for part in parts], initial=first))


def _facts(parts: Iterable[Part]) -> tuple[ItemFacts, ...]:
    return tuple(chain.from_iterable([part.facts for part in parts]))


class _Reading:
    """One reading of a text; `count` tells how many parts were read that were not `known`."""

    def __init__(self, text: str, image: str, known: Iterable[Part] = ()) -> None:
        self.text = text
        self.image = image
        self.known = {part.text: part for part in known}
        self.count = 0

    def parts(self) -> tuple[tuple[Part, ...], int, str | None]:
        """The parts, where they start, and what stands before each dash; None when it is one part, all."""
        found = None if is_too_large(self.text) else slices(self.text)
        if found is None:
            return (self._part(0, len(self.text)),), 0, None
        parts = self.row(found.starts, len(self.text))
        if _is_tied(parts):
            whole = self._part(0, len(self.text))
            if whole.problem is None:
                return (whole,), 0, None
        return tuple(parts), found.starts[0], found.indent

    def row(self, starts: Sequence[int], end: int) -> list[Part]:
        """The parts that start at these offsets; the last ends at `end`."""
        ends = [*starts[1:], end]
        parts: list[Part] = []
        number = 0
        while number < len(starts):
            part, last = self._part(starts[number], ends[number]), number
            if part.problem is not None:
                part, last = self._closed_quote(part, starts[number], ends, number)
            parts.append(part)
            number = last + 1
        return parts

    def _closed_quote(self, part: Part, start: int, ends: list[int], number: int) -> tuple[Part, int]:
        """A string in quotes may go on over what looks like the next items, up to the quote that ends it."""
        place = 0 if part.problem is None else part.problem.span.start
        quote = part.text[place : place + 1]
        closing = self.text.find(quote, ends[number], ends[-1]) if quote in ("'", '"') else -1
        if closing < 0:
            return part, number
        last = next(i for i in range(number + 1, len(ends)) if closing < ends[i])
        longer = self._part(start, ends[last])
        return (longer, last) if longer.problem is None else (part, number)

    def _part(self, start: int, end: int) -> Part:
        text = self.text[start:end]
        part = self.known.get(text)
        if part is None:
            self.count += 1
            part = self.known[text] = read_part(text, self.image)
        return part


def _is_tied(parts: Sequence[Part]) -> bool:
    """Whether an item repeats what an anchor of another one holds, or two give one name."""
    seen: set[str] = set()
    for part in parts:
        if part.problem is not None and part.text.startswith("*", part.problem.span.start):
            return True
        if part.anchors:
            if seen & part.anchors:
                return True
            seen |= part.anchors
    return False
