"""A valohai.yaml as a row of items, and what is wrong with it."""

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache

from msgspec import Struct

from valohai_steps.config.items.part import Part
from valohai_steps.config.lint.page import Page
from valohai_steps.config.model.steps import YamlStep
from valohai_steps.config.reader import read_documents
from valohai_steps.config.references.judge import ItemFacts
from valohai_steps.config.references.verdict import At, Verdict
from valohai_steps.model.finding import Finding, Fix, Related
from valohai_steps.model.relocation import relocated
from valohai_steps.model.text import Span, TextEdit


class ItemFile(Struct, frozen=True, dict=True):
    """A valohai.yaml in parts. `starts` is where each starts in code points, and where the last one ends.

    `verdicts` are what is wrong between items; none until all can be read. `indent` stands before the dash of
    each item; None when the file was read as a whole. `parts_read` and `judged` tell what it cost beyond
    what was known before.
    """

    text: str
    image: str
    parts: tuple[Part, ...]
    starts: list[int]
    indent: str | None
    facts: tuple[ItemFacts, ...]
    verdicts: tuple[Verdict, ...]
    parts_read: int
    judged: bool

    @cached_property
    def is_readable(self) -> bool:
        """Whether every part can be read."""
        return all(part.problem is None for part in self.parts)

    def comments(self) -> Iterator[Span]:
        """The comments of those parts that hold an ignore comment, or what looks like one; in order."""
        for part, start in zip(self.parts, self.starts, strict=False):
            if "valohai:" in part.text:
                yield from (span.shifted(start) for span in _comments_of(part.text))

    def steps(self) -> Iterator[tuple[int, YamlStep]]:
        """The steps that can be read, each with the number of its part, in which its spans count."""
        for number, part in enumerate(self.parts):
            for step in part.steps:
                yield number, step

    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong with the file by itself, in no order; spans count in the file."""
        starts = self.starts
        if not self.is_readable:
            yield from self._problems()
        for part, start in zip(self.parts, starts, strict=False):
            if part.findings:
                yield from (moved(finding, start) for finding in part.findings)
        if self.verdicts:
            owners = [
                (part, start) for part, start in zip(self.parts, starts, strict=False) for _ in part.facts
            ]
            page = Page(self.text, self.image)
            yield from (_placed(page, owners, verdict) for verdict in self.verdicts)

    def _problems(self) -> Iterator[Finding]:
        """Why parts cannot be read, other than for an anchor that stands in a part above them.

        Without any such reason it is one of the file as a whole, such as two anchors of one name.
        """
        broken = [each for each in zip(self.parts, self.starts, strict=False) if each[0].problem is not None]
        own = [_problem(self.text, *each) for each in broken if not _repeats_above(self.text, *each)]
        yield from own
        if not own:
            _, whole = read_documents(self.text)
            yield from () if whole is None else (whole,)


def _repeats_above(text: str, part: Part, start: int) -> bool:
    """Whether a part cannot be read alone because it repeats what a part above it gives a name."""
    span = Span(0, 0) if part.problem is None else part.problem.span
    if not part.text.startswith("*", span.start):
        return False
    name = re.escape(part.text[span.start + 1 : span.end])
    return re.search(rf"(?<![^\s,\[\]{{}}])&{name}(?![^\s,\[\]{{}}])", text[:start]) is not None


@lru_cache(maxsize=1024)  # the parts that a keystroke leaves alone
def _comments_of(text: str) -> tuple[Span, ...]:
    from valohai_steps.config.tree.comments import comments_in  # for a file that ignores a finding

    return tuple(comments_in(text))


def moved(finding: Finding, distance: int) -> Finding:
    """A finding of a part, in its file."""
    return finding if not distance else relocated(finding, lambda span: span.shifted(distance))


def _problem(text: str, part: Part, start: int) -> Finding:
    """Why a part cannot be read, with the numbers of lines as the file counts them."""
    problem = part.problem or Finding("VH301", Span(0, 0), "")
    lines = text.count("\n", 0, start)
    if not lines:
        return moved(problem, start)
    _, again = read_documents("\n" * lines + part.text)
    return moved(problem, start) if again is None else moved(again, start - lines)


def _placed(page: Page, owners: list[tuple[Part, int]], verdict: Verdict) -> Finding:
    from valohai_steps.config.items.verdict_fixes import removal_fix, spelling_fix  # for a mistake

    def span(at: At) -> Span:
        part, start = owners[at.item]
        return part.places[at.place].shifted(start)

    place = span(verdict.at)
    related = tuple(Related(span(at), message) for at, message in verdict.related)
    fixes = removal_fix(page, place) if verdict.removes else spelling_fix(page, place, verdict.text)
    if verdict.declares is not None:
        fixes = (*fixes, *_declaring(owners, *verdict.declares))
    return Finding(verdict.code, place, verdict.message, related, fixes)


def _declaring(owners: list[tuple[Part, int]], name: str, key: str, what: str) -> Iterator[Fix]:
    """The fix that declares it in the step of this name, wherever in the file that is."""
    from valohai_steps.config.items.verdict_fixes import declaring_fix  # for a mistake

    for part, start in owners:
        for step in part.steps:
            if step.name == name:
                for fix in declaring_fix(part.text, step.path, name, (key, what)):
                    edits = tuple(TextEdit(edit.span.shifted(start), edit.text) for edit in fix.edits)
                    yield Fix(fix.title, edits)
                return
