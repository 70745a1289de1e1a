"""The language server: a pygls server with one session, and the methods of `lsp.methods`."""

import asyncio
import inspect
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_type_hints

from lsprotocol import types as lsp
from msgspec import ValidationError, convert
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from valohai_steps import __version__
from valohai_steps.lsp.methods import COMMANDS, METHODS, Method, load
from valohai_steps.lsp.session import Session
from valohai_steps.lsp.wire import transport
from valohai_steps.lsp.wire.output import Log
from valohai_steps.lsp.wire.protocol import StepsProtocol

logger = logging.getLogger(__name__)


# The Python cells of every notebook; clients without this open the `.ipynb` as text.
_NOTEBOOKS = lsp.NotebookDocumentSyncOptions(
    [lsp.NotebookDocumentFilterWithNotebook("*", [lsp.NotebookCellLanguage("python")])]
)


class StepsServer(LanguageServer):
    """A pygls server with one session."""

    protocol: StepsProtocol

    def __init__(self) -> None:
        super().__init__(
            "valohai-steps", __version__, notebook_document_sync=_NOTEBOOKS, protocol_cls=StepsProtocol
        )
        self.session = self.protocol.session = Session(self, _show)

    def report_server_error(self, error: Exception, source: type[JsonRpcException] | Any) -> None:
        """Errors go to the log; a pop-up after a keystroke helps nobody (STYLE rule 10)."""
        logger.error("%s: %s", getattr(source, "__name__", source), error)


def make_server() -> StepsServer:
    """A server with every method and command registered."""
    server = StepsServer()
    for method in METHODS:
        server.feature(method.name, method.options)(_bound(server.session, method))
    for command in COMMANDS:
        server.command(command.name)(_command(server.session, command))
    return server


def serve_stdio(*, jupyterlab: bool = False) -> int:
    """Serve one client on standard input and output until it leaves; returns the exit code.

    `jupyterlab` as in `Session.serves_jupyterlab`.
    """
    log = _log_to_standard_error()
    server = make_server()
    server.session.serves_jupyterlab = jupyterlab
    code = asyncio.run(transport.serve_stdio(server.protocol))
    log.drain(transport.FAREWELL)
    return code


def serve_tcp(host: str, port: int, listening: Callable[[str, int], None]) -> int:
    """Serve one client on a socket until it leaves; returns the exit code.

    `listening` hears of the address once it is taken. Raises OSError when it cannot be.
    """
    log = _log_to_standard_error()
    code = asyncio.run(transport.serve_tcp(make_server().protocol, host, port, listening))
    log.drain(transport.FAREWELL)
    return code


def _show(session: Session, paths: set[Path], typed: set[Path]) -> None:
    """Push or pull, by what the client can do, and never both; lenses are always pulled."""
    from valohai_steps.lsp.outgoing.lens_refresh import refresh_lenses  # not before initialize is answered

    if session.capabilities.pull_diagnostics:
        from valohai_steps.lsp.features.pull_diagnostics import refresh

        refresh(session, paths, typed)
    else:
        from valohai_steps.lsp.outgoing.diagnostics import publish

        publish(session, paths)
    refresh_lenses(session, paths.difference(typed))


def _bound(session: Session, method: Method) -> Callable[..., Any]:
    """The handler with its session. What it could not read, and an edit outside, is said in the log."""

    def answer(*arguments: Any) -> Any:
        with session.telling():
            return load(method.answer)(session, *arguments)
        return None

    async def answer_later(*arguments: Any) -> Any:
        with session.telling():
            return await load(method.answer)(session, *arguments)
        return None

    return answer_later if method.waits else answer


def _command(session: Session, command: Method) -> Callable[..., Any]:
    """The command with its session; arguments that are not its own are refused with a reason."""

    def answer(*arguments: Any) -> Any:
        from valohai_steps.lsp.outgoing.messages import spoken

        handle = spoken(load(command.answer))
        signature, kinds = inspect.signature(handle), get_type_hints(handle)
        try:
            given = signature.bind(session, *arguments).arguments
            for each, value in list(given.items())[1:]:
                convert(value, kinds[each])
        except (TypeError, ValidationError, UnicodeError) as error:  # half a character is no string
            return lsp.ResponseError(lsp.ErrorCodes.InvalidParams.value, f"{command.name}: {error}")
        return handle(session, *arguments)

    async def answer_later(*arguments: Any) -> Any:
        result = answer(*arguments)
        return await result if inspect.isawaitable(result) else result

    chosen = answer_later if command.waits else answer
    # pygls wants a class where a command's first argument is annotated; in Python 3.10 `Any` is none.
    chosen.__annotations__ = {}
    return chosen


def _log_to_standard_error() -> Log:
    # Standard output carries the protocol.
    log = Log(sys.stderr.fileno())
    logging.basicConfig(stream=log, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    return log
