"""An editor for the tests: documents that a person opens and types in, and what the server shows."""

import asyncio
import contextlib
import copy
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Union

from lsprotocol import types as lsp
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient
from pytest_lsp.client import register_lsp_features

from valohai_steps.lsp.places.convert import changed_index
from valohai_steps.model.text import LineIndex, PositionEncoding

SERVER = [sys.executable, "-m", "valohai_steps", "server"]

# The clients of which pytest-lsp knows what they can do.
KINDS = ("visual_studio_code", "neovim")
ENCODINGS: dict[str, PositionEncoding] = {"utf-8": "utf-8", "utf-16": "utf-16", "utf-32": "utf-32"}

# No wait in a test is longer; a healthy server answers in milliseconds.
_PATIENCE = 60


def changed_text(
    text: str, changes: Iterable[lsp.TextDocumentContentChangeEvent], encoding: PositionEncoding
) -> str:
    """The text after changes, each counted in the text after the one before it."""
    return changed_index(LineIndex(text), changes, encoding).text


def _converter() -> Any:
    """lsprotocol takes every action with a command for a bare command."""
    made: Any = default_converter()  # type: ignore[no-untyped-call]  # pygls leaves it untyped

    def structure(item: dict[str, Any], _: object) -> lsp.Command | lsp.CodeAction:
        bare = isinstance(item.get("command"), str)
        found: lsp.Command | lsp.CodeAction = made.structure(item, lsp.Command if bare else lsp.CodeAction)
        return found

    made.register_structure_hook(Union[lsp.Command, lsp.CodeAction], structure)  # noqa: UP007  # as it says it
    return made


class StepsClient(LanguageClient):
    """A client that keeps the last published diagnostics of each document with their version."""

    def __init__(self) -> None:
        super().__init__(converter_factory=_converter)
        self.published: dict[str, lsp.PublishDiagnosticsParams] = {}
        self.registered: list[lsp.Registration] = []
        self.encoding: PositionEncoding = "utf-16"
        self.offered = lsp.ServerCapabilities()
        self.opened: set[str] = set()
        self.opened_notebooks: dict[str, list[str]] = {}
        self.news = asyncio.Event()
        self.lenses_again = asyncio.Event()
        self.hints_again = asyncio.Event()

    def text_document_did_open(self, params: lsp.DidOpenTextDocumentParams) -> None:
        self.opened.add(params.text_document.uri)
        super().text_document_did_open(params)

    def text_document_did_close(self, params: lsp.DidCloseTextDocumentParams) -> None:
        self.opened.discard(params.text_document.uri)
        super().text_document_did_close(params)

    def notebook_document_did_open(self, params: lsp.DidOpenNotebookDocumentParams) -> None:
        cells = [item.uri for item in params.cell_text_documents]
        self.opened_notebooks[params.notebook_document.uri] = cells
        super().notebook_document_did_open(params)

    def notebook_document_did_close(self, params: lsp.DidCloseNotebookDocumentParams) -> None:
        self.opened_notebooks.pop(params.notebook_document.uri, None)
        super().notebook_document_did_close(params)

    def close_all(self) -> None:
        """Close what is still open."""
        for uri in sorted(self.opened):
            self.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(uri)))
        for uri, cells in list(self.opened_notebooks.items()):
            closed = [lsp.TextDocumentIdentifier(cell) for cell in cells]
            self.notebook_document_did_close(
                lsp.DidCloseNotebookDocumentParams(lsp.NotebookDocumentIdentifier(uri), closed)
            )

    def forget(self) -> None:
        """Begin anew: what was shown and said so far is not looked at any more."""
        for kept in (self.published, self.messages, self.log_messages, self.shown_documents):
            kept.clear()
        self._last_log_index = 0


def make_client() -> StepsClient:
    """A client with the handlers that an editor has."""
    client = StepsClient()
    register_lsp_features(client)

    def register(params: lsp.RegistrationParams) -> None:
        client.registered += params.registrations

    def publish(params: lsp.PublishDiagnosticsParams) -> None:
        client.published[params.uri] = params
        client.news.set()

    def refresh_lenses(_: None) -> None:
        client.lenses_again.set()

    def refresh_hints(_: None) -> None:
        client.hints_again.set()

    del client.protocol.fm.features[lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS]
    client.feature(lsp.CLIENT_REGISTER_CAPABILITY)(register)
    client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(publish)
    client.feature(lsp.WORKSPACE_CODE_LENS_REFRESH)(refresh_lenses)
    client.feature(lsp.WORKSPACE_INLAY_HINT_REFRESH)(refresh_hints)
    return client


class Document:
    """One open document."""

    def __init__(self, client: StepsClient, path: Path) -> None:
        self.client = client
        self.path = path
        self.uri = path.as_uri()
        self.version = 0
        self.text = ""

    async def open(self, text: str, language: str = "python") -> list[lsp.Diagnostic]:
        """Open it with a text, which need not be what is on disk."""
        self.text = text
        item = lsp.TextDocumentItem(self.uri, language, self.version, text)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        return await self.shown()

    async def replace(self, old: str, new: str) -> list[lsp.Diagnostic]:
        """Select the first `old` and type `new` over it."""
        start = self.text.index(old)
        place = self.range(start, start + len(old))
        self.send(lsp.TextDocumentContentChangePartial(range=place, text=new))
        return await self.shown()

    def send(self, *changes: lsp.TextDocumentContentChangeEvent) -> None:
        """Send changes as one notification."""
        self.text = changed_text(self.text, changes, self.client.encoding)
        self.version += 1
        document = lsp.VersionedTextDocumentIdentifier(uri=self.uri, version=self.version)
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(document, list(changes)))

    def close(self) -> None:
        """Close it."""
        self.client.text_document_did_close(
            lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(self.uri))
        )

    def range(self, start: int, end: int) -> lsp.Range:
        """A range of the text, in the units of the session."""
        index = LineIndex(self.text)
        return lsp.Range(
            lsp.Position(*index.position(start, self.client.encoding)),
            lsp.Position(*index.position(end, self.client.encoding)),
        )

    def at(self, text: str) -> lsp.Range:
        """The range of the first `text`."""
        start = self.text.index(text)
        return self.range(start, start + len(text))

    async def shown(self) -> list[lsp.Diagnostic]:
        """The diagnostics of the newest version."""
        return await self.until(lambda params: params.version == self.version)

    async def until(self, holds: Callable[[lsp.PublishDiagnosticsParams], bool]) -> list[lsp.Diagnostic]:
        """The diagnostics once they fulfil a condition."""
        while (found := self.client.published.get(self.uri)) is None or not holds(found):
            self.client.news.clear()
            await asyncio.wait_for(self.client.news.wait(), _PATIENCE)
        return list(found.diagnostics)

    async def actions(self, place: lsp.Range, only: str | None = None) -> list[lsp.CodeAction]:
        """The code actions at a range."""
        context = lsp.CodeActionContext(diagnostics=[], only=[only] if only else None)
        found = await self.client.text_document_code_action_async(
            lsp.CodeActionParams(lsp.TextDocumentIdentifier(self.uri), place, context)
        )
        actions = [action for action in found or () if isinstance(action, lsp.CodeAction)]
        # Every finding can be ignored or its rule switched off: tests/ide/test_suppression.py.
        return [action for action in actions if not action.title.startswith(("Ignore VH", "Turn VH"))]

    async def resolved(self, action: lsp.CodeAction) -> lsp.WorkspaceEdit:
        """The edit of an action, asked for when it is not there yet."""
        if action.edit is None:
            action = await self.client.code_action_resolve_async(action)
        assert action.edit is not None
        return action.edit


def applied(edit: lsp.WorkspaceEdit, texts: dict[str, str], encoding: PositionEncoding) -> dict[str, str]:
    """The texts by URI after a workspace edit, as a client applies it."""
    after = dict(texts)
    if edit.document_changes:
        for change in edit.document_changes:
            if isinstance(change, lsp.CreateFile):
                after.setdefault(change.uri, "")
            elif isinstance(change, lsp.TextDocumentEdit):
                uri = change.text_document.uri
                after[uri] = _edited(after.get(uri, ""), change.edits, encoding)
    for uri, edits in (edit.changes or {}).items():
        after[uri] = _edited(after.get(uri, ""), edits, encoding)
    return after


def _edited(
    text: str,
    edits: Sequence[lsp.TextEdit | lsp.AnnotatedTextEdit | lsp.SnippetTextEdit],
    encoding: PositionEncoding,
) -> str:
    plain = [edit for edit in edits if not isinstance(edit, lsp.SnippetTextEdit)]
    assert len(plain) == len(edits)
    events = [lsp.TextDocumentContentChangePartial(range=edit.range, text=edit.new_text) for edit in plain]
    # From the end to the start, so that no edit moves another.
    events.sort(key=lambda event: (event.range.start.line, event.range.start.character), reverse=True)
    return changed_text(text, events, encoding)


def can_annotate(client: StepsClient) -> bool:
    """Whether a client asks the person about a change that needs it."""
    workspace = client.capabilities.workspace if client.capabilities is not None else None
    edits = workspace.workspace_edit if workspace is not None else None
    return edits is not None and edits.change_annotation_support is not None


def shows_disabled(client: StepsClient) -> bool:
    """Whether a client shows an action that cannot be taken, with the reason."""
    document = client.capabilities.text_document if client.capabilities is not None else None
    actions = document.code_action if document is not None else None
    return actions is not None and bool(actions.disabled_support)


def versioned(capabilities: lsp.ClientCapabilities) -> lsp.ClientCapabilities:
    """The same client, that also looks at the version of what is published: so a test knows what it sees."""
    capabilities = copy.deepcopy(capabilities)
    assert capabilities.text_document is not None
    assert capabilities.text_document.publish_diagnostics is not None
    capabilities.text_document.publish_diagnostics.version_support = True
    return capabilities


@contextlib.asynccontextmanager
async def session(
    folder: Path | None, capabilities: lsp.ClientCapabilities, log: Path, *options: str
) -> AsyncIterator[StepsClient]:
    """A server of its own, for one folder or none yet; what it says on standard error is in `log`."""
    client = make_client()
    # pygls keeps standard error for itself, so a shell sends it elsewhere.
    await client.start_io("sh", "-c", 'exec "$@" 2>"$0"', str(log), *SERVER, *options)
    answer = await client.initialize_session(
        lsp.InitializeParams(
            process_id=os.getpid(),
            capabilities=versioned(capabilities),
            workspace_folders=_workspace_folders(folder),
        )
    )
    chosen = answer.capabilities.position_encoding
    client.encoding = ENCODINGS[str(getattr(chosen, "value", chosen))]
    client.offered = answer.capabilities
    yield client
    await client.shutdown_session()
    await client.stop()  # type: ignore[no-untyped-call]  # pygls leaves it untyped


@dataclass(frozen=True, slots=True)
class Shared:
    """A session without a folder that serves one test after another, and its server's standard error."""

    client: StepsClient
    log: Path


@contextlib.asynccontextmanager
async def visit(shared: Shared, folder: Path) -> AsyncIterator[StepsClient]:
    """A folder in a session that others have used, and will: what it brings is taken away again.

    No error may be added to the log meanwhile.
    """
    client, said = shared.client, shared.log.stat().st_size
    features = dict(client.protocol.fm.features)
    client.forget()
    client.workspace_did_change_workspace_folders(_folders_event([folder], []))
    try:
        yield client
    finally:
        client.close_all()
        client.workspace_did_change_workspace_folders(_folders_event([], [folder]))
        client.protocol.fm.features.clear()
        client.protocol.fm.features.update(features)
    asked = lsp.ExecuteCommandParams("valohai-steps.debugInformation")
    report = str(await client.workspace_execute_command_async(asked))
    assert "## Settings in force (0 folders)" in report
    assert "## Documents (0 open, 0 files with steps)" in report
    with shared.log.open(encoding="utf-8") as file:
        file.seek(said)
        added = file.read()
    assert "ERROR" not in added
    assert "Traceback" not in added


def _folders_event(added: Sequence[Path], removed: Sequence[Path]) -> lsp.DidChangeWorkspaceFoldersParams:
    come, gone = ([each for path in paths for each in _workspace_folders(path)] for paths in (added, removed))
    return lsp.DidChangeWorkspaceFoldersParams(lsp.WorkspaceFoldersChangeEvent(come, gone))


def _workspace_folders(folder: Path | None) -> list[lsp.WorkspaceFolder]:
    return [] if folder is None else [lsp.WorkspaceFolder(uri=folder.as_uri(), name=folder.name)]
