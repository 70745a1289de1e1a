"""The lines over steps, as a client with commands of its own (VS Code) and one without (Neovim) sees them."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pytest_lsp import ClientServerConfig, client_capabilities

from tests.lsp import virtual_time
from tests.lsp.editor import SERVER, Document, StepsClient, make_client, versioned
from tests.lsp.test_session import EXAMPLE, EXAMPLE_YAML
from valohai_steps.lsp.capabilities import Capabilities
from valohai_steps.lsp.outgoing.lens_refresh import refresh_lenses
from valohai_steps.lsp.places.open_documents import OpenText
from valohai_steps.lsp.session import Session
from valohai_steps.model.text import LineIndex

_COMMANDS = ["valohai-steps.runLocally", "valohai-steps.runOnValohai", "valohai-steps.showPipeline"]


@pytest_lsp.fixture(  # type: ignore[untyped-decorator]  # pytest-lsp leaves its decorator untyped
    config=ClientServerConfig(server_command=SERVER, client_factory=make_client, server_env={**os.environ}),
)
async def running_client(lsp_client: StepsClient, tmp_path: Path) -> AsyncIterator[None]:
    (tmp_path / "requirements.txt").write_text("valohai-utils\n")
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
        ("Create valohai.yaml with this step", "valohai-steps.updateFile", [document.uri]),
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
        ("Create valohai.yaml with this step", "valohai-steps.updateFile", [document.uri])
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
@pytest.mark.parametrize(
    ("yaml", "title", "place"),
    [
        ("- step:\n    name: [\n", "valohai.yaml has a syntax error (line 3)", ("valohai.yaml", 2)),
        (
            EXAMPLE_YAML,
            "cannot update: the value of input() is only known at run time (train.py:7)",
            ("train.py", 6),
        ),
    ],
)
async def test_what_keeps_a_step_from_being_updated_is_a_click_away(
    client: StepsClient, tmp_path: Path, yaml: str, title: str, place: tuple[str, int]
) -> None:
    blamed, line = place
    documents = {name: Document(client, tmp_path / name) for name in ("train.py", "valohai.yaml")}
    python = documents["train.py"]
    await documents["valohai.yaml"].open(yaml, "yaml")
    await python.open(EXAMPLE if blamed == "valohai.yaml" else EXAMPLE.replace("0.001", "input()"))
    assert await lenses(python) == [(title, "valohai-steps.showObstacle", [python.uri])]
    command = lsp.ExecuteCommandParams("valohai-steps.showObstacle", [python.uri])
    assert await client.workspace_execute_command_async(command) is True
    (shown,) = client.shown_documents
    assert (shown.uri, shown.take_focus) == (documents[blamed].uri, True)
    assert shown.selection is not None
    assert shown.selection.start.line == line


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
    await yaml.open(EXAMPLE_YAML, "yaml")
    await asyncio.wait_for(running_client.lenses_again.wait(), 60)
    assert next(title for title, *_ in await lenses(document)) == "in sync with valohai.yaml"


class Editor:
    """A client that has a file and its valohai.yaml open, and counts how often it was told to ask again."""

    def __init__(self, folder: Path) -> None:
        self.told = {"lenses": 0, "hints": 0}
        self.session = Session(cast("LanguageServer", self), self.show)
        self.session.capabilities = Capabilities(refresh_code_lenses=True, refresh_inlay_hints=True)
        self.session.workspace.set_roots([folder])
        self.python, self.yaml = folder / "train.py", folder / "valohai.yaml"

    def show(self, session: Session, paths: set[Path], typed: set[Path]) -> None:
        refresh_lenses(session, paths.difference(typed))

    def workspace_code_lens_refresh(self, _params: None) -> None:
        self.told["lenses"] += 1

    def workspace_inlay_hint_refresh(self, _params: None) -> None:
        self.told["hints"] += 1

    def write(self, path: Path, text: str) -> None:
        self.session.put(OpenText(path.as_uri(), path, LineIndex(text), 0))


def test_lenses_wait_until_the_typing_on_the_other_side_rests(tmp_path: Path) -> None:
    async def typing() -> None:
        editor = Editor(tmp_path)
        editor.write(editor.python, EXAMPLE)
        await asyncio.sleep(10)
        assert editor.told == {"lenses": 0, "hints": 0}
        for digits in range(20):
            editor.write(editor.yaml, EXAMPLE_YAML.replace("0.001", f"0.00{digits}1"))
            await asyncio.sleep(0.1)
        assert editor.told == {"lenses": 0, "hints": 0}
        await asyncio.sleep(0.3)
        assert editor.told == {"lenses": 1, "hints": 1}
        await asyncio.sleep(10)
        assert editor.told == {"lenses": 1, "hints": 1}

    virtual_time.run(typing())


PIPELINE = """from valohai import Pipeline


def main(config):
    pipe = Pipeline(name="nightly", config=config)
    pipe.execution("train", "first")
    return pipe
"""


@pytest.mark.asyncio
async def test_a_pipeline_can_be_shown_on_either_side(running_client: StepsClient, tmp_path: Path) -> None:
    python, yaml = (
        Document(running_client, tmp_path / "nightly.py"),
        Document(running_client, tmp_path / "valohai.yaml"),
    )
    step = "- step: {name: train, image: python, command: date}\n"
    nodes = "nodes: [{name: first, type: execution, step: train}], edges: []"
    await yaml.open(f"{step}- pipeline: {{name: nightly, {nodes}}}\n- pipeline: {{{nodes}}}\n", "yaml")
    await python.open(PIPELINE)
    show = "valohai-steps.showPipeline"
    assert ("show pipeline", show, [python.uri, "nightly"]) in await lenses(python)
    assert [each for each in await lenses(yaml) if each[1] == show] == [
        ("show pipeline", show, [yaml.uri, "nightly"])
    ]
    await python.replace("    return pipe", "    x = (\n    return pipe")
    assert await lenses(python) == [("show pipeline", show, [python.uri, "nightly"])]
