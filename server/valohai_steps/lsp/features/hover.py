"""textDocument/hover."""

from lsprotocol import types as lsp

from valohai_steps.ide.hover.hover import hover
from valohai_steps.lsp.markup import markup
from valohai_steps.lsp.session import Session


def hover_at(session: Session, params: lsp.HoverParams) -> lsp.Hover | None:
    """What is under the cursor."""
    place = session.locate(params)
    if place is None:
        return None
    found = hover(session.workspace.snapshot, place.path, place.offset)
    if found is None:
        return None
    content = markup(found.markdown, is_markdown=session.capabilities.markdown_hovers)
    return lsp.Hover(content, place.view.range(found.span))
