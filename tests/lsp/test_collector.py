"""Full collections of rubbish are put off for the start alone, whatever a client does or leaves undone."""

import asyncio
import gc
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from lsprotocol import types as lsp

from tests.lsp.virtual_time import run
from valohai_steps.lsp import collector
from valohai_steps.lsp.capabilities import Capabilities
from valohai_steps.lsp.incoming import lifecycle
from valohai_steps.lsp.incoming.initialize import initialize
from valohai_steps.lsp.session import Session

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer

USUAL = gc.get_threshold()
LONG = 60.0


def is_settled() -> bool:
    """Whether collections come as usual; that Python may have no say in full ones leaves what is frozen."""
    return gc.get_freeze_count() > 0 and gc.get_threshold() == USUAL


class Silent:
    """A client that never answers."""

    async def workspace_configuration_async(self, _params: lsp.ConfigurationParams) -> list[object]:
        await asyncio.Event().wait()
        return []


@pytest.fixture(autouse=True)
def put_off() -> Iterator[None]:
    gc.unfreeze()  # what other tests have settled in this process
    collector.put_off_full_collections()
    assert not is_settled()
    yield
    gc.set_threshold(*USUAL)
    gc.unfreeze()


def session_of(root: Path) -> Session:
    session = Session(cast("LanguageServer", Silent()), lambda *_: None, patience=0)
    params = lsp.InitializeParams(lsp.ClientCapabilities(), root_uri=root.as_uri())
    initialize(session, params)
    return session


def test_they_come_as_usual_after_a_client_that_is_never_initialized(tmp_path: Path) -> None:
    async def silent() -> None:
        session_of(tmp_path)
        assert not is_settled()  # not before the answer
        await asyncio.sleep(LONG)

    run(silent())
    assert is_settled()


def test_they_come_as_usual_after_a_client_that_never_sends_its_settings(tmp_path: Path) -> None:
    async def waiting() -> None:
        session = session_of(tmp_path)
        session.capabilities = Capabilities(configuration=True)
        asked = asyncio.create_task(lifecycle.initialized(session, lsp.InitializedParams()))
        await asyncio.sleep(LONG)
        assert not asked.done()
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked

    run(waiting())
    assert is_settled()


def test_they_come_as_usual_after_a_scan_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: object) -> None:
        raise OSError("the disk has gone")

    monkeypatch.setattr(lifecycle, "scan", fails)

    async def failing() -> None:
        session = session_of(tmp_path)
        with pytest.raises(OSError, match="gone"):
            await lifecycle.initialized(session, lsp.InitializedParams())
        assert is_settled()

    run(failing())


def test_what_is_looked_through_is_so_once() -> None:
    collector.settle()
    assert is_settled()
    frozen = gc.get_freeze_count()
    later = [[number] for number in range(1_000)]
    collector.settle()
    assert gc.get_freeze_count() <= frozen
    assert len(later) == 1_000
