"""Half-typed code: a step whose call broke keeps its last good facts, marked stale and shifted."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

from valohai_steps.model.step import StepFact
from valohai_steps.model.text import Span, TextEdit

_Fact = TypeVar("_Fact")


def kept_steps(
    before: Sequence[StepFact], now: list[StepFact], edits: Sequence[TextEdit], text: str, *, broken: bool
) -> list[StepFact]:
    """The steps of `now`, and those of `before` that vanished only because the text is broken."""
    if not broken or len(edits) != 1:
        return now
    names = {step.name for step in now}
    kept: list[StepFact] = []
    for step in before:
        shifted = _shifted(step, edits[0])
        inside = shifted.call_span.start < shifted.call_span.end <= len(text)
        overlaps = any(
            other.call_span.start < shifted.call_span.end and shifted.call_span.start < other.call_span.end
            for other in now
        )
        if step.name not in names and inside and not overlaps:
            kept.append(replace(shifted, stale=True))
    return sorted([*now, *kept], key=lambda step: step.call_span)


def _shifted(fact: _Fact, edit: TextEdit) -> _Fact:
    """The fact with every span moved as the edit moves text; spans it cuts into are stretched or cut."""
    if isinstance(fact, Span):
        return Span(_moved(fact.start, edit), _moved(fact.end, edit, end=True))  # type: ignore[return-value]  # a Span for a Span
    if isinstance(fact, tuple):
        return tuple(_shifted(item, edit) for item in fact)  # type: ignore[return-value]  # a tuple for a tuple
    if is_dataclass(fact) and not isinstance(fact, type):
        return replace(
            fact,
            **{f.name: _shifted(getattr(fact, f.name), edit) for f in fields(fact) if f.name != "origin"},
        )
    return fact


def _moved(offset: int, edit: TextEdit, *, end: bool = False) -> int:
    if offset < edit.span.start or (offset == edit.span.start and not end):
        return offset
    if offset >= edit.span.end:
        return offset + len(edit.text) - (edit.span.end - edit.span.start)
    return edit.span.start + (len(edit.text) if end else 0)
