"""textDocument/prepareRename and rename."""

from lsprotocol import types as lsp

from valohai_steps.ide.navigation.rename import prepare_rename, rename
from valohai_steps.ide.update.update import Refused
from valohai_steps.lsp.outgoing.edits import workspace_edit
from valohai_steps.lsp.session import Session

_ONE_FILE = "this editor applies edits to the open file only, and the name is also in"


def prepare(
    session: Session, params: lsp.PrepareRenameParams
) -> lsp.PrepareRenamePlaceholder | lsp.ResponseError | None:
    """The name under the cursor, or why it cannot be changed; null where there is none."""
    place = session.locate(params)
    found = None if place is None else prepare_rename(session.workspace.snapshot, place.path, place.offset)
    if place is None or found is None:
        return None
    if isinstance(found, Refused):
        return _refusal(found)
    return lsp.PrepareRenamePlaceholder(place.view.range(found.span), found.name)


def rename_at(session: Session, params: lsp.RenameParams) -> lsp.WorkspaceEdit | lsp.ResponseError | None:
    """One edit of all files that name it, or why there is none."""
    place = session.locate(params)
    if place is None:
        return None
    found = rename(session.workspace.snapshot, place.path, place.offset, params.new_name)
    if isinstance(found, Refused):
        return _refusal(found)
    if found is None:
        return None
    elsewhere = [each.path.name for each in found if each.path != place.path]
    if elsewhere and not session.capabilities.workspace_edits:
        why = f"{_ONE_FILE} {', '.join(elsewhere)}; rename it in another editor"
        return _refusal(Refused(place.path, why))
    return workspace_edit(session, found)


def _refusal(refused: Refused) -> lsp.ResponseError:
    return lsp.ResponseError(lsp.LSPErrorCodes.RequestFailed.value, refused.reason)
