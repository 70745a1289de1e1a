"""A language server over stdio for each test, spoken to as VS Code and as Neovim do."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, client_capabilities

from tests.lsp.editor import SERVER, StepsClient, make_client


@pytest_lsp.fixture(
    config=ClientServerConfig(server_command=SERVER, client_factory=make_client, server_env={**os.environ}),
    params=["visual_studio_code", "neovim"],
)
async def client(
    request: pytest.FixtureRequest, lsp_client: StepsClient, tmp_path: Path
) -> AsyncIterator[None]:
    capabilities = client_capabilities(request.param)
    answer = await lsp_client.initialize_session(
        lsp.InitializeParams(
            process_id=os.getpid(),
            capabilities=capabilities,
            workspace_folders=[lsp.WorkspaceFolder(uri=tmp_path.as_uri(), name="workspace")],
        )
    )
    chosen = answer.capabilities.position_encoding
    lsp_client.encoding = {"utf-8": "utf-8", "utf-32": "utf-32"}.get(
        str(getattr(chosen, "value", chosen)), "utf-16"
    )  # type: ignore[assignment]  # the three literals
    yield
    await lsp_client.shutdown_session()
