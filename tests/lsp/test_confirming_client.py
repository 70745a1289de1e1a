"""A client that asks about removals by itself, and goes to places: VS Code with our extension."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from lsprotocol.converters import get_converter
from pytest_lsp import ClientServerConfig, client_capabilities

from tests.lsp.editor import SERVER, Document, StepsClient, applied, make_client, versioned
from tests.lsp.test_commands import run
from tests.lsp.test_session import EXAMPLE, EXAMPLE_YAML

UPDATE = "source.updateValohaiYaml"


@pytest_lsp.fixture(  # type: ignore[untyped-decorator]  # pytest-lsp leaves its decorator untyped
    config=ClientServerConfig(server_command=SERVER, client_factory=make_client, server_env={**os.environ}),
)
async def asking(lsp_client: StepsClient, tmp_path: Path) -> AsyncIterator[None]:
    commands = ["valohai-steps.confirmRemoval", "valohai-steps.goTo"]
    await lsp_client.initialize_session(
        lsp.InitializeParams(
            capabilities=versioned(client_capabilities("visual_studio_code")),
            workspace_folders=[lsp.WorkspaceFolder(uri=tmp_path.as_uri(), name="workspace")],
            initialization_options={"clientCommands": commands},
        )
    )
    yield
    await lsp_client.shutdown_session()


def after(client: StepsClient, edit: Any, path: Path) -> str:
    """The text of a file after an edit as the answer of a command holds it."""
    structured = get_converter().structure(plain(edit), lsp.WorkspaceEdit)
    assert structured.change_annotations is None
    return applied(structured, {path.as_uri(): EXAMPLE_YAML}, client.encoding)[path.as_uri()]


def plain(value: Any) -> Any:
    """JSON, of which pygls makes named tuples."""
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, (list, tuple)) else value


# What the file still reads is not removed without another word.
UNREAD = EXAMPLE.replace('print("learning-rate:", valohai.parameters("learning-rate").value)\n', "")


@pytest.mark.asyncio
async def test_an_update_with_a_removal_is_answered_with_a_question(
    asking: StepsClient, tmp_path: Path
) -> None:
    yaml = tmp_path / "valohai.yaml"
    yaml.write_text(EXAMPLE_YAML)
    document = Document(asking, tmp_path / "train.py")
    await document.open(UNREAD.replace('{"learning-rate": 0.001}', '{"epochs": 5}'))
    for command, arguments in (("updateFile", [document.uri]), ("updateWorkspace", [])):
        answer = plain(await run(asking, command, *arguments))
        assert answer["question"] == "Remove parameter 'learning-rate' from valohai.yaml?"
        removed, kept = after(asking, answer["edit"], yaml), after(asking, answer["keep"], yaml)
        assert ("learning-rate" in removed, "epochs" in removed) == (False, True)
        assert ("learning-rate" in kept, "epochs" in kept) == (True, True)


@pytest.mark.asyncio
async def test_an_action_with_a_removal_is_a_command(asking: StepsClient, tmp_path: Path) -> None:
    yaml = tmp_path / "valohai.yaml"
    yaml.write_text(EXAMPLE_YAML)
    document = Document(asking, tmp_path / "train.py")
    await document.open(UNREAD.replace('{"learning-rate": 0.001}', "{}"))
    (update,) = await document.actions(document.at("import"), only=UPDATE)
    assert (update.edit, update.data) == (None, None)
    assert update.command is not None
    assert update.command.command == "valohai-steps.updateFile"
    assert list(update.command.arguments or ()) == [document.uri]
    actions = await document.actions(document.at('"train"'), only="quickfix")
    (one,) = [action for action in actions if action.title.startswith("Remove parameter")]
    assert one.command is not None
    assert one.command.command == "valohai-steps.confirmRemoval"
    (asked,) = plain(one.command.arguments)
    assert asked["question"] == "Remove parameter 'learning-rate' from valohai.yaml?"
    assert "learning-rate" not in after(asking, asked["edit"], yaml)
    assert asked["keep"] is None


@pytest.mark.asyncio
async def test_the_reason_of_an_update_that_cannot_be_is_the_title(
    asking: StepsClient, tmp_path: Path
) -> None:
    yaml = tmp_path / "valohai.yaml"
    yaml.write_text(EXAMPLE_YAML.replace("image:", "image: ["))
    document = Document(asking, tmp_path / "train.py")
    await document.open(EXAMPLE)
    (pointer,) = [
        action for action in await document.actions(document.at('"train"')) if action.kind == "quickfix"
    ]
    broken = EXAMPLE_YAML[: EXAMPLE_YAML.index("image:")].count("\n")
    assert pointer.title.startswith(f"Cannot update: valohai.yaml:{broken + 1}: ")
    assert pointer.command is not None
    assert pointer.command.command == "valohai-steps.goTo"
    uri, place = plain(pointer.command.arguments)
    assert (uri, place["start"]["line"]) == (yaml.as_uri(), broken)
    # On saving nobody looks at it.
    context = lsp.CodeActionContext([], only=[UPDATE], trigger_kind=lsp.CodeActionTriggerKind.Automatic)
    saving = lsp.CodeActionParams(
        lsp.TextDocumentIdentifier(document.uri), document.at("import"), context=context
    )
    offered = await asking.text_document_code_action_async(saving)
    (action,) = [action for action in offered or () if isinstance(action, lsp.CodeAction)]
    assert action.disabled is not None


@pytest.mark.asyncio
async def test_the_state_names_the_obstacle(asking: StepsClient, tmp_path: Path) -> None:
    yaml = Document(asking, tmp_path / "valohai.yaml")
    await yaml.open(EXAMPLE_YAML, "yaml")
    document = Document(asking, tmp_path / "train.py")
    await document.open(EXAMPLE)
    assert plain(await run(asking, "state", document.uri))["obstacle"] is None
    line = EXAMPLE_YAML[: EXAMPLE_YAML.index("image:")].count("\n")
    await yaml.replace("image:", "image: [")
    for uri in (document.uri, yaml.uri):
        found = plain(await run(asking, "state", uri))["obstacle"]
        assert (found["uri"], found["range"]["start"]["line"]) == (yaml.uri, line)
        assert found["place"] == f"valohai.yaml:{line + 1}"
        assert found["reason"]
    await yaml.replace("image: [", "image:")
    await document.replace("0.001", "rate")
    found = plain(await run(asking, "state", document.uri))["obstacle"]
    assert found["uri"] == document.uri
    assert found["reason"].startswith("rate is not defined")


@pytest.mark.asyncio
async def test_one_action_of_a_place_is_preferred(asking: StepsClient, tmp_path: Path) -> None:
    (tmp_path / "valohai.yaml").write_text(
        EXAMPLE_YAML.replace("image: tensorflow/tensorflow:gpu", "image: other").replace("0.001", "0.5")
    )
    document = Document(asking, tmp_path / "train.py")
    await document.open(EXAMPLE)
    actions = await document.actions(document.range(0, len(EXAMPLE)), only="quickfix")
    assert [action.is_preferred for action in actions if action.is_preferred] == [True]
