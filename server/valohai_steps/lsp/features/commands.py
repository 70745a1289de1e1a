"""workspace/executeCommand: what a person asks for by name, by a lens or by a key."""

from lsprotocol import types as lsp

from valohai_steps.ide.code_actions import removals, update_edits
from valohai_steps.ide.update import Refused, Update, plan_update
from valohai_steps.lsp.convert import path_of
from valohai_steps.lsp.edits import workspace_edit
from valohai_steps.lsp.session import Session

UPDATE_FILE = "valohai-steps.updateFile"


async def update_file(session: Session, uri: str) -> bool:
    """Update valohai.yaml from one file; what stands in the way is said to the person who asked."""
    path = path_of(uri)
    result = None if path is None else plan_update(session.workspace.snapshot, [path])
    if isinstance(result, Update) and result.edits:
        edit = workspace_edit(session, [update_edits(result)], removals(result))
        label = f"Update {result.yaml.name}: {result.summary}"
        answer = await session.client.workspace_apply_edit_async(lsp.ApplyWorkspaceEditParams(edit, label))
        return answer.applied
    if isinstance(result, Refused):
        message = f"{result.path.name}: {result.reason} (nothing was written)"
        session.client.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Error, message))
    return False
