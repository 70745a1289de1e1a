"""Folders, settings, the scan: what a session learns of its surroundings while it runs."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from tests.lsp.editor import Document, StepsClient
from tests.lsp.test_session import EXAMPLE, codes
from tests.lsp.wire import INITIALIZE, notification, opening, request, talk
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.lsp.capabilities import Capabilities
from valohai_steps.lsp.incoming import scanning
from valohai_steps.lsp.incoming.lifecycle import did_change_watched_files
from valohai_steps.lsp.session import Session
from valohai_steps.project.disk.files import demand
from valohai_steps.project.snapshot import Snapshot

SECTION = "valohai-steps"


@pytest.fixture
def client(new_client: StepsClient) -> StepsClient:
    """Settings and folders change here: each test has a server of its own."""
    return new_client


def changed_folders(client: StepsClient, added: tuple[Path, ...], removed: tuple[Path, ...]) -> None:
    def folders(paths: tuple[Path, ...]) -> list[lsp.WorkspaceFolder]:
        return [lsp.WorkspaceFolder(path.as_uri(), path.name) for path in paths]

    event = lsp.WorkspaceFoldersChangeEvent(folders(added), folders(removed))
    client.workspace_did_change_workspace_folders(lsp.DidChangeWorkspaceFoldersParams(event))


def change_settings(client: StepsClient, settings: object) -> None:
    client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(cast("Any", settings)))


async def shown_messages(client: StepsClient, count: int) -> list[str]:
    """The messages to the person, once there are so many."""
    while len(client.messages) < count:
        await asyncio.wait_for(client.wait_for_notification(lsp.WINDOW_SHOW_MESSAGE), 60)
    return [message.message for message in client.messages]


@pytest.mark.asyncio
async def test_the_folder_that_initialize_names_is_looked_through(
    client: StepsClient, tmp_path: Path
) -> None:
    asked = lsp.ExecuteCommandParams("valohai-steps.debugInformation")
    assert "## Settings in force (1 folders)" in str(await client.workspace_execute_command_async(asked))


@pytest.mark.asyncio
async def test_the_steps_of_a_folder_count_from_when_it_is_added_until_it_is_removed(
    client: StepsClient, tmp_path: Path
) -> None:
    more = tmp_path.with_name(f"{tmp_path.name}-more")
    (more / "sub").mkdir(parents=True)
    (more / "sub" / "other.py").write_text(EXAMPLE)
    # The folder's root decides which valohai.yaml its files belong to.
    document = Document(client, more / "train.py")
    assert codes(await document.open(EXAMPLE)) == ["VH201"]
    changed_folders(client, (more,), ())
    found = await document.until(lambda params: any(item.code == "VH108" for item in params.diagnostics))
    assert sorted(map(str, codes(found))) == ["VH108", "VH201"]
    changed_folders(client, (), (more,))
    await document.until(lambda params: codes(list(params.diagnostics)) == ["VH201"])


@pytest.mark.asyncio
async def test_unknown_settings_are_told_once_with_the_nearest_name(
    client: StepsClient, tmp_path: Path
) -> None:
    change_settings(client, {SECTION: {"rule": {}, "rules": {"VH201": "warn"}}})
    hint = "(did you mean 'warning'?)"
    first = [
        "valohai-steps: editor settings: unknown setting 'rule' (did you mean 'rules'?); it is ignored",
        f"valohai-steps: editor settings: unknown severity 'warn' for VH201 {hint}; it is ignored",
    ]
    assert await shown_messages(client, 2) == first
    change_settings(client, {SECTION: {"rule": {}, "rules": {"VH201": "warn"}, "image": 7}})
    after = await shown_messages(client, 3)
    assert after[:2] == first
    assert "'image' must be the name of an image, not a number" in after[2]
    document = Document(client, tmp_path / "train.py")
    assert codes(await document.open(EXAMPLE)) == ["VH201"]
    assert len(client.messages) == 3


@pytest.mark.parametrize("nested", [True, False])
def test_settings_come_with_the_first_message(tmp_path: Path, nested: bool) -> None:
    path = tmp_path / "train.py"
    settings = {"rules": {"VH201": "error"}, "imag": 1}
    options = {"settings": settings} if nested else settings
    found = talk(opening(path, EXAMPLE), initialize={**INITIALIZE, "initializationOptions": options})
    (shown,) = found.notified(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    assert [item["severity"] for item in shown["diagnostics"]] == [lsp.DiagnosticSeverity.Error]
    # What is wrong with them from the start is in the log, and in nobody's way.
    (told,) = found.notified(lsp.WINDOW_LOG_MESSAGE)
    assert "unknown setting 'imag' (did you mean 'image'?)" in told["message"]
    assert found.notified(lsp.WINDOW_SHOW_MESSAGE) == []


def test_a_request_after_a_change_of_settings_sees_it(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    settings = {"settings": {SECTION: {"image": "python:3.13"}}}
    asked = {"command": "valohai-steps.previewYaml", "arguments": [path.as_uri(), False]}
    found = talk(
        opening(path, EXAMPLE.replace('    image="tensorflow/tensorflow:gpu",\n', "")),
        notification(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION, settings),
        request(1, lsp.WORKSPACE_EXECUTE_COMMAND, asked),
        *(
            request(number, lsp.TEXT_DOCUMENT_CODE_LENS, {"textDocument": {"uri": path.as_uri()}})
            for number in range(2, 12)  # as long as these are answered, the session lasts
        ),
    )
    assert "python:3.13" in found.answers()[1]["text"]


@pytest.mark.asyncio
async def test_a_client_that_says_only_that_something_changed_is_asked(
    client: StepsClient, tmp_path: Path
) -> None:
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE)
    client.set_configuration({"rules": {"VH201": "error"}}, section=SECTION)
    change_settings(client, None)
    (found,) = await document.until(
        lambda params: [item.severity for item in params.diagnostics] == [lsp.DiagnosticSeverity.Error]
    )
    assert found.code == "VH201"


@pytest.mark.asyncio
async def test_excluded_files_are_forgotten_and_found_again(client: StepsClient, tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text(EXAMPLE)
    event = lsp.FileEvent((tmp_path / "other.py").as_uri(), lsp.FileChangeType.Created)
    client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([event]))
    document = Document(client, tmp_path / "train.py")
    await document.open(EXAMPLE)
    await document.until(lambda params: any(item.code == "VH108" for item in params.diagnostics))
    change_settings(client, {SECTION: {"exclude": ["other.py"]}})
    await document.until(lambda params: codes(list(params.diagnostics)) == ["VH201"])
    change_settings(client, {SECTION: {"exclude": []}})
    await document.until(lambda params: any(item.code == "VH108" for item in params.diagnostics))


@pytest.mark.asyncio
async def test_a_pyproject_with_a_mistake_is_told_when_it_is_saved(
    client: StepsClient, tmp_path: Path
) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text('[tool.valohai-steps]\nimages = "x"\n')
    event = lsp.FileEvent(project.as_uri(), lsp.FileChangeType.Created)
    client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([event]))
    assert await shown_messages(client, 1) == [
        "valohai-steps: [tool.valohai-steps]: unknown setting 'images' (did you mean 'image'?); it is ignored"
    ]


class Progress:
    """The progress bar of a client, and what was seen on it."""

    def __init__(self) -> None:
        self.tokens: dict[str, asyncio.Future[None]] = {}
        self.seen: list[str] = []
        self.begun = asyncio.Event()

    async def create_async(self, token: str) -> None:
        self.tokens[token] = asyncio.get_running_loop().create_future()

    def begin(self, _token: str, value: lsp.WorkDoneProgressBegin) -> None:
        assert value.cancellable
        self.seen.append(value.title)
        self.begun.set()

    def report(self, _token: str, value: lsp.WorkDoneProgressReport) -> None:
        assert value.message is not None

    def end(self, _token: str, value: lsp.WorkDoneProgressEnd) -> None:
        self.seen.append(f"end: {value.message}")


class Client:
    """What a session needs of its client here."""

    def __init__(self) -> None:
        self.work_done_progress = Progress()


class Folders:
    """Folders of which each is entered when the test lets it; `entered` hears of it as in a scan."""

    def __init__(self, *folders: Path) -> None:
        self.folders = folders
        self.gates = [threading.Event() for _ in folders]
        self.inside = [threading.Event() for _ in folders]

    def scan(self, _snapshot: Snapshot, _folders: object, entered: Callable[[Path], None]) -> Iterator[Path]:
        for folder, gate, inside in zip(self.folders, self.gates, self.inside, strict=True):
            assert gate.wait(60)
            entered(folder)
            inside.set()
            yield folder / "train.py"


def running_session(root: Path, *, progress: bool = True) -> Session:
    session = Session(cast("LanguageServer", Client()), lambda *_: None, patience=0)
    session.capabilities = Capabilities(progress=progress)
    session.workspace.set_roots([root])
    return session


@pytest.mark.asyncio
async def test_a_long_scan_shows_progress_until_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, folders = running_session(tmp_path), Folders(tmp_path / "a", tmp_path / "b")
    monkeypatch.setattr(scanning, "scan_folders", folders.scan)
    running = asyncio.create_task(scanning.scan(session, [tmp_path]))
    shown = cast("Progress", session.client.work_done_progress)
    await shown.begun.wait()
    for gate in folders.gates:
        gate.set()
    await running
    assert shown.seen == [scanning._TITLE, "end: 2 folders"]
    assert shown.tokens == {}
    assert session.workspace.snapshot.sources == {tmp_path / name / "train.py" for name in "ab"}


@pytest.mark.asyncio
async def test_a_cancelled_scan_keeps_what_it_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session, folders = running_session(tmp_path), Folders(tmp_path / "a", tmp_path / "b", tmp_path / "c")
    known = tmp_path / "known.py"
    session.workspace.end_scan([known])
    monkeypatch.setattr(scanning, "scan_folders", folders.scan)
    folders.gates[0].set()
    running = asyncio.create_task(scanning.scan(session, [tmp_path]))
    shown = cast("Progress", session.client.work_done_progress)
    await shown.begun.wait()
    assert await asyncio.to_thread(folders.inside[0].wait, 60)
    (token,) = shown.tokens.values()
    token.cancel()
    # The cancellation is heard before the next folder is entered.
    await asyncio.sleep(0)
    folders.gates[1].set()
    folders.gates[2].set()
    await running
    assert session.workspace.snapshot.sources == {known, tmp_path / "a" / "train.py"}
    assert not session.scanning.locked()


@pytest.mark.asyncio
async def test_a_client_without_progress_is_shown_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, folders = running_session(tmp_path, progress=False), Folders(tmp_path / "a")
    monkeypatch.setattr(scanning, "scan_folders", folders.scan)
    folders.gates[0].set()
    await scanning.scan(session, [tmp_path])
    assert cast("Progress", session.client.work_done_progress).seen == []
    assert session.workspace.snapshot.sources == {tmp_path / "a" / "train.py"}


NAMES = """\
- step:
    name: train
    image: python:3.11
    command:
      - pip install -r deps/more.txt
      - python train.py
"""


def said(document: Document, *expected: str) -> Any:
    """Waits until exactly these rules about files are shown."""
    return document.until(
        lambda params: (
            [each for each in codes(list(params.diagnostics)) if each in ("VH204", "VH205")] == list(expected)
        )
    )


def tell(client: StepsClient, path: Path, kind: lsp.FileChangeType) -> None:
    event = lsp.FileEvent(path.as_uri(), kind)
    client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([event]))


@pytest.mark.asyncio
async def test_files_that_a_command_names_come_and_go_outside_of_the_editor(
    client: StepsClient, tmp_path: Path
) -> None:
    document = Document(client, tmp_path / "valohai.yaml")
    await document.open(NAMES)
    script, listed = tmp_path / "train.py", tmp_path / "deps" / "more.txt"
    listed.parent.mkdir()
    for path, left in ((script, ["VH205"]), (listed, [])):
        path.write_text("")
        tell(client, path, lsp.FileChangeType.Created)
        await said(document, *left)
    for path, now in ((listed, ["VH205"]), (script, ["VH205", "VH204"])):
        path.unlink()
        tell(client, path, lsp.FileChangeType.Deleted)
        await said(document, *now)


@pytest.mark.asyncio
async def test_a_save_looks_on_the_disk_again_where_nobody_tells(client: StepsClient, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("")
    (tmp_path / "deps").mkdir()
    (tmp_path / "deps" / "more.txt").write_text("")
    document = Document(client, tmp_path / "valohai.yaml")
    await document.open(NAMES)
    await said(document)
    (tmp_path / "train.py").unlink()
    client.text_document_did_save(lsp.DidSaveTextDocumentParams(lsp.TextDocumentIdentifier(document.uri)))
    await said(document, "VH204")


@pytest.mark.asyncio
async def test_of_lists_only_those_count_that_a_command_names(tmp_path: Path) -> None:
    session = running_session(tmp_path)
    path = tmp_path / "valohai.yaml"
    session.workspace.put(path, NAMES, 1)
    demand(diagnostics(session.workspace.snapshot, path))
    counts = session.workspace.memo.counts
    before = counts.get("files forgotten", 0)
    for name, heard in (("data/a.txt", 0), ("deps/more.txt", 1), ("requirements-dev.txt", 2), ("x.in", 2)):
        event = lsp.FileEvent((tmp_path / name).as_uri(), lsp.FileChangeType.Created)
        did_change_watched_files(session, lsp.DidChangeWatchedFilesParams([event]))
        assert counts.get("files forgotten", 0) - before == heard, name
