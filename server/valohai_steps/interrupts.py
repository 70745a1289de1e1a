"""Ctrl-C: the process ends with one line, and what is being written is put back first."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPPED = "valohai-steps: stopped; nothing was written after this point"
INTERRUPTED = 130  # the exit code of a shell for it


def end_at_once() -> None:
    """From now on the process ends where it is; where the signal is ignored, as behind `nohup`, it stays so.

    An exception could surface anywhere: in an import, in a callback of the collector, at the very end.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def end_quietly() -> None:
    """The same without a line: nothing was under way."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, _leave)


@contextmanager
def put_back_first() -> Iterator[None]:
    """Inside, Ctrl-C raises KeyboardInterrupt, so that what was begun can be undone."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread or signal.getsignal(signal.SIGINT) is not _end:
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, _end)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    os._exit(INTERRUPTED)


def _end(_signal: int, _frame: FrameType | None) -> None:
    os.write(2, f"{STOPPED}{os.linesep}".encode())
    os._exit(INTERRUPTED)
