"""textDocument/codeLens."""

from lsprotocol import types as lsp

from valohai_steps.ide.code_lens import code_lenses
from valohai_steps.lsp.convert import path_of, range_of
from valohai_steps.lsp.features.commands import UPDATE_FILE
from valohai_steps.lsp.session import Session
from valohai_steps.model.text import Span
from valohai_steps.project.binding import is_yaml


def code_lens(session: Session, params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
    """The state of each step, over its call. Raises FileError."""
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
