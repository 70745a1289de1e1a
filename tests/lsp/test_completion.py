"""Completion as VS Code (snippets, insert or replace) and as Neovim (snippets) ask for it."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, client_capabilities

from tests.lsp.editor import SERVER, Document, StepsClient, changed_text, make_client, versioned
from tests.lsp.test_session import EXAMPLE, EXAMPLE_YAML


async def offered(document: Document, offset: int) -> list[lsp.CompletionItem]:
    place = document.range(offset, offset).start
    asked = lsp.CompletionParams(lsp.TextDocumentIdentifier(document.uri), place)
    found = await document.client.text_document_completion_async(asked)
    assert isinstance(found, list)
    return found


def accepted(document: Document, item: lsp.CompletionItem) -> str:
    """The text once an item is accepted, by a client that replaces the word that is there."""
    edit = item.text_edit
    assert edit is not None
    place = edit.replace if isinstance(edit, lsp.InsertReplaceEdit) else edit.range
    edits = [
        (place, edit.new_text),
        *((more.range, more.new_text) for more in item.additional_text_edits or ()),
    ]
    edits.sort(key=lambda each: (each[0].start.line, each[0].start.character), reverse=True)
    events = [lsp.TextDocumentContentChangePartial(range=range_, text=text) for range_, text in edits]
    return changed_text(document.text, events, document.client.encoding)


@pytest.mark.asyncio
async def test_arguments_are_offered_with_places_to_fill_in(client: StepsClient, tmp_path: Path) -> None:
    document = Document(client, tmp_path / "train.py")
    await document.open('import valohai\n\nvalohai.prepare(step="😀", im)\n')
    found = await offered(document, document.text.index("im)") + 2)
    assert [item.label for item in found] == [
        "default_parameters",
        "default_inputs",
        "image",
        "environment",
        "multifile",
        "upload_store",
    ]
    assert [item.sort_text for item in found] == sorted(str(item.sort_text) for item in found)
    image = found[2]
    assert image.insert_text_format == lsp.InsertTextFormat.Snippet
    assert accepted(document, image) == 'import valohai\n\nvalohai.prepare(step="😀", image="$0")\n'
    assert isinstance(image.documentation, lsp.MarkupContent)
    assert image.documentation.value.startswith("The Docker image that the step runs in.")


@pytest.mark.asyncio
async def test_a_word_that_goes_on_is_replaced_or_kept_as_the_person_likes(
    client: StepsClient, tmp_path: Path
) -> None:
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE.replace('parameters("learning-rate")', 'parameters("lear-rate")'))
    start = document.text.index("lear-rate")
    (item,) = await offered(document, start + 4)
    assert accepted(document, item) == EXAMPLE
    capabilities = client.capabilities
    assert capabilities is not None
    assert capabilities.text_document is not None
    completion = capabilities.text_document.completion
    assert completion is not None
    can_choose = bool(completion.completion_item and completion.completion_item.insert_replace_support)
    assert isinstance(item.text_edit, lsp.InsertReplaceEdit) == can_choose
    if isinstance(item.text_edit, lsp.InsertReplaceEdit):
        assert item.text_edit.insert == document.range(start, start + 4)


@pytest.mark.asyncio
async def test_what_valohai_yaml_has_is_offered_with_its_default(client: StepsClient, tmp_path: Path) -> None:
    yaml = Document(client, tmp_path / "valohai.yaml")
    await yaml.open(EXAMPLE_YAML, "yaml")
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE.replace('"learning-rate": 0.001', '""'))
    (item,) = await offered(document, document.text.index('{""') + 2)
    assert accepted(document, item) == EXAMPLE
    assert isinstance(item.text_edit, lsp.TextEdit)  # the closing quote behind the cursor is part of it


@pytest.mark.asyncio
async def test_a_missing_comma_comes_along(client: StepsClient, tmp_path: Path) -> None:
    document = Document(client, tmp_path / "train.py")
    await document.open('import valohai\n\nvalohai.prepare(\n    step="train"\n    mult\n)\n')
    found = await offered(document, document.text.index("mult") + 4)
    (item,) = [item for item in found if item.label == "multifile"]
    assert 'step="train",\n    multifile=' in accepted(document, item)


@pytest.mark.asyncio
async def test_nothing_is_offered_elsewhere(client: StepsClient, tmp_path: Path) -> None:
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE)
    for text in ("import", 'print("', "0.001", '"learning-rate:"'):
        assert await offered(document, document.text.index(text) + len(text)) == []


@pytest.mark.asyncio
async def test_a_key_of_valohai_yaml_comes_with_what_is_below_it(client: StepsClient, tmp_path: Path) -> None:
    document = Document(client, tmp_path / "valohai.yaml")
    await document.open("- step:\n    name: 😀\n    para\n", "yaml")
    found = await offered(document, document.text.index("para") + 4)
    (item,) = [item for item in found if item.label == "parameters"]
    assert accepted(document, item) == "- step:\n    name: 😀\n    parameters:\n      - name: \n"
    assert item.insert_text_format == lsp.InsertTextFormat.PlainText
    completion = (
        client.capabilities
        and client.capabilities.text_document
        and client.capabilities.text_document.completion
    )
    modes = completion and completion.completion_item and completion.completion_item.insert_text_mode_support
    assert item.insert_text_mode == (lsp.InsertTextMode.AsIs if modes else None)


@pytest.mark.asyncio
async def test_a_name_is_replaced_behind_the_cursor_too(client: StepsClient, tmp_path: Path) -> None:
    document = Document(client, tmp_path / "valohai.yaml")
    await document.open("- step:\n    parameters:\n      - {name: a, type: flat}\n", "yaml")
    start = document.text.index("flat")
    found = await offered(document, start + 2)
    (item,) = [item for item in found if item.label == "float"]
    assert "type: float}" in accepted(document, item)
    if isinstance(item.text_edit, lsp.InsertReplaceEdit):
        assert item.text_edit.insert == document.range(start, start + 2)


@pytest.mark.asyncio
async def test_a_new_step_is_asked_for_again_while_its_word_is_too_short(
    client: StepsClient, tmp_path: Path
) -> None:
    document = Document(client, tmp_path / "train.py")
    await document.open("import os\nn\n")
    asked = lsp.CompletionParams(lsp.TextDocumentIdentifier(document.uri), lsp.Position(1, 1))
    short = await client.text_document_completion_async(asked)
    assert isinstance(short, lsp.CompletionList)
    assert short.is_incomplete
    assert not short.items
    other = Document(client, tmp_path / "other.py")
    await other.open("import os\nnew\n")
    (item,) = await offered(other, len(other.text) - 1)
    assert item.label == "new step"
    assert item.sort_text is not None
    assert item.sort_text.startswith("~")
    assert accepted(other, item).startswith("import os\nimport valohai\n\nvalohai.prepare(\n")


@pytest_lsp.fixture(  # type: ignore[untyped-decorator]  # pytest-lsp leaves its decorator untyped
    config=ClientServerConfig(server_command=SERVER, client_factory=make_client, server_env={**os.environ}),
)
async def suggesting_client(lsp_client: StepsClient, tmp_path: Path) -> AsyncIterator[None]:
    await lsp_client.initialize_session(
        lsp.InitializeParams(
            capabilities=versioned(client_capabilities("visual_studio_code")),
            workspace_folders=[lsp.WorkspaceFolder(uri=tmp_path.as_uri(), name="workspace")],
            initialization_options={"clientCommands": ["editor.action.triggerSuggest"]},
        )
    )
    yield
    await lsp_client.shutdown_session()


@pytest.mark.asyncio
async def test_what_belongs_behind_is_offered_next_where_the_client_can(
    suggesting_client: StepsClient, tmp_path: Path
) -> None:
    document = Document(suggesting_client, tmp_path / "valohai.yaml")
    await document.open("- step:\n    \n", "yaml")
    found = {item.label: item for item in await offered(document, 12)}
    assert found["name"].command is None  # any name will do
    again = lsp.Command("Suggest", "editor.action.triggerSuggest")
    assert found["image"].command == again
    assert found["parameters"].command is None  # no script is known that takes any
    script = Document(suggesting_client, tmp_path / "train.py")
    await script.open(
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('--lr')\np.parse_args()\n"
    )
    await document.replace("    \n", "    command: python train.py\n    \n- \n")
    found = {item.label: item for item in await offered(document, document.text.index("    \n") + 4)}
    assert found["parameters"].command == again  # `- name: `, and lr is what it can be
    found = {item.label: item for item in await offered(document, len(document.text) - 1)}
    assert found["step"].command is None  # `name: ` comes along, and any will do


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("name", "text", "labels"),
    [
        ("valohai.yaml", "- step:\n    name: a\n    command: python train.py {}\n", ["parameters"]),
        ("train.py", 'import valohai\nvalohai.prepare(step="a", default_parameters={})\n', []),
    ],
)
async def test_a_brace_opens_the_placeholders_of_a_command_and_nothing_in_python(
    client: StepsClient, tmp_path: Path, name: str, text: str, labels: list[str]
) -> None:
    (tmp_path / "valohai.yaml").write_text("- step:\n    name: a\n    parameters:\n      - name: lr\n")
    document = Document(client, tmp_path / name)
    await document.open(text, "yaml" if name == "valohai.yaml" else "python")
    place = document.range(text.index("{}") + 1, text.index("{}") + 1).start
    context = lsp.CompletionContext(lsp.CompletionTriggerKind.TriggerCharacter, "{")
    asked = lsp.CompletionParams(lsp.TextDocumentIdentifier(document.uri), place, context)
    found = await client.text_document_completion_async(asked)
    assert isinstance(found, list)
    assert [item.label for item in found] == labels


@pytest.mark.asyncio
async def test_no_command_comes_where_the_client_has_none(client: StepsClient, tmp_path: Path) -> None:
    document = Document(client, tmp_path / "valohai.yaml")
    await document.open("- step:\n    \n", "yaml")
    assert {item.command for item in await offered(document, 12)} == {None}


@pytest.mark.asyncio
async def test_an_editor_asks_again_until_a_word_that_ends_its_line_is_whole(
    client: StepsClient, tmp_path: Path
) -> None:
    document = Document(client, tmp_path / "train.py")
    await document.open('import valohai\nx = valohai.parameters("lr").va\n')
    place = document.range(len(document.text) - 1, len(document.text) - 1).start
    asked = lsp.CompletionParams(lsp.TextDocumentIdentifier(document.uri), place)
    found = await client.text_document_completion_async(asked)
    assert isinstance(found, lsp.CompletionList)
    assert found.is_incomplete
    assert "value" in {item.label for item in found.items}
    await document.replace(".va\n", ".value\n")
    assert await offered(document, len(document.text) - 1) == []
