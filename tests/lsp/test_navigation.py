"""Navigation and rename over the wire, as VS Code and as Neovim ask, and as the plainest client does."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pytest_lsp import client_capabilities

from tests.lsp.editor import Document, StepsClient, applied, session
from tests.lsp.test_notebook_documents import Notebook

PYTHON = """\
import valohai

# 😀 wide characters before what is looked for
valohai.prepare(
    step="train",
    default_parameters={
        "größe": 0.001,  # 😀
    },
    default_inputs={"images": "https://example.com/images.zip"},
)
rate, files = "😀", valohai.parameters("größe").value, valohai.inputs('images').paths()
"""
YAML = """\
- step:
    name: train
    image: python:3.11
    command:
      - pip install -r requirements.txt
      - echo 😀 {parameter-value:größe} && python ./train.py {parameters}
    parameters:
      - name: größe
        type: float
        default: 0.001
        optional: false
    inputs:
      - name: images
        default: https://example.com/images.zip
        optional: false
- pipeline:
    name: nightly
    nodes:
      - {name: first, type: execution, step: train}
    edges: [[first.output.*, first.input.images]]
"""


class Project:
    """The two files, open in an editor."""

    def __init__(self, client: StepsClient, folder: Path) -> None:
        self.client = client
        self.python = Document(client, folder / "train.py")
        self.yaml = Document(client, folder / "valohai.yaml")

    async def open(self) -> "Project":
        await self.yaml.open(YAML, "yaml")
        await self.python.open(PYTHON)
        return self


def identifier(document: Document) -> lsp.TextDocumentIdentifier:
    return lsp.TextDocumentIdentifier(document.uri)


def in_last(document: Document, text: str) -> lsp.Range:
    start = document.text.rindex(text)
    return document.range(start, start + len(text))


def places(found: object) -> list[tuple[str, lsp.Range]]:
    """Locations or links, as the document and the range that the cursor goes to."""
    assert isinstance(found, Sequence)
    return [
        (each.target_uri, each.target_selection_range)
        if isinstance(each, lsp.LocationLink)
        else (each.uri, each.range)
        for each in found
    ]


async def defined(document: Document, place: lsp.Range) -> list[tuple[str, lsp.Range]]:
    asked = lsp.DefinitionParams(identifier(document), place.start)
    found = await document.client.text_document_definition_async(asked)
    declared = await document.client.text_document_declaration_async(
        lsp.DeclarationParams(identifier(document), place.start)
    )
    assert declared == found
    return places(found)


async def renamed(document: Document, place: lsp.Range, name: str) -> lsp.WorkspaceEdit | None:
    asked = lsp.RenameParams(identifier(document), place.start, name)
    return await document.client.text_document_rename_async(asked)


@pytest.mark.asyncio
async def test_a_read_leads_to_its_key_and_the_key_to_the_other_side(
    client: StepsClient, tmp_path: Path
) -> None:
    project = await Project(client, tmp_path).open()
    python, yaml = project.python, project.yaml
    key, name = python.at("größe"), in_last(yaml, "größe")
    assert await defined(python, in_last(python, "größe")) == [(python.uri, key)]
    assert await defined(python, key) == [(yaml.uri, name)]
    assert await defined(yaml, name) == [(python.uri, key)]
    assert await defined(yaml, yaml.at("größe")) == [(yaml.uri, name)]
    assert await defined(yaml, in_last(yaml, "images")) == [(yaml.uri, yaml.at("images"))]
    assert await defined(yaml, in_last(yaml, "train")) == [(yaml.uri, yaml.at("train"))]
    assert await defined(yaml, yaml.at("train.py")) == [(python.uri, python.range(0, 0))]
    assert await defined(python, python.at("import")) == []


@pytest.mark.asyncio
async def test_a_link_says_where_it_comes_from_and_what_it_leads_to(
    client: StepsClient, tmp_path: Path
) -> None:
    project = await Project(client, tmp_path).open()
    asked = lsp.DefinitionParams(identifier(project.python), in_last(project.python, "größe").start)
    answer = await client.text_document_definition_async(asked)
    assert isinstance(answer, Sequence)
    (found,) = answer
    assert isinstance(found, lsp.LocationLink)
    assert found.origin_selection_range == in_last(project.python, '"größe"')
    assert found.target_range == project.python.at('"größe": 0.001')


@pytest.mark.asyncio
async def test_references_are_those_of_both_files(client: StepsClient, tmp_path: Path) -> None:
    project = await Project(client, tmp_path).open()
    python, yaml = project.python, project.yaml
    declared = [(yaml.uri, in_last(yaml, "größe")), (python.uri, python.at("größe"))]
    used = [(yaml.uri, yaml.at("größe")), (python.uri, in_last(python, "größe"))]
    for with_declarations, wanted in ((True, [*declared, *used]), (False, used)):
        context = lsp.ReferenceContext(include_declaration=with_declarations)
        asked = lsp.ReferenceParams(context, identifier(python), python.at("größe").start)
        found = places(await client.text_document_references_async(asked))
        assert sorted(found, key=str) == sorted(wanted, key=str)


@pytest.mark.asyncio
async def test_highlights_tell_the_key_from_the_read(client: StepsClient, tmp_path: Path) -> None:
    project = await Project(client, tmp_path).open()
    asked = lsp.DocumentHighlightParams(identifier(project.python), project.python.at("images").start)
    found = await client.text_document_document_highlight_async(asked)
    assert list(found or ()) == [
        lsp.DocumentHighlight(project.python.at("images"), lsp.DocumentHighlightKind.Write),
        lsp.DocumentHighlight(in_last(project.python, "images"), lsp.DocumentHighlightKind.Read),
    ]


@pytest.mark.asyncio
async def test_a_rename_reaches_both_files_in_one_edit(client: StepsClient, tmp_path: Path) -> None:
    project = await Project(client, tmp_path).open()
    python, yaml = project.python, project.yaml
    place = yaml.at("größe")
    asked = lsp.PrepareRenameParams(identifier(yaml), place.start)
    assert await client.text_document_prepare_rename_async(asked) == lsp.PrepareRenamePlaceholder(
        place, "größe"
    )
    edit = await renamed(yaml, place, "taille-😀")
    assert edit is not None
    assert edit.document_changes is not None
    versions = [
        each.text_document.version for each in edit.document_changes if isinstance(each, lsp.TextDocumentEdit)
    ]
    assert versions == [yaml.version, python.version]
    before = {yaml.uri: YAML, python.uri: PYTHON}
    after = {uri: text.replace("größe", "taille-😀") for uri, text in before.items()}
    assert applied(edit, before, client.encoding) == after


@pytest.mark.asyncio
async def test_a_file_that_is_not_open_is_renamed_on_disk(client: StepsClient, tmp_path: Path) -> None:
    (tmp_path / "valohai.yaml").write_text(YAML, "utf-8")
    python = Document(client, tmp_path / "train.py")
    await python.open(PYTHON)
    edit = await renamed(python, python.at("images"), "pictures")
    assert edit is not None
    changes = [each for each in edit.document_changes or () if isinstance(each, lsp.TextDocumentEdit)]
    assert [each.text_document.version for each in changes] == [None, python.version]
    uri = (tmp_path / "valohai.yaml").as_uri()
    after = applied(edit, {uri: YAML, python.uri: PYTHON}, client.encoding)
    assert after[uri] == YAML.replace("name: images", "name: pictures").replace(
        "input.images", "input.pictures"
    )


@pytest.mark.asyncio
async def test_a_refused_rename_says_why(client: StepsClient, tmp_path: Path) -> None:
    project = await Project(client, tmp_path).open()
    with pytest.raises(JsonRpcException, match="cannot contain spaces") as raised:
        await renamed(project.python, project.python.at("größe"), "a b")
    assert raised.value.code == lsp.LSPErrorCodes.RequestFailed
    await project.yaml.replace("name: größe", "name: *x")
    with pytest.raises(JsonRpcException, match=r"valohai\.yaml, line 8 cannot be read"):
        await client.text_document_prepare_rename_async(
            lsp.PrepareRenameParams(identifier(project.python), project.python.at("größe").start)
        )
    asked = lsp.PrepareRenameParams(identifier(project.python), project.python.at("import").start)
    assert await client.text_document_prepare_rename_async(asked) is None


@pytest.mark.asyncio
async def test_the_outline_is_a_tree(client: StepsClient, tmp_path: Path) -> None:
    project = await Project(client, tmp_path).open()
    for document in (project.python, project.yaml):
        found = await client.text_document_document_symbol_async(
            lsp.DocumentSymbolParams(identifier(document))
        )
        step = (found or [])[0]
        assert isinstance(step, lsp.DocumentSymbol)
        assert (step.name, step.kind, step.detail) == ("train", lsp.SymbolKind.Function, step.detail)
        assert [child.name for child in step.children or ()] == ["größe", "images"]
        assert step.children is not None
        inner = step.children[0].selection_range
        assert step.range.start.line <= inner.start.line <= inner.end.line <= step.range.end.line


@pytest.mark.asyncio
async def test_workspace_symbols_are_found_by_some_of_their_letters(
    client: StepsClient, tmp_path: Path
) -> None:
    project = await Project(client, tmp_path).open()
    found = await client.workspace_symbol_async(lsp.WorkspaceSymbolParams("IMGS"))
    assert [(each.name, each.container_name, each.location) for each in found or ()] == [
        ("images", "train", lsp.Location(project.yaml.uri, project.yaml.at("images"))),
        ("images", "train", lsp.Location(project.python.uri, project.python.at('"images"'))),
    ]
    assert await client.workspace_symbol_async(lsp.WorkspaceSymbolParams("nothing like it")) == []


@pytest.mark.asyncio
async def test_links_open_addresses_and_files_that_are_there(client: StepsClient, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").unlink()
    project = await Project(client, tmp_path).open()
    address = "https://example.com/images.zip"
    found = await client.text_document_document_link_async(lsp.DocumentLinkParams(identifier(project.python)))
    assert [(each.range, each.target) for each in found or ()] == [(project.python.at(address), address)]
    yaml = project.yaml
    wanted = [
        (yaml.at(address), address),
        (yaml.at("./train.py"), project.python.uri),
    ]
    found = await client.text_document_document_link_async(lsp.DocumentLinkParams(identifier(yaml)))
    assert [(each.range, each.target) for each in found or ()] == wanted
    (tmp_path / "requirements.txt").write_text("valohai-utils\n")
    made = lsp.FileEvent((tmp_path / "requirements.txt").as_uri(), lsp.FileChangeType.Created)
    client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([made]))
    found = await client.text_document_document_link_async(lsp.DocumentLinkParams(identifier(yaml)))
    there = (yaml.at("requirements.txt"), (tmp_path / "requirements.txt").as_uri())
    assert [(each.range, each.target) for each in found or ()] == [wanted[0], there, wanted[1]]


@pytest.mark.asyncio
async def test_calls_and_steps_fold(client: StepsClient, tmp_path: Path) -> None:
    project = await Project(client, tmp_path).open()
    found = await client.text_document_folding_range_async(lsp.FoldingRangeParams(identifier(project.python)))
    assert [(each.start_line, each.end_line) for each in found or ()] == [(3, 8), (5, 6)]
    found = await client.text_document_folding_range_async(lsp.FoldingRangeParams(identifier(project.yaml)))
    assert [(each.start_line, each.end_line) for each in found or ()] == [
        *((0, 14), (3, 5), (6, 10), (7, 10), (11, 14), (12, 14)),
        *((15, 19), (17, 18)),
    ]


@pytest.mark.asyncio
async def test_selections_grow_from_the_literal_to_the_call(client: StepsClient, tmp_path: Path) -> None:
    project = await Project(client, tmp_path).open()
    document = project.python
    asked = lsp.SelectionRangeParams(identifier(document), [document.at("größe").start])
    (chain,) = await client.text_document_selection_range_async(asked) or ()
    grown: list[lsp.Range] = []
    each: lsp.SelectionRange | None = chain
    while each is not None:
        grown.append(each.range)
        each = each.parent
    assert grown[:3] == [document.at(text) for text in ("größe", '"größe"', '"größe": 0.001')]
    assert grown[-1] == document.range(0, len(document.text))
    assert document.range(document.text.index("valohai.prepare"), document.text.index("\nrate")) in grown
    nowhere = lsp.SelectionRangeParams(identifier(document), [document.at("import").start])
    assert await client.text_document_selection_range_async(nowhere) is None
    both = lsp.SelectionRangeParams(identifier(document), [nowhere.positions[0], asked.positions[0]])
    nothing, something = await client.text_document_selection_range_async(both) or ()
    start = document.at("import").start
    assert (nothing.range, nothing.parent) == (lsp.Range(start, start), None)
    assert something == chain


@pytest.mark.asyncio
async def test_the_cells_of_a_notebook_are_places_of_their_own(client: StepsClient, tmp_path: Path) -> None:
    notebook = Notebook(client, tmp_path / "explore.ipynb")
    notebook.open(
        "%matplotlib inline\nimport valohai\n"
        'valohai.prepare(\n    step="explore", default_parameters={"rate": 1}\n)\n',
        "# words",
        'x = "😀", valohai.parameters("rate")\n',
        markup=(1,),
    )
    yaml = Document(client, tmp_path / "valohai.yaml")
    await yaml.open(
        "- step:\n    name: explore\n    image: x\n    command: papermill explore.ipynb\n"
        "    parameters:\n      - {name: rate, type: integer, default: 1}\n",
        "yaml",
    )
    first, read = notebook.cells[0], notebook.cells[2]
    name = notebook.at(0, "rate")
    cell = lsp.TextDocumentIdentifier(read.uri)
    place = notebook.at(2, "rate")
    found = await client.text_document_definition_async(lsp.DefinitionParams(cell, place.start))
    assert places(found) == [(first.uri, name)]
    context = lsp.ReferenceContext(include_declaration=True)
    references = await client.text_document_references_async(lsp.ReferenceParams(context, cell, place.start))
    assert places(references) == [(yaml.uri, yaml.at("rate")), (first.uri, name), (read.uri, place)]
    highlights = await client.text_document_document_highlight_async(
        lsp.DocumentHighlightParams(cell, place.start)
    )
    assert [each.range for each in highlights or ()] == [place]
    edit = await client.text_document_rename_async(lsp.RenameParams(cell, place.start, "größe"))
    assert edit is not None
    before = {yaml.uri: yaml.text, first.uri: first.text, read.uri: read.text}
    after = {uri: text.replace("rate", "größe") for uri, text in before.items()}
    assert applied(edit, before, client.encoding) == after
    folds = await client.text_document_folding_range_async(
        lsp.FoldingRangeParams(lsp.TextDocumentIdentifier(first.uri))
    )
    assert [(each.start_line, each.end_line) for each in folds or ()] == [(2, 3)]
    outline = await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(cell))
    assert outline == []


@pytest_asyncio.fixture
async def plain(tmp_path: Path) -> AsyncIterator[StepsClient]:
    """A client without trees, links, versions of edits: the plainest that the protocol allows."""
    folder = tmp_path / "work"
    folder.mkdir()
    capabilities = client_capabilities("neovim")
    capabilities.workspace = None
    assert capabilities.text_document is not None
    capabilities.text_document.definition = None
    capabilities.text_document.declaration = None
    capabilities.text_document.document_symbol = None
    async with session(folder, capabilities, tmp_path / "log") as client:
        yield client


@pytest.mark.asyncio
async def test_the_plainest_client_gets_what_it_can_show(plain: StepsClient, tmp_path: Path) -> None:
    project = await Project(plain, tmp_path / "work").open()
    python, yaml = project.python, project.yaml
    asked = lsp.DefinitionParams(identifier(python), python.at("images").start)
    found = await plain.text_document_definition_async(asked)
    assert found == [lsp.Location(yaml.uri, yaml.at("images"))]
    with pytest.raises(JsonRpcException, match="applies edits to the open file only"):
        await renamed(python, python.at("images"), "pictures")
    outline = await plain.text_document_document_symbol_async(lsp.DocumentSymbolParams(identifier(python)))
    assert [
        (each.name, each.container_name) for each in outline or () if isinstance(each, lsp.SymbolInformation)
    ] == [("train", None), ("größe", "train"), ("images", "train")]
    with pytest.raises(JsonRpcException, match="already"):
        await renamed(python, python.at("images"), "größe")
    assert (tmp_path / "log").read_text() == ""
