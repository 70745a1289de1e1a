"""The editor that started the server: when its process ends, the server does (LSP 3.17, "initialize")."""

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Callable

logger = logging.getLogger(__name__)

_PERIOD = 5.0  # seconds, only where the system cannot tell when a process ends


def watch_process(pid: int, ended: Callable[[], None]) -> None:
    """Call `ended` in the running event loop when the process ends.

    A process that is not there now is not watched: the client that speaks to us lives, so it counts its
    processes elsewhere, as outside of a container.
    """
    try:
        _watch(pid, ended)
    except ProcessLookupError:
        logger.warning("there is no process %d here; the server ends when its input does", pid)
    except OSError as error:
        logger.info("process %d is checked every %s seconds: %s", pid, _PERIOD, error)
        poll_process(pid, ended)


def poll_process(pid: int, ended: Callable[[], None], period: float = _PERIOD) -> None:
    """Look every `period` seconds whether the process is there. Not for Windows, where `os.kill` kills."""
    loop = asyncio.get_running_loop()

    def look() -> None:
        if _is_there(pid):
            loop.call_later(period, look)
        else:
            ended()

    look()


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # it is somebody else's
    return True


if sys.platform == "win32":

    def _watch(pid: int, ended: Callable[[], None]) -> None:
        import ctypes

        synchronize, forever, gone = 0x0010_0000, 0xFFFF_FFFF, 87
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # a part of every Windows
        kernel.OpenProcess.restype = ctypes.c_void_p
        handle = kernel.OpenProcess(synchronize, False, pid)
        if not handle:
            error = ctypes.get_last_error()
            if error == gone:
                raise ProcessLookupError(error, "no such process")
            logger.warning("process %d cannot be watched (error %d)", pid, error)
            return
        loop = asyncio.get_running_loop()

        def wait() -> None:
            kernel.WaitForSingleObject(ctypes.c_void_p(handle), forever)
            loop.call_soon_threadsafe(ended)

        threading.Thread(target=wait, name="parent process", daemon=True).start()

elif sys.platform == "linux":

    def _watch(pid: int, ended: Callable[[], None]) -> None:
        if not hasattr(os, "pidfd_open"):
            raise OSError("this Python was built for an older Linux")
        loop = asyncio.get_running_loop()
        descriptor = os.pidfd_open(pid)

        def tell() -> None:
            loop.remove_reader(descriptor)
            os.close(descriptor)
            ended()

        loop.add_reader(descriptor, tell)

else:

    def _watch(pid: int, ended: Callable[[], None]) -> None:
        import select

        loop = asyncio.get_running_loop()
        queue = select.kqueue()
        event = select.kevent(pid, select.KQ_FILTER_PROC, select.KQ_EV_ADD, select.KQ_NOTE_EXIT)
        queue.control([event], 0)

        def tell() -> None:
            loop.remove_reader(queue.fileno())
            queue.close()
            ended()

        loop.add_reader(queue.fileno(), tell)
