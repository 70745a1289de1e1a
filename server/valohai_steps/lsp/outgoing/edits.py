"""Edits as a workspace edit, in the form this client understands."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lsprotocol import types as lsp

from valohai_steps.ide.update.file_edits import FileEdits
from valohai_steps.lsp.places.views import View
from valohai_steps.lsp.session import Session
from valohai_steps.model.text import Span, TextEdit
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import FileError
from valohai_steps.project.reach import flaw_of_place

_CONFIRM = "removals"

_DocumentChange = lsp.TextDocumentEdit | lsp.CreateFile | lsp.RenameFile | lsp.DeleteFile
_Edit = lsp.TextEdit | lsp.AnnotatedTextEdit | lsp.SnippetTextEdit


def workspace_edit(session: Session, files: Sequence[FileEdits], confirm: str = "") -> lsp.WorkspaceEdit:
    """The edits of all files, for their texts as they are now; those of an open notebook in its cells.

    `confirm` is what a client that can ask says before it applies the destructive ones. Raises FileError,
    also for a file that a link leads out of its project.
    """
    demand_inside(session, files)
    client = session.capabilities
    if not client.document_changes:
        return lsp.WorkspaceEdit(
            changes={
                view.uri: [_text_edit(view, edit) for edit in edits]
                for file in files
                for view, edits in _by_view(session, file)
            }
        )
    annotates = client.change_annotations and not client.confirms_removals
    asks = annotates and any(file.destructive for file in files)
    return lsp.WorkspaceEdit(
        document_changes=[change for file in files for change in _changes(session, file, asks=asks)],
        change_annotations={_CONFIRM: lsp.ChangeAnnotation(confirm, needs_confirmation=True)}
        if asks
        else None,
    )


def demand_inside(session: Session, files: Sequence[FileEdits]) -> None:
    """The last wall: an edit names no file outside, unless a person has set its place. Raises FileError."""
    snapshot = session.workspace.snapshot
    for file in files:
        typed = file.typed or (is_yaml(file.path) and bool(snapshot.overrides.get("yaml")))
        flaw = None if typed else flaw_of_place(file.path, snapshot.reach(file.path))
        if flaw is not None:
            raise FileError(file.path, flaw)


def confirmation(
    session: Session, question: str, files: Sequence[FileEdits], kept: Sequence[FileEdits] = ()
) -> dict[str, Any]:
    """What a client that asks by itself is told: the question, what to apply after a yes and after a no.

    Raises FileError.
    """
    keep = workspace_edit(session, kept) if kept else None
    return {"question": f"{question}?", "edit": workspace_edit(session, files), "keep": keep}


def _changes(session: Session, file: FileEdits, *, asks: bool) -> Iterable[_DocumentChange]:
    if file.creates and session.capabilities.create_files:
        options = lsp.CreateFileOptions(ignore_if_exists=True)
        yield lsp.CreateFile(session.uri(file.path), options=options)
    for view, edits in _by_view(session, file):
        document = lsp.OptionalVersionedTextDocumentIdentifier(view.uri, view.version)
        sent: list[_Edit] = [
            lsp.AnnotatedTextEdit(_CONFIRM, each.range, each.new_text)
            if asks and edit in file.destructive
            else each
            for edit in edits
            for each in (_text_edit(view, edit),)
        ]
        yield lsp.TextDocumentEdit(document, sent)


def _by_view(session: Session, file: FileEdits) -> Iterator[tuple[View, list[TextEdit]]]:
    """The edits of each document that shows the file. One that reaches into the next cell ends with its own:
    what stands between two cells is no text that could be edited."""
    for view in session.views(file.path):
        edits = [edit for edit in file.edits if view.shows(edit.span)]
        if edits:
            yield view, edits


def _text_edit(view: View, edit: TextEdit) -> lsp.TextEdit:
    """An edit of the protocol, of the same effect, that leaves no empty line at the end of a file.

    To Neovim nothing stands behind the last line end: what is inserted there gets a line end too many. So
    lines that are appended go before the last line end, and those of a new file replace its one line.
    """
    text, end = view.index.text, view.span.end
    if edit.span == Span(end, end) and edit.text.endswith("\n"):
        if not text:
            return lsp.TextEdit(lsp.Range(lsp.Position(0, 0), lsp.Position(1, 0)), edit.text)
        line_end = "\r\n" if text.endswith("\r\n") else "\n"
        if text.endswith(line_end) and edit.text.endswith(line_end):
            last = end - len(line_end)
            edit = TextEdit(Span(last, last), line_end + edit.text.removesuffix(line_end))
    return view.edit(edit)
