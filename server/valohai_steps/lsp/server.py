"""The language server: a pygls server with one session, and the methods of `lsp.methods`."""

import gc
import inspect
import logging
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from valohai_steps import __version__
from valohai_steps.lsp import documents
from valohai_steps.lsp.diagnostics import publish
from valohai_steps.lsp.features.code_lens import refresh_lenses
from valohai_steps.lsp.features.pull_diagnostics import refresh
from valohai_steps.lsp.methods import COMMANDS, METHODS, Handler
from valohai_steps.lsp.session import Session
from valohai_steps.project.files import FileError

logger = logging.getLogger(__name__)


# The Python cells of every notebook; clients without this open the `.ipynb` as text.
_NOTEBOOKS = lsp.NotebookDocumentSyncOptions(
    [lsp.NotebookDocumentFilterWithNotebook("*", [lsp.NotebookCellLanguage("python")])], save=True
)


class Protocol(LanguageServerProtocol):
    """pygls without its own copy of every document: ours are kept once, in the session's workspace."""

    @lsp_method(lsp.INITIALIZE)
    def lsp_initialize(self, params: lsp.InitializeParams) -> Generator[Any, Any, lsp.InitializeResult]:
        """The client says what it can do, and is told what we do."""
        result = yield from super().lsp_initialize(params)
        if not self._session().capabilities.pull_diagnostics:
            result.capabilities.diagnostic_provider = None
        return result

    @lsp_method(lsp.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: lsp.DidOpenTextDocumentParams) -> None:
        """A document was opened."""
        documents.did_open(self._session(), params)

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: lsp.DidChangeTextDocumentParams) -> None:
        """A document was changed."""
        documents.did_change(self._session(), params)

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: lsp.DidCloseTextDocumentParams) -> None:
        """A document was closed."""
        documents.did_close(self._session(), params)

    @lsp_method(lsp.NOTEBOOK_DOCUMENT_DID_OPEN)
    def lsp_notebook_document__did_open(self, params: lsp.DidOpenNotebookDocumentParams) -> None:
        """A notebook was opened."""
        documents.did_open_notebook(self._session(), params)

    @lsp_method(lsp.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def lsp_notebook_document__did_change(self, params: lsp.DidChangeNotebookDocumentParams) -> None:
        """A notebook was changed."""
        documents.did_change_notebook(self._session(), params)

    @lsp_method(lsp.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def lsp_notebook_document__did_close(self, params: lsp.DidCloseNotebookDocumentParams) -> None:
        """A notebook was closed."""
        documents.did_close_notebook(self._session(), params)

    def _send_response(
        self, msg_id: str | int, result: Any = None, error: lsp.ResponseError | None = None
    ) -> None:
        """A refusal is answered as an error with its reason; it is none of ours, so the log says nothing."""
        if isinstance(result, lsp.ResponseError):
            result, error = None, result
        super()._send_response(msg_id, result, error)

    def _session(self) -> Session:
        server = self._server
        assert isinstance(server, StepsServer)  # noqa: S101  # this protocol is made for no other server
        return server.session


class StepsServer(LanguageServer):
    """A pygls server with one session."""

    def __init__(self) -> None:
        super().__init__(
            "valohai-steps", __version__, notebook_document_sync=_NOTEBOOKS, protocol_cls=Protocol
        )
        self.session = Session(self, _show)

    def report_server_error(self, error: Exception, source: type[JsonRpcException] | Any) -> None:
        """Errors go to the log; a pop-up after a keystroke helps nobody (STYLE rule 10)."""
        logger.error("%s: %s", getattr(source, "__name__", source), error)


def make_server() -> StepsServer:
    """A server with every method and command registered."""
    server = StepsServer()
    for method in METHODS:
        server.feature(method.name, method.options)(_bound(server.session, method.handle))
    for name, handle in COMMANDS.items():
        server.command(name)(_bound(server.session, handle))
    return server


def serve_stdio() -> None:
    """Serve one client on standard input and output until it leaves."""
    _quieten_collector()
    make_server().start_io()


def serve_tcp(host: str, port: int) -> None:
    """Serve one client on a socket until it leaves."""
    _quieten_collector()
    make_server().start_tcp(host, port)


def _show(session: Session, paths: set[Path], typed: set[Path]) -> None:
    """Push or pull, by what the client can do, and never both; lenses are always pulled."""
    if session.capabilities.pull_diagnostics:
        refresh(session, paths, typed)
    else:
        publish(session, paths)
    refresh_lenses(session, paths.difference(typed))


def _bound(session: Session, handle: Handler) -> Callable[..., Any]:
    """The handler with its session. A file that cannot be read is said in the log and answered with null."""

    def answer(*arguments: Any) -> Any:
        try:
            return handle(session, *arguments)
        except FileError as error:
            logger.warning("%s", error)
            return None

    async def answer_later(*arguments: Any) -> Any:
        try:
            return await handle(session, *arguments)
        except FileError as error:
            logger.warning("%s", error)
            return None

    bound = answer_later if inspect.iscoroutinefunction(handle) else answer
    # pygls wants a class where a command's first argument is annotated; in Python 3.10 `Any` is none.
    bound.__annotations__ = {}
    return bound


def _quieten_collector() -> None:
    # What is loaded now lives as long as the process; the collector need not look at it again.
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    gc.collect()
    gc.freeze()
