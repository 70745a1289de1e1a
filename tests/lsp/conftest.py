"""A language server over stdio for each test, spoken to as VS Code and as Neovim do."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, client_capabilities

from tests.lsp.editor import ENCODINGS, SERVER, StepsClient, make_client, versioned


@pytest_lsp.fixture(  # type: ignore[untyped-decorator]  # pytest-lsp leaves its decorator untyped
    config=ClientServerConfig(server_command=SERVER, client_factory=make_client, server_env={**os.environ}),
    params=["visual_studio_code", "neovim"],
)
async def client(
    request: pytest.FixtureRequest, lsp_client: StepsClient, tmp_path: Path
) -> AsyncIterator[None]:
    capabilities = versioned(client_capabilities(request.param))
    answer = await lsp_client.initialize_session(
        lsp.InitializeParams(
            process_id=os.getpid(),
            capabilities=capabilities,
            workspace_folders=[lsp.WorkspaceFolder(uri=tmp_path.as_uri(), name="workspace")],
        )
    )
    chosen = answer.capabilities.position_encoding
    lsp_client.encoding = ENCODINGS[str(getattr(chosen, "value", chosen))]
    yield
    await lsp_client.shutdown_session()
