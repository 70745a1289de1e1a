"""Diagnostics: pushed to the client, for both sides, in the documents that it has open."""

import logging
from collections.abc import Iterable
from pathlib import Path

from lsprotocol import types as lsp

from valohai_steps.ide.diagnostics import Diagnostic, diagnostics
from valohai_steps.lsp.convert import diagnostic_of
from valohai_steps.lsp.session import Session
from valohai_steps.lsp.views import View, view_at
from valohai_steps.project.files import FileError

logger = logging.getLogger(__name__)


def publish(session: Session, paths: Iterable[Path]) -> None:
    """Publish the findings of these files; what the client has already is not sent again."""
    for path in sorted(paths):
        before = session.published.pop(path, {})
        now = session.published[path] = _published(session, path)
        if not now:
            del session.published[path]
        for uri in before.keys() - now.keys():  # closed, or no cell of the notebook any more
            session.client.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))
        for uri, params in now.items():
            if before.get(uri) != params:
                session.client.text_document_publish_diagnostics(params)


def shown(session: Session, view: View, found: Iterable[Diagnostic]) -> list[lsp.Diagnostic]:
    """Findings of a document, as this client shows them."""
    return [diagnostic_of(item, view, session.capabilities, session.location) for item in found]


def _published(session: Session, path: Path) -> dict[str, lsp.PublishDiagnosticsParams]:
    """By URI, what the documents of a file show; nothing of a file that is not open."""
    snapshot = session.workspace.snapshot
    if path not in snapshot.documents:
        return {}
    try:
        found = diagnostics(snapshot, path)
    except FileError as error:
        # The other file cannot be read: said in the log, because no pop-up follows a keystroke.
        logger.warning("%s", error)
        found = ()
    snapshot.memo.count("publishes")
    views = session.views(path)
    by_uri: dict[str, list[Diagnostic]] = {view.uri: [] for view in views}
    for item in found:
        by_uri[view_at(views, item.finding.span.start).uri].append(item)
    return {
        view.uri: lsp.PublishDiagnosticsParams(view.uri, shown(session, view, by_uri[view.uri]), view.version)
        for view in views
    }
