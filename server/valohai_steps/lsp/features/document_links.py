"""textDocument/documentLink."""

from lsprotocol import types as lsp

from valohai_steps.ide.navigation.links import links
from valohai_steps.lsp.session import Session


def document_link(session: Session, params: lsp.DocumentLinkParams) -> list[lsp.DocumentLink]:
    """The addresses and files that a document names."""
    view = session.view(params.text_document.uri)
    if view is None:
        return []
    return [
        lsp.DocumentLink(
            view.range(found.span), session.uri(found.file) if found.file is not None else found.address
        )
        for found in links(session.workspace.snapshot, view.path)
        if view.shows(found.span)
    ]
