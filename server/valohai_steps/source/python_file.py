"""`read_python`: a text in, the facts and findings of its `prepare()` calls out. Never raises."""

from collections.abc import Iterator, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from valohai_steps.model.finding import Finding
from valohai_steps.model.relocation import relocated
from valohai_steps.model.step import StepFact, ValueRead
from valohai_steps.model.text import Span, TextEdit, apply_edits, replacement
from valohai_steps.source.calls.open_calls import written_calls
from valohai_steps.source.calls.prepare_calls import PrepareCall
from valohai_steps.source.calls.value_reads import find_reads
from valohai_steps.source.checks.declared_reads import undeclared_names, unused_names
from valohai_steps.source.checks.table import duplicate_steps
from valohai_steps.source.evaluation.evaluation import Evaluation, dependencies_of
from valohai_steps.source.evaluation.imports import Dependency, Imports, Module, is_current
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.incremental.excerpt import Excerpt, MissingName, edited, take_excerpt, with_name
from valohai_steps.source.incremental.half_typed import known_calls, unreadable
from valohai_steps.source.incremental.kept_calls import KeptCall, shifted, shifted_findings
from valohai_steps.source.text.ignore_comments import not_ignored
from valohai_steps.source.tree.syntax import ExcessiveText, Syntax

__all__ = [
    "Dependency",
    "Evaluated",
    "Imports",
    "Module",
    "PrepareCall",
    "PythonFile",
    "Syntax",
    "is_current",
]


# Generated code, in code points: parsing more would be felt while typing.
_LARGEST = 5_000_000


class PythonFile(Struct, frozen=True, eq=False):
    """What a Python text says.

    `steps` holds one fact for each `prepare()` call with a static name, `calls` every call. `imported` are
    the files of the workspace that the result depended on: when `is_current(imported, imports)` is False,
    the text is to be read again. `syntax` is the tree; it is parsed when it is first used.

    What the next reading starts from: `excerpt` is what was read of the text and `inner` what was found
    there; of that, `known` and `other_problems` are what its `problems` are made of.
    """

    text: str
    steps: tuple[StepFact, ...] = ()
    calls: tuple[PrepareCall, ...] = ()
    reads: tuple[ValueRead, ...] = ()
    problems: tuple[Finding, ...] = ()
    imported: tuple[Dependency, ...] = ()
    syntax: Syntax = field(default_factory=lambda: Syntax(""))
    known: tuple[KeptCall, ...] = ()
    other_problems: tuple[Finding, ...] = ()
    excerpt: Excerpt | None = None
    inner: "PythonFile | None" = None

    def __eq__(self, other: object) -> bool:
        """Whether both say the same of the same text, however they were read."""
        return isinstance(other, PythonFile) and self._said == other._said

    def __hash__(self) -> int:
        return hash(self.text)

    @property
    def _said(self) -> tuple[object, ...]:
        return self.text, self.steps, self.calls, self.reads, self.problems, self.imported


def read_python(
    text: str,
    *,
    previous: PythonFile | None = None,
    edits: Sequence[TextEdit] = (),
    imports: Imports | None = None,
) -> PythonFile:
    """Read a string of Python source.

    `previous` and `edits` are the state before and what led from it to `text`, every span counted in the
    text before: the tree is parsed again only where it changed, and a call that is half-typed keeps its last
    good facts, marked stale. Edits that do not lead to `text` are not trusted. `imports` finds the files of
    the workspace that the text imports.
    """
    if "valohai" not in text:  # no parse at all
        return PythonFile(text, syntax=Syntax(text))
    if len(text) > _LARGEST:
        return PythonFile(text, problems=_excessive(text), syntax=Syntax(text))
    try:
        return _read_excerpt(text, previous, edits, imports)
    except ExcessiveText:
        return PythonFile(text, problems=_excessive(text), syntax=Syntax(text))


def module_value(file: PythonFile, name: str, imports: Imports | None = None) -> Evaluated | None:
    """What a name stands for at the end of a file, also of one without `prepare()`; None when unbound.

    Parses the file when that was not needed before.
    """
    try:
        return Evaluation(file.syntax, imports).at_the_end(name)
    except ExcessiveText:
        return None


def _read_excerpt(
    text: str, previous: PythonFile | None, edits: Sequence[TextEdit], imports: Imports | None
) -> PythonFile:
    before = previous.excerpt if previous is not None else None
    if previous is None or before is None:
        excerpt, inner = take_excerpt(text), None
    else:
        edits = _trusted(previous.text, edits, text)
        excerpt, inner = edited(before, _one_edit(edits, text), text), previous.inner
        if inner is not None and inner.text == excerpt.text and _is_current(inner, imports):
            return _placed(text, excerpt, inner, previous)
        edits = tuple(before.within(edits))
    while True:
        try:
            now = _read(excerpt, inner, edits, imports)
        except MissingName as missing:  # noqa: PERF203  # once for each name, in a short text
            excerpt = with_name(excerpt, missing.name)
        else:
            return _placed(text, excerpt, now)


def _is_current(inner: PythonFile, imports: Imports | None) -> bool:
    return not inner.imported or (imports is not None and is_current(inner.imported, imports))


def _placed(text: str, excerpt: Excerpt, inner: PythonFile, previous: PythonFile | None = None) -> PythonFile:
    """What was found in an excerpt, where it stands in the text; `previous` was found in the same."""
    syntax = Syntax(text)
    if previous is not None and previous.excerpt is not None and previous.excerpt.kept == excerpt.kept:
        return replace(previous, text=text, syntax=syntax, excerpt=excerpt)
    return PythonFile(
        text=text,
        steps=relocated(inner.steps, excerpt.place),
        calls=relocated(inner.calls, excerpt.place),
        reads=relocated(inner.reads, excerpt.place),
        problems=relocated(inner.problems, excerpt.place),
        imported=inner.imported,
        syntax=syntax,
        excerpt=excerpt,
        inner=inner,
    )


def _read(
    excerpt: Excerpt,
    previous: PythonFile | None,
    edits: Sequence[TextEdit],
    imports: Imports | None,
) -> PythonFile:
    text = excerpt.text
    if previous is not None:
        edits = _trusted(previous.text, edits, text)
    syntax = Syntax(text, previous.syntax if previous is not None else None, edits, excerpt.admit)
    evaluation = Evaluation(syntax, imports)
    before = shifted(previous.known, edits) if previous is not None else ()
    known = known_calls(evaluation, before, edits)
    steps = tuple(each.step for each in known if each.step is not None)
    reads = find_reads(evaluation)
    if syntax.is_broken and previous is not None:  # a read may be swallowed: no flicker
        others = shifted_findings(previous.other_problems, edits)
    else:
        others = (*undeclared_names(syntax, reads, steps), *unused_names(reads, steps))
    found = (
        *(problem for each in known for problem in each.problems),
        *duplicate_steps(text, steps),
        *others,
    )
    return PythonFile(
        text=text,
        steps=steps,
        calls=written_calls(evaluation.scopes),
        reads=reads.known,
        problems=_sorted(text, (*found, *unreadable(syntax, known))),
        imported=dependencies_of(evaluation),
        syntax=syntax,
        known=known,
        other_problems=others,
    )


def _excessive(text: str) -> tuple[Finding, ...]:
    """The one finding of a text that is not read."""
    place = text.index("valohai")
    message = (
        "this file is too large or too deeply nested to be read; move its prepare() call to a file of its own"
    )
    return (Finding("VH101", Span(place, place + len("valohai")), message),)


def _trusted(before: str, edits: Sequence[TextEdit], text: str) -> tuple[TextEdit, ...]:
    """The edits, if they lead from one text to the other; else one that does."""
    if edits:
        try:
            if apply_edits(before, edits) == text:
                return tuple(edits)
        except ValueError:
            pass  # they overlap, or lie outside
    return (replacement(before, text),)


def _one_edit(edits: Sequence[TextEdit], text: str) -> TextEdit:
    """The edit that spans all of them; `text` is what they lead to."""
    if len(edits) == 1:
        return edits[0]
    start, end = min(edit.span.start for edit in edits), max(edit.span.end for edit in edits)
    moved = sum(len(edit.text) - (edit.span.end - edit.span.start) for edit in edits)
    return TextEdit(Span(start, end), text[start : end + moved])


def _sorted(text: str, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Each finding once, in order of place, without those that a comment switches off."""
    once: Iterator[Finding] = iter(dict.fromkeys(findings))
    kept = not_ignored(text, once)
    return tuple(sorted(kept, key=lambda finding: (finding.span, finding.code)))
