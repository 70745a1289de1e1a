"""The way of the bytes: standard input and output, or a socket."""

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Callable
from typing import BinaryIO

from valohai_steps.lsp.wire.inbox import Inbox
from valohai_steps.lsp.wire.protocol import StepsProtocol

logger = logging.getLogger(__name__)

_PIECE = 65_536


class _Output:
    """Standard output, until nobody reads it any more; then `lost` is called."""

    def __init__(self, stream: BinaryIO, lost: Callable[[], None]) -> None:
        self._stream = stream
        self._lost = lost

    def write(self, data: bytes) -> None:
        """Send it all, at once."""
        try:
            self._stream.write(data)
            self._stream.flush()
        except (OSError, ValueError) as error:
            logger.info("the client reads no more: %s", error)
            self._lost()

    def close(self) -> None:
        """Nothing more will be written."""
        self._stream.close()


async def serve_stdio(protocol: StepsProtocol) -> int:
    """Serve on standard input and output until the client leaves; returns the exit code."""
    loop = asyncio.get_running_loop()
    left, inbox = _open(protocol)
    protocol.set_writer(_Output(sys.stdout.buffer, lambda: protocol.leave(1)))
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
    return await left


async def serve_tcp(
    protocol: StepsProtocol, host: str, port: int, listening: Callable[[str, int], None]
) -> int:
    """Serve the first who connects until he leaves; returns the exit code. Raises OSError.

    `listening` hears of the address once it is taken; port 0 takes any that is free.
    """
    left, inbox = _open(protocol)
    taken = False

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal taken
        if taken:
            logger.warning("a second client is turned away: one server serves one client")
            writer.close()
            return
        taken = True
        protocol.set_writer(writer)
        try:
            while data := await reader.read(_PIECE):
                inbox.take(data)
        except ConnectionError as error:
            logger.info("the connection ends: %s", error)
        inbox.end()

    listener = await asyncio.start_server(connected, host, port)
    async with listener:
        listening(*listener.sockets[0].getsockname()[:2])
        return await left


def _open(protocol: StepsProtocol) -> tuple["asyncio.Future[int]", Inbox]:
    """What becomes the exit code, and where messages go."""
    left: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def leave(code: int) -> None:
        if not left.done():
            left.set_result(code)

    protocol.leave = leave
    return left, Inbox(protocol, lambda: leave(1))
