"""When findings are shown: a single edit at once, a burst when the last round has paid for itself."""

import asyncio
from pathlib import Path

import pytest

from tests.lsp.test_session import EXAMPLE
from tests.lsp.wire import INITIALIZE, opening, talk
from valohai_steps.lsp.debounce import Debounce

ONE, OTHER = Path("one.py"), Path("other.py")


class Work:
    """A debounce whose rounds take as long as the test says, on a clock of its own."""

    def __init__(self, seconds: float) -> None:
        self.now = 0.0
        self.seconds = seconds
        self.done: list[set[Path]] = []

    def __call__(self, paths: set[Path]) -> None:
        self.done.append(paths)
        self.now += self.seconds

    def clock(self) -> float:
        return self.now


@pytest.mark.asyncio
async def test_the_first_edit_is_never_put_off() -> None:
    work = Work(seconds=100)
    rounds = Debounce(work, work.clock)
    rounds.add([ONE])
    rounds.add([OTHER])
    rounds.add([])
    await asyncio.sleep(0)
    assert work.done == [{ONE, OTHER}]


@pytest.mark.asyncio
async def test_in_a_burst_the_pause_is_as_long_as_the_last_round() -> None:
    work = Work(seconds=100)
    rounds = Debounce(work, work.clock)
    rounds.add([ONE])
    await asyncio.sleep(0)
    rounds.add([ONE])
    handle = rounds._scheduled
    assert isinstance(handle, asyncio.TimerHandle)
    assert round(handle.when() - asyncio.get_running_loop().time()) == 100
    handle.cancel()


@pytest.mark.asyncio
async def test_after_a_rest_the_next_edit_is_answered_at_once() -> None:
    work = Work(seconds=100)
    rounds = Debounce(work, work.clock)
    rounds.add([ONE])
    await asyncio.sleep(0)
    work.now += 100
    rounds.add([OTHER])
    await asyncio.sleep(0)
    assert work.done == [{ONE}, {OTHER}]


@pytest.mark.parametrize("supported", [True, False])
def test_versions_are_sent_to_who_looks_at_them(tmp_path: Path, supported: bool) -> None:
    client = {"textDocument": {"publishDiagnostics": {"versionSupport": supported}}}
    found = talk(
        opening(tmp_path / "train.py", EXAMPLE, 7), initialize={**INITIALIZE, "capabilities": client}
    )
    (shown,) = found.notified("textDocument/publishDiagnostics")
    assert shown.get("version") == (7 if supported else None)
