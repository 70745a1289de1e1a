"""Ctrl-C: the process ends with one line, and what is being written is put back first."""

import os
import signal
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
    if signal.getsignal(signal.SIGINT) is not _end or not _install_default():
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, _end)


def _install_default() -> bool:
    """Let Ctrl-C raise KeyboardInterrupt; False outside of the main thread, where nobody can."""
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    except ValueError:
        return False
    return True


def _leave(_signal: int, _frame: FrameType | None) -> None:
    os._exit(INTERRUPTED)


def _end(_signal: int, _frame: FrameType | None) -> None:
    os.write(2, f"{STOPPED}{os.linesep}".encode())
    os._exit(INTERRUPTED)
