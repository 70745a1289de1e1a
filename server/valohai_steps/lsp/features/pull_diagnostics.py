"""textDocument/diagnostic and workspace/diagnostic, and the refresh that makes a client ask again.

Only for clients that pull and can be told to: nothing is pushed to them, and the others never pull.
"""

import asyncio
import hashlib
import logging
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from valohai_steps.lsp.outgoing.diagnostics import by_document
from valohai_steps.lsp.places.notebooks import OpenNotebook
from valohai_steps.lsp.places.views import View
from valohai_steps.lsp.session import Session

logger = logging.getLogger(__name__)

_Related = dict[str, lsp.FullDocumentDiagnosticReport | lsp.UnchangedDocumentDiagnosticReport]


def document_diagnostic(
    session: Session, params: lsp.DocumentDiagnosticParams
) -> lsp.RelatedFullDocumentDiagnosticReport | lsp.RelatedUnchangedDocumentDiagnosticReport:
    """The findings of a document, and of the other side where the client takes them along."""
    uri = params.text_document.uri
    path = session.path(uri)
    mine = {view.uri: (view, items) for view, items in by_document(session, path)} if path is not None else {}
    shown, items = mine.get(uri, (None, []))
    related: _Related = {}
    if path is not None and session.capabilities.related_documents:
        sharing = session.workspace.sharing(path, "pull")
        for other in (path, *session.workspace.affected(path), *sharing):
            related.update(
                (
                    view.uri,
                    lsp.FullDocumentDiagnosticReport(found, result_id=_reported(session, view, found)),
                )
                for view, found in by_document(session, other)
                if view.uri != uri
            )
    result = _result_id(items) if shown is None else _reported(session, shown, items)
    if result == params.previous_result_id:
        return lsp.RelatedUnchangedDocumentDiagnosticReport(result, related or None)
    return lsp.RelatedFullDocumentDiagnosticReport(items, related or None, result_id=result)


async def workspace_diagnostic(
    session: Session, params: lsp.WorkspaceDiagnosticParams
) -> lsp.WorkspaceDiagnosticReport:
    """The findings of every file with steps and every valohai.yaml, open or not.

    A client that has them all already is answered when something changes: it would only ask again.
    """
    known = {each.uri: each.value for each in params.previous_result_ids}
    while True:
        news = session.next_round()
        reports = await _reports(session, known)
        if not known or any(report.kind == "full" for report in reports):
            return lsp.WorkspaceDiagnosticReport(reports)
        await news.wait()


def refresh(session: Session, paths: Iterable[Path], typed: Iterable[Path]) -> None:
    """Make the client ask again where what it was told last is no longer so.

    About the documents that were `typed` in it asks unbidden, unless it has done so already, before another
    document changed in the same round; of a notebook it asks only about the one cell.
    """
    if not session.refreshing and _stale(session, set(paths), _asked_about(session, typed)):
        session.refreshing = asyncio.create_task(_refresh(session))


async def _refresh(session: Session) -> None:
    try:
        again = True
        while again:
            await session.client.workspace_diagnostic_refresh_async(None)
            documents = session.workspace.snapshot.documents  # they may have changed meanwhile
            again = _stale(session, documents, _asked_about(session, documents))
    except JsonRpcException as error:
        logger.warning("the client does not refresh: %s", error)
    finally:
        session.refreshing = None


def _asked_about(session: Session, paths: Iterable[Path]) -> set[Path]:
    """Those of which the client asks unbidden when their text changes."""
    return {path for path in paths if not isinstance(session.open.of(path), OpenNotebook)}


def _stale(session: Session, paths: Iterable[Path], unasked: Collection[Path] = ()) -> bool:
    """Whether the client was told of findings that are no longer so; said once of each change.

    Of the documents in `unasked` only where what it was told was about the text as it is now.
    """
    stale = {
        view.uri: (result, view.version)
        for path in paths
        if path in session.workspace.snapshot.documents
        for view, items in by_document(session, path)
        for result in (_result_id(items),)
        for told, version in (session.reported.get(view.uri, (result, None)),)
        if told != result and (path not in unasked or version == view.version)
    }
    session.reported.update(stale)
    return bool(stale)


async def _reports(
    session: Session, known: Mapping[str, str]
) -> list[lsp.WorkspaceFullDocumentDiagnosticReport | lsp.WorkspaceUnchangedDocumentDiagnosticReport]:
    """One report for each document; those that the client knows and that are gone are empty now."""
    reports: list[
        lsp.WorkspaceFullDocumentDiagnosticReport | lsp.WorkspaceUnchangedDocumentDiagnosticReport
    ] = []
    gone = dict(known)
    for path in session.workspace.known_files():
        for view, items in by_document(session, path):
            # Not noted as reported: of a document that it shows, VS Code takes only a report on that one.
            result = _result_id(items)
            if gone.pop(view.uri, None) == result:
                reports.append(lsp.WorkspaceUnchangedDocumentDiagnosticReport(view.uri, result, view.version))
            else:
                reports.append(
                    lsp.WorkspaceFullDocumentDiagnosticReport(view.uri, items, view.version, result_id=result)
                )
        await asyncio.sleep(0)  # a keystroke need not wait until the whole workspace is looked at
    empty = _result_id([])
    for uri, result in gone.items():
        if result == empty:
            reports.append(lsp.WorkspaceUnchangedDocumentDiagnosticReport(uri, empty))
        else:
            reports.append(lsp.WorkspaceFullDocumentDiagnosticReport(uri, [], result_id=empty))
    return reports


def _reported(session: Session, view: View, items: list[lsp.Diagnostic]) -> str:
    """The id of what the client is told about a document now."""
    result = _result_id(items)
    session.reported[view.uri] = result, view.version
    return result


def _result_id(items: list[lsp.Diagnostic]) -> str:
    """The same for the same findings, in this session and the next."""
    return hashlib.blake2b(repr(items).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
