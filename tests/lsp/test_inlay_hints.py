"""Hints follow what another file says."""

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from tests.lsp.editor import Document, StepsClient

TRAIN = """\
import valohai
from defaults import RATE

valohai.prepare(step="train", default_parameters={"rate": RATE})
"""


async def hints(document: Document) -> list[str]:
    asked = lsp.InlayHintParams(
        lsp.TextDocumentIdentifier(document.uri), document.range(0, len(document.text))
    )
    found = await document.client.text_document_inlay_hint_async(asked)
    return [str(hint.label) for hint in found or ()]


@pytest.mark.asyncio
async def test_hints_are_asked_for_again_when_an_imported_value_changes(
    new_client: StepsClient, tmp_path: Path
) -> None:
    client = new_client
    defaults, document = Document(client, tmp_path / "defaults.py"), Document(client, tmp_path / "train.py")
    await defaults.open("RATE = 1\n")
    await document.open(TRAIN)
    assert await hints(document) == ["--rate: integer"]
    await defaults.replace("RATE = 1", "RATE = 0.1")
    workspace = client.capabilities.workspace if client.capabilities is not None else None
    if workspace is not None and workspace.inlay_hint is not None:
        await asyncio.wait_for(client.hints_again.wait(), timeout=20)
    assert await hints(document) == ["--rate: float"]
