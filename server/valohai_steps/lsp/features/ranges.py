"""textDocument/foldingRange and selectionRange: the parts of a document."""

from lsprotocol import types as lsp

from valohai_steps.ide.folding import folding_spans
from valohai_steps.ide.selection import selections
from valohai_steps.lsp.places.views import View
from valohai_steps.lsp.session import Session
from valohai_steps.model.text import Span


def folding_range(session: Session, params: lsp.FoldingRangeParams) -> list[lsp.FoldingRange]:
    """The parts that can be folded."""
    view = session.view(params.text_document.uri)
    if view is None:
        return []
    return [
        lsp.FoldingRange(view.position(span.start).line, view.position(span.end).line)
        for span in folding_spans(session.workspace.snapshot, view.path)
        if view.shows(span)
    ]


def selection_range(session: Session, params: lsp.SelectionRangeParams) -> list[lsp.SelectionRange] | None:
    """The parts around each position; null where none of them is one of ours."""
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    chains = [_chain(session, view, position) for position in params.positions]
    if not any(chains):
        return None
    # LSP 3.17: one for each position, an empty range where there is nothing.
    pairs = zip(chains, params.positions, strict=True)
    return [chain or lsp.SelectionRange(lsp.Range(position, position)) for chain, position in pairs]


def _chain(session: Session, view: View, position: lsp.Position) -> lsp.SelectionRange | None:
    chain: lsp.SelectionRange | None = None
    for span in reversed(selections(session.workspace.snapshot, view.path, view.offset_of(position))):
        inside = Span(max(span.start, view.span.start), min(span.end, view.span.end))
        chain = lsp.SelectionRange(view.range(inside), chain)
    return chain
