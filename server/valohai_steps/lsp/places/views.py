"""A document as the client sees it: a whole file, or one cell of an open notebook."""

from collections.abc import Sequence
from pathlib import Path

from lsprotocol import types as lsp
from msgspec import Struct

from valohai_steps.model.text import LineIndex, PositionEncoding, Span, TextEdit


class View(Struct, frozen=True):
    """One document of the client, and the stretch of its file's text that it shows.

    Offsets and spans count code points in the file's text (of an open notebook: the code cells, joined);
    positions and ranges count in this document, in the client's encoding. What lies outside is clamped.
    `version` is None for a file that is not open.
    """

    uri: str
    version: int | None
    path: Path
    index: LineIndex
    encoding: PositionEncoding
    start: int = 0

    @property
    def span(self) -> Span:
        """What it shows of the file's text."""
        return Span(self.start, self.start + len(self.index.text))

    def shows(self, span: Span) -> bool:
        """Whether `span` begins here."""
        return self.span.contains(span.start)

    def offset_of(self, position: lsp.Position) -> int:
        """The offset of a position."""
        return self.start + self.index.offset(position.line, position.character, self.encoding)

    def span_of(self, place: lsp.Range) -> Span:
        """The span of a range; one that ends before it starts is turned round."""
        start, end = self.offset_of(place.start), self.offset_of(place.end)
        return Span(min(start, end), max(start, end))

    def position(self, offset: int) -> lsp.Position:
        """The position of an offset."""
        return lsp.Position(*self.index.position(offset - self.start, self.encoding))

    def range(self, span: Span) -> lsp.Range:
        """The range of a span."""
        return lsp.Range(self.position(span.start), self.position(span.end))

    def location(self, span: Span) -> lsp.Location:
        """A span with the URI of this document."""
        return lsp.Location(self.uri, self.range(span))

    def edit(self, edit: TextEdit) -> lsp.TextEdit:
        """An edit of this document."""
        return lsp.TextEdit(self.range(edit.span), edit.text)


def view_at(views: Sequence[View], offset: int) -> View:
    """The one of a file's views, in order, that shows an offset; the last before it when none does."""
    return next((view for view in reversed(views) if view.start <= offset), views[0])
