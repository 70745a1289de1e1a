"""Reading a text again that somebody types: the only place that knows of "before".

A law, held by tests: whenever the text parses, the facts are those of `read_module`; when it does not, they
are the same or marked stale.
"""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.model.finding import Finding
from valohai_steps.model.relocation import relocated
from valohai_steps.model.text import Span, TextEdit, apply_edits, replacement
from valohai_steps.source.calls.value_reads import find_reads
from valohai_steps.source.evaluation.evaluation import Evaluation
from valohai_steps.source.evaluation.imports import Imports
from valohai_steps.source.evaluation.outlines.dependencies import is_current
from valohai_steps.source.incremental.excerpt import Excerpt, edited, take_excerpt, with_all, with_missing
from valohai_steps.source.incremental.half_typed import known_calls
from valohai_steps.source.incremental.kept_calls import KeptCall, shifted, shifted_findings
from valohai_steps.source.python_file import (
    PythonFile,
    file_of,
    findings_of_reads,
    is_of_interest,
    is_too_large,
    too_large,
)
from valohai_steps.source.tree.syntax import ExcessiveText, Syntax

# Then all of the text is read.
_MOST_READINGS = 8


class _Reading(Struct, frozen=True):
    """What was found in the text of an excerpt; `of_reads` are the findings that belong to no call."""

    file: PythonFile
    syntax: Syntax
    calls: tuple[KeptCall, ...]
    of_reads: tuple[Finding, ...]


class PythonReader(Struct, frozen=True):
    """The facts of a text, and what reading the next one starts from."""

    file: PythonFile
    excerpt: Excerpt | None = None
    reading: _Reading | None = None

    @property
    def characters_read(self) -> int:
        """How many code points of the text were parsed."""
        return 0 if self.reading is None else len(self.reading.file.text)

    def shares_reading(self, other: "PythonReader") -> bool:
        """Whether both have their facts from one parse."""
        return self.reading is other.reading

    def after(
        self, text: str, edits: Sequence[TextEdit] = (), imports: Imports | None = None
    ) -> "PythonReader":
        """The reader of the text that `edits` lead to, every span counted in the text before.

        The tree is parsed again only where it changed, and a call that is half-typed keeps its last good
        facts, marked stale. Edits that do not lead to `text` are not trusted.
        """
        if self.excerpt is None or not is_of_interest(text) or is_too_large(text):
            return start_reading(text, imports)
        edits = _trusted(self.file.text, edits, text)
        excerpt = edited(self.excerpt, _one_edit(edits, text), text)
        reading = self.reading
        if reading is not None and reading.file.text == excerpt.text and _is_current(reading.file, imports):
            return self._moved(text, excerpt, reading)
        try:
            return _read(text, excerpt, reading, tuple(self.excerpt.within(edits)), imports)
        except ExcessiveText:
            return PythonReader(too_large(text))

    def _moved(self, text: str, excerpt: Excerpt, reading: _Reading) -> "PythonReader":
        """What was found in an excerpt with the same text."""
        if self.excerpt is not None and self.excerpt.kept == excerpt.kept:
            return PythonReader(replace(self.file, text=text), excerpt, reading)
        return _placed(text, excerpt, reading)


def start_reading(text: str, imports: Imports | None = None) -> PythonReader:
    """The reader of a text that was not read before. `imports` finds the files that it imports."""
    if not is_of_interest(text):
        return PythonReader(PythonFile(text))
    if is_too_large(text):
        return PythonReader(too_large(text))
    try:
        return _read(text, take_excerpt(text), None, (), imports)
    except ExcessiveText:
        return PythonReader(too_large(text))


def _read(
    text: str, excerpt: Excerpt, before: _Reading | None, edits: Sequence[TextEdit], imports: Imports | None
) -> PythonReader:
    """Read an excerpt, and again with what was missing: names of names, of which chains may be long."""
    for enlarged in (*[with_missing] * _MOST_READINGS, with_all):
        found = _unless_excessive(excerpt, before, edits, imports)
        if found is not None and not excerpt.missing:
            return _placed(text, excerpt, found)
        excerpt = enlarged(excerpt)
    return _placed(text, excerpt, _reading(excerpt, before, edits, imports))


def _unless_excessive(
    excerpt: Excerpt, before: _Reading | None, edits: Sequence[TextEdit], imports: Imports | None
) -> _Reading | None:
    """What is read; None when a part that does not count was too much. Raises ExcessiveText."""
    try:
        return _reading(excerpt, before, edits, imports)
    except ExcessiveText:
        if excerpt.missing:
            return None
        raise


def _reading(
    excerpt: Excerpt, before: _Reading | None, edits: Sequence[TextEdit], imports: Imports | None
) -> _Reading:
    if before is None:
        evaluation = Evaluation(Syntax(excerpt.text, admit=excerpt.admit), imports)
        calls = known_calls(evaluation, ())
    else:
        edits = _trusted(before.file.text, edits, excerpt.text)
        evaluation = Evaluation(Syntax(excerpt.text, before.syntax, edits, excerpt.admit), imports)
        calls = known_calls(evaluation, shifted(before.calls, edits), edits)
    reads = find_reads(evaluation)
    if before is not None and evaluation.syntax.is_broken:  # a read may be swallowed: no flicker
        others = shifted_findings(before.of_reads, edits)
    else:
        others = findings_of_reads(evaluation, calls, reads)
    return _Reading(file_of(evaluation, calls, reads, others), evaluation.syntax, calls, others)


def _is_current(file: PythonFile, imports: Imports | None) -> bool:
    return not file.imported or (imports is not None and is_current(file.imported, imports))


def _placed(text: str, excerpt: Excerpt, reading: _Reading) -> PythonReader:
    """What was found in an excerpt, where it is in the text."""
    found = reading.file
    file = PythonFile(
        text=text,
        steps=relocated(found.steps, excerpt.place),
        calls=relocated(found.calls, excerpt.place),
        reads=relocated(found.reads, excerpt.place),
        read_callees=relocated(found.read_callees, excerpt.place),
        problems=relocated(found.problems, excerpt.place),
        imported=found.imported,
    )
    return PythonReader(file, excerpt, reading)


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
