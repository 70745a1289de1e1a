"""One client's session: its capabilities, its workspace, and the publishing of diagnostics."""

import asyncio
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from valohai_steps.ide.diagnostics import diagnostics
from valohai_steps.lsp.capabilities import Capabilities
from valohai_steps.lsp.convert import diagnostic_of, path_of, uri_of
from valohai_steps.model.text import LineIndex
from valohai_steps.project.files import FileError
from valohai_steps.project.workspace import Workspace

logger = logging.getLogger(__name__)


class Positioned(Protocol):
    """The parameters of a request about a position."""

    text_document: lsp.TextDocumentIdentifier
    position: lsp.Position


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a file, as the features below take it: an offset in code points."""

    path: Path
    index: LineIndex
    offset: int


class Session:
    """The state between messages. Requests read `workspace.snapshot`; nothing else is kept for them."""

    def __init__(self, client: LanguageServer) -> None:
        self.capabilities = Capabilities()
        self.workspace = Workspace()
        self.indexes: dict[Path, LineIndex] = {}
        self.client = client
        self._waiting: set[Path] = set()
        self._changed: set[Path] = set()
        self._scheduled: asyncio.Handle | None = None
        self._busy_until = 0.0
        self._published: set[Path] = set()

    def line_index(self, path: Path) -> LineIndex:
        """The positions of a file's text, made once for each text. Raises FileError."""
        text = self.workspace.snapshot.text(path) or ""
        known = self.indexes.get(path)
        if known is None or known.text != text:
            known = self.indexes[path] = LineIndex(text)
        return known

    def locate(self, params: Positioned) -> Place | None:
        """Where a request points; None for a document that is no file. Raises FileError."""
        path = path_of(params.text_document.uri)
        if path is None:
            return None
        index = self.line_index(path)
        position = params.position
        return Place(path, index, index.offset(position.line, position.character, self.capabilities.encoding))

    def put(self, path: Path, text: str, version: int | None) -> None:
        """A document was opened or changed: publish for it and for the other side."""
        self.workspace.put(path, text, version)
        self._changed.add(path)
        self.publish_soon(self.workspace.affected(path))

    def close(self, path: Path) -> None:
        """A document was closed: its diagnostics go, the other side's may change."""
        self.workspace.close(path)
        self.indexes.pop(path, None)
        self._waiting.discard(path)
        self._changed.add(path)
        if path in self._published:
            self._published.discard(path)
            self.client.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri_of(path), []))
        self.publish_soon(self.workspace.affected(path))

    def publish_all(self) -> None:
        """Something changed that may matter to every open document."""
        self.publish_soon(self.workspace.snapshot.documents)

    def publish_soon(self, paths: Iterable[Path]) -> None:
        """Publish for the newest text, once, however many changes come in before.

        A single edit is answered at once. In a burst, the pause is as long as the last round took, so that
        at most half the time goes into texts that are outdated already.
        """
        self._waiting.update(paths)
        if (self._waiting or self._changed) and self._scheduled is None:
            loop = asyncio.get_running_loop()
            delay = self._busy_until - time.monotonic()
            self._scheduled = (
                loop.call_later(delay, self._publish) if delay > 0 else loop.call_soon(self._publish)
            )

    def _publish(self) -> None:
        self._scheduled = None
        started = time.monotonic()
        paths, self._waiting = self._waiting, set()
        changed, self._changed = self._changed, set()
        # Only now: in a burst, one look at the newest text tells which other files share its steps.
        for path in sorted(paths.union(*map(self.workspace.sharing, changed))):
            if path in self.workspace.snapshot.documents:
                self._publish_one(path)
        ended = time.monotonic()
        self._busy_until = ended + (ended - started)

    def _publish_one(self, path: Path) -> None:
        snapshot = self.workspace.snapshot
        try:
            found = diagnostics(snapshot, path)
        except FileError as error:
            # The other file cannot be read: said in the log, because no pop-up follows a keystroke.
            logger.warning("%s", error)
            found = ()
        snapshot.memo.count("publishes")
        index = self.line_index(path)
        items = [diagnostic_of(item, index, snapshot, path, self.capabilities) for item in found]
        version = snapshot.documents[path].version
        self._published.add(path)
        self.client.text_document_publish_diagnostics(
            lsp.PublishDiagnosticsParams(uri_of(path), items, version)
        )
