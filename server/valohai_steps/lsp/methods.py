"""Every method and command that is answered, each with the function that answers it.

The three notifications of text documents are not here: `lsp.server.Protocol` takes them over from pygls.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from lsprotocol import types as lsp
from msgspec import Struct

from valohai_steps.lsp import configuration, lifecycle
from valohai_steps.lsp.features import (
    code_actions,
    code_lens,
    commands,
    completion,
    document_links,
    hover,
    inlay_hints,
    navigation,
    previews,
    pull_diagnostics,
    ranges,
    renaming,
    run_commands,
    signature_help,
    status,
    symbols,
)
from valohai_steps.lsp.messages import spoken

Handler = Callable[..., Any]


class Method(Struct, frozen=True):
    """A method of the protocol. `handle` takes the session and the parameters, and may be a coroutine."""

    name: str
    handle: Handler
    options: object = None


METHODS = (
    Method(lsp.INITIALIZE, lifecycle.initialize),
    Method(lsp.INITIALIZED, lifecycle.initialized),
    Method(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, lifecycle.did_change_watched_files),
    Method(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, lifecycle.did_change_workspace_folders),
    Method(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION, configuration.did_change_configuration),
    Method(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        code_actions.code_action,
        lsp.CodeActionOptions(code_action_kinds=list(code_actions.KINDS), resolve_provider=True),
    ),
    Method(lsp.CODE_ACTION_RESOLVE, code_actions.resolve_code_action),
    Method(lsp.TEXT_DOCUMENT_CODE_LENS, code_lens.code_lens),
    Method(lsp.TEXT_DOCUMENT_INLAY_HINT, inlay_hints.inlay_hint),
    Method(lsp.TEXT_DOCUMENT_HOVER, hover.hover_at),
    Method(
        lsp.TEXT_DOCUMENT_DIAGNOSTIC,
        pull_diagnostics.document_diagnostic,
        lsp.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True),
    ),
    Method(lsp.WORKSPACE_DIAGNOSTIC, pull_diagnostics.workspace_diagnostic),
    Method(lsp.TEXT_DOCUMENT_COMPLETION, completion.completion, completion.OPTIONS),
    Method(lsp.TEXT_DOCUMENT_SIGNATURE_HELP, signature_help.signature_help, signature_help.OPTIONS),
    Method(lsp.TEXT_DOCUMENT_DEFINITION, navigation.definition),
    Method(lsp.TEXT_DOCUMENT_DECLARATION, navigation.declaration),
    Method(lsp.TEXT_DOCUMENT_REFERENCES, navigation.references_of),
    Method(lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, navigation.document_highlight),
    Method(lsp.TEXT_DOCUMENT_PREPARE_RENAME, renaming.prepare),
    Method(lsp.TEXT_DOCUMENT_RENAME, renaming.rename_at),
    Method(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL, symbols.document_symbol),
    Method(lsp.WORKSPACE_SYMBOL, symbols.workspace_symbol),
    Method(lsp.TEXT_DOCUMENT_DOCUMENT_LINK, document_links.document_link),
    Method(lsp.TEXT_DOCUMENT_FOLDING_RANGE, ranges.folding_range),
    Method(lsp.TEXT_DOCUMENT_SELECTION_RANGE, ranges.selection_range),
)

# What each takes and answers is written down in docs/editors.md.
COMMANDS: Mapping[str, Handler] = MappingProxyType(
    {
        commands.UPDATE_FILE: spoken(commands.update_file),
        commands.UPDATE_WORKSPACE: spoken(commands.update_workspace),
        previews.PREVIEW_YAML: spoken(previews.preview_yaml),
        previews.PREVIEW_UPDATE: spoken(previews.preview_update),
        run_commands.RUN_COMMAND: spoken(run_commands.run_command_of),
        code_lens.OPEN_STEP: spoken(code_lens.open_step),
        status.DEBUG_INFORMATION: spoken(status.debug_report),
        status.STATE: spoken(status.state),
        status.VALIDATE: spoken(status.validate),
    }
)
