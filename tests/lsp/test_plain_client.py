"""A client that can do little: it shows plain text, edits the open file only, and has no prepareRename."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from tests.lsp.editor import Document, StepsClient, session
from valohai_steps.lsp.markup import plain

PYTHON = """\
import valohai

valohai.prepare(step="train", default_parameters={"lr": 0.002})
print(valohai.parameters("lr").value)
"""
YAML = """\
- step:
    name: train
    image: python
    command: python train.py {parameters}
    parameters:
      - name: lr
        type: float
        default: 0.001
        description: How far each step goes
"""
PLAIN = [lsp.MarkupKind.PlainText]
LITTLE = lsp.ClientCapabilities(
    text_document=lsp.TextDocumentClientCapabilities(
        publish_diagnostics=lsp.PublishDiagnosticsClientCapabilities(),
        hover=lsp.HoverClientCapabilities(content_format=PLAIN),
        completion=lsp.CompletionClientCapabilities(
            completion_item=lsp.ClientCompletionItemOptions(documentation_format=PLAIN)
        ),
    )
)


@pytest_asyncio.fixture
async def plain_client(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[StepsClient]:
    (tmp_path / "requirements.txt").write_text("valohai-utils\n")
    async with session(tmp_path, LITTLE, tmp_path_factory.mktemp("log") / "log") as found:
        yield found


@pytest.mark.asyncio
async def test_hover_is_plain_text(plain_client: StepsClient, tmp_path: Path) -> None:
    (tmp_path / "valohai.yaml").write_text(YAML)
    document = Document(plain_client, tmp_path / "train.py")
    await document.open(PYTHON)
    place = document.at('"lr"').start
    found = await plain_client.text_document_hover_async(
        lsp.HoverParams(lsp.TextDocumentIdentifier(document.uri), place)
    )
    assert found is not None
    assert isinstance(found.contents, lsp.MarkupContent)
    assert found.contents.kind == lsp.MarkupKind.PlainText
    assert found.contents.value.startswith("lr float · --lr · Python 0.002 · valohai.yaml 0.001 (VH202)")


@pytest.mark.asyncio
async def test_a_rename_in_several_files_is_refused_with_their_names(
    plain_client: StepsClient, tmp_path: Path
) -> None:
    (tmp_path / "valohai.yaml").write_text(YAML)
    document = Document(plain_client, tmp_path / "train.py")
    await document.open(PYTHON)
    place = document.at('"lr"').start
    asked = lsp.RenameParams(lsp.TextDocumentIdentifier(document.uri), place, "rate")
    with pytest.raises(JsonRpcException, match=r"open file only, and the name is also in valohai\.yaml"):
        await plain_client.text_document_rename_async(asked)


@pytest.mark.asyncio
async def test_quotes_around_the_new_name_are_taken_off(plain_client: StepsClient, tmp_path: Path) -> None:
    document = Document(plain_client, tmp_path / "train.py")
    await document.open(PYTHON)
    place = document.at('"lr"').start
    asked = lsp.RenameParams(lsp.TextDocumentIdentifier(document.uri), place, '"rate"')
    edit = await plain_client.text_document_rename_async(asked)
    assert edit is not None
    assert edit.changes is not None
    assert {each.new_text for each in edit.changes[document.uri]} == {"rate"}


def test_plain_words_have_no_marks() -> None:
    shown = plain("**lr** float · `--lr` · see [the rule](rules.md#L1)\n\n```yaml\n- step:\n```")
    assert shown == "lr float · --lr · see the rule\n\n- step:"
