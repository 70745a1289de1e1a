"""textDocument/inlayHint."""

from lsprotocol import types as lsp

from valohai_steps.ide.inlay_hints import inlay_hints
from valohai_steps.lsp.convert import path_of, span_of
from valohai_steps.lsp.session import Session
from valohai_steps.project.binding import is_yaml


def inlay_hint(session: Session, params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
    """The flag and type behind each default in the range. Raises FileError."""
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
