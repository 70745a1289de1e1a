"""Work that is done once for the newest texts, however many changes come in before."""

import asyncio
import time
from collections.abc import Callable, Iterable
from pathlib import Path


class Debounce:
    """Collects files and works through them in rounds.

    A single edit is answered at once. In a burst, the pause is as long as the last round took, so that at
    most half the time goes into texts that are outdated already. `clock` gives seconds.
    """

    def __init__(
        self, work: Callable[[set[Path]], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._work = work
        self._clock = clock
        self._waiting: set[Path] = set()
        self._scheduled: asyncio.Handle | None = None
        self._busy_until = 0.0

    def add(self, paths: Iterable[Path]) -> None:
        """Work on these files soon. To be called where an event loop runs."""
        self._waiting.update(paths)
        if self._waiting and self._scheduled is None:
            loop = asyncio.get_running_loop()
            delay = self._busy_until - self._clock()
            self._scheduled = loop.call_later(delay, self._run) if delay > 0 else loop.call_soon(self._run)

    def _run(self) -> None:
        self._scheduled = None
        paths, self._waiting = self._waiting, set()
        started = self._clock()
        self._work(paths)
        ended = self._clock()
        self._busy_until = ended + (ended - started)
