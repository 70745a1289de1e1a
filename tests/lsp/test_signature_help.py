"""The help over a call that is being written, as VS Code and as Neovim ask for it."""

from pathlib import Path

import pytest
from lsprotocol import types as lsp

from tests.lsp.editor import Document, StepsClient
from tests.lsp.test_session import EXAMPLE


async def helped(document: Document, text: str) -> tuple[str, str] | None:
    """The label and the active part behind the first `text`."""
    place = document.at(text).end
    asked = lsp.SignatureHelpParams(lsp.TextDocumentIdentifier(document.uri), place)
    found = await document.client.text_document_signature_help_async(asked)
    if found is None:
        return None
    (shown,) = found.signatures
    assert shown.parameters is not None
    assert found.active_parameter is not None
    label = shown.parameters[found.active_parameter].label
    return shown.label, label if isinstance(label, str) else shown.label[slice(*label)]


@pytest.mark.asyncio
async def test_the_part_that_is_written_is_marked(client: StepsClient, tmp_path: Path) -> None:
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE.replace("0.001}", '{"default": 0.001, "multiple-sep'))
    call = "prepare(step, default_parameters, default_inputs, image, environment, multifile, upload_store)"
    assert await helped(document, "step=") == (call, "step")
    found = await helped(document, "multiple-sep")
    assert found is not None
    assert found[0].startswith("parameter {type, default, ")
    assert found[1] == "multiple-separator"
    assert await helped(document, "import") is None
