"""Notebooks whose cells the client keeps as documents, and beside them the raw `.ipynb`."""

import copy
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types as lsp
from pytest_lsp import client_capabilities

from tests.lsp.editor import KINDS, Document, Shared, StepsClient, applied, changed_text, session
from valohai_steps.model.text import LineIndex

CALL = 'import valohai\nvalohai.prepare(step="train", default_parameters=defaults)\n'
DEFAULTS = 'defaults = {"learning-rate": 0.001}\n'
YAML = """\
- step:
    name: train
    image: python:3.11-slim
    command:
      - papermill
    parameters:
      - name: learning-rate
        default: 0.5
        type: float
        optional: false
"""


class Notebook:
    """An open notebook: a person types in its cells, adds, moves and removes them."""

    def __init__(self, client: StepsClient, path: Path) -> None:
        self.client = client
        self.path = path
        self.uri = path.as_uri()
        self.version = 0
        self.cells: list[lsp.TextDocumentItem] = []

    def item(self, text: str, language: str = "python") -> lsp.TextDocumentItem:
        """The document of a new cell."""
        uri = f"vscode-notebook-cell:{self.path.as_posix()}#W{self.version}s{len(self.cells)}-{hash(text)}"
        return lsp.TextDocumentItem(uri, language, 0, text)

    def open(self, *texts: str, markup: tuple[int, ...] = (), languages: tuple[str, ...] = ()) -> None:
        names = (*languages, *("python",) * len(texts))
        for number, text in enumerate(texts):
            self.cells.append(self.item(text, "markdown" if number in markup else names[number]))
        cells = [cell(item, code=number not in markup) for number, item in enumerate(self.cells)]
        document = lsp.NotebookDocument(self.uri, "jupyter-notebook", self.version, cells)
        self.client.notebook_document_did_open(
            lsp.DidOpenNotebookDocumentParams(document, copy.deepcopy(self.cells))
        )

    def change(self, changes: lsp.NotebookDocumentCellChanges) -> None:
        self.version += 1
        document = lsp.VersionedNotebookDocumentIdentifier(self.version, self.uri)
        change = lsp.NotebookDocumentChangeEvent(cells=changes)
        self.client.notebook_document_did_change(lsp.DidChangeNotebookDocumentParams(document, change))

    def typed(self, number: int, old: str, new: str) -> lsp.NotebookDocumentCellContentChanges:
        """What is sent when a person types `new` over `old` in a cell."""
        item = self.cells[number]
        place = self.at(number, old)
        event = lsp.TextDocumentContentChangePartial(range=place, text=new)
        item.text = changed_text(item.text, [event], self.client.encoding)
        item.version += 1
        return lsp.NotebookDocumentCellContentChanges(
            lsp.VersionedTextDocumentIdentifier(item.version, item.uri), [event]
        )

    def replace(self, number: int, old: str, new: str) -> None:
        self.change(lsp.NotebookDocumentCellChanges(text_content=[self.typed(number, old, new)]))

    def spliced(self, start: int, remove: int, *texts: str) -> lsp.NotebookDocumentCellChangeStructure:
        """What is sent when cells go and new ones come."""
        items = [self.item(text) for text in texts]
        gone, self.cells[start : start + remove] = self.cells[start : start + remove], items
        array = lsp.NotebookCellArrayChange(start, remove, [cell(item) for item in items])
        closed = [lsp.TextDocumentIdentifier(item.uri) for item in gone]
        return lsp.NotebookDocumentCellChangeStructure(array, copy.deepcopy(items), closed)

    def close(self) -> None:
        closed = [lsp.TextDocumentIdentifier(item.uri) for item in self.cells]
        self.client.notebook_document_did_close(
            lsp.DidCloseNotebookDocumentParams(lsp.NotebookDocumentIdentifier(self.uri), closed)
        )

    def at(self, number: int, text: str) -> lsp.Range:
        """The range of the first `text` in a cell."""
        index = LineIndex(self.cells[number].text)
        start = index.text.index(text)
        return lsp.Range(
            lsp.Position(*index.position(start, self.client.encoding)),
            lsp.Position(*index.position(start + len(text), self.client.encoding)),
        )

    def document(self, number: int) -> Document:
        """The document of a cell, to ask about."""
        found = Document(self.client, self.path)
        item = self.cells[number]
        found.uri, found.text, found.version = item.uri, item.text, item.version
        return found

    async def codes(self, number: int, *expected: str) -> list[lsp.Diagnostic]:
        """The findings of a cell, once they have these codes."""
        return await self.document(number).until(
            lambda params: [item.code for item in params.diagnostics] == list(expected)
        )


def cell(item: lsp.TextDocumentItem, *, code: bool = True) -> lsp.NotebookCell:
    return lsp.NotebookCell(lsp.NotebookCellKind.Code if code else lsp.NotebookCellKind.Markup, item.uri)


async def count(client: StepsClient, what: str) -> int:
    """How often the server has done something so far."""
    asked = lsp.ExecuteCommandParams("valohai-steps.debugInformation")
    report = await client.workspace_execute_command_async(asked)
    found = re.search(rf"^- {what}: (\d+)$", str(report), re.MULTILINE)
    return int(found[1]) if found else 0


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=KINDS)
async def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Shared]:
    capabilities = copy.deepcopy(client_capabilities(request.param))
    capabilities.notebook_document = lsp.NotebookDocumentClientCapabilities(
        lsp.NotebookDocumentSyncClientCapabilities(dynamic_registration=True)
    )
    log = tmp_path_factory.mktemp("notebooks") / "log"
    async with session(None, capabilities, log) as client:
        yield Shared(client, log)


@pytest.fixture
def folder(client: StepsClient, tmp_path: Path) -> Path:
    return tmp_path


@pytest.mark.asyncio
async def test_a_step_may_be_written_in_several_cells(client: StepsClient, folder: Path) -> None:
    (folder / "valohai.yaml").write_text(YAML)
    notebook = Notebook(client, folder / "train.ipynb")
    notebook.open("# Training", DEFAULTS, "%pip install x\n" + CALL, markup=(0,))
    (found,) = await notebook.codes(1, "VH202")
    assert found.range == notebook.at(1, "0.001")
    notebook.replace(1, "0.001", "0.5")
    assert await notebook.codes(1) == []


@pytest.mark.asyncio
async def test_findings_of_a_notebook_can_be_fixed_in_their_cell(client: StepsClient, folder: Path) -> None:
    notebook = Notebook(client, folder / "train.ipynb")
    notebook.open(DEFAULTS, CALL.replace("step=", "stepp="))
    await notebook.codes(1, "VH105")
    document = notebook.document(1)
    (fix, *_) = await document.actions(notebook.at(1, "stepp"), only="quickfix")
    edit = await document.resolved(fix)
    changes = edit.document_changes or ()
    named = [each.text_document for each in changes if isinstance(each, lsp.TextDocumentEdit)]
    assert [(each.uri, each.version) for each in named] == [(document.uri, 0)]
    after = applied(edit, {document.uri: document.text}, client.encoding)
    assert after == {document.uri: CALL}


@pytest.mark.asyncio
async def test_the_yaml_points_into_the_cell(client: StepsClient, folder: Path) -> None:
    notebook, yaml = Notebook(client, folder / "train.ipynb"), Document(client, folder / "valohai.yaml")
    notebook.open("x = 1", DEFAULTS, CALL)
    await yaml.open(YAML, "yaml")
    (found,) = await yaml.until(lambda params: bool(params.diagnostics))
    (related,) = found.related_information or ()
    assert related.location == lsp.Location(notebook.cells[1].uri, notebook.at(1, "0.001"))
    fixes = {fix.title: fix for fix in await yaml.actions(yaml.at("0.5"), only="quickfix")}
    edit = await yaml.resolved(fixes["Set learning-rate to 0.5 in train.ipynb (as in valohai.yaml)"])
    after = applied(edit, {notebook.cells[1].uri: DEFAULTS}, client.encoding)
    assert after == {notebook.cells[1].uri: DEFAULTS.replace("0.001", "0.5")}


@pytest.mark.asyncio
async def test_all_changes_of_a_notification_are_one_round(client: StepsClient, folder: Path) -> None:
    notebook = Notebook(client, folder / "train.ipynb")
    notebook.open(DEFAULTS, CALL)
    await notebook.codes(1, "VH201")
    parses, publishes = await count(client, "python parses"), await count(client, "publishes")
    structure = notebook.spliced(0, 0, "x = 1\n", "y = 2\n")
    first, second = notebook.typed(2, "0.001", "0.5"), notebook.typed(3, '"train"', "name")
    notebook.change(lsp.NotebookDocumentCellChanges(structure, text_content=[first, second]))
    (found,) = await notebook.codes(3, "VH101")
    assert found.range == notebook.at(3, "name")
    assert await count(client, "python parses") == parses + 1
    assert await count(client, "publishes") == publishes + 1


@pytest.mark.asyncio
async def test_a_removed_cell_shows_nothing_any_more(client: StepsClient, folder: Path) -> None:
    notebook = Notebook(client, folder / "train.ipynb")
    notebook.open(DEFAULTS, CALL.replace("step=", "stepp="))
    await notebook.codes(1, "VH105")
    removed = notebook.document(1)
    notebook.change(lsp.NotebookDocumentCellChanges(notebook.spliced(1, 1)))
    assert await removed.until(lambda params: not params.diagnostics) == []


@pytest.mark.asyncio
async def test_a_moved_cell_keeps_its_text(client: StepsClient, folder: Path) -> None:
    notebook = Notebook(client, folder / "train.ipynb")
    notebook.open(CALL, DEFAULTS)
    await notebook.codes(0, "VH101")
    moved = notebook.cells.pop()
    notebook.cells.insert(0, moved)
    array = lsp.NotebookCellArrayChange(0, 2, [cell(item) for item in notebook.cells])
    structure = lsp.NotebookDocumentCellChangeStructure(array)
    notebook.change(lsp.NotebookDocumentCellChanges(structure))
    (found,) = await notebook.codes(1, "VH201")
    assert found.range == notebook.at(1, '"train"')


@pytest.mark.asyncio
async def test_a_cell_may_become_text_and_code_again(client: StepsClient, folder: Path) -> None:
    notebook = Notebook(client, folder / "train.ipynb")
    notebook.open(DEFAULTS, CALL)
    await notebook.codes(1, "VH201")
    notebook.change(lsp.NotebookDocumentCellChanges(data=[cell(notebook.cells[0], code=False)]))
    await notebook.codes(1, "VH101")
    notebook.change(lsp.NotebookDocumentCellChanges(data=[cell(notebook.cells[0])]))
    await notebook.codes(1, "VH201")


@pytest.mark.asyncio
async def test_cells_in_other_languages_are_not_python(client: StepsClient, folder: Path) -> None:
    notebook = Notebook(client, folder / "train.ipynb")
    notebook.open("defaults = valohai", DEFAULTS, CALL, languages=("sql",))
    await notebook.codes(2, "VH201")


@pytest.mark.asyncio
async def test_positions_count_in_the_cell_and_in_the_clients_units(
    client: StepsClient, folder: Path
) -> None:
    notebook = Notebook(client, folder / "train.ipynb")
    notebook.open("!echo 😀😀\n", "😀 = !ls 😀; x\n", 'x = "😀漢"; ' + CALL.replace("defaults", "{}"))
    (found,) = await notebook.codes(2, "VH201")
    assert found.range == notebook.at(2, '"train"')


@pytest.mark.asyncio
async def test_requests_are_answered_for_their_cell(client: StepsClient, folder: Path) -> None:
    notebook = Notebook(client, folder / "train.ipynb")
    notebook.open(DEFAULTS, CALL)
    await notebook.codes(1, "VH201")
    lenses = [
        [
            lens.range
            for lens in await client.text_document_code_lens_async(
                lsp.CodeLensParams(lsp.TextDocumentIdentifier(item.uri))
            )
            or ()
        ]
        for item in notebook.cells
    ]
    start = notebook.at(1, "valohai.prepare").start
    assert lenses[0] == []
    assert {(place.start.line, place.start.character) for place in lenses[1]} == {
        (start.line, start.character)
    }
    hints = await client.text_document_inlay_hint_async(
        lsp.InlayHintParams(
            lsp.TextDocumentIdentifier(notebook.cells[0].uri),
            lsp.Range(lsp.Position(0, 0), lsp.Position(9, 0)),
        )
    )
    assert [(hint.position, hint.label) for hint in hints or ()] == [
        (notebook.at(0, "0.001").end, "--learning-rate: float")
    ]
    hover = await client.text_document_hover_async(
        lsp.HoverParams(
            lsp.TextDocumentIdentifier(notebook.cells[0].uri), notebook.at(0, "learning-rate").start
        )
    )
    assert hover is not None
    assert hover.range == notebook.at(0, '"learning-rate"')


@pytest.mark.asyncio
async def test_a_command_takes_the_uri_of_a_cell(client: StepsClient, folder: Path) -> None:
    (folder / "valohai.yaml").write_text(YAML)
    notebook = Notebook(client, folder / "train.ipynb")
    notebook.open(DEFAULTS, CALL)
    asked = lsp.ExecuteCommandParams("valohai-steps.previewUpdate", [notebook.cells[1].uri])
    answer = await client.workspace_execute_command_async(asked)
    assert "default: 0.001" in str(answer)


@pytest.mark.asyncio
async def test_the_cells_count_more_than_the_json_of_one_notebook(client: StepsClient, folder: Path) -> None:
    source = {"cell_type": "code", "source": DEFAULTS + CALL, "metadata": {}, "outputs": []}
    text = json.dumps({"cells": [source], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    raw, notebook = Document(client, folder / "train.ipynb"), Notebook(client, folder / "train.ipynb")
    (found,) = await raw.open(text, "json")
    assert found.code == "VH201"
    notebook.open(DEFAULTS, CALL.replace("step=", "stepp="))
    await notebook.codes(1, "VH105")
    assert await raw.until(lambda params: not params.diagnostics) == []
    gone = notebook.document(1)
    notebook.close()
    assert await gone.until(lambda params: not params.diagnostics) == []
    (found,) = await raw.until(lambda params: bool(params.diagnostics))
    assert found.range == raw.at('\\"train\\"')


@pytest.mark.asyncio
async def test_no_edit_breaks_the_json_of_a_notebook(client: StepsClient, folder: Path) -> None:
    source = {"cell_type": "code", "source": DEFAULTS + CALL, "metadata": {}, "outputs": []}
    text = json.dumps({"cells": [source], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    raw, yaml = Document(client, folder / "train.ipynb"), Document(client, folder / "valohai.yaml")
    await raw.open(text, "json")
    for default in ("0.5", '"half"'):
        await yaml.open(YAML.replace("default: 0.5", f"default: {default}"), "yaml")
        await yaml.until(lambda params: bool(params.diagnostics))
        fixes = {fix.title: fix for fix in await yaml.actions(yaml.at(default), only="quickfix")}
        (chosen,) = [fix for title, fix in fixes.items() if title.endswith("(as in valohai.yaml)")]
        after = applied(await yaml.resolved(chosen), {raw.uri: text}, client.encoding)
        fixed = json.loads(after[raw.uri])["cells"][0]["source"]
        assert fixed == (DEFAULTS + CALL).replace("0.001", default)
        yaml.close()


@pytest.mark.asyncio
async def test_a_half_typed_cell_does_not_flicker(client: StepsClient, folder: Path) -> None:
    notebook = Notebook(client, folder / "train.ipynb")
    notebook.open(DEFAULTS, CALL)
    await notebook.codes(1, "VH201")
    notebook.replace(1, "defaults)", "defaults, image=")
    found = await notebook.document(1).shown()
    assert "VH104" not in [item.code for item in found]


@pytest.mark.asyncio
async def test_what_is_written_in_a_cell_is_completed_there(client: StepsClient, folder: Path) -> None:
    notebook = Notebook(client, folder / "train.ipynb")
    notebook.open("!echo 😀\n" + DEFAULTS, CALL, 'x = "😀"; print(valohai.parameters("learn"))\n')
    await notebook.codes(1, "VH201")
    asked = lsp.TextDocumentIdentifier(notebook.cells[2].uri)
    found = await client.text_document_completion_async(
        lsp.CompletionParams(asked, notebook.at(2, '"learn').end)
    )
    assert isinstance(found, list)
    (item,) = found
    edit = item.text_edit
    place = edit.replace if isinstance(edit, lsp.InsertReplaceEdit) else edit.range if edit else None
    assert (item.label, place) == ("learning-rate", notebook.at(2, "learn"))
    asked = lsp.TextDocumentIdentifier(notebook.cells[1].uri)
    help_ = await client.text_document_signature_help_async(
        lsp.SignatureHelpParams(asked, notebook.at(1, "step=").end)
    )
    assert help_ is not None
    assert help_.active_parameter == 0
