"""Diagnostics for clients that ask for them, and that nothing is pushed to."""

import asyncio
import copy
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types as lsp
from pytest_lsp import client_capabilities

from tests.lsp.editor import KINDS, Document, Shared, StepsClient, session, visit
from tests.lsp.test_notebook_documents import CALL, DEFAULTS, Notebook
from tests.lsp.test_session import EXAMPLE, EXAMPLE_YAML

Report = lsp.RelatedFullDocumentDiagnosticReport | lsp.RelatedUnchangedDocumentDiagnosticReport


def pulling(kind: str, *, related: bool = True, refreshes: bool = True) -> lsp.ClientCapabilities:
    """A client that asks for diagnostics."""
    capabilities = copy.deepcopy(client_capabilities(kind))
    assert capabilities.text_document is not None
    assert capabilities.workspace is not None
    capabilities.text_document.diagnostic = lsp.DiagnosticClientCapabilities(related_document_support=related)
    capabilities.workspace.diagnostics = lsp.DiagnosticWorkspaceClientCapabilities(refreshes)
    return capabilities


class Refreshes:
    """How often the client was told to ask again."""

    def __init__(self, client: StepsClient) -> None:
        self.count = 0
        self._news = asyncio.Event()
        del client.protocol.fm.features[lsp.WORKSPACE_DIAGNOSTIC_REFRESH]

        def refresh(_params: None) -> None:
            self.count += 1
            self._news.set()

        client.feature(lsp.WORKSPACE_DIAGNOSTIC_REFRESH)(refresh)

    async def one(self) -> None:
        """Wait until the client is told."""
        await asyncio.wait_for(self._news.wait(), 60)
        self._news.clear()


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=KINDS)
async def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Shared]:
    log = tmp_path_factory.mktemp("pulling") / "log"
    async with session(None, pulling(request.param), log) as client:
        yield Shared(client, log)


@pytest_asyncio.fixture
async def client(shared: Shared, tmp_path: Path) -> AsyncIterator[StepsClient]:
    async with visit(shared, tmp_path) as visitor:
        yield visitor
        assert visitor.published == {}


@pytest.fixture
def folder(client: StepsClient, tmp_path: Path) -> Path:
    (tmp_path / "requirements.txt").write_text("valohai-utils\n")  # the example's command installs it
    return tmp_path


def opened(client: StepsClient, path: Path, text: str) -> Document:
    """A document that is open; nothing is awaited, because nothing is pushed."""
    document = Document(client, path)
    document.text = text
    item = lsp.TextDocumentItem(document.uri, "python", 0, text)
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
    return document


def typed(document: Document, old: str, new: str) -> None:
    place = document.at(old)
    document.send(lsp.TextDocumentContentChangePartial(range=place, text=new))


async def pulled(document: Document, previous: str | None = None) -> Report:
    asked = lsp.DocumentDiagnosticParams(
        lsp.TextDocumentIdentifier(document.uri), previous_result_id=previous
    )
    report = await document.client.text_document_diagnostic_async(asked)
    assert isinstance(report, Report)
    return report


def codes(report: object) -> list[object]:
    assert isinstance(
        report,
        lsp.RelatedFullDocumentDiagnosticReport
        | lsp.FullDocumentDiagnosticReport
        | lsp.WorkspaceFullDocumentDiagnosticReport,
    )
    return [item.code for item in report.items]


async def whole(client: StepsClient, known: dict[str, str]) -> list[lsp.WorkspaceDocumentDiagnosticReport]:
    ids = [lsp.PreviousResultId(uri, value) for uri, value in known.items()]
    answer = await client.workspace_diagnostic_async(lsp.WorkspaceDiagnosticParams(ids))
    return list(answer.items)


@pytest.mark.asyncio
async def test_what_has_not_changed_is_not_sent_again(client: StepsClient, folder: Path) -> None:
    document = opened(client, folder / "train.py", EXAMPLE)
    first = await pulled(document)
    assert codes(first) == ["VH201"]
    assert (await pulled(document, first.result_id)).kind == "unchanged"
    typed(document, "0.001", "0.0010")
    assert (await pulled(document, first.result_id)).kind == "unchanged"
    typed(document, '"train"', '"learn"')
    second = await pulled(document, first.result_id)
    assert codes(second) == ["VH201"]
    assert second.result_id != first.result_id


@pytest.mark.asyncio
async def test_the_other_side_comes_along(client: StepsClient, folder: Path) -> None:
    yaml = opened(client, folder / "valohai.yaml", EXAMPLE_YAML)
    document = opened(client, folder / "train.py", EXAMPLE.replace("0.001", "0.01"))
    report = await pulled(document)
    assert codes(report) == ["VH202"]
    assert [(uri, codes(other)) for uri, other in (report.related_documents or {}).items()] == [
        (yaml.uri, ["VH202"])
    ]


@pytest.mark.asyncio
async def test_the_client_asks_again_when_the_other_file_changes(client: StepsClient, folder: Path) -> None:
    refreshes = Refreshes(client)
    yaml = opened(client, folder / "valohai.yaml", EXAMPLE_YAML)
    document = opened(client, folder / "train.py", EXAMPLE)
    assert codes(await pulled(document)) == []
    typed(yaml, "0.001", "0.5")
    await refreshes.one()
    assert codes(await pulled(document)) == ["VH202"]
    # What does not matter to the other file is no reason.
    typed(yaml, "0.5", "0.5  # half")
    assert codes(await pulled(document)) == ["VH202"]
    typed(yaml, "0.5  # half", "0.001")
    await refreshes.one()
    assert refreshes.count == 2


@pytest.mark.asyncio
async def test_the_client_asks_again_when_the_disk_changes(client: StepsClient, folder: Path) -> None:
    refreshes = Refreshes(client)
    document = opened(client, folder / "train.py", EXAMPLE)
    assert codes(await pulled(document)) == ["VH201"]
    (folder / "valohai.yaml").write_text(EXAMPLE_YAML)
    event = lsp.FileEvent((folder / "valohai.yaml").as_uri(), lsp.FileChangeType.Created)
    client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([event]))
    await refreshes.one()
    assert codes(await pulled(document)) == []


@pytest.mark.asyncio
async def test_the_workspace_report_covers_files_that_are_not_open(client: StepsClient, folder: Path) -> None:
    for name, text in {"train.py": EXAMPLE.replace("0.001", "0.01"), "valohai.yaml": EXAMPLE_YAML}.items():
        (folder / name).write_text(text)
        event = lsp.FileEvent((folder / name).as_uri(), lsp.FileChangeType.Created)
        client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([event]))
    other = opened(client, folder / "other.py", EXAMPLE.replace('"train"', '"other"'))
    found = {item.uri: item for item in await whole(client, {})}
    assert {Path(uri).name: codes(item) for uri, item in found.items()} == {
        "train.py": ["VH202"],
        "valohai.yaml": ["VH202"],
        "other.py": ["VH201"],
    }
    known = {uri: str(item.result_id) for uri, item in found.items()}
    versions = {item.uri: item.version for item in found.values() if item.version is not None}
    assert versions == {other.uri: 0}

    # A client that knows all of it is answered when something changes, and then only with that.
    asked = asyncio.ensure_future(whole(client, known))
    assert (await pulled(other, known[other.uri])).kind == "unchanged"
    assert not asked.done()
    typed(other, '"other"', '"another"')
    after = {item.uri: item.kind for item in await asked}
    assert after == {uri: "full" if uri == other.uri else "unchanged" for uri in known}


@pytest.mark.asyncio
async def test_a_report_on_the_workspace_tells_nothing_new_of_a_shown_document(
    client: StepsClient, folder: Path
) -> None:
    # Of a document that it shows, VS Code takes only a report on that one; so it has to be told to ask.
    refreshes = Refreshes(client)
    many = "".join(f"- step: {{name: s{number}, image: x, command: y}}\n" for number in range(1000))
    (folder / "valohai.yaml").write_text(EXAMPLE_YAML + many)
    document = opened(client, folder / "train.py", EXAMPLE)
    assert codes(await pulled(document)) == []
    # So much to read that the change comes before the round that looks at it: the report sees it first.
    yaml = opened(client, folder / "valohai.yaml", "# Now open.\n" + EXAMPLE_YAML + many)
    typed(yaml, "default: 0", "default: 0.5 # 0")
    found = {item.uri: item for item in await whole(client, {})}
    assert codes(found[document.uri]) == ["VH202"]
    await refreshes.one()
    assert codes(await pulled(document)) == ["VH202"]


@pytest.mark.asyncio
async def test_each_cell_of_a_notebook_is_asked_about(client: StepsClient, folder: Path) -> None:
    refreshes = Refreshes(client)
    notebook = Notebook(client, folder / "train.ipynb")
    notebook.open(DEFAULTS, CALL)
    assert codes(await pulled(notebook.document(0))) == []
    assert codes(await pulled(notebook.document(1))) == ["VH201"]
    # What is typed in one cell matters to another, and about that the client would not ask.
    notebook.replace(0, "0.001", "rate")
    await refreshes.one()
    assert codes(await pulled(notebook.document(0))) == ["VH101"]
    assert codes(await pulled(notebook.document(1))) == []


@pytest.mark.asyncio
async def test_a_report_that_waits_for_news_can_be_cancelled(client: StepsClient, folder: Path) -> None:
    document = opened(client, folder / "train.py", EXAMPLE)
    found = await whole(client, {})
    known = [lsp.PreviousResultId(item.uri, str(item.result_id)) for item in found]
    waiting = client.protocol.send_request_async(  # type: ignore[no-untyped-call]  # pygls leaves it untyped
        lsp.WORKSPACE_DIAGNOSTIC, lsp.WorkspaceDiagnosticParams(known), "held"
    )
    task = asyncio.ensure_future(waiting)
    assert codes(await pulled(document)) == ["VH201"]
    client.cancel_request(lsp.CancelParams("held"))
    with pytest.raises(Exception, match="cancel"):
        await task


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", ["visual_studio_code", "neovim"])
async def test_who_cannot_be_told_to_ask_again_is_pushed_to(kind: str, tmp_path: Path) -> None:
    capabilities = pulling(kind, refreshes=False)
    async with session(tmp_path, capabilities, tmp_path / "log") as client:
        assert client.offered.diagnostic_provider is None
        (found,) = await Document(client, tmp_path / "train.py").open(EXAMPLE)
        assert found.code == "VH201"
