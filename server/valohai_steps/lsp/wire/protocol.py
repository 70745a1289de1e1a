"""pygls's protocol, with one session, its own order of messages and its own documents."""

import contextvars
import json
import logging
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from cattrs import transform_error
from lsprotocol import types as lsp
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcMethodNotFound,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.protocol.json_rpc import JsonRPCNotification, JsonRPCRequestMessage, JsonRPCResponseMessage

from valohai_steps.lsp.methods import load
from valohai_steps.lsp.session import Session
from valohai_steps.lsp.wire.inbox import Message
from valohai_steps.lsp.wire.parent_process import watch_process

if TYPE_CHECKING:
    from concurrent.futures import Future

logger = logging.getLogger(__name__)


class StepsProtocol(LanguageServerProtocol):
    """pygls without its own copy of every document: ours are kept once, in the session's workspace.

    Messages come from an `Inbox`. `session` and `leave` are set by who makes it; `leave` takes the exit code.
    """

    session: Session
    leave: Callable[[int], None]
    _initialized = False

    def receive(self, message: Message) -> None:
        """Work on one message; what is wrong with it is answered, or said in the log."""
        method = message.get("method")
        if method is None:
            self._receive_answer(message)
            return
        try:
            params = self._params(message, method)
        except JsonRpcException as error:
            if not method.startswith("$/"):
                logger.warning("%s was passed over: %s", method, error)
            if "id" in message:
                self.refuse(message["id"], error.code, error.message)
            return
        if self.trace != lsp.TraceValue.Off:
            self._log_trace(method, message.get("id"), params)
        context = contextvars.copy_context()
        if "id" in message:
            context.run(self._handle_request, message["id"], method, params)
        else:
            context.run(self._handle_notification, method, params)

    def refuse(self, request: object, code: int, why: str, data: object = None) -> None:
        """Answer a request, by its id, with an error."""
        known = request if isinstance(request, (int, str)) else None
        error = {"code": code, "message": why, **({} if data is None else {"data": data})}
        # Not through lsprotocol, which leaves out the null that stands for an id that cannot be told.
        self._send_data({"jsonrpc": self.VERSION, "id": known, "error": error})

    def cancel(self, request: object) -> None:
        """Stop the work on a request; one that is answered already is none any more."""
        if isinstance(request, (int, str)) and request in self._request_futures:
            self._handle_cancel_notification(request)

    @lsp_method(lsp.INITIALIZE)
    def lsp_initialize(self, params: lsp.InitializeParams) -> Generator[Any, Any, lsp.InitializeResult]:
        """The client says what it can do, and is told what we do."""
        self._initialized = True
        result = yield from super().lsp_initialize(params)
        self.trace = params.trace or lsp.TraceValue.Off
        if not self.session.capabilities.pull_diagnostics:
            result.capabilities.diagnostic_provider = None
        if params.process_id is not None:
            watch_process(params.process_id, self._orphaned)
        return result

    @lsp_method(lsp.SHUTDOWN)
    def lsp_shutdown(self, *_: object) -> None:  # type: ignore[override]  # as with exit
        """The beginning of the end: what waits is let go of, and nothing more is worked on."""
        self._shutdown = True
        for future in list(self._request_futures.values()):  # each takes itself out
            future.cancel()

    @lsp_method(lsp.EXIT)
    def lsp_exit(self, *_: object) -> None:  # type: ignore[override]  # there a generator, to call a handler
        """The end: code 0 after a shutdown, 1 without (LSP 3.17, "exit")."""
        self.leave(0 if self._shutdown else 1)

    @lsp_method(lsp.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: lsp.DidOpenTextDocumentParams) -> None:
        """A document was opened."""
        load("incoming.documents.did_open")(self.session, params)

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: lsp.DidChangeTextDocumentParams) -> None:
        """A document was changed."""
        load("incoming.documents.did_change")(self.session, params)

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: lsp.DidCloseTextDocumentParams) -> None:
        """A document was closed."""
        load("incoming.documents.did_close")(self.session, params)

    @lsp_method(lsp.NOTEBOOK_DOCUMENT_DID_OPEN)
    def lsp_notebook_document__did_open(self, params: lsp.DidOpenNotebookDocumentParams) -> None:
        """A notebook was opened."""
        load("incoming.documents.did_open_notebook")(self.session, params)

    @lsp_method(lsp.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def lsp_notebook_document__did_change(self, params: lsp.DidChangeNotebookDocumentParams) -> None:
        """A notebook was changed."""
        load("incoming.documents.did_change_notebook")(self.session, params)

    @lsp_method(lsp.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def lsp_notebook_document__did_close(self, params: lsp.DidCloseNotebookDocumentParams) -> None:
        """A notebook was closed."""
        load("incoming.documents.did_close_notebook")(self.session, params)

    def _send_response(
        self, msg_id: str | int, result: Any = None, error: lsp.ResponseError | None = None
    ) -> None:
        """A refusal is answered as an error with its reason; it is none of ours, so the log says nothing."""
        if isinstance(result, lsp.ResponseError):
            result, error = None, result
        super()._send_response(msg_id, result, error)

    def _run_generator(
        self, future: "Future[Any] | None", *, gen: Generator[Any, Any, Any], result_future: "Future[Any]"
    ) -> None:
        """Also when what it waits for was cancelled, which pygls takes for a failure of the event loop."""
        if future is not None and future.cancelled():
            gen.close()
            result_future.cancel()
        else:
            super()._run_generator(future, gen=gen, result_future=result_future)

    def _params(self, message: Message, method: str) -> Any:
        """The parameters of a message. Raises JsonRpcException when it is not to be worked on."""
        self._demand_order(message, method)
        fallback = JsonRPCRequestMessage if "id" in message else JsonRPCNotification
        try:
            params = self._converter.structure(message, self.get_message_type(method) or fallback).params
        except Exception as error:  # cattrs raises many kinds; at fault is what the client says
            raise JsonRpcInvalidParams("; ".join(transform_error(error))) from error
        if isinstance(params, lsp.ExecuteCommandParams) and params.command not in self.fm.commands:
            raise JsonRpcInvalidParams(f"unknown command {params.command}")
        return params

    def _demand_order(self, message: Message, method: str) -> None:
        """Raise for what has no place in the order of a session (LSP 3.17, "Server lifecycle")."""
        if message.get("jsonrpc") != self.VERSION:
            raise JsonRpcInvalidRequest("this is not a JSON-RPC 2.0 message")
        if method == lsp.EXIT:
            return
        if self._shutdown:
            raise JsonRpcInvalidRequest("the server has been shut down")
        if not self._initialized and method != lsp.INITIALIZE:
            raise JsonRpcServerNotInitialized("send initialize first")
        again = self._initialized and method == lsp.INITIALIZE
        if again and not self.session.serves_jupyterlab:  # there each browser tab begins anew, on one pipe
            raise JsonRpcInvalidRequest("the server is already initialized")
        if method not in self.fm.builtin_features and method not in self.fm.features:
            raise JsonRpcMethodNotFound(f"unknown method {method}")

    def _receive_answer(self, message: Message) -> None:
        """The client has answered a request of ours."""
        request = message.get("id")
        if not isinstance(request, (int, str)) or request not in self._request_futures:
            logger.info("an answer to no request: %s", request)
            return
        future = self._request_futures.pop(request)
        kind = self._result_types.pop(request, None)
        if future.done():
            return
        try:
            if "error" in message:
                told = self._converter.structure(message["error"], lsp.ResponseError)
                future.set_exception(JsonRpcException.from_error(told))
            else:
                future.set_result(self._converter.structure(message, kind or JsonRPCResponseMessage).result)
        except Exception as error:  # as with parameters; who waits for the answer must hear of it
            future.set_exception(JsonRpcException("; ".join(transform_error(error))))

    def _log_trace(self, method: str, request: object, params: object) -> None:
        """Tell the client what is worked on (LSP 3.17, "LogTrace Notification")."""
        text = method if request is None else f"{method} ({request})"
        verbose = None
        if self.trace == lsp.TraceValue.Verbose:
            verbose = json.dumps(params, default=self._serialize_message)
        self.notify(lsp.LOG_TRACE, lsp.LogTraceParams(text, verbose))

    def _orphaned(self) -> None:
        logger.warning("the editor has ended, and so does the server")
        self.leave(1)
