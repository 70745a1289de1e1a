"""What the client can do, looked up once."""

from lsprotocol import types as lsp
from msgspec import Struct

from valohai_steps.model.text import PositionEncoding

_ENCODINGS: dict[str, PositionEncoding] = {"utf-8": "utf-8", "utf-16": "utf-16", "utf-32": "utf-32"}


class Capabilities(Struct, frozen=True):
    """The client's capabilities as flags, named after what they let us do."""

    encoding: PositionEncoding = "utf-16"
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
    label_offsets: bool = False
    definition_links: bool = False
    declaration_links: bool = False
    symbol_trees: bool = False
    commands: frozenset[str] = frozenset()  # those that the client itself registers


def read_capabilities(params: lsp.InitializeParams) -> Capabilities:
    """The flags of one client."""
    client = params.capabilities
    workspace = client.workspace or lsp.WorkspaceClientCapabilities()
    document = client.text_document or lsp.TextDocumentClientCapabilities()
    edit = workspace.workspace_edit or lsp.WorkspaceEditClientCapabilities()
    action = document.code_action or lsp.CodeActionClientCapabilities()
    published = document.publish_diagnostics or lsp.PublishDiagnosticsClientCapabilities()
    resolved = action.resolve_support.properties if action.resolve_support else ()
    watched = workspace.did_change_watched_files
    settings = workspace.did_change_configuration
    window = client.window or lsp.WindowClientCapabilities()
    completion = document.completion or lsp.CompletionClientCapabilities()
    item = completion.completion_item or lsp.ClientCompletionItemOptions()
    symbols = document.document_symbol
    creates = lsp.ResourceOperationKind.Create in (edit.resource_operations or ())
    return Capabilities(
        encoding=_encoding(client.general),
        # Neovim lists its resource operations without saying documentChanges: the first implies the second.
        document_changes=bool(edit.document_changes) or creates,
        create_files=creates,
        change_annotations=edit.change_annotation_support is not None,
        resolve_edits="edit" in resolved,
        disabled_actions=bool(action.disabled_support),
        pull_diagnostics=document.diagnostic is not None
        and bool(workspace.diagnostics and workspace.diagnostics.refresh_support),
        related_documents=bool(document.diagnostic and document.diagnostic.related_document_support),
        related_information=bool(published.related_information),
        code_descriptions=bool(published.code_description_support),
        watched_files=bool(watched and watched.dynamic_registration),
        configuration=bool(workspace.configuration),
        apply_edits=bool(workspace.apply_edit),
        progress=bool(window.work_done_progress),
        watched_settings=bool(settings and settings.dynamic_registration),
        diagnostic_versions=bool(published.version_support),
        tags=bool(published.tag_support),
        show_documents=bool(window.show_document and window.show_document.support),
        refresh_code_lenses=bool(workspace.code_lens and workspace.code_lens.refresh_support),
        refresh_inlay_hints=bool(workspace.inlay_hint and workspace.inlay_hint.refresh_support),
        snippets=bool(item.snippet_support),
        insert_replace=bool(item.insert_replace_support),
        label_offsets=_has_label_offsets(document),
        definition_links=bool(document.definition and document.definition.link_support),
        declaration_links=bool(document.declaration and document.declaration.link_support),
        symbol_trees=bool(symbols and symbols.hierarchical_document_symbol_support),
        commands=_commands(params.initialization_options),
    )


def _has_label_offsets(document: lsp.TextDocumentClientCapabilities) -> bool:
    help_ = document.signature_help
    information = help_.signature_information if help_ is not None else None
    parameters = information.parameter_information if information is not None else None
    return bool(parameters and parameters.label_offset_support)


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
