"""The commands that show what would be written, and write nothing."""

from typing import Any
from urllib.parse import quote

from lsprotocol import types as lsp

from valohai_steps.ide.update.update import Refused, plan_update, preview
from valohai_steps.lsp.outgoing.messages import refuse
from valohai_steps.lsp.outgoing.requests import apply_edit, show_document
from valohai_steps.lsp.session import Session

# Longer than any text: the range of an edit that replaces a document whose text is not known here.
_WHOLE = lsp.Range(lsp.Position(0, 0), lsp.Position(2**31 - 1, 0))


async def preview_yaml(session: Session, uri: str, show: bool = True) -> dict[str, Any] | None:
    """The steps of a file as YAML; shown in a document of its own where the client can."""
    path = session.path(uri)
    if path is None:
        return None
    text = preview(session.workspace.snapshot, path)
    if isinstance(text, Refused):
        refuse(session, text, "there is nothing to show")
        return None
    if show and session.capabilities.show_documents and session.capabilities.apply_edits:
        await _show(session, f"untitled:{quote(path.stem)}.valohai-steps.yaml", text)
    return {"yaml": session.uri(session.workspace.snapshot.yaml_path(path)), "text": text}


def preview_update(session: Session, uri: str) -> dict[str, str] | None:
    """valohai.yaml before and after the update from a file."""
    path = session.path(uri)
    if path is None:
        return None
    update = plan_update(session.workspace.snapshot, [path])
    if isinstance(update, Refused):
        refuse(session, update, "there is nothing to show")
        return None
    return {
        "yaml": session.uri(update.yaml),
        "before": update.before or "",
        "after": update.after,
        "summary": update.summary,
    }


async def _show(session: Session, uri: str, text: str) -> None:
    """Show a text in a document that is on no disk: the server writes no file, the person may save it."""
    edit = lsp.WorkspaceEdit(changes={uri: [lsp.TextEdit(_WHOLE, text)]})
    if await apply_edit(session, edit, "Show the generated YAML") is None:
        await show_document(session, uri)
