"""An event loop whose time passes by itself: a pause takes no time, and ends when it should."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


class _Selector(selectors.SelectSelector):
    """Never waits: the time it was to wait has passed when it is asked."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.passed += timeout or 0.0
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._passing = _Selector()
        super().__init__(self._passing)

    def time(self) -> float:
        return self._passing.passed


def run(work: Coroutine[object, object, T]) -> T:
    """Run a coroutine to its end; nothing in it may wait for what is outside of this process."""
    loop = _Loop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()
