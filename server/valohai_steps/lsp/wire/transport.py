"""The way of the bytes: standard input and output, or a socket."""

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Callable

from valohai_steps.lsp.wire.inbox import Inbox
from valohai_steps.lsp.wire.output import Output
from valohai_steps.lsp.wire.protocol import StepsProtocol

logger = logging.getLogger(__name__)

_PIECE = 65_536
FAREWELL = 0.5  # seconds for the last answers to be read


async def serve_stdio(protocol: StepsProtocol) -> int:
    """Serve on standard input and output until the client leaves; returns the exit code."""
    loop = asyncio.get_running_loop()
    left, inbox = _open(protocol)

    def lost() -> None:
        loop.call_soon_threadsafe(protocol.leave, 1)

    output = Output(sys.stdout.fileno(), lost)
    protocol.set_writer(output)
    descriptor = sys.stdin.fileno()

    def read() -> None:
        try:
            # Not through sys.stdin, whose lock a thread that waits would hold at the end.
            while data := os.read(descriptor, _PIECE):
                loop.call_soon_threadsafe(inbox.take, data)
            loop.call_soon_threadsafe(inbox.end)
        except (OSError, RuntimeError) as error:  # the input was closed, or the loop has ended
            logger.info("the input ends: %s", error)

    threading.Thread(target=read, name="input", daemon=True).start()
    code = await left
    output.drain(FAREWELL)
    return code


async def serve_tcp(
    protocol: StepsProtocol, host: str, port: int, listening: Callable[[str, int], None]
) -> int:
    """Serve the first who connects until he leaves; returns the exit code. Raises OSError.

    `listening` hears of the address once it is taken; port 0 takes any that is free.
    """
    left, inbox = _open(protocol)
    taken = False
    writers: list[asyncio.StreamWriter] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal taken
        if taken:
            logger.warning("a second client is turned away: one server serves one client")
            writer.close()
            return
        taken = True
        protocol.set_writer(writer)
        writers.append(writer)
        try:
            while data := await reader.read(_PIECE):
                inbox.take(data)
        except ConnectionError as error:
            logger.info("the connection ends: %s", error)
        inbox.end()

    listener = await asyncio.start_server(connected, host, port)
    async with listener:
        listening(*listener.sockets[0].getsockname()[:2])
        code = await left
        for writer in writers:
            await _part_from(writer)
        return code


async def _part_from(writer: asyncio.StreamWriter) -> None:
    """Close a connection; a client that does not read what was sent is not waited for."""
    writer.close()
    try:
        await asyncio.wait_for(writer.wait_closed(), FAREWELL)
    except (OSError, asyncio.TimeoutError):
        writer.transport.abort()


def _open(protocol: StepsProtocol) -> tuple["asyncio.Future[int]", Inbox]:
    """What becomes the exit code, and where messages go."""
    left: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def leave(code: int) -> None:
        if not left.done():
            left.set_result(code)

    protocol.leave = leave
    return left, Inbox(protocol, lambda: leave(1))
