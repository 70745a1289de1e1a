"""textDocument/didOpen, didChange and didClose, and the same of notebooks."""

import logging

from lsprotocol import types as lsp
from msgspec.structs import replace

from valohai_steps.lsp.places.convert import changed_index, path_of, without_drive
from valohai_steps.lsp.places.notebooks import changed_notebook, opened_notebook
from valohai_steps.lsp.places.open_documents import OpenText, with_cells
from valohai_steps.lsp.session import Session
from valohai_steps.model.text import LineIndex
from valohai_steps.project.disk.scan import SUFFIXES

logger = logging.getLogger(__name__)


def did_open(session: Session, params: lsp.DidOpenTextDocumentParams) -> None:
    """Keep the text of a Python file, a notebook or a valohai.yaml."""
    item = params.text_document
    path = path_of(item.uri)
    if path is not None and session.serves_jupyterlab:
        path = without_drive(path)
    if path is not None and session.workspace.snapshot.is_ours(path):
        index = LineIndex(_text(session, item.text))
        session.put(with_cells(OpenText(item.uri, path, index, item.version, item.language_id)))


def did_change(session: Session, params: lsp.DidChangeTextDocumentParams) -> None:
    """Apply the changes to a text that is kept."""
    document = params.text_document
    known = session.open.texts.get(document.uri)
    if known is None:
        _report_unknown(session, document.uri)
        return
    _report_backwards(document, known.version)
    index = changed_index(known.index, params.content_changes, session.capabilities.encoding)
    if session.serves_jupyterlab:
        index = LineIndex(_text(session, index.text))
    session.put(with_cells(replace(known, index=index, version=document.version)))


def did_save(session: Session, params: lsp.DidSaveTextDocumentParams) -> None:
    """Tell what is broken in the text that was saved, and look on the disk again.

    Not every client tells of the files that are made and deleted beside it.
    """
    path = session.path(params.text_document.uri)
    if path is not None:
        session.workspace.save(path)
    session.workspace.look_again()
    session.show_all()


def did_close(session: Session, params: lsp.DidCloseTextDocumentParams) -> None:
    """Let go of a text."""
    known = session.open.texts.get(params.text_document.uri)
    if known is not None:
        session.close(known)


def did_open_notebook(session: Session, params: lsp.DidOpenNotebookDocumentParams) -> None:
    """Keep the cells of a notebook; from now on they count, and not its JSON."""
    path = path_of(params.notebook_document.uri)
    if path is not None and path.suffix in SUFFIXES:
        session.put(opened_notebook(path, params))


def did_change_notebook(session: Session, params: lsp.DidChangeNotebookDocumentParams) -> None:
    """Apply the changes to the cells of a notebook and to their texts: one round of findings for all."""
    document = params.notebook_document
    known = session.open.notebooks.get(document.uri)
    if known is None:
        _report_unknown(session, document.uri)
        return
    _report_backwards(document, known.version)
    session.put(changed_notebook(known, params, session.capabilities.encoding))


def did_close_notebook(session: Session, params: lsp.DidCloseNotebookDocumentParams) -> None:
    """Let go of a notebook and its cells."""
    known = session.open.notebooks.get(params.notebook_document.uri)
    if known is not None:
        session.close(known)


def _text(session: Session, text: str) -> str:
    """The text as it is in the file: jupyterlab-lsp ends each with a line end too many."""
    return text.removesuffix("\n") if session.serves_jupyterlab else text


def _report_unknown(session: Session, uri: str) -> None:
    """A change of what was not opened; of a document that is none of ours it means nothing."""
    path = path_of(uri)
    if path is not None and session.workspace.snapshot.is_ours(path):
        logger.warning("%s was changed but never opened; the change is ignored", uri)


def _report_backwards(
    document: lsp.VersionedTextDocumentIdentifier | lsp.VersionedNotebookDocumentIdentifier, before: int
) -> None:
    # VS Code sends a notebook's version again when only its outputs have changed.
    if document.version < before:
        logger.warning("%s went from version %d to %d", document.uri, before, document.version)
