"""Standard output without waiting: a client that does not read makes nobody wait."""

import logging
import os
import select
import sys
import threading
from collections import deque
from collections.abc import Callable

logger = logging.getLogger(__name__)

# In bytes. A pipe that is ready takes so many at once (POSIX, "PIPE_BUF" is at least 512; 4,096 on Linux).
_AT_ONCE = 512 if sys.platform == "darwin" else 4_096
_MOST_WAITING = 1 << 28
_MOST_LOGGED = 1 << 20


class Output:
    """Writes to a descriptor in order: at once where that does not wait, otherwise in a thread of its own.

    `lost` is called when nobody reads any more, from whichever thread finds out; `most` bytes may wait.
    """

    def __init__(self, descriptor: int, lost: Callable[[], None], most: int = _MOST_WAITING) -> None:
        self._descriptor = descriptor
        self._lost = lost
        self._most = most
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._changed = threading.Condition()
        self._writer: threading.Thread | None = None

    def write(self, data: bytes) -> None:
        """Send it all, after what was sent before."""
        with self._changed:
            if not self._waiting and len(data) <= _AT_ONCE and _is_ready(self._descriptor):
                self._send(data)
                return
            self._waiting.append(data)
            self._size += len(data)
            if self._size > self._most:
                self._give_up(f"{self._size} bytes wait")
            elif self._writer is None:
                # It dies with the process: the last thing it does may be to wait for a client that has gone.
                self._writer = threading.Thread(target=self._write_on, name="output", daemon=True)
                self._writer.start()
            self._changed.notify_all()

    def close(self) -> None:
        """Nothing more will be written."""

    def drain(self, seconds: float) -> bool:
        """Wait until everything is sent, or so long; whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting, seconds)

    def _write_on(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                data = self._waiting[0]
            sent = self._send(data)
            with self._changed:
                if sent and self._waiting:
                    self._size -= len(self._waiting.popleft())
                self._changed.notify_all()

    def _send(self, data: bytes) -> bool:
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            self._give_up(error)
            return False
        return True

    def _give_up(self, why: object) -> None:
        logger.info("the client reads no more: %s", why)
        self._waiting.clear()
        self._size = 0
        self._lost()


class Log:
    """Standard error as a stream for the log; what nobody reads is dropped, because nobody waits for it."""

    def __init__(self, descriptor: int) -> None:
        self._output = Output(descriptor, lambda: None, _MOST_LOGGED)

    def write(self, text: str) -> None:
        """Send a line."""
        self._output.write(text.encode("utf-8", "backslashreplace"))

    def flush(self) -> None:
        """Lines are sent as they come."""

    def drain(self, seconds: float) -> None:
        """Wait until everything is sent, or so long."""
        self._output.drain(seconds)


def _is_ready(descriptor: int) -> bool:
    if not hasattr(select, "poll"):  # Windows cannot tell of a pipe
        return False
    asked = select.poll()
    asked.register(descriptor, select.POLLOUT)
    return any(event & select.POLLOUT for _, event in asked.poll(0))
