"""What the server asks of the client, whatever it answers: a client may refuse, or answer with anything."""

import logging

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from valohai_steps.lsp.session import Session

logger = logging.getLogger(__name__)


async def apply_edit(session: Session, edit: lsp.WorkspaceEdit, label: str) -> str | None:
    """Let the client apply an edit (workspace/applyEdit); None when it has, else why not."""
    params = lsp.ApplyWorkspaceEditParams(edit, label)
    try:
        answer = await session.client.workspace_apply_edit_async(params)
    except JsonRpcException as error:  # also an answer that is none, such as null
        logger.warning("the client did not apply an edit: %s", error)
        return error.message
    return None if answer.applied else answer.failure_reason or "it gave no reason"


async def show_document(session: Session, uri: str, selection: lsp.Range | None = None) -> bool:
    """Let the client show a document (window/showDocument); whether it has."""
    params = lsp.ShowDocumentParams(uri, take_focus=True, selection=selection)
    try:
        return (await session.client.window_show_document_async(params)).success
    except JsonRpcException as error:
        logger.warning("the client did not show %s: %s", uri, error)
        return False
