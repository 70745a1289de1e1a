"""textDocument/didOpen, didChange and didClose."""

from lsprotocol import types as lsp

from valohai_steps.lsp.convert import changed_text, path_of
from valohai_steps.lsp.session import Session
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.scan import SUFFIXES


def did_open(session: Session, params: lsp.DidOpenTextDocumentParams) -> None:
    """Keep the text of a Python file, a notebook or a valohai.yaml."""
    path = path_of(params.text_document.uri)
    if path is not None and (is_yaml(path) or path.suffix in SUFFIXES):
        session.put(path, params.text_document.text, params.text_document.version)


def did_change(session: Session, params: lsp.DidChangeTextDocumentParams) -> None:
    """Apply the changes to a text that is kept."""
    path = path_of(params.text_document.uri)
    document = session.workspace.snapshot.documents.get(path) if path else None
    if path is not None and document is not None:
        text = changed_text(document.text, params.content_changes, session.capabilities.encoding)
        session.put(path, text, params.text_document.version)


def did_close(session: Session, params: lsp.DidCloseTextDocumentParams) -> None:
    """Let go of a text."""
    path = path_of(params.text_document.uri)
    if path is not None:
        session.close(path)
