"""Between our words and the protocol's: the only place where spans become ranges."""

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lsprotocol import types as lsp

from valohai_steps.ide.diagnostics import Diagnostic
from valohai_steps.lsp.capabilities import Capabilities
from valohai_steps.lsp.views import View
from valohai_steps.model.finding import Related
from valohai_steps.model.rules import Severity
from valohai_steps.model.text import LineIndex, PositionEncoding, Span, TextEdit
from valohai_steps.project.files import FileError
from valohai_steps.project.rule_pages import rule_url

_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.INFORMATION: lsp.DiagnosticSeverity.Information,
    Severity.HINT: lsp.DiagnosticSeverity.Hint,
}


def path_of(uri: str) -> Path | None:
    """The file that a URI names, one path for all spellings of it.

    None for what is no file: an untitled document, a remote one, a name that no file can have.
    """
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    name = unquote(parts.path, errors="surrogateescape")
    if parts.scheme != "file" or not name.startswith("/") or "\0" in name:
        return None
    host = "" if parts.netloc == "localhost" else unquote(parts.netloc)
    if os.name == "nt":
        return Path(os.path.normpath(windows_name(host, name)))
    return None if host else Path(os.path.normpath("/" + name.lstrip("/")))


def windows_name(host: str, name: str) -> str:
    """The file of a URI in the words of Windows: a drive, else a share of another machine."""
    return f"//{host}{name}" if host else re.sub(r"^/+(?=[A-Za-z]:)", "", name)


def uri_of(path: Path) -> str:
    """The URI of a file."""
    return path.as_uri()


def offsets_of(index: LineIndex, place: lsp.Range, encoding: PositionEncoding) -> tuple[int, int]:
    """Start and end of a range, in order also where the client has them turned round."""
    start = index.offset(place.start.line, place.start.character, encoding)
    end = index.offset(place.end.line, place.end.character, encoding)
    return min(start, end), max(start, end)


def changed_text(
    text: str, changes: Iterable[lsp.TextDocumentContentChangeEvent], encoding: PositionEncoding
) -> str:
    """The text after a notification's changes, each counted in the text after the one before it."""
    return changed_index(LineIndex(text), changes, encoding).text


def changed_index(
    index: LineIndex, changes: Iterable[lsp.TextDocumentContentChangeEvent], encoding: PositionEncoding
) -> LineIndex:
    """The same for a text with its positions, which are far cheaper to keep than to count again."""
    for change in changes:
        if isinstance(change, lsp.TextDocumentContentChangePartial):
            span = Span(*offsets_of(index, change.range, encoding))
            index = index.edited(TextEdit(span, change.text))
        else:
            index = LineIndex(change.text)
    return index


def diagnostic_of(
    diagnostic: Diagnostic, view: View, client: Capabilities, locate: Callable[[Path, Span], lsp.Location]
) -> lsp.Diagnostic:
    """One diagnostic of a document, with what this client can show.

    `locate` finds related places in other files; where it raises FileError they are left out.
    """
    finding = diagnostic.finding
    url = rule_url(finding.code) if client.code_descriptions else None
    related = [
        item
        for found in (finding.related if client.related_information else ())
        if (item := _related(found, view.path, locate)) is not None
    ]
    return lsp.Diagnostic(
        range=view.range(finding.span),
        message=finding.message,
        severity=_SEVERITIES[diagnostic.severity],
        code=finding.code,
        code_description=lsp.CodeDescription(url) if url else None,
        source="valohai-steps",
        tags=[lsp.DiagnosticTag.Unnecessary] if finding.code == "VH122" and client.tags else None,
        related_information=related or None,
    )


def _related(
    related: Related, path: Path, locate: Callable[[Path, Span], lsp.Location]
) -> lsp.DiagnosticRelatedInformation | None:
    try:
        place = locate(path if related.path is None else Path(related.path), related.span)
    except FileError:
        return None  # the other file has gone since; the finding itself still stands
    return lsp.DiagnosticRelatedInformation(place, related.message)
