"""Between our words and the protocol's: the only place where spans become ranges."""

from collections.abc import Iterable
from pathlib import Path

from lsprotocol import types as lsp
from pygls import uris

from valohai_steps.ide.diagnostics import Diagnostic
from valohai_steps.lsp.capabilities import Capabilities
from valohai_steps.model.finding import Related
from valohai_steps.model.rules import Severity
from valohai_steps.model.text import LineIndex, PositionEncoding, Span, TextEdit, apply_edits
from valohai_steps.project.files import FileError
from valohai_steps.project.rule_pages import rule_url
from valohai_steps.project.snapshot import Snapshot

_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.INFORMATION: lsp.DiagnosticSeverity.Information,
    Severity.HINT: lsp.DiagnosticSeverity.Hint,
}


def path_of(uri: str) -> Path | None:
    """The file that a URI names; None for what is no file (an untitled document, a remote one)."""
    if not uri.startswith("file:"):
        return None
    name = uris.to_fs_path(uri)
    return None if not name else Path(name)


def uri_of(path: Path) -> str:
    """The URI of a file."""
    return uris.from_fs_path(str(path)) or path.as_uri()


def range_of(index: LineIndex, span: Span, encoding: PositionEncoding) -> lsp.Range:
    """A span as a range of the protocol."""
    start, end = index.position(span.start, encoding), index.position(span.end, encoding)
    return lsp.Range(lsp.Position(*start), lsp.Position(*end))


def span_of(index: LineIndex, place: lsp.Range, encoding: PositionEncoding) -> Span:
    """A range of the protocol as a span."""
    start = index.offset(place.start.line, place.start.character, encoding)
    end = index.offset(place.end.line, place.end.character, encoding)
    return Span(min(start, end), max(start, end))


def changed_text(
    text: str, changes: Iterable[lsp.TextDocumentContentChangeEvent], encoding: PositionEncoding
) -> str:
    """The text after a notification's changes, each counted in the text after the one before it."""
    for change in changes:
        if isinstance(change, lsp.TextDocumentContentChangePartial):
            span = span_of(LineIndex(text), change.range, encoding)
            text = apply_edits(text, [TextEdit(span, change.text)])
        else:
            text = change.text
    return text


def diagnostic_of(
    diagnostic: Diagnostic, index: LineIndex, snapshot: Snapshot, path: Path, client: Capabilities
) -> lsp.Diagnostic:
    """One diagnostic, with what this client can show."""
    finding = diagnostic.finding
    url = rule_url(finding.code) if client.code_descriptions else None
    related = [
        item
        for found in (finding.related if client.related_information else ())
        if (item := _related(found, index, snapshot, path, client.encoding)) is not None
    ]
    return lsp.Diagnostic(
        range=range_of(index, finding.span, client.encoding),
        message=finding.message,
        severity=_SEVERITIES[diagnostic.severity],
        code=finding.code,
        code_description=lsp.CodeDescription(url) if url else None,
        source="valohai-steps",
        tags=[lsp.DiagnosticTag.Unnecessary] if finding.code == "VH122" else None,
        related_information=related or None,
    )


def _related(
    related: Related, index: LineIndex, snapshot: Snapshot, path: Path, encoding: PositionEncoding
) -> lsp.DiagnosticRelatedInformation | None:
    other = path if related.path is None else Path(related.path)
    if other != path:
        try:
            index = LineIndex(snapshot.text(other) or "")
        except FileError:
            return None  # the other file has gone since; the finding itself still stands
    place = lsp.Location(uri_of(other), range_of(index, related.span, encoding))
    return lsp.DiagnosticRelatedInformation(place, related.message)
