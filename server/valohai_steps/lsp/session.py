"""One client's session: its capabilities, its documents, its workspace, and where things are in them."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from lsprotocol import types as lsp
from msgspec import Struct
from msgspec.structs import replace
from pygls.lsp.server import LanguageServer

from valohai_steps.lsp.capabilities import Capabilities
from valohai_steps.lsp.debounce import Debounce
from valohai_steps.lsp.places.convert import uri_of
from valohai_steps.lsp.places.notebooks import OpenNotebook
from valohai_steps.lsp.places.open_documents import OpenDocuments, OpenText, holds_cells
from valohai_steps.lsp.places.views import View, view_at
from valohai_steps.model.text import LineIndex, Span
from valohai_steps.project.disk.files import FileError

if TYPE_CHECKING:
    from valohai_steps.project.workspace import Workspace

logger = logging.getLogger(__name__)

# What a document shows, and the version that was said with it.
Shown: TypeAlias = tuple[list[lsp.Diagnostic], int | None]


class PositionParams(Protocol):
    """The parameters of a request about a position."""

    text_document: lsp.TextDocumentIdentifier
    position: lsp.Position


class DocumentPosition(Struct, frozen=True):
    """A position in a document, as the features below take it: an offset in the text of its file."""

    view: View
    offset: int

    @property
    def path(self) -> Path:
        """The file."""
        return self.view.path


class Session:
    """The state between messages. Requests read `workspace.snapshot`; nothing else is kept for them.

    `show` is called with the session, the files whose findings may have changed, and those of them that
    the client itself has changed. Work that takes longer than `patience` seconds is shown as progress.
    `serves_jupyterlab`: the client is jupyterlab-lsp, and there may be several, one for each browser tab.
    """

    def __init__(
        self,
        client: LanguageServer,
        show: Callable[["Session", set[Path], set[Path]], None],
        patience: float = 1.0,
    ) -> None:
        self.capabilities = Capabilities()
        self.serves_jupyterlab = False
        self.roots: tuple[Path, ...] = ()
        self.overrides: dict[str, object] = {}
        self.open = OpenDocuments()
        self.client = client
        self.published: dict[Path, dict[str, Shown]] = {}
        self.patience = patience
        self.scanning = asyncio.Lock()
        self.progresses = 0
        self.settings_problems: tuple[str, ...] = ()
        self.reported: dict[str, tuple[str, int | None]] = {}
        self.refreshing: asyncio.Task[None] | None = None
        self.lens_refresh: asyncio.TimerHandle | None = None
        self._workspace: Workspace | None = None
        self._show = show
        self._warned: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._indexes: dict[Path, LineIndex] = {}
        self._changed: set[Path] = set()
        self._rounds = Debounce(self._round)
        self._followed: set[Path] = set()
        self._behind: set[Path] = set()
        self._later_rounds = Debounce(self._later_round)
        self._news = asyncio.Event()

    @property
    def workspace(self) -> "Workspace":
        """The workspace. It begins with `roots` and `overrides`, when it is first asked for.

        Whatever reads files is loaded then, and initialize is answered by that time.
        """
        if self._workspace is None:
            from valohai_steps.project.workspace import Workspace

            self._workspace = Workspace(self.roots)
            self._workspace.set_overrides(self.overrides)
        return self._workspace

    def path(self, uri: str) -> Path | None:
        """The file that a document belongs to, of a cell its notebook; None for what is no file."""
        return self.open.path(uri)

    def uri(self, path: Path) -> str:
        """The URI of a file, spelled as the client spells it where it has the file open."""
        document = self.open.of(path)
        return uri_of(path) if document is None else document.uri

    def views(self, path: Path) -> tuple[View, ...]:
        """The documents that show a file, in order of place: itself, or a notebook's Python cells."""
        document = self.open.of(path)
        encoding = self.capabilities.encoding
        if isinstance(document, OpenNotebook):
            cells = tuple(document.views(encoding))
            return cells or (View(document.uri, document.version, path, LineIndex(""), encoding),)
        version = None if document is None else document.version
        return (View(self.uri(path), version, path, self._index(path), encoding),)

    def view(self, uri: str) -> View | None:
        """The document with a URI; None for what is no file.

        Of a notebook with its cells open, the notebook's own URI stands for the first of them.
        """
        path = self.path(uri)
        if path is None:
            return None
        views = self.views(path)
        return next((view for view in views if view.uri == uri), None) or (
            views[0] if uri in self.open.notebooks else replace(views[0], uri=uri)
        )

    def view_at(self, path: Path, span: Span) -> View:
        """The document that shows a span of a file's text."""
        return view_at(self.views(path), span.start)

    def locate(self, params: PositionParams) -> DocumentPosition | None:
        """Where a request points; None for a document that is no file."""
        view = self.view(params.text_document.uri)
        return None if view is None else DocumentPosition(view, view.offset_of(params.position))

    def location(self, path: Path, span: Span) -> lsp.Location:
        """A span of a file's text, as the client knows the place."""
        return self.view_at(path, span).location(span)

    def put(self, document: OpenText | OpenNotebook) -> None:
        """A document was opened or changed: its findings may have changed, and those of the other side."""
        self.open.put(document)
        self._sync(document.path)

    def close(self, document: OpenText | OpenNotebook) -> None:
        """A document was closed; where the file has another one open, that counts now."""
        self.open.close(document)
        cells = document.cells if isinstance(document, OpenNotebook) else ()
        for uri in (document.uri, *(cell.uri for cell in cells)):
            self.reported.pop(uri, None)
        for uri in self.published.pop(document.path, {}):
            # At once: opened again in the same breath, it has none until the next round.
            self.client.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))
        self._indexes.pop(document.path, None)
        self._sync(document.path)

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """Do something that nobody waits for; when it fails, the log says so."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("background work of the server failed", exc_info=error)

    def warn(self, text: str) -> None:
        """Say in the log, once, what is wrong outside; a keystroke later it may be wrong still."""
        if text not in self._warned:
            self._warned.add(text)
            logger.warning("%s", text)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Say in the log which files could not be read, and why an edit was not made (`edits`)."""
        # Nothing begins the workspace before initialize has named its folders.
        before = None if self._workspace is None else self.workspace.snapshot
        try:
            yield
        except FileError as error:
            self.warn(str(error))
        if before is None and self._workspace is None:
            return
        for each in (before or self.workspace.snapshot).seen.unreadable.values():
            self.warn(str(each))

    def show_all(self) -> None:
        """Something changed that may matter to every open document."""
        self.show_soon(self.workspace.snapshot.documents)

    def show_soon(self, paths: Iterable[Path]) -> None:
        """Show the findings of these files for their newest texts, once, however many changes come before."""
        self._rounds.add(paths)

    def next_round(self) -> asyncio.Event:
        """Set when findings may have changed again."""
        return self._news

    def _sync(self, path: Path) -> None:
        """Bring the workspace to what is open of a file now."""
        document = self.open.of(path)
        if document is None:
            self.workspace.close(path)
        else:
            self.workspace.put(path, document.text, document.version, cells=holds_cells(document))
        self._changed.add(path)
        self.show_soon((path, *self.workspace.affected(path)))

    def _round(self, paths: set[Path]) -> None:
        """Answer what was typed; what else follows from it is shown behind the answer, once for a burst."""
        typed, self._changed = self._changed, set()
        self._show_now(paths & typed if typed else paths, typed)
        if not typed:
            return
        self._followed |= typed
        self._behind |= paths - typed
        self._later_rounds.add(typed)

    def _later_round(self, _: set[Path]) -> None:
        typed, self._followed = self._followed, set()
        paths, self._behind = self._behind, set()
        self._show_now(paths.union(*map(self.workspace.sharing, typed)), typed)

    def _show_now(self, paths: set[Path], typed: set[Path]) -> None:
        if not paths:
            return
        self._show(self, paths, typed)
        self._news.set()
        self._news = asyncio.Event()

    def _index(self, path: Path) -> LineIndex:
        """The positions of a file's text, made once for each text."""
        document = self.open.of(path)
        if isinstance(document, OpenText):
            return document.index
        text = self.workspace.snapshot.readable_text(path)
        known = self._indexes.get(path)
        if known is None or known.text != text:
            known = self._indexes[path] = LineIndex(text)
        return known
