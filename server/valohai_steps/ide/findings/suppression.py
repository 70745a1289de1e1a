"""Fixes that make a finding go without mending it: a comment on its line, or the rule switched off."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from valohai_steps.ide.findings.diagnostics import Diagnostic, diagnostics
from valohai_steps.ide.update.file_edits import FileEdits
from valohai_steps.model.finding import Finding
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span, TextEdit, apply_edits, line_end, line_start
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import UnreadableFile, readable
from valohai_steps.project.draft import drafted
from valohai_steps.project.settings.rule_switch import switch_off
from valohai_steps.project.snapshot import Snapshot

_COMMENT = pattern(r"#[ \t]*valohai:[ \t]*ignore\[(?P<codes>[^\]\n]*)\]")


class Suppression(Struct, frozen=True):
    """A title, and the edits of one file."""

    title: str
    edits: FileEdits


def suppressions(snapshot: Snapshot, path: Path, diagnostic: Diagnostic) -> Iterator[Suppression]:
    """What can be done about a finding that is not wanted."""
    code = diagnostic.finding.code
    edit = _comment(snapshot, path, diagnostic)
    if edit is not None:
        yield Suppression(f"Ignore {code} on this line", FileEdits(path, (edit,)))
    settings = snapshot.settings_path(path)
    home = settings or snapshot.root(path) / "pyproject.toml"
    text = snapshot.text(home) or ""
    switch = None if isinstance(text, UnreadableFile) else switch_off(text, code)
    if switch is not None:
        title = f"Turn {code} off in pyproject.toml"
        yield Suppression(title, FileEdits(home, (switch,), creates=settings is None))


def _comment(snapshot: Snapshot, path: Path, diagnostic: Diagnostic) -> TextEdit | None:
    """The comment at the end of the first or last line of a finding; None where none can be.

    Proven: read again, that finding is gone and nothing else is there that was not before.
    """
    text = readable(snapshot.text(path))
    if text is None:
        return None
    finding = diagnostic.finding
    before = [_said(item) for item in readable(diagnostics(snapshot, path)) or ()]
    for edit in _comments(snapshot, path, finding):
        draft = drafted(snapshot, {path: apply_edits(text, [edit])})
        after = [_said(item) for item in readable(diagnostics(draft, path)) or ()]
        if before.count(_said(diagnostic)) > after.count(_said(diagnostic)) and set(after) <= set(before):
            return edit
    return None


def _comments(snapshot: Snapshot, path: Path, finding: Finding) -> Iterator[TextEdit]:
    """The comment at the end of the first line of a finding, and of the last."""
    source = None if is_yaml(path) else readable(snapshot.source(path))
    text = snapshot.readable_text(path) if source is None else source.syntax.text
    span = finding.span if source is None else source.into(finding.span)
    for offset in () if span is None else dict.fromkeys((span.start, span.end)):
        edit = _at_end_of_line(text, offset, finding.code)
        yield edit if source is None else source.edit(source.out(edit.span), edit.text)


def _said(item: Diagnostic) -> tuple[str, str]:
    return item.finding.code, item.finding.message


def _at_end_of_line(text: str, offset: int, code: str) -> TextEdit:
    start = line_start(text, offset)
    line = text[start : line_end(text, offset)].rstrip()
    known = _COMMENT.search(line)
    if known is not None:
        place = start + known.end("codes")
        return TextEdit(Span(place, place), f", {code}")
    place = start + len(line)
    return TextEdit(Span(place, place), f"  # valohai: ignore[{code}]")
