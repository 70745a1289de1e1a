"""What the client can do, looked up once."""

from lsprotocol import types as lsp
from msgspec import Struct

from valohai_steps.lsp.markup import prefers_markdown
from valohai_steps.model.text import PositionEncoding

# Commands of the client, that change what is offered to it.
CONFIRM_REMOVAL = "valohai-steps.confirmRemoval"  # asks a person before it applies an edit
GO_TO = "valohai-steps.goTo"  # shows a place

_ENCODINGS: dict[str, PositionEncoding] = {"utf-8": "utf-8", "utf-16": "utf-16", "utf-32": "utf-32"}


class Capabilities(Struct, frozen=True):
    """The client's capabilities as flags, named after what they let us do."""

    encoding: PositionEncoding = "utf-16"
    workspace_edits: bool = False  # applies edits of other files than the open one
    document_changes: bool = False
    create_files: bool = False
    change_annotations: bool = False
    resolve_edits: bool = False
    disabled_actions: bool = False
    pull_diagnostics: bool = False  # asks for them, and can be told to ask again: then none are pushed
    related_documents: bool = False
    related_information: bool = False
    code_descriptions: bool = False
    watched_files: bool = False
    configuration: bool = False
    apply_edits: bool = False
    show_documents: bool = False
    progress: bool = False
    watched_settings: bool = False  # sends settings when it was asked to
    diagnostic_versions: bool = False
    tags: bool = False
    refresh_code_lenses: bool = False
    refresh_inlay_hints: bool = False
    snippets: bool = False
    insert_replace: bool = False
    markdown_hovers: bool = True
    markdown_completions: bool = True
    markdown_signatures: bool = True
    text_as_is: bool = False  # writes a completion without adding indentation of its own, when asked to
    label_offsets: bool = False
    definition_links: bool = False
    declaration_links: bool = False
    symbol_trees: bool = False
    commands: frozenset[str] = frozenset()  # those that the client itself registers

    @property
    def confirms_removals(self) -> bool:
        """It asks about removals by itself: it gets no change annotations, which look worse in VS Code."""
        return CONFIRM_REMOVAL in self.commands

    @property
    def goes_to_places(self) -> bool:
        """It can show a place when it is clicked."""
        return GO_TO in self.commands


def read_capabilities(params: lsp.InitializeParams) -> Capabilities:
    """The flags of one client."""
    client = params.capabilities
    window = client.window or lsp.WindowClientCapabilities()
    return Capabilities(
        encoding=_encoding(client.general),
        commands=_commands(params.initialization_options),
        progress=bool(window.work_done_progress),
        show_documents=bool(window.show_document and window.show_document.support),
        **_in_workspace(client.workspace or lsp.WorkspaceClientCapabilities()),
        **_of_diagnostics(client),
        **_in_document(client.text_document or lsp.TextDocumentClientCapabilities()),
        **_while_writing(client.text_document or lsp.TextDocumentClientCapabilities()),
    )


def _in_workspace(workspace: lsp.WorkspaceClientCapabilities) -> dict[str, bool]:
    edit = workspace.workspace_edit or lsp.WorkspaceEditClientCapabilities()
    watched, settings = workspace.did_change_watched_files, workspace.did_change_configuration
    creates = lsp.ResourceOperationKind.Create in (edit.resource_operations or ())
    return {
        # Neovim lists its resource operations without saying documentChanges: the first implies the second.
        "document_changes": bool(edit.document_changes) or creates,
        "create_files": creates,
        "workspace_edits": workspace.workspace_edit is not None or bool(workspace.apply_edit),
        "change_annotations": edit.change_annotation_support is not None,
        "apply_edits": bool(workspace.apply_edit),
        "watched_files": bool(watched and watched.dynamic_registration),
        "configuration": bool(workspace.configuration),
        "watched_settings": bool(settings and settings.dynamic_registration),
        "refresh_code_lenses": bool(workspace.code_lens and workspace.code_lens.refresh_support),
        "refresh_inlay_hints": bool(workspace.inlay_hint and workspace.inlay_hint.refresh_support),
    }


def _of_diagnostics(client: lsp.ClientCapabilities) -> dict[str, bool]:
    document = client.text_document or lsp.TextDocumentClientCapabilities()
    published = document.publish_diagnostics or lsp.PublishDiagnosticsClientCapabilities()
    workspace = client.workspace.diagnostics if client.workspace is not None else None
    pulled = document.diagnostic
    return {
        "pull_diagnostics": pulled is not None and bool(workspace and workspace.refresh_support),
        "related_documents": bool(pulled and pulled.related_document_support),
        "related_information": bool(published.related_information),
        "code_descriptions": bool(published.code_description_support),
        "diagnostic_versions": bool(published.version_support),
        "tags": bool(published.tag_support),
    }


def _in_document(document: lsp.TextDocumentClientCapabilities) -> dict[str, bool]:
    action = document.code_action or lsp.CodeActionClientCapabilities()
    resolved = action.resolve_support.properties if action.resolve_support else ()
    symbols = document.document_symbol
    return {
        "resolve_edits": "edit" in resolved,
        "disabled_actions": bool(action.disabled_support),
        "definition_links": bool(document.definition and document.definition.link_support),
        "declaration_links": bool(document.declaration and document.declaration.link_support),
        "symbol_trees": bool(symbols and symbols.hierarchical_document_symbol_support),
    }


def _while_writing(document: lsp.TextDocumentClientCapabilities) -> dict[str, bool]:
    completion = document.completion or lsp.CompletionClientCapabilities()
    item = completion.completion_item or lsp.ClientCompletionItemOptions()
    modes = item.insert_text_mode_support
    help_ = document.signature_help
    information = help_.signature_information if help_ is not None else None
    parameters = information.parameter_information if information is not None else None
    # What a client shows in a hover it shows elsewhere, unless it says otherwise: Emacs says it only there.
    hovers = document.hover.content_format if document.hover is not None else None
    signatures = information.documentation_format if information is not None else None
    return {
        "markdown_completions": prefers_markdown(item.documentation_format or hovers),
        "markdown_signatures": prefers_markdown(signatures or hovers),
        "markdown_hovers": prefers_markdown(hovers),
        "snippets": bool(item.snippet_support),
        "insert_replace": bool(item.insert_replace_support),
        "text_as_is": modes is not None and lsp.InsertTextMode.AsIs in modes.value_set,
        "label_offsets": bool(parameters and parameters.label_offset_support),
    }


def _commands(options: object) -> frozenset[str]:
    """`clientCommands` of the initialization options: what a lens may offer because the client does it."""
    stated = options.get("clientCommands") if isinstance(options, dict) else None
    return (
        frozenset(name for name in stated if isinstance(name, str))
        if isinstance(stated, list)
        else frozenset()
    )


def _encoding(general: lsp.GeneralClientCapabilities | None) -> PositionEncoding:
    """The first encoding that both sides know; UTF-16 is what LSP falls back to (3.17, "Position")."""
    offered = (general.position_encodings if general else None) or ()
    return next((_ENCODINGS[str(kind)] for kind in offered if str(kind) in _ENCODINGS), "utf-16")
