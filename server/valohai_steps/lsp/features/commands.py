"""The commands that change files: what a person asks for by name, by a lens or by a key."""

from collections.abc import Sequence

from lsprotocol import types as lsp

from valohai_steps.ide.findings.code_actions import removals, update_edits
from valohai_steps.ide.update.update import Refused, Update, plan_update
from valohai_steps.ide.update.workspace_update import plan_workspace_update
from valohai_steps.lsp.edits import workspace_edit
from valohai_steps.lsp.messages import inform, refuse
from valohai_steps.lsp.session import Session

UPDATE_FILE = "valohai-steps.updateFile"


async def update_file(session: Session, uri: str) -> bool:
    """Update valohai.yaml from one file; what stands in the way is said to the person who asked."""
    path = session.path(uri)
    result = None if path is None else plan_update(session.workspace.snapshot, [path])
    if isinstance(result, Update) and result.edits:
        return await _apply(session, [result], f"Update {result.yaml.name}: {result.summary}")
    if isinstance(result, Refused):
        refuse(session, result, "nothing was written")
    elif result is not None:
        inform(session, f"{result.yaml.name} agrees with {path.name if path else uri}: nothing to update")
    return False


async def update_workspace(session: Session) -> bool:
    """Update every valohai.yaml from all files that declare steps of it; one refusal keeps no other back."""
    results = list(plan_workspace_update(session.workspace.snapshot))
    refused = [result for result in results if isinstance(result, Refused)]
    for each in refused:
        refuse(session, each, "its valohai.yaml is left as it is")
    updates = [result for result in results if isinstance(result, Update) and result.edits]
    if updates:
        files = "valohai.yaml" if len(updates) == 1 else f"{len(updates)} files"
        return await _apply(session, updates, f"Update {files} of the workspace")
    if not refused:
        found = "every valohai.yaml agrees with Python" if results else "no Python file declares a step"
        inform(session, f"Nothing to update: {found}")
    return False


async def _apply(session: Session, updates: Sequence[Update], label: str) -> bool:
    confirm = "; ".join(filter(None, map(removals, updates)))
    edit = workspace_edit(session, [update_edits(update) for update in updates], confirm)
    answer = await session.client.workspace_apply_edit_async(lsp.ApplyWorkspaceEditParams(edit, label))
    return answer.applied
