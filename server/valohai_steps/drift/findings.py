"""Drifts as findings, for both files: VH201 and VH202, each pointing to the other side."""

from collections.abc import Iterator
from pathlib import PurePath

from valohai_steps.drift.compare import Drift, Side
from valohai_steps.drift.declaration import ABSENT, DeclaredStep
from valohai_steps.model.finding import Finding, Related
from valohai_steps.model.text import Span

_LONGEST_VALUE = 60
_SHOWN_BEFORE = 20


def python_findings(declared: DeclaredStep, drifts: tuple[Drift, ...], yaml: PurePath) -> Iterator[Finding]:
    """One finding for each drift, at the Python that says otherwise; `yaml` is the file compared with."""
    for drift in drifts:
        if drift.subject == "step" and drift.key is None:
            message = f"step {drift.name!r} is not in {yaml.name}; update {yaml.name} to add it"
            yield Finding("VH201", declared.name_span, message)
            continue
        span = drift.python.span if drift.python else declared.name_span
        said = f"defined here in {yaml.name}" if drift.yaml else f"the step in {yaml.name}"
        related = _related(drift.yaml.span if drift.yaml else drift.anchor, said, yaml)
        yield Finding("VH202", span, drift_message(drift, "here", f"in {yaml.name}"), related)


def yaml_findings(declared: DeclaredStep, drifts: tuple[Drift, ...], python: PurePath) -> Iterator[Finding]:
    """The same drifts at their nodes in valohai.yaml; a missing step has no node and makes none."""
    for drift in drifts:
        span = drift.yaml.span if drift.yaml else drift.anchor
        if span is None:
            continue
        there = drift.python.span if drift.python else declared.name_span
        said = f"declared here in {python.name}" if drift.python else f"the step in {python.name}"
        related = _related(there, said, python)
        message = drift_message(drift, f"in {python.name}", "here")
        # Python is where a step is written: there the difference counts, once.
        yield Finding("VH202", span, message, related, is_echo=True)


def _related(span: Span | None, message: str, path: PurePath) -> tuple[Related, ...]:
    return () if span is None else (Related(span, message, path),)


def drift_message(drift: Drift, in_python: str, in_yaml: str) -> str:
    """A difference in words, with the places of both sides in words."""
    what = f"{drift.subject} {drift.name!r}"
    if drift.key is None:
        if drift.python is None:
            return f"{what} is {in_yaml}, but is not declared {in_python}"
        return f"{what} is missing {_from(in_yaml)}"
    key = f"{drift.key} of {what}"
    if drift.python is not None and drift.python.value is ABSENT:
        return f"{key} is {_shown(drift.yaml)} {in_yaml}, but there is none {in_python}"
    if drift.yaml is None:
        return f"{key} is {_shown(drift.python)} {in_python}, but is not given {in_yaml}"
    ours, theirs = _shown(drift.python, drift.yaml), _shown(drift.yaml, drift.python)
    return f"{key} is {ours} {in_python}, but {theirs} {in_yaml}"


def _from(place: str) -> str:
    return f"from {place.removeprefix('in ')}" if place.startswith("in ") else place


def _shown(side: Side | None, other: Side | None = None) -> str:
    """The value; of a long one the part in which it differs from the other."""
    if side is None or side.value is ABSENT:
        return "missing"
    text, beside = repr(side.value), repr(other.value) if other is not None else ""
    if len(text) <= _LONGEST_VALUE:
        return text
    start = next((at for at, pair in enumerate(zip(text, beside, strict=False)) if pair[0] != pair[1]), 0)
    start = max(min(start - _SHOWN_BEFORE, len(text) - _LONGEST_VALUE), 0)
    part = text[start : start + _LONGEST_VALUE - 1]
    return f"{'…' if start else ''}{part}{'…' if start + len(part) < len(text) else ''}"
