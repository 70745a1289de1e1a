"""The lines over steps, as a client with commands of its own (VS Code) and one without (Neovim) sees them."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, client_capabilities

from tests.lsp.editor import SERVER, Document, StepsClient, make_client, versioned
from tests.lsp.test_session import EXAMPLE, EXAMPLE_YAML

_COMMANDS = ["valohai-steps.runLocally", "valohai-steps.runOnValohai"]


@pytest_lsp.fixture(  # type: ignore[untyped-decorator]  # pytest-lsp leaves its decorator untyped
    config=ClientServerConfig(server_command=SERVER, client_factory=make_client, server_env={**os.environ}),
)
async def running_client(lsp_client: StepsClient, tmp_path: Path) -> AsyncIterator[None]:
    await lsp_client.initialize_session(
        lsp.InitializeParams(
            capabilities=versioned(client_capabilities("visual_studio_code")),
            workspace_folders=[lsp.WorkspaceFolder(uri=tmp_path.as_uri(), name="workspace")],
            initialization_options={"clientCommands": _COMMANDS},
        )
    )
    yield
    await lsp_client.shutdown_session()


async def lenses(document: Document) -> list[tuple[str, str, list[object]]]:
    asked = lsp.CodeLensParams(lsp.TextDocumentIdentifier(document.uri))
    found = await document.client.text_document_code_lens_async(asked)
    commands = [lens.command for lens in found or () if lens.command is not None]
    return [(each.title, each.command, list(each.arguments or ())) for each in commands]


@pytest.mark.asyncio
async def test_a_step_can_be_run_where_the_client_can(running_client: StepsClient, tmp_path: Path) -> None:
    document = Document(running_client, tmp_path / "train.py")
    await document.open(EXAMPLE)
    assert await lenses(document) == [
        ("1 change: update valohai.yaml", "valohai-steps.updateFile", [document.uri]),
        ("run locally", "valohai-steps.runLocally", [document.uri, "train"]),
        ("run on Valohai", "valohai-steps.runOnValohai", [document.uri, "train"]),
    ]


@pytest.mark.asyncio
async def test_nothing_is_offered_that_the_client_has_no_command_for(
    client: StepsClient, tmp_path: Path
) -> None:
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE)
    assert await lenses(document) == [
        ("1 change: update valohai.yaml", "valohai-steps.updateFile", [document.uri])
    ]


@pytest.mark.asyncio
async def test_a_step_of_valohai_yaml_leads_to_the_python_that_declares_it(
    client: StepsClient, tmp_path: Path
) -> None:
    python, yaml = Document(client, tmp_path / "train.py"), Document(client, tmp_path / "valohai.yaml")
    await python.open(EXAMPLE)
    await yaml.open(EXAMPLE_YAML.replace("0.001", "0.1"), "yaml")
    assert await lenses(yaml) == [
        ("train.py", "valohai-steps.openStep", [python.uri, "train"]),
        ("1 change: update from train.py", "valohai-steps.updateFile", [python.uri]),
    ]
    command = lsp.ExecuteCommandParams("valohai-steps.openStep", [python.uri, "train"])
    await client.workspace_execute_command_async(command)
    (shown,) = client.shown_documents
    start = python.at("valohai.prepare").start
    assert (shown.uri, shown.take_focus, shown.selection) == (python.uri, True, lsp.Range(start, start))


@pytest.mark.asyncio
async def test_a_command_without_declaration_leads_to_its_file(client: StepsClient, tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text("print()\n")
    yaml = Document(client, tmp_path / "valohai.yaml")
    await yaml.open("- step: {name: a, image: x, command: python plain.py}\n", "yaml")
    uri = (tmp_path / "plain.py").as_uri()
    assert await lenses(yaml) == [("runs plain.py", "valohai-steps.openStep", [uri, None])]
    command = lsp.ExecuteCommandParams("valohai-steps.openStep", [uri, None])
    await client.workspace_execute_command_async(command)
    assert [(each.uri, each.selection) for each in client.shown_documents] == [(uri, None)]


@pytest.mark.asyncio
async def test_lenses_are_asked_for_again_when_the_other_side_changes(
    running_client: StepsClient, tmp_path: Path
) -> None:
    document, yaml = (
        Document(running_client, tmp_path / "train.py"),
        Document(running_client, tmp_path / "valohai.yaml"),
    )
    await document.open(EXAMPLE)
    assert not running_client.lenses_again.is_set()
    await yaml.open(EXAMPLE_YAML, "yaml")
    await asyncio.wait_for(running_client.lenses_again.wait(), timeout=20)
    assert next(title for title, *_ in await lenses(document)) == "in sync with valohai.yaml"


@pytest.mark.asyncio
async def test_lenses_wait_until_the_typing_on_the_other_side_rests(
    running_client: StepsClient, tmp_path: Path
) -> None:
    asked: list[None] = []

    def again(params: None) -> None:
        asked.append(params)
        running_client.lenses_again.set()

    del running_client.protocol.fm.features[lsp.WORKSPACE_CODE_LENS_REFRESH]
    running_client.feature(lsp.WORKSPACE_CODE_LENS_REFRESH)(again)
    document = Document(running_client, tmp_path / "train.py")
    yaml = Document(running_client, tmp_path / "valohai.yaml")
    await document.open(EXAMPLE)
    await yaml.open(EXAMPLE_YAML, "yaml")
    for digit in "123456789":
        await yaml.replace("0.001", f"0.001{digit}")
        await yaml.replace(f"0.001{digit}", "0.001")
    await asyncio.wait_for(running_client.lenses_again.wait(), timeout=20)
    assert len(asked) < 18  # one for each pause, of which a slow machine makes some
