"""Edits as a workspace edit, in the form this client understands."""

from collections.abc import Iterable, Sequence

from lsprotocol import types as lsp

from valohai_steps.ide.edits import FileEdits
from valohai_steps.lsp.convert import range_of, uri_of
from valohai_steps.lsp.session import Session
from valohai_steps.model.text import LineIndex, PositionEncoding, Span, TextEdit

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
                uri_of(file.path): [
                    _text_edit(session.line_index(file.path), edit, client.encoding) for edit in file.edits
                ]
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
    edits = [(edit, _text_edit(index, edit, encoding)) for edit in file.edits]
    return [
        lsp.AnnotatedTextEdit(_CONFIRM, sent.range, sent.new_text)
        if asks and edit in file.destructive
        else sent
        for edit, sent in edits
    ]


def _text_edit(index: LineIndex, edit: TextEdit, encoding: PositionEncoding) -> lsp.TextEdit:
    """An edit of the protocol, of the same effect, that leaves no empty line at the end of a file.

    To Neovim nothing stands behind the last line end: what is inserted there gets a line end too many. So
    lines that are appended go before the last line end, and those of a new file replace its one line.
    """
    end = len(index.text)
    if edit.span == Span(end, end) and edit.text.endswith("\n"):
        if not index.text:
            return lsp.TextEdit(lsp.Range(lsp.Position(0, 0), lsp.Position(1, 0)), edit.text)
        line_end = "\r\n" if index.text.endswith("\r\n") else "\n"
        if index.text.endswith(line_end) and edit.text.endswith(line_end):
            last = end - len(line_end)
            edit = TextEdit(Span(last, last), line_end + edit.text.removesuffix(line_end))
    return lsp.TextEdit(range_of(index, edit.span, encoding), edit.text)
