"""Code lens, inlay hints, hover and the update command, as VS Code and as Neovim ask for them."""

from pathlib import Path

import pytest
from lsprotocol import types as lsp

from tests.lsp.editor import Document, StepsClient, applied
from tests.lsp.test_session import EXAMPLE, EXAMPLE_YAML


async def lenses(document: Document) -> list[tuple[str, str]]:
    asked = lsp.CodeLensParams(lsp.TextDocumentIdentifier(document.uri))
    found = await document.client.text_document_code_lens_async(asked)
    commands = [lens.command for lens in found or ()]
    return [(command.title, command.command) for command in commands if command is not None]


async def hovered(document: Document, text: str) -> str:
    place = document.at(text).start
    asked = lsp.HoverParams(lsp.TextDocumentIdentifier(document.uri), place)
    found = await document.client.text_document_hover_async(asked)
    assert found is not None
    assert isinstance(found.contents, lsp.MarkupContent)
    return found.contents.value


@pytest.mark.asyncio
async def test_the_lens_counts_what_one_click_would_change(client: StepsClient, tmp_path: Path) -> None:
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE)
    assert await lenses(document) == [("Create valohai.yaml with this step", "valohai-steps.updateFile")]
    yaml = Document(client, tmp_path / "valohai.yaml")
    await yaml.open(EXAMPLE_YAML, "yaml")
    assert await lenses(document) == [("in sync with valohai.yaml", "")]
    await document.replace("0.001}", '0.01, "epochs": 5}')
    assert await lenses(document) == [("2 changes: update valohai.yaml", "valohai-steps.updateFile")]
    await document.replace("0.01,", "rate,")
    why = "cannot update: rate is not defined in this file (train.py:7)"
    assert await lenses(document) == [(why, "valohai-steps.showObstacle")]


@pytest.mark.asyncio
async def test_the_click_sends_exactly_the_edit(client: StepsClient, tmp_path: Path) -> None:
    asked: list[lsp.ApplyWorkspaceEditParams] = []

    def apply(params: lsp.ApplyWorkspaceEditParams) -> lsp.ApplyWorkspaceEditResult:
        asked.append(params)
        return lsp.ApplyWorkspaceEditResult(applied=True)

    client.feature(lsp.WORKSPACE_APPLY_EDIT)(apply)
    yaml, document = Document(client, tmp_path / "valohai.yaml"), Document(client, tmp_path / "train.py")
    await yaml.open(EXAMPLE_YAML, "yaml")
    await document.open(EXAMPLE.replace("0.001", "0.01"))
    command = lsp.ExecuteCommandParams("valohai-steps.updateFile", [document.uri])
    assert await client.workspace_execute_command_async(command) is True
    (params,) = asked
    assert params.label == "Update valohai.yaml (1 change: default)"
    after = applied(params.edit, {yaml.uri: yaml.text}, client.encoding)
    assert after == {yaml.uri: EXAMPLE_YAML.replace("0.001", "0.01")}


@pytest.mark.asyncio
async def test_what_stands_in_the_way_is_said_to_who_clicked(client: StepsClient, tmp_path: Path) -> None:
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE.replace("0.001", "rate"))
    command = lsp.ExecuteCommandParams("valohai-steps.updateFile", [document.uri])
    assert await client.workspace_execute_command_async(command) is False
    (message,) = client.messages
    assert message.message.startswith("train.py:7: rate is not defined in this file")


@pytest.mark.asyncio
async def test_a_hint_stands_behind_each_default(client: StepsClient, tmp_path: Path) -> None:
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE)
    asked = lsp.InlayHintParams(
        lsp.TextDocumentIdentifier(document.uri), document.range(0, len(document.text))
    )
    found = await client.text_document_inlay_hint_async(asked)
    assert [(hint.label, hint.position) for hint in found or ()] == [
        ("--learning-rate: float", document.at('"learning-rate": 0.001').end),
        ("--training-set: input", document.at('"training-set": "http://example.com/training_set.zip"').end),
    ]


@pytest.mark.asyncio
async def test_hover_shows_both_sides(client: StepsClient, tmp_path: Path) -> None:
    yaml, document = Document(client, tmp_path / "valohai.yaml"), Document(client, tmp_path / "train.py")
    await yaml.open(EXAMPLE_YAML, "yaml")
    await document.open(EXAMPLE.replace("0.001", "0.002"))
    assert await hovered(document, '"learning-rate"') == (
        "**learning-rate** float · `--learning-rate` · Python `0.002` · valohai.yaml `0.001` (VH202)"
    )
    assert (await hovered(document, '"train"')).startswith(
        "**train** step · 1 change: default (valohai.yaml is out of date)\n\n"
        "In valohai.yaml:\n\n```yaml\n- step:\n"
    )
