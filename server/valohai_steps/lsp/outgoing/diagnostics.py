"""Findings by document, as the client shows them: what is pushed, and what is pulled."""

import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from lsprotocol import types as lsp

from valohai_steps.ide.findings.diagnostics import Diagnostic, diagnostics
from valohai_steps.lsp.capabilities import Capabilities
from valohai_steps.lsp.places.views import View, view_at
from valohai_steps.lsp.session import Session, Shown
from valohai_steps.model.rules import Severity
from valohai_steps.model.text import Span
from valohai_steps.project.disk.files import UnreadableFile
from valohai_steps.project.settings.rule_pages import rule_url

logger = logging.getLogger(__name__)

_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.INFORMATION: lsp.DiagnosticSeverity.Information,
    Severity.HINT: lsp.DiagnosticSeverity.Hint,
}


def by_document(session: Session, path: Path) -> Iterator[tuple[View, list[lsp.Diagnostic]]]:
    """Each document that shows a file, with its findings; none for a file that cannot be read."""
    snapshot = session.workspace.snapshot
    found = diagnostics(snapshot, path)
    if isinstance(found, UnreadableFile):
        session.warn(str(found))  # in the log, because no pop-up follows a keystroke
        if found.path == path:
            return
        found = ()
    views = session.views(path)
    here: dict[str, list[Diagnostic]] = {view.uri: [] for view in views}
    for item in found:
        here[view_at(views, item.finding.span.start).uri].append(item)
    for view in views:
        own = here[view.uri]
        yield view, shown(session, view, own) if own else []


def shown(session: Session, view: View, found: Iterable[Diagnostic]) -> list[lsp.Diagnostic]:
    """Findings of a document, as this client shows them."""
    return [diagnostic_of(item, view, session.capabilities, session.location) for item in found]


def publish(session: Session, paths: Iterable[Path]) -> None:
    """Push the findings of these files; what the client has already is not sent again."""
    for path in sorted(paths):
        try:
            _publish(session, path)
        except Exception:  # noqa: PERF203  # a mistake of ours about one file keeps no other waiting
            logger.exception("the findings of %s cannot be shown", path)


def _publish(session: Session, path: Path) -> None:
    now = _published(session, path)
    before = session.published.pop(path, {})
    if now:
        session.published[path] = now
    # Gone is what was opened by another name, or is no cell of the notebook any more.
    news: list[tuple[str, Shown]] = [(uri, ([], None)) for uri in before.keys() - now.keys()]
    news += [(uri, each) for uri, each in now.items() if before.get(uri) != each]
    if news:
        session.workspace.memo.count("publishes")
    for uri, (items, version) in news:
        params = lsp.PublishDiagnosticsParams(uri, items, version)
        session.client.text_document_publish_diagnostics(params)


def _published(session: Session, path: Path) -> dict[str, Shown]:
    """By URI, what the documents of a file show; nothing of a file that is not open."""
    if path not in session.workspace.snapshot.documents:
        return {}
    versions = session.capabilities.diagnostic_versions
    return {
        view.uri: (items, view.version if versions else None) for view, items in by_document(session, path)
    }


def diagnostic_of(
    diagnostic: Diagnostic, view: View, client: Capabilities, locate: Callable[[Path, Span], lsp.Location]
) -> lsp.Diagnostic:
    """One diagnostic of a document, with what this client can show.

    `locate` finds related places in other files.
    """
    finding = diagnostic.finding
    url = rule_url(finding.code) if client.code_descriptions else None
    related = [
        lsp.DiagnosticRelatedInformation(
            locate(view.path if each.path is None else Path(each.path), each.span), each.message
        )
        for each in (finding.related if client.related_information else ())
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
