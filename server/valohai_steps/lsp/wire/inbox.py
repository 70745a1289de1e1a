"""What the client has sent and nobody has looked at: read on ahead, so that nothing is computed in vain."""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Protocol

from lsprotocol import types as lsp

from valohai_steps.lsp.wire.framing import Broken, Framing

logger = logging.getLogger(__name__)

Message = Mapping[str, Any]
_END: Message = MappingProxyType({})
_RETRIGGER = {"retriggerRequest": True}  # 3.17, "DiagnosticServerCancellationData"
_CHANGES: Mapping[str, str] = {
    lsp.TEXT_DOCUMENT_DID_CHANGE: "textDocument",
    lsp.NOTEBOOK_DOCUMENT_DID_CHANGE: "notebookDocument",
}


class Receiver(Protocol):
    """Who works on the messages."""

    def receive(self, message: Message) -> None:
        """Work on one message. Raises nothing."""

    def refuse(self, request: object, code: int, why: str, data: object = None) -> None:
        """Answer a request, by its id, with an error."""

    def cancel(self, request: object) -> None:
        """Stop the work on a request that is being worked on."""


class Inbox:
    """Takes in bytes, hands messages over in order, one request at a time.

    Between two requests everything that has arrived is taken in, so that a request is not worked on when its
    cancellation waits behind it. Notifications in a row are handed over at once: of a burst of edits only
    the last text is looked at. `lost` is called when the client has gone.
    """

    def __init__(self, receiver: Receiver, lost: Callable[[], None]) -> None:
        self._receiver = receiver
        self._lost = lost
        self._framing = Framing()
        self._waiting: deque[Message] = deque()
        self._scheduled = False

    def take(self, data: bytes) -> None:
        """Bytes have arrived. To be called where an event loop runs."""
        for body in self._framing.feed(data):
            if isinstance(body, Broken):
                self._refuse_broken(f"passed over {body.reason}")
            else:
                self._take_message(body)
        self._schedule()

    def end(self) -> None:
        """Nothing more will come; `lost` is called once all that is here is worked on."""
        self._waiting.append(_END)
        self._schedule()

    def _take_message(self, body: bytes) -> None:
        try:
            message = json.loads(body)
        except (ValueError, RecursionError) as error:
            self._refuse_broken(f"a message is not valid JSON: {error}")
            return
        if not isinstance(message, dict) or not isinstance(message.get("method", ""), str):
            logger.warning("a message is not JSON-RPC")
            request = message.get("id") if isinstance(message, dict) else None
            why = "a message must be an object, and its method a string"
            self._receiver.refuse(request, lsp.ErrorCodes.InvalidRequest.value, why)
        elif message.get("method") == lsp.CANCEL_REQUEST:
            self._cancel(message.get("params"))
        else:
            self._waiting.append(message)

    def _refuse_broken(self, why: str) -> None:
        """Nobody can tell which request it was: the id is null (JSON-RPC 2.0, "Response object")."""
        logger.warning("%s", why)
        self._receiver.refuse(None, lsp.ErrorCodes.ParseError.value, why)

    def _cancel(self, params: object) -> None:
        request = params.get("id") if isinstance(params, dict) else None
        for message in self._waiting:
            if "method" in message and message.get("id") == request is not None:
                self._waiting.remove(message)
                self._receiver.refuse(request, lsp.LSPErrorCodes.RequestCancelled.value, "cancelled")
                return
        self._receiver.cancel(request)

    def _schedule(self) -> None:
        if self._waiting and not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._work)

    def _work(self) -> None:
        self._scheduled = False
        while self._waiting:
            message = self._waiting.popleft()
            if message is _END:
                self._lost()
                return
            if self._is_outdated(message):
                code = lsp.LSPErrorCodes.ServerCancelled.value
                self._receiver.refuse(message.get("id"), code, "the text has changed since", _RETRIGGER)
                continue
            self._receiver.receive(message)
            if "id" in message:
                break  # before the next one, look at what has arrived meanwhile
        self._schedule()

    def _is_outdated(self, message: Message) -> bool:
        """Whether diagnostics are asked for a text that a waiting message changes.

        Only they may be refused for that: "a server should NOT send ContentModified if it detects a content
        change in its unprocessed messages" (3.17, "LSPErrorCodes").
        """
        if message.get("method") != lsp.TEXT_DOCUMENT_DIAGNOSTIC:
            return False
        uri = _uri(message, "textDocument")
        return uri is not None and any(
            _uri(waiting, _CHANGES[waiting["method"]]) == uri
            for waiting in self._waiting
            if waiting.get("method") in _CHANGES
        )


def _uri(message: Message, document: str) -> object:
    params = message.get("params")
    named = params.get(document) if isinstance(params, dict) else None
    return named.get("uri") if isinstance(named, dict) else None
