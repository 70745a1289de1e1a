"""An open document of the client, and the edits that are typed into it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from bench.client import Client, Published
from bench.inputs import WIDTH, Place
from bench.samples import Sample


@dataclass
class Document:
    """A document that is open in one server."""

    client: Client
    path: Path
    version: int = 0

    @property
    def uri(self) -> str:
        """Its URI."""
        return self.path.as_uri()

    def open(self, text: str, language: str = "python") -> None:
        """Open it, with a version of its own, and wait for what the server has to say about it first."""
        self.version += 1
        since = time.perf_counter()
        item = {"uri": self.uri, "languageId": language, "version": self.version, "text": text}
        self.client.notify("textDocument/didOpen", {"textDocument": item})
        self.client.pump(lambda: self.answered(since) is not None, what=f"didOpen {self.path.name}")

    def close(self) -> None:
        """Close it."""
        self.client.notify("textDocument/didClose", {"textDocument": {"uri": self.uri}})

    def type(self, place: Place, number: int) -> None:
        """Replace the digits at a place by another number: no text is ever seen twice."""
        self.version += 1
        start = {"line": place.line, "character": place.column}
        end = {"line": place.line, "character": place.column + WIDTH}
        change = {"range": {"start": start, "end": end}, "text": f"{number:0{WIDTH}d}"}
        document = {"uri": self.uri, "version": self.version}
        self.client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    def answered(self, since: float) -> Published | None:
        """The diagnostics of the newest version, once here; of servers that name none, any later ones."""
        found = self.client.published.get(self.uri)
        if found is None or found.at < since:
            return None
        return found if found.version in (None, self.version) else None

    def keystroke(self, place: Place, number: int) -> Sample:
        """One edit, and the time until its diagnostics. Raises SilentServerError."""
        before = self.client.processor_ms()
        since = time.perf_counter()
        self.type(place, number)
        self.client.pump(lambda: self.answered(since) is not None, what="an edit")
        found = self.client.published[self.uri]
        spent = self.client.processor_ms() - before
        return Sample((found.at - since) * 1000, spent, self.client.peak_mb())
