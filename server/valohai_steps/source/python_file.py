"""`read_module`: a Python text in, the facts and findings of its `prepare()` calls out. Never raises.

Reading has no state: what makes it fast and steady while somebody types is `source.incremental`.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from valohai_steps.model.finding import Finding
from valohai_steps.model.rules import Severity
from valohai_steps.model.step import StepFact, ValueRead
from valohai_steps.model.text import Span
from valohai_steps.source.call_facts import (
    CallFacts,
    broken_call,
    is_whole,
    unread_calls,
    unreadable,
    whole_call,
)
from valohai_steps.source.calls.open_calls import written_calls
from valohai_steps.source.calls.prepare_calls import PrepareCall, find_calls
from valohai_steps.source.calls.value_reads import ValueReads, find_reads
from valohai_steps.source.checks.reads.declared_reads import undeclared_names, unused_names
from valohai_steps.source.checks.reads.runtime_names import unknown_runtime_names
from valohai_steps.source.checks.table import duplicate_steps
from valohai_steps.source.evaluation.evaluation import Evaluation
from valohai_steps.source.evaluation.imports import Imports, Module
from valohai_steps.source.evaluation.outlines.dependencies import Dependency, is_current
from valohai_steps.source.text.ignore_comments import not_ignored
from valohai_steps.source.tree.syntax import ExcessiveText, Syntax

__all__ = [
    "Dependency",
    "Imports",
    "Module",
    "PrepareCall",
    "PythonFile",
    "Syntax",
    "is_current",
    "read_module",
]

# Generated code, in code points: parsing more would be felt while typing.
_LARGEST = 5_000_000


class PythonFile(Struct, frozen=True):
    """What a Python text says; every span counts in `text`.

    `steps` holds one fact for each `prepare()` call with a static name, `calls` every call. `read_callees`
    are all mentions of `valohai.parameters` and `valohai.inputs`, called or not yet, each with its kind
    ("parameter" or "input"). `imported` are the files of the workspace that the result depended on: when
    `is_current(imported, imports)` is False, the text is to be read again.
    """

    text: str
    steps: tuple[StepFact, ...] = ()
    calls: tuple[PrepareCall, ...] = ()
    reads: tuple[ValueRead, ...] = ()
    read_callees: tuple[tuple[str, Span], ...] = ()
    problems: tuple[Finding, ...] = ()
    imported: tuple[Dependency, ...] = ()

    @property
    def has_say(self) -> bool:
        """Whether the file has a say in a valohai.yaml: a step, or an error in the place of one.

        A warning alone, of a read in a script that makes no call, says nothing of steps.
        """
        return bool(self.steps) or any(each.rule.severity is Severity.ERROR for each in self.problems)


def read_module(text: str, imports: Imports | None = None) -> PythonFile:
    """Read a string of Python source, all of it. `imports` finds the files of the workspace that it imports.

    `source.incremental` says the same of a text that somebody types, and reads less for it.
    """
    if not is_of_interest(text):
        return PythonFile(text)
    if is_too_large(text):
        return too_large(text)
    try:
        evaluation = Evaluation(Syntax(text), imports)
        calls = tuple(_calls(evaluation))
        reads = find_reads(evaluation)
        return file_of(evaluation, calls, reads, findings_of_reads(evaluation, calls, reads))
    except ExcessiveText:
        return too_large(text)


def is_of_interest(text: str) -> bool:
    """Whether there can be anything to say of a text; most need no parse at all."""
    return "valohai" in text


def is_too_large(text: str) -> bool:
    """Whether a text has more code points than are read while somebody types."""
    return len(text) > _LARGEST


def too_large(text: str) -> PythonFile:
    """The one finding of a text that mentions valohai and is not read."""
    place = text.index("valohai")
    message = (
        "this file is too large or too deeply nested to be read; move its prepare() call to a file of its own"
    )
    return PythonFile(text, problems=(Finding("VH101", Span(place, place + len("valohai")), message),))


def file_of(
    evaluation: Evaluation, calls: tuple[CallFacts, ...], reads: ValueReads, others: Iterable[Finding]
) -> PythonFile:
    """The file made of its calls and reads; `others` are the findings that belong to no one call."""
    syntax = evaluation.syntax
    steps, written = steps_of(calls), written_calls(evaluation.scopes)
    found = (
        *(problem for each in calls for problem in each.problems),
        *duplicate_steps(syntax.text, steps),
        *others,
        *(unread_calls(syntax, written, calls) if calls or written else unreadable(syntax)),
    )
    return PythonFile(
        text=syntax.text,
        steps=steps,
        calls=written,
        reads=reads.known,
        read_callees=reads.callees,
        problems=_sorted(syntax.text, found),
        imported=tuple(evaluation.journey.dependencies.values()),
    )


def findings_of_reads(
    evaluation: Evaluation, calls: tuple[CallFacts, ...], reads: ValueReads
) -> tuple[Finding, ...]:
    """VH121 and VH122: reads and declarations that do not fit; VH123: misspelt names of the runtime."""
    steps = steps_of(calls)
    return (
        *undeclared_names(evaluation.syntax, reads, steps),
        *unused_names(reads, steps),
        *unknown_runtime_names(evaluation.scopes),
    )


def steps_of(calls: Iterable[CallFacts]) -> tuple[StepFact, ...]:
    """The steps of calls that have a usable name."""
    return tuple(each.step for each in calls if each.step is not None)


def _calls(evaluation: Evaluation) -> Iterator[CallFacts]:
    for call in find_calls(evaluation.scopes):
        if is_whole(evaluation.syntax, call):
            yield whole_call(evaluation, call)
        else:
            yield broken_call(evaluation.syntax, call)


def _sorted(text: str, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once, in order of place, without those that a comment switches off."""
    once: Iterator[Finding] = iter(dict.fromkeys(findings))
    kept = not_ignored(text, once)
    return tuple(sorted(kept, key=lambda finding: (finding.span, finding.code)))
