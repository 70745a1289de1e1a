"""What the client has open, by its own URIs: text documents, notebooks and their cells."""

from pathlib import Path

from msgspec import Struct

from valohai_steps.lsp.places.convert import path_of
from valohai_steps.lsp.places.notebooks import OpenNotebook
from valohai_steps.model.text import LineIndex


class OpenText(Struct, frozen=True):
    """A text document as the client has it."""

    uri: str
    path: Path
    index: LineIndex
    version: int

    @property
    def text(self) -> str:
        """The text."""
        return self.index.text


class OpenDocuments:
    """The client's documents. One file opened under two spellings of its URI is two documents here."""

    def __init__(self) -> None:
        self.texts: dict[str, OpenText] = {}
        self.notebooks: dict[str, OpenNotebook] = {}
        self._homes: dict[str, OpenNotebook] = {}
        # A notebook and its JSON have one URI.
        self._by_path: dict[Path, dict[tuple[str, type], OpenText | OpenNotebook]] = {}

    def put(self, document: OpenText | OpenNotebook) -> None:
        """A document was opened or changed: of several of one file, it counts from now on."""
        self.close(document)
        self._by_path.setdefault(document.path, {})[document.uri, type(document)] = document
        if isinstance(document, OpenText):
            self.texts[document.uri] = document
        else:
            self.notebooks[document.uri] = document
            self._homes.update((cell.uri, document) for cell in document.cells)

    def close(self, document: OpenText | OpenNotebook) -> None:
        """A document was closed."""
        here = self._by_path.get(document.path, {})
        here.pop((document.uri, type(document)), None)
        if not here:
            self._by_path.pop(document.path, None)
        if isinstance(document, OpenText):
            self.texts.pop(document.uri, None)
        elif (known := self.notebooks.pop(document.uri, None)) is not None:
            for cell in known.cells:
                self._homes.pop(cell.uri, None)

    def path(self, uri: str) -> Path | None:
        """The file that a document belongs to, of a cell its notebook; None for what is no file."""
        known = self.texts.get(uri) or self._homes.get(uri)
        return known.path if known is not None else path_of(uri)

    def of(self, path: Path) -> OpenText | OpenNotebook | None:
        """The document that counts for a file: its notebook, else the text opened or changed last."""
        here = self._by_path.get(path, {})
        notebooks = (each for each in reversed(here.values()) if isinstance(each, OpenNotebook))
        return next(notebooks, None) or next(reversed(here.values()), None)
