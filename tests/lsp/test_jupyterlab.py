"""JupyterLab with jupyterlab-lsp: what it can do, what it calls a notebook, and how it starts the server."""

import json
import sys
from collections.abc import AsyncIterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.protocol import default_converter

from tests.lsp.editor import SERVER, Document, StepsClient, session, versioned

# What JupyterLab 4.6 with jupyterlab-lsp 5.3 says of itself, shortened: no workspaceEdit, no applyEdit.
CAPABILITIES = """{
  "textDocument": {
    "synchronization": {"dynamicRegistration": true, "willSave": false, "didSave": true},
    "rename": {"prepareSupport": false, "honorsChangeAnnotations": false},
    "publishDiagnostics": {"tagSupport": {"valueSet": [2, 1]}},
    "completion": {"completionItem": {"snippetSupport": false, "documentationFormat": ["markdown"]}},
    "hover": {"dynamicRegistration": true, "contentFormat": ["markdown", "plaintext"]},
    "definition": {"dynamicRegistration": true, "linkSupport": true}
  },
  "workspace": {"didChangeConfiguration": {"dynamicRegistration": true}}
}"""
CELLS = """\



get_ipython().run_line_magic("pip", " install -q valohai-utils")
files = get_ipython().getoutput("ls")


import valohai
valohai.prepare(step="explore", default_parameters={"depth": 4})


# START_CELL_MAGIC("time", "")
x = valohai.parameters("depth").value
# END_CELL_MAGIC
"""
SOURCE = 'import valohai\nvalohai.prepare(step="explore", default_parameters={"depth": 4})'
YAML = """\
- step:
    name: explore
    image: python:3.11
    command: jupyter execute explore.ipynb
    parameters:
      - name: depth
        type: integer
        default: 3
"""


def lab_capabilities() -> lsp.ClientCapabilities:
    converter = default_converter()  # type: ignore[no-untyped-call]  # pygls leaves it untyped
    found: lsp.ClientCapabilities = converter.structure(json.loads(CAPABILITIES), lsp.ClientCapabilities)
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    cell: dict[str, Any] = {"cell_type": "code", "metadata": {}, "outputs": [], "source": SOURCE}
    notebook: dict[str, Any] = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "explore.ipynb").write_text(json.dumps(notebook))
    (tmp_path / "valohai.yaml").write_text(YAML)
    (tmp_path / "requirements.txt").write_text("valohai-utils\n")
    return tmp_path


@pytest_asyncio.fixture
async def lab(project: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[StepsClient]:
    log = tmp_path_factory.mktemp("log") / "log"
    async with session(project, lab_capabilities(), log, "--jupyterlab") as found:
        yield found
    assert "ERROR" not in log.read_text("utf-8")


class LabDocument(Document):
    """A document as jupyterlab-lsp sends it: its whole text each time, with a line end too many."""

    def type(self, text: str) -> None:
        """Have another text."""
        self.send(lsp.TextDocumentContentChangeWholeDocument(text + "\n"))


@pytest.fixture(
    params=["explore.ipynb", ".virtual_documents/explore.ipynb", "RTC:explore.ipynb"],
    ids=["real", "virtual", "drive"],
)
def notebook(request: pytest.FixtureRequest, lab: StepsClient, project: Path) -> LabDocument:
    return LabDocument(lab, project / request.param)


def findings(found: list[lsp.Diagnostic]) -> list[tuple[str, int, str]]:
    return [(str(item.code), item.range.start.line, item.message) for item in found]


@pytest.mark.asyncio
async def test_the_joined_cells_are_the_notebook(notebook: LabDocument) -> None:
    found = await notebook.open(CELLS + "\n")
    assert findings(found) == [("VH202", 8, "default of parameter 'depth' is 4 here, but 3 in valohai.yaml")]
    (only,) = found
    assert only.range == notebook.at("4")


@pytest.mark.asyncio
async def test_valohai_yaml_is_compared_with_what_is_typed_in_the_cells(
    notebook: LabDocument, lab: StepsClient, project: Path
) -> None:
    await notebook.open(CELLS + "\n")
    yaml = Document(lab, project / "valohai.yaml")
    found = await yaml.open(YAML + "\n", "yaml")
    assert findings(found) == [
        ("VH202", 7, "default of parameter 'depth' is 4 in explore.ipynb, but 3 here"),
    ]
    notebook.type(CELLS.replace("4})", "5})"))
    found = await yaml.until(lambda params: "is 5 in" in params.diagnostics[0].message)
    assert len(found) == 1


@pytest.mark.asyncio
async def test_hover_and_completion_in_a_cell(notebook: LabDocument, lab: StepsClient) -> None:
    await notebook.open(CELLS + "\n")
    document = lsp.TextDocumentIdentifier(notebook.uri)
    hover = await lab.text_document_hover_async(
        lsp.HoverParams(document, notebook.at('"depth").value').start)
    )
    assert hover is not None
    assert isinstance(hover.contents, lsp.MarkupContent)
    assert "Python `4` · valohai.yaml `3`" in hover.contents.value
    notebook.type(CELLS.replace('"depth")', '"")'))
    place = notebook.at('").value').start
    offered = await lab.text_document_completion_async(lsp.CompletionParams(document, place))
    items = offered.items if isinstance(offered, lsp.CompletionList) else offered or ()
    assert [item.label for item in items] == ["depth"]


@pytest.mark.asyncio
async def test_a_rename_that_reaches_into_valohai_yaml_is_refused_with_the_reason(
    notebook: LabDocument, lab: StepsClient
) -> None:
    await notebook.open(CELLS + "\n")
    document = lsp.TextDocumentIdentifier(notebook.uri)
    asked = lsp.RenameParams(document, notebook.at('"depth"').start, "levels")
    with pytest.raises(JsonRpcException, match=r"open file only, and the name is also in valohai\.yaml"):
        await lab.text_document_rename_async(asked)


@pytest.mark.asyncio
async def test_code_of_another_language_in_a_notebook_is_no_file(lab: StepsClient, project: Path) -> None:
    other = LabDocument(lab, project / ".virtual_documents" / "explore.ipynb.python-1.py")
    other.uri = other.path.as_uri()
    item = lsp.TextDocumentItem(other.uri, "python", 0, SOURCE + "\n\n")
    lab.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
    yaml = Document(lab, project / "valohai.yaml")
    await yaml.open(YAML + "\n", "yaml")
    (found,) = await yaml.until(lambda params: bool(params.diagnostics))
    assert found.code == "VH202"  # declared twice it would be VH108 as well
    assert other.uri not in lab.published


@pytest.mark.asyncio
async def test_the_json_of_a_notebook_may_be_open_as_what_it_is(lab: StepsClient, project: Path) -> None:
    raw = LabDocument(lab, project / "explore.ipynb")
    text = (project / "explore.ipynb").read_text()
    found = await raw.open(text)
    assert [(item.code, item.range) for item in found] == [("VH202", raw.at("4"))]


@pytest.mark.asyncio
async def test_each_browser_tab_begins_a_session_on_the_same_pipe(
    lab: StepsClient, notebook: LabDocument
) -> None:
    await notebook.open(CELLS + "\n")
    again = lsp.InitializeParams(versioned(lab_capabilities()), root_uri=notebook.path.parent.as_uri())
    answer = await lab.initialize_async(again)
    assert answer.capabilities.hover_provider
    lab.initialized(lsp.InitializedParams())
    lab.published.clear()
    notebook.version = -1
    notebook.type(CELLS.replace("4})", "6})"))
    (only,) = await notebook.shown()
    assert only.message == "default of parameter 'depth' is 6 here, but 3 in valohai.yaml"


@pytest.mark.asyncio
async def test_an_update_knows_where_the_file_ends(lab: StepsClient, project: Path) -> None:
    yaml = LabDocument(lab, project / "valohai.yaml")
    await yaml.open(YAML + "\n", "yaml")
    python = LabDocument(lab, project / "train.py")
    await python.open('import valohai\nvalohai.prepare(step="train", image="python:3.12")\n\n')
    asked = lsp.ExecuteCommandParams("valohai-steps.previewUpdate", [python.uri])
    answer: Any = await lab.workspace_execute_command_async(asked)
    assert answer["before"] == YAML
    assert answer["after"].startswith(YAML + "- step:\n    name: train\n")


def test_jupyter_finds_the_server_by_the_entry_point() -> None:
    (found,) = (
        each for each in entry_points(group="jupyter_lsp_spec_v1") if each.module.startswith("valohai_steps")
    )
    specs = found.load()(None)
    spec = specs["valohai-steps"]
    assert spec["version"] == 2
    assert spec["argv"] == [*SERVER, "--jupyterlab"]
    assert spec["argv"][0] == sys.executable
    assert spec["languages"] == ["python", "yaml"]
    assert spec["requires_documents_on_disk"] is False


async def proposal(lab: StepsClient, uri: str) -> Any:
    asked = lsp.ExecuteCommandParams("valohai-steps.proposeUpdate", [uri])
    return await lab.workspace_execute_command_async(asked)


@pytest.mark.asyncio
async def test_an_update_is_proposed_with_its_difference_and_nothing_is_written(
    notebook: LabDocument, lab: StepsClient, project: Path
) -> None:
    await notebook.open(CELLS + "\n")
    found = await proposal(lab, notebook.uri)
    assert found["refusal"] is None
    assert found["title"] == "Update valohai.yaml (1 change: default)"
    (file,) = found["files"]
    assert (file["uri"], file["name"], file["before"]) == (
        (project / "valohai.yaml").as_uri(),
        "valohai.yaml",
        YAML,
    )
    assert file["after"] == YAML.replace("default: 3", "default: 4")
    assert file["diff"].endswith("-        default: 3\n+        default: 4\n")
    assert (project / "valohai.yaml").read_text() == YAML
    assert lab.messages == []


@pytest.mark.asyncio
async def test_an_update_is_proposed_from_valohai_yaml_too_and_to_its_unsaved_text(
    notebook: LabDocument, lab: StepsClient, project: Path
) -> None:
    await notebook.open(CELLS + "\n")
    yaml = LabDocument(lab, project / "valohai.yaml")
    await yaml.open(YAML + "# mine\n\n", "yaml")
    found = await proposal(lab, yaml.uri)
    assert [file["after"] for file in found["files"]] == [
        YAML.replace("default: 3", "default: 4") + "# mine\n"
    ]
    yaml.type(YAML.replace("default: 3", "default: 4"))
    found = await proposal(lab, yaml.uri)
    assert (found["title"], found["files"]) == ("valohai.yaml agrees with Python", [])


@pytest.mark.asyncio
async def test_what_stands_in_the_way_of_an_update_is_answered_and_not_said_beside_it(
    notebook: LabDocument, lab: StepsClient
) -> None:
    await notebook.open(CELLS.replace("4})", "unknown})") + "\n")
    found = await proposal(lab, notebook.uri)
    assert found["refusal"].startswith("explore.ipynb:9:62: ")
    assert found["refusal"].endswith("(nothing was written)")
    assert found["files"] == []
    assert lab.messages == []


@pytest.mark.asyncio
async def test_what_an_update_removes_is_asked_and_a_new_file_has_nothing_before(
    lab: StepsClient, project: Path
) -> None:
    (project / "explore.ipynb").unlink()
    document = LabDocument(lab, project / "explore.py")
    await document.open('import valohai\nvalohai.prepare(step="explore")\n\n')
    found = await proposal(lab, document.uri)
    assert found["question"] == "Remove parameter 'depth' from valohai.yaml?"
    (project / "valohai.yaml").unlink()
    found = await proposal(lab, document.uri)
    assert found["question"] == ""
    assert [(file["name"], file["before"]) for file in found["files"]] == [("valohai.yaml", None)]
