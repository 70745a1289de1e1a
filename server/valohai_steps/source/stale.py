"""Half-typed code: a call that broke keeps what was last known of it, marked stale and shifted (DESIGN 2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TypeVar

from valohai_steps.model.finding import Finding
from valohai_steps.model.step import StepFact
from valohai_steps.model.text import Span, TextEdit

_Fact = TypeVar("_Fact")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one call: its text, its facts when it has a usable name, its findings."""

    call_span: Span
    source: str
    step: StepFact | None
    problems: tuple[Finding, ...]

    @property
    def stale(self) -> "Known":
        """The same, of a call that is broken now."""
        return self if self.step is None else replace(self, step=replace(self.step, stale=True))

    @property
    def fresh(self) -> "Known":
        """The same, of a call that is whole."""
        return self if self.step is None else replace(self, step=replace(self.step, stale=False))


def shifted(known: Iterable[Known], edits: Sequence[TextEdit]) -> tuple[Known, ...]:
    """What was known, moved as the edits move text: all spans in it."""
    ordered = sorted(edits, reverse=True)
    result = []
    for each in known:
        for edit in ordered:  # from the last to the first: their spans count in the text before
            each = _moved_fact(each, edit)  # noqa: PLW2901  # one after the other
        result.append(each)
    return tuple(result)


def _moved_fact(fact: _Fact, edit: TextEdit) -> _Fact:
    if isinstance(fact, Span):
        return Span(_moved(fact.start, edit), _moved(fact.end, edit, end=True))  # type: ignore[return-value]  # a Span for a Span
    if isinstance(fact, TextEdit):
        return TextEdit(_moved_fact(fact.span, edit), fact.text)  # type: ignore[return-value]  # the same type
    if isinstance(fact, tuple):
        return tuple(_moved_fact(item, edit) for item in fact)  # type: ignore[return-value]  # a tuple for a tuple
    if is_dataclass(fact) and not isinstance(fact, type):
        names = [each.name for each in fields(fact) if each.name not in ("origin", "path", "value")]
        moved = {name: _moved_fact(getattr(fact, name), edit) for name in names}
        if "value" in getattr(fact, "__slots__", ()) and is_dataclass(getattr(fact, "value", None)):
            moved["value"] = _moved_fact(getattr(fact, "value"), edit)  # noqa: B009  # not every fact has one
        return replace(fact, **moved)
    return fact


def _moved(offset: int, edit: TextEdit, *, end: bool = False) -> int:
    if offset < edit.span.start or (offset == edit.span.start and end):
        return offset
    if offset >= edit.span.end:
        return offset + len(edit.text) - (edit.span.end - edit.span.start)
    return edit.span.start + (len(edit.text) if end else 0)


def shifted_findings(findings: Sequence[Finding], edits: Sequence[TextEdit]) -> tuple[Finding, ...]:
    """Findings moved as the edits move text."""
    (moved,) = shifted((Known(Span(0, 0), "", None, tuple(findings)),), edits)
    return moved.problems


def meaning(fact: object) -> object:
    """What facts and findings say, without the places where they stand: equal means the same."""
    if isinstance(fact, (Span, TextEdit)):
        return None
    if isinstance(fact, tuple):
        return tuple(meaning(item) for item in fact)
    if is_dataclass(fact) and not isinstance(fact, type):
        return tuple(meaning(getattr(fact, each.name)) for each in fields(fact) if each.name != "stale")
    return repr(fact)
