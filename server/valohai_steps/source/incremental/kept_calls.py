"""Half-typed code: a call that broke keeps what was last known of it, marked stale and shifted."""

from collections.abc import Iterable, Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.model.finding import Finding
from valohai_steps.model.relocation import moved_span, relocated
from valohai_steps.model.text import Span, TextEdit
from valohai_steps.source.call_facts import CallFacts


class KeptCall(CallFacts, frozen=True):
    """What was known of one call at the last reading.

    `is_plain` says that it is as it was read, and that no name had to be looked up for it: while no edit
    touches it, it needs not be read again. `edits` are still to be followed by the places in `step` and
    `problems`: most calls are read anew, and nobody looks at where their old facts would stand.
    """

    is_plain: bool = False
    edits: tuple[TextEdit, ...] = ()

    @property
    def settled(self) -> "KeptCall":
        """The same, with every place where it is now."""
        step, problems = self.step, self.problems
        for edit in self.edits:
            place = partial(moved_span, edit=edit)
            step, problems = relocated(step, place), relocated(problems, place)
        return replace(self, step=step, problems=problems, edits=()) if self.edits else self

    @property
    def stale(self) -> "KeptCall":
        """The same, of a call that is broken now."""
        return (
            self if self.step is None else replace(self, step=replace(self.step, stale=True), is_plain=False)
        )


def kept(facts: CallFacts, *, is_plain: bool = False) -> KeptCall:
    """The facts of a call as the next reading wants them."""
    return KeptCall(facts.call_span, facts.source, facts.step, facts.problems, is_plain)


def shifted(known: Iterable[KeptCall], edits: Sequence[TextEdit]) -> tuple[KeptCall, ...]:
    """What was known, moved as the edits move text; all but the calls' own places is left to `settled`."""
    # From the last to the first: their spans count in the text before.
    ordered = tuple(sorted(edits, reverse=True))
    result = []
    first = min((edit.span.start for edit in ordered), default=0)
    for each in known:
        span = each.call_span
        if each.is_plain and span.end < first:  # all of it stands before the edits
            result.append(each)
            continue
        touched = any(edit.span.start <= span.end and span.start <= edit.span.end for edit in edits)
        for edit in ordered:
            span = moved_span(span, edit)
        # What stands in a touched call is no longer what was read.
        is_plain = each.is_plain and not touched
        result.append(replace(each, call_span=span, is_plain=is_plain, edits=(*each.edits, *ordered)))
    return tuple(result)


def shifted_findings(findings: Sequence[Finding], edits: Sequence[TextEdit]) -> tuple[Finding, ...]:
    """Findings moved as the edits move text."""
    for edit in sorted(edits, reverse=True):
        findings = relocated(tuple(findings), partial(moved_span, edit=edit))
    return tuple(findings)


def meaning(fact: object) -> object:
    """What facts and findings say, without the places where they stand: equal means the same."""
    if isinstance(fact, (Span, TextEdit)):
        return None
    if isinstance(fact, tuple):
        return tuple(meaning(item) for item in fact)
    if isinstance(fact, Struct):
        return tuple(meaning(getattr(fact, name)) for name in fact.__struct_fields__ if name != "stale")
    return repr(fact)
