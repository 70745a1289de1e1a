"""textDocument/foldingRange and selectionRange: the parts of a document."""

from lsprotocol import types as lsp

from valohai_steps.ide.folding import folding_spans
from valohai_steps.ide.selection import selections
from valohai_steps.lsp.session import Session
from valohai_steps.model.text import Span


def folding_range(session: Session, params: lsp.FoldingRangeParams) -> list[lsp.FoldingRange]:
    """The parts that can be folded. Raises FileError."""
    view = session.view(params.text_document.uri)
    if view is None:
        return []
    return [
        lsp.FoldingRange(view.position(span.start).line, view.position(span.end).line)
        for span in folding_spans(session.workspace.snapshot, view.path)
        if view.shows(span)
    ]


def selection_range(session: Session, params: lsp.SelectionRangeParams) -> list[lsp.SelectionRange] | None:
    """The parts around each position; null where one of them is none of ours. Raises FileError."""
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    snapshot, found = session.workspace.snapshot, list[lsp.SelectionRange]()
    for position in params.positions:
        chain: lsp.SelectionRange | None = None
        for span in reversed(selections(snapshot, view.path, view.offset_of(position))):
            inside = Span(max(span.start, view.span.start), min(span.end, view.span.end))
            chain = lsp.SelectionRange(view.range(inside), chain)
        if chain is None:
            return None
        found.append(chain)
    return found
