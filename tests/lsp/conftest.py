"""Language servers over stdio, spoken to as VS Code and as Neovim do.

Each folder asks for the runtime already: an update is about valohai.yaml alone. One server serves all tests
that take `client`: each has a folder of its own in it, and leaves nothing behind.
`new_client` has a server of its own, for tests that change settings, count its work, or look at its start.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from pytest_lsp import client_capabilities

from tests.lsp.editor import KINDS, Shared, StepsClient, session, visit


@pytest_asyncio.fixture(scope="session", params=KINDS)
async def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Shared]:
    log = tmp_path_factory.mktemp("shared") / "log"
    async with session(None, client_capabilities(request.param), log) as client:
        yield Shared(client, log)


@pytest_asyncio.fixture
async def client(shared: Shared, tmp_path: Path) -> AsyncIterator[StepsClient]:
    (tmp_path / "requirements.txt").write_text("valohai-utils\n")
    async with visit(shared, tmp_path) as visitor:
        yield visitor


@pytest_asyncio.fixture(params=KINDS)
async def new_client(
    request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[StepsClient]:
    (tmp_path / "requirements.txt").write_text("valohai-utils\n")
    log = tmp_path_factory.mktemp("log") / "log"
    async with session(tmp_path, client_capabilities(request.param), log) as found:
        yield found
    assert "ERROR" not in log.read_text("utf-8")
