"""Open notebooks: the text of each cell, and the one Python source that they make together.

What reads their Python is loaded with the first one, and not before initialize is answered.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from lsprotocol import types as lsp
from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.lsp.places.convert import changed_index
from valohai_steps.lsp.places.views import View
from valohai_steps.model.text import LineIndex, PositionEncoding

PYTHON = ("python", "ipython")


class OpenCell(Struct, frozen=True):
    """A cell with its document. `source` is its Python, as long as the text; None in other kinds of cells."""

    cell: lsp.NotebookCell
    language: str
    index: LineIndex
    version: int
    source: str | None

    @property
    def uri(self) -> str:
        """The URI of its document."""
        return self.cell.document


class OpenNotebook(Struct, frozen=True):
    """A notebook whose cells the client keeps as documents; `cells` are all of them, in order."""

    uri: str
    path: Path
    version: int
    cells: tuple[OpenCell, ...]

    @property
    def text(self) -> str:
        """Its Python cells, joined, without their magics; an edit of a cell moves only what follows."""
        from valohai_steps.source.text.notebook_cells import cells_alone

        sources = [cell.source for cell in self.cells if cell.source is not None]
        return "".join(f"{source}\n" for source in cells_alone(sources))

    def views(self, encoding: PositionEncoding) -> Iterator[View]:
        """Its Python cells, as the client sees them, in order."""
        start = 0
        for cell in self.cells:
            if cell.source is not None:
                yield View(cell.uri, cell.version, self.path, cell.index, encoding, start)
                start += len(cell.source) + 1


def opened_notebook(path: Path, params: lsp.DidOpenNotebookDocumentParams) -> OpenNotebook:
    """A notebook that was opened."""
    notebook = params.notebook_document
    texts = {item.uri: item for item in params.cell_text_documents}
    cells = tuple(_opened(cell, texts) for cell in notebook.cells)
    return OpenNotebook(notebook.uri, path, notebook.version, cells)


def changed_notebook(
    notebook: OpenNotebook, params: lsp.DidChangeNotebookDocumentParams, encoding: PositionEncoding
) -> OpenNotebook:
    """A notebook after all changes of one notification: its cells, what they are, and their texts."""
    cells = list(notebook.cells)
    changes = params.change.cells or lsp.NotebookDocumentCellChanges()
    if changes.structure is not None:
        array = changes.structure.array
        known = {cell.uri: cell for cell in cells}
        texts = {item.uri: item for item in changes.structure.did_open or ()}
        cells[array.start : array.start + array.delete_count] = [
            # A cell that is moved comes without its text.
            replace(known[cell.document], cell=cell)
            if cell.document in known and cell.document not in texts
            else _opened(cell, texts)
            for cell in array.cells or ()
        ]
    data = {cell.document: cell for cell in changes.data or ()}
    cells = [_kept(data[each.uri], each) if each.uri in data else each for each in cells]
    for change in changes.text_content or ():
        cells = [
            _typed(each, change, encoding) if each.uri == change.document.uri else each for each in cells
        ]
    return replace(notebook, version=params.notebook_document.version, cells=tuple(cells))


def _opened(cell: lsp.NotebookCell, texts: Mapping[str, lsp.TextDocumentItem]) -> OpenCell:
    """A cell that came with its text; one that came without is taken for empty."""
    item = texts.get(cell.document)
    if item is None:
        return OpenCell(cell, "", LineIndex(""), 0, None)
    index = LineIndex(item.text)
    return OpenCell(cell, item.language_id, index, item.version, _source(cell, item.language_id, item.text))


def _kept(cell: lsp.NotebookCell, known: OpenCell) -> OpenCell:
    """The same text in a cell of maybe another kind."""
    return replace(known, cell=cell, source=_source(cell, known.language, known.index.text))


def _typed(
    known: OpenCell, change: lsp.NotebookDocumentCellContentChanges, encoding: PositionEncoding
) -> OpenCell:
    index = changed_index(known.index, change.changes, encoding)
    return replace(
        known,
        index=index,
        version=change.document.version,
        source=_source(known.cell, known.language, index.text),
    )


def _source(cell: lsp.NotebookCell, language: str, text: str) -> str | None:
    from valohai_steps.source.text.ipython.magics import without_magics

    is_python = cell.kind == lsp.NotebookCellKind.Code and language.lower() in PYTHON
    return without_magics(text) if is_python else None
