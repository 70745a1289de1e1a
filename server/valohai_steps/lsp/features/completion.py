"""textDocument/completion; nothing is left for completionItem/resolve, for what is offered is short."""

from lsprotocol import types as lsp

from valohai_steps.ide.completion.item import Completion, CompletionKind
from valohai_steps.ide.completion.offers import completions, is_incomplete
from valohai_steps.lsp.markup import markup
from valohai_steps.lsp.places.views import View
from valohai_steps.lsp.session import Session
from valohai_steps.project.binding import is_yaml

_KINDS = {
    CompletionKind.ARGUMENT: lsp.CompletionItemKind.Variable,
    CompletionKind.KEY: lsp.CompletionItemKind.Property,
    CompletionKind.VALUE: lsp.CompletionItemKind.EnumMember,
    CompletionKind.PARAMETER: lsp.CompletionItemKind.Field,
    CompletionKind.INPUT: lsp.CompletionItemKind.File,
    CompletionKind.STEP: lsp.CompletionItemKind.Module,
    CompletionKind.IMAGE: lsp.CompletionItemKind.Constant,
    CompletionKind.TASK: lsp.CompletionItemKind.Module,
    CompletionKind.ENDPOINT: lsp.CompletionItemKind.Module,
    CompletionKind.NODE: lsp.CompletionItemKind.Module,
    CompletionKind.FILE: lsp.CompletionItemKind.File,
    CompletionKind.FOLDER: lsp.CompletionItemKind.Folder,
    CompletionKind.FUNCTION: lsp.CompletionItemKind.Function,
    CompletionKind.SNIPPET: lsp.CompletionItemKind.Snippet,
    CompletionKind.ANCHOR: lsp.CompletionItemKind.Reference,
}

_SIGNS_OF_YAML = ("{", " ", "-")

# What VS Code calls it; the extension lists it among the commands of the client.
_ASK_AGAIN = lsp.Command("Suggest", "editor.action.triggerSuggest")


def completion(
    session: Session, params: lsp.CompletionParams
) -> list[lsp.CompletionItem] | lsp.CompletionList:
    """What can be written at the cursor; a list that is not complete makes the editor ask again."""
    place = session.locate(params)
    if place is None or (_is_of_yaml(params) and not is_yaml(place.path)):
        return []
    snapshot = session.workspace.snapshot
    found = completions(snapshot, place.path, place.offset)
    items = [_item(session, place.view, each, rank) for rank, each in enumerate(found)]
    asks_again = is_incomplete(snapshot, place.path, place.offset, found)
    return lsp.CompletionList(is_incomplete=True, items=items) if asks_again else items


def _is_of_yaml(params: lsp.CompletionParams) -> bool:
    """Whether nobody asked: the editor did, because of a sign that begins something in YAML alone."""
    return params.context is not None and params.context.trigger_character in _SIGNS_OF_YAML


def _item(session: Session, view: View, offered: Completion, rank: int) -> lsp.CompletionItem:
    fills_in = offered.snippet is not None and session.capabilities.snippets
    text = offered.snippet if fills_in and offered.snippet is not None else offered.text
    return lsp.CompletionItem(
        label=offered.label,
        kind=_KINDS[offered.kind],
        detail=offered.detail or None,
        documentation=markup(offered.documentation, is_markdown=session.capabilities.markdown_completions)
        if offered.documentation
        else None,
        sort_text=f"{'~' if offered.is_last else ''}{rank:04}",
        filter_text=offered.filter_text or offered.label,
        insert_text_format=lsp.InsertTextFormat.Snippet if fills_in else lsp.InsertTextFormat.PlainText,
        insert_text_mode=lsp.InsertTextMode.AsIs if session.capabilities.text_as_is else None,
        text_edit=_edit(session, view, offered, text),
        command=_ASK_AGAIN if _asks_again(session, offered, text) else None,
        additional_text_edits=[view.edit(edit) for edit in offered.also] or None,
    )


def _asks_again(session: Session, offered: Completion, text: str) -> bool:
    """Whether the editor shows at once what belongs behind; choices to fill in show their own."""
    has_choices = text == offered.snippet and "|}" in text
    return offered.goes_on and not has_choices and _ASK_AGAIN.command in session.capabilities.commands


def _edit(
    session: Session, view: View, offered: Completion, text: str
) -> lsp.TextEdit | lsp.InsertReplaceEdit:
    whole = view.range(offered.whole)
    if session.capabilities.insert_replace and not offered.whole_only:
        return lsp.InsertReplaceEdit(text, insert=view.range(offered.typed), replace=whole)
    return lsp.TextEdit(whole, text)
