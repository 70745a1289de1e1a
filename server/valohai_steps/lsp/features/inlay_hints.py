"""textDocument/inlayHint."""

from lsprotocol import types as lsp

from valohai_steps.ide.inlay_hints import inlay_hints
from valohai_steps.lsp.session import Session
from valohai_steps.project.binding import is_yaml


def inlay_hint(session: Session, params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
    """The flag and type behind each default in the range."""
    view = session.view(params.text_document.uri)
    if view is None or is_yaml(view.path):
        return []
    return [
        lsp.InlayHint(
            view.position(hint.offset),
            hint.label,
            kind=lsp.InlayHintKind.Type,
            padding_left=True,
        )
        for hint in inlay_hints(session.workspace.snapshot, view.path, view.span_of(params.range))
    ]
