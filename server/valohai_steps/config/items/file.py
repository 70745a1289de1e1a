"""A valohai.yaml as a row of items: what an edit does not touch is neither read nor judged again."""

from collections.abc import Iterator, Sequence
from itertools import chain

from msgspec import Struct

from valohai_steps.config.items.part import Part, read_part
from valohai_steps.config.items.slices import Slice, slices
from valohai_steps.config.items.verdict_fixes import spelling_fix
from valohai_steps.config.lint.page import Page
from valohai_steps.config.model.steps import YamlStep
from valohai_steps.config.reader import read_documents
from valohai_steps.config.references.judge import ItemFacts, judge
from valohai_steps.config.references.verdict import At, Verdict
from valohai_steps.model.finding import Finding, Related
from valohai_steps.model.relocation import relocated
from valohai_steps.model.text import Span


class PlacedPart(Struct, frozen=True):
    """A part, and where it starts in the file."""

    part: Part
    start: int


class ItemFile(Struct, frozen=True):
    """A valohai.yaml in parts. `verdicts` are what is wrong between items; none until all can be read.

    `parts_read` and `judged` tell what it cost beyond what was known before.
    """

    text: str
    image: str
    parts: tuple[PlacedPart, ...]
    facts: tuple[ItemFacts, ...]
    verdicts: tuple[Verdict, ...]
    parts_read: int
    judged: bool

    @property
    def is_readable(self) -> bool:
        """Whether every part can be read."""
        return all(placed.part.problem is None for placed in self.parts)

    def steps(self) -> Iterator[tuple[PlacedPart, YamlStep]]:
        """The steps that can be read; their spans count in the part."""
        for placed in self.parts:
            yield from ((placed, step) for step in placed.part.steps)

    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong with the file by itself, in no order; spans count in the file."""
        for placed in self.parts:
            if placed.part.problem is not None:
                yield _problem(self.text, placed)
            yield from (moved(finding, placed.start) for finding in placed.part.findings)
        owners = tuple(chain.from_iterable((placed,) * len(placed.part.facts) for placed in self.parts))
        yield from (_placed(self, owners, verdict) for verdict in self.verdicts)


def read_items(text: str, image: str, previous: ItemFile | None = None) -> ItemFile:
    """A valohai.yaml; `previous` is what was read before, of which every part is kept that is still there."""
    known = {placed.part.text: placed.part for placed in previous.parts} if previous is not None else {}
    if previous is not None and previous.image != image:
        known = {}
    reading = _Reading(text, image, known)
    parts = reading.parts()
    facts = tuple(chain.from_iterable(placed.part.facts for placed in parts))
    if any(placed.part.problem is not None for placed in parts):
        return ItemFile(text, image, parts, (), (), reading.count, judged=False)
    if previous is not None and previous.facts == facts and previous.is_readable:
        return ItemFile(text, image, parts, facts, previous.verdicts, reading.count, judged=False)
    return ItemFile(text, image, parts, facts, judge(facts), reading.count, judged=True)


class _Reading:
    """One reading of a file; `count` tells how many parts were read."""

    def __init__(self, text: str, image: str, known: dict[str, Part]) -> None:
        self.text = text
        self.image = image
        self.known = known
        self.count = 0

    def parts(self) -> tuple[PlacedPart, ...]:
        """The parts of the file: its items, or all of it where they cannot be taken apart."""
        found = slices(self.text)
        if found is None:
            return (self._part(0, len(self.text)),)
        parts = self._items(found)
        if not _is_tied(parts):
            return tuple(parts)
        whole = self._part(0, len(self.text))
        return (whole,) if whole.part.problem is None else tuple(parts)

    def _items(self, found: Sequence[Slice]) -> list[PlacedPart]:
        parts: list[PlacedPart] = []
        number = 0
        while number < len(found):
            placed, last = self._part(found[number].start, found[number].end), number
            if placed.part.problem is not None:
                placed, last = self._closed_quote(placed, found, number)
            parts.append(placed)
            number = last + 1
        return parts

    def _closed_quote(
        self, placed: PlacedPart, found: Sequence[Slice], number: int
    ) -> tuple[PlacedPart, int]:
        """A string in quotes may go on over what looks like the next items, up to the quote that ends it."""
        problem, end = placed.part.problem, found[number].end
        quote = placed.part.text[problem.span.start : problem.span.start + 1] if problem is not None else ""
        closing = self.text.find(quote, end) if quote in ("'", '"') else -1
        if closing < 0:
            return placed, number
        last = next(i for i in range(number + 1, len(found)) if closing < found[i].end)
        longer = self._part(placed.start, found[last].end)
        return (longer, last) if longer.part.problem is None else (placed, number)

    def _part(self, start: int, end: int) -> PlacedPart:
        text = self.text[start:end]
        part = self.known.get(text)
        if part is None:
            self.count += 1
            part = self.known[text] = read_part(text, self.image)
        return PlacedPart(part, start)


def _is_tied(parts: Sequence[PlacedPart]) -> bool:
    """Whether an item repeats what an anchor of another one holds, or two give one name."""
    seen: set[str] = set()
    for placed in parts:
        part = placed.part
        if part.problem is not None and part.text.startswith("*", part.problem.span.start):
            return True
        if part.anchors:
            if seen & part.anchors:
                return True
            seen |= part.anchors
    return False


def moved(finding: Finding, distance: int) -> Finding:
    """A finding of a part, in its file."""
    return finding if not distance else relocated(finding, lambda span: span.shifted(distance))


def _problem(text: str, placed: PlacedPart) -> Finding:
    """Why a part cannot be read, with the numbers of lines as the file counts them."""
    part, problem = placed.part, placed.part.problem
    lines = text.count("\n", 0, placed.start)
    if problem is None or not lines:
        return moved(problem or Finding("VH301", Span(0, 0), ""), placed.start)
    _, again = read_documents("\n" * lines + part.text)
    return moved(problem, placed.start) if again is None else moved(again, placed.start - lines)


def _placed(file: ItemFile, owners: tuple[PlacedPart, ...], verdict: Verdict) -> Finding:
    def span(at: At) -> Span:
        placed = owners[at.item]
        return placed.part.places[at.place].shifted(placed.start)

    place = span(verdict.at)
    related = tuple(Related(span(at), message) for at, message in verdict.related)
    fixes = spelling_fix(Page(file.text, file.image), place, verdict.text)
    return Finding(verdict.code, place, verdict.message, related, fixes)
