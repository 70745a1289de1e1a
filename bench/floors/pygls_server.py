"""The floor of any server that stands on pygls: publishes no findings for every change.

    python bench/floors/pygls_server.py [--parse]

With --parse it parses the whole text with `ast` first, as most small servers do.
"""

from __future__ import annotations

import sys

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

server = LanguageServer("floor", "1")
PARSES = "--parse" in sys.argv


@server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
def did_open(server: LanguageServer, params: lsp.DidOpenTextDocumentParams) -> None:
    """Publish for the first version."""
    _publish(server, params.text_document.uri)


@server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
def did_change(server: LanguageServer, params: lsp.DidChangeTextDocumentParams) -> None:
    """Publish for every version."""
    _publish(server, params.text_document.uri)


@server.feature(lsp.TEXT_DOCUMENT_HOVER)
def hover(_: lsp.HoverParams) -> None:
    """Nothing to say; there to be asked in a burst."""


def _publish(server: LanguageServer, uri: str) -> None:
    document = server.workspace.get_text_document(uri)
    found: list[lsp.Diagnostic] = []
    if PARSES:
        import ast

        try:
            ast.parse(document.source)
        except SyntaxError as error:
            place = lsp.Position((error.lineno or 1) - 1, 0)
            found = [lsp.Diagnostic(lsp.Range(place, place), error.msg)]
    server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, found, document.version))


if __name__ == "__main__":
    server.start_io()
