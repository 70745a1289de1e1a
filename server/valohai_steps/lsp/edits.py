"""An update as a workspace edit, in the form this client understands."""

from lsprotocol import types as lsp

from valohai_steps.ide.update import Update
from valohai_steps.lsp.convert import edits_of, uri_of
from valohai_steps.lsp.session import Session
from valohai_steps.model.text import LineIndex
from valohai_steps.project.snapshot import Snapshot

_CONFIRM = "removals"


def workspace_edit(session: Session, update: Update) -> lsp.WorkspaceEdit:
    """The edits of valohai.yaml, made first when there is none; removals ask for confirmation."""
    client, snapshot = session.capabilities, session.workspace.snapshot
    uri = uri_of(update.yaml)
    edits = edits_of(LineIndex(update.before or ""), update.edits, client.encoding)
    if not client.document_changes:
        return lsp.WorkspaceEdit(changes={uri: edits})
    destructive = any(change.destructive for change in update.changes)
    annotated = destructive and client.change_annotations
    version = _version(snapshot, update)
    document = lsp.OptionalVersionedTextDocumentIdentifier(uri, version)
    changes: list[lsp.TextDocumentEdit | lsp.CreateFile | lsp.RenameFile | lsp.DeleteFile] = []
    if update.before is None and client.create_files:
        changes.append(lsp.CreateFile(uri, options=lsp.CreateFileOptions(ignore_if_exists=True)))
    changes.append(lsp.TextDocumentEdit(document, _annotated(edits) if annotated else list(edits)))
    return lsp.WorkspaceEdit(
        document_changes=changes, change_annotations=_annotations(update) if annotated else None
    )


def _version(snapshot: Snapshot, update: Update) -> int | None:
    document = snapshot.documents.get(update.yaml)
    return None if document is None else document.version


def _annotated(edits: list[lsp.TextEdit]) -> list[lsp.TextEdit | lsp.AnnotatedTextEdit | lsp.SnippetTextEdit]:
    """Edits that only take away are the destructive hunks; where none does so alone, all are."""
    removals = [edit for edit in edits if not edit.new_text] or edits
    return [
        lsp.AnnotatedTextEdit(_CONFIRM, edit.range, edit.new_text) if edit in removals else edit
        for edit in edits
    ]


def _annotations(update: Update) -> dict[str, lsp.ChangeAnnotation]:
    removed = ", ".join(change.drift.name for change in update.changes if change.destructive)
    label = f"Remove from {update.yaml.name}: {removed}"
    return {_CONFIRM: lsp.ChangeAnnotation(label, needs_confirmation=True)}
