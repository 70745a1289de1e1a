"""What the client has open, by its own URIs: text documents, notebooks and their cells."""

from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.lsp.places.convert import path_of
from valohai_steps.lsp.places.notebooks import PYTHON, OpenNotebook
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import LineIndex

# A notebook's JSON, opened as what it is; a first cell may be a dict as well.
_JSON = pattern(r'[\ufeff\s]*\{(?=[\s\S]*"(?:cells|worksheets)")')


class OpenText(Struct, frozen=True):
    """A text document as the client has it.

    `cells` is the Python of a notebook that the client sends as one text, as long as it; None for all else.
    """

    uri: str
    path: Path
    index: LineIndex
    version: int
    language: str = ""
    cells: str | None = None

    @property
    def text(self) -> str:
        """The text of the file, as it is read."""
        return self.index.text if self.cells is None else self.cells


def with_cells(document: OpenText) -> OpenText:
    """The document, of which `cells` are read anew."""
    from valohai_steps.project.python.notebooks import is_notebook  # not before initialize is answered
    from valohai_steps.source.text.joined_cells import python_of_joined_cells

    text, is_python = document.index.text, document.language.lower() in PYTHON
    joined = is_python and is_notebook(document.path) and not _JSON.match(text)
    return replace(document, cells=python_of_joined_cells(text) if joined else None)


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
        notebooks = (each for each in reversed(here.values()) if holds_cells(each))
        return next(notebooks, None) or next(reversed(here.values()), None)


def holds_cells(document: OpenText | OpenNotebook) -> bool:
    """Whether it is the cells of a notebook, and not its JSON."""
    return isinstance(document, OpenNotebook) or document.cells is not None
