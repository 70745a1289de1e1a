"""The commands that change files: what a person asks for by name, by a lens or by a key."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from valohai_steps.ide.findings.code_actions import confirmation_of, update_edits
from valohai_steps.ide.update.file_edits import FileEdits
from valohai_steps.ide.update.several.workspace_update import plan_file_update, plan_workspace_update
from valohai_steps.ide.update.update import Refused, Update
from valohai_steps.lsp.outgoing.edits import confirmation, workspace_edit
from valohai_steps.lsp.outgoing.messages import inform, refuse, tell_error
from valohai_steps.lsp.outgoing.requests import apply_edit
from valohai_steps.lsp.session import Session
from valohai_steps.project.binding import is_yaml

UPDATE_FILE = "valohai-steps.updateFile"


async def update_file(session: Session, uri: str, quiet: bool = False) -> bool | dict[str, Any]:
    """Update valohai.yaml from one file, or from all of its own; what stands in the way is said to who asked.

    A client that asks about removals by itself is answered with what to ask (`outgoing.edits.confirmation`).
    With `quiet`, which is for saving, nothing is said.
    """
    path = session.path(uri)
    session.workspace.look_again()  # what is written is what is on the disk now, heard of or not
    snapshot = session.workspace.snapshot
    result = None if path is None else plan_file_update(snapshot, path)
    if path is not None and isinstance(result, Update) and result.is_needed:
        if session.capabilities.confirms_removals and _removal([result]):
            kept = plan_file_update(snapshot, path, destructive=False)
            return _asked(session, [result], [kept] if kept is not None else [])
        _say_left_out(session, [result])
        return await _apply(session, [result], result.title)
    if quiet:
        return False
    if isinstance(result, Refused):
        refuse(session, result, "nothing was written")
    elif path is not None:
        inform(session, _nothing_to_do(path, result))
    return False


def _nothing_to_do(path: Path, update: Update | None) -> str:
    """Why an update writes nothing."""
    if is_yaml(path):
        if update is not None:
            return f"{path.name} already agrees with Python"
        return f"no Python file declares a step of {path.name}; call valohai.prepare(step=...) in one"
    if update is not None and (update.step_names or update.pipelines):
        return f"{update.yaml.name} already agrees with {path.name}"
    return f"{path.name} declares no step; call valohai.prepare(step=...) in it, then update again"


async def update_workspace(session: Session) -> bool | dict[str, Any]:
    """Update every valohai.yaml from all files that declare steps of it; one refusal keeps no other back.

    It answers like `update_file`.
    """
    session.workspace.look_again()
    snapshot = session.workspace.snapshot
    results = list(plan_workspace_update(snapshot))
    refused = [result for result in results if isinstance(result, Refused)]
    for each in refused:
        refuse(session, each, "its valohai.yaml was not changed")
    updates = [result for result in results if isinstance(result, Update) and result.is_needed]
    if session.capabilities.confirms_removals and _removal(updates):
        return _asked(session, updates, plan_workspace_update(snapshot, destructive=False))
    if updates:
        files = "valohai.yaml" if len(updates) == 1 else f"{len(updates)} files"
        _say_left_out(session, updates)
        return await _apply(session, updates, f"Update {files} of the workspace")
    if not refused:
        found = "every valohai.yaml agrees with Python" if results else "no Python file declares a step"
        inform(session, f"Nothing to update: {found}")
    return False


def _say_left_out(session: Session, updates: Iterable[Update]) -> None:
    for refused in (refused for update in updates for refused in update.refused):
        refuse(session, refused, "this step was not written")
    for note in (note for update in updates for note in update.notes):
        inform(session, f"{note.path.name}: {note.message}")


async def _apply(session: Session, updates: Sequence[Update], label: str) -> bool:
    edit = workspace_edit(session, _all_edits(updates), _removal(updates))
    refused = await apply_edit(session, edit, label)
    if refused is not None:
        tell_error(session, f"the editor did not apply the update: {refused}")
    return refused is None


def _removal(updates: Sequence[Update]) -> str:
    return "; ".join(filter(None, map(confirmation_of, updates)))


def _asked(session: Session, updates: Sequence[Update], kept: Iterable[Update | Refused]) -> dict[str, Any]:
    rest = _all_edits(update for update in kept if isinstance(update, Update))
    return confirmation(session, _removal(updates), _all_edits(updates), rest)


def _all_edits(updates: Iterable[Update]) -> list[FileEdits]:
    """The edits of several updates, each file once: they may share a requirements file."""
    found: dict[Path, FileEdits] = {}
    for update in updates:
        for edits in update_edits(update):
            found.setdefault(edits.path, edits)
    return list(found.values())
