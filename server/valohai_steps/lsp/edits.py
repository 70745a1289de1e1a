"""Edits as a workspace edit, in the form this client understands."""

from collections.abc import Iterable, Sequence

from lsprotocol import types as lsp

from valohai_steps.ide.edits import FileEdits
from valohai_steps.lsp.convert import edits_of, range_of, uri_of
from valohai_steps.lsp.session import Session

_CONFIRM = "removals"

_DocumentChange = lsp.TextDocumentEdit | lsp.CreateFile | lsp.RenameFile | lsp.DeleteFile
_Edit = lsp.TextEdit | lsp.AnnotatedTextEdit | lsp.SnippetTextEdit


def workspace_edit(session: Session, files: Sequence[FileEdits], confirm: str = "") -> lsp.WorkspaceEdit:
    """The edits of all files, for their texts as they are now.

    `confirm` is what a client that can ask says before it applies the destructive ones. Raises FileError.
    """
    client = session.capabilities
    if not client.document_changes:
        return lsp.WorkspaceEdit(
            changes={
                uri_of(file.path): edits_of(session.line_index(file.path), file.edits, client.encoding)
                for file in files
            }
        )
    asks = client.change_annotations and any(file.destructive for file in files)
    return lsp.WorkspaceEdit(
        document_changes=[change for file in files for change in _changes(session, file, asks=asks)],
        change_annotations={_CONFIRM: lsp.ChangeAnnotation(confirm, needs_confirmation=True)}
        if asks
        else None,
    )


def _changes(session: Session, file: FileEdits, *, asks: bool) -> Iterable[_DocumentChange]:
    uri = uri_of(file.path)
    if file.creates and session.capabilities.create_files:
        yield lsp.CreateFile(uri, options=lsp.CreateFileOptions(ignore_if_exists=True))
    document = session.workspace.snapshot.documents.get(file.path)
    version = None if document is None else document.version
    yield lsp.TextDocumentEdit(
        lsp.OptionalVersionedTextDocumentIdentifier(uri, version), _edits(session, file, asks=asks)
    )


def _edits(session: Session, file: FileEdits, *, asks: bool) -> list[_Edit]:
    index, encoding = session.line_index(file.path), session.capabilities.encoding
    return [
        lsp.AnnotatedTextEdit(_CONFIRM, range_of(index, edit.span, encoding), edit.text)
        if asks and edit in file.destructive
        else lsp.TextEdit(range_of(index, edit.span, encoding), edit.text)
        for edit in file.edits
    ]
