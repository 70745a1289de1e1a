"""Code lens, inlay hints and hover: locate, call, convert."""

from lsprotocol import types as lsp

from valohai_steps.ide.code_lens import code_lenses
from valohai_steps.ide.hover import hover
from valohai_steps.ide.inlay_hints import inlay_hints
from valohai_steps.lsp.convert import path_of, range_of, span_of
from valohai_steps.lsp.session import Session
from valohai_steps.model.text import Span
from valohai_steps.project.binding import is_yaml

UPDATE_FILE = "valohai-steps.updateFile"


def code_lens(session: Session, params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
    """textDocument/codeLens. Raises FileError."""
    path = path_of(params.text_document.uri)
    if path is None or is_yaml(path):
        return []
    index = session.line_index(path)
    return [
        lsp.CodeLens(
            range_of(index, Span(lens.span.start, lens.span.start), session.capabilities.encoding),
            # An empty command is a title that cannot be clicked.
            lsp.Command(
                lens.title,
                UPDATE_FILE if lens.updates else "",
                arguments=[params.text_document.uri] if lens.updates else None,
            ),
        )
        for lens in code_lenses(session.workspace.snapshot, path)
    ]


def inlay_hint(session: Session, params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
    """textDocument/inlayHint. Raises FileError."""
    path = path_of(params.text_document.uri)
    if path is None or is_yaml(path):
        return []
    index, encoding = session.line_index(path), session.capabilities.encoding
    asked = span_of(index, params.range, encoding)
    return [
        lsp.InlayHint(
            lsp.Position(*index.position(hint.offset, encoding)),
            hint.label,
            kind=lsp.InlayHintKind.Type,
            padding_left=True,
        )
        for hint in inlay_hints(session.workspace.snapshot, path, asked)
    ]


def hover_at(session: Session, params: lsp.HoverParams) -> lsp.Hover | None:
    """textDocument/hover. Raises FileError."""
    path = path_of(params.text_document.uri)
    if path is None or is_yaml(path):
        return None
    index, encoding = session.line_index(path), session.capabilities.encoding
    offset = index.offset(params.position.line, params.position.character, encoding)
    found = hover(session.workspace.snapshot, path, offset)
    if found is None:
        return None
    content = lsp.MarkupContent(lsp.MarkupKind.Markdown, found.markdown)
    return lsp.Hover(content, range_of(index, found.span, encoding))
