"""Every method and command that is answered, each with the function that answers it.

The notifications of documents are not here: `wire.protocol` takes them over from pygls.
"""

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import Any

from lsprotocol import types as lsp
from msgspec import Struct

Handler = Callable[..., Any]


class Method(Struct, frozen=True):
    """A method of the protocol, or a command.

    `answer` names the function that answers, with its module in this package: it is loaded when it is first
    called. It takes the session and the parameters, or a command's arguments, and `waits` when it is a
    coroutine.
    """

    name: str
    answer: str
    options: object = None
    waits: bool = False


_KINDS: Sequence[lsp.CodeActionKind | str] = (
    lsp.CodeActionKind.QuickFix,
    lsp.CodeActionKind.RefactorRewrite,
    "source.updateValohaiYaml",
    "source.fixAll.valohai",
    "notebook.source.updateValohaiYaml",
    "notebook.source.fixAll.valohai",
)
# There are no commit characters: each of `"`, `=` and `:` is part of what is written already.
# Nothing is offered by itself after `(` or `,`, nor after `{` in Python: people press Enter there, and that
# would take the offer.
_COMPLETION = lsp.CompletionOptions(trigger_characters=['"', "'", ".", "/", "*", "{", " ", "-"])
_SIGNATURE_HELP = lsp.SignatureHelpOptions(
    trigger_characters=["(", "{", ","], retrigger_characters=["=", ":", '"']
)

METHODS = (
    Method(lsp.INITIALIZE, "incoming.initialize.initialize"),
    Method(lsp.INITIALIZED, "incoming.lifecycle.initialized", waits=True),
    Method(lsp.TEXT_DOCUMENT_DID_SAVE, "incoming.documents.did_save"),
    Method(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, "incoming.lifecycle.did_change_watched_files"),
    Method(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, "incoming.lifecycle.did_change_workspace_folders"),
    Method(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION, "incoming.configuration.did_change_configuration"),
    Method(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        "features.code_actions.code_action",
        lsp.CodeActionOptions(code_action_kinds=_KINDS, resolve_provider=True),
    ),
    Method(lsp.CODE_ACTION_RESOLVE, "features.code_actions.resolve_code_action"),
    Method(lsp.TEXT_DOCUMENT_CODE_LENS, "features.code_lens.code_lens"),
    Method(lsp.TEXT_DOCUMENT_INLAY_HINT, "features.inlay_hints.inlay_hint"),
    Method(lsp.TEXT_DOCUMENT_HOVER, "features.hover.hover_at"),
    Method(
        lsp.TEXT_DOCUMENT_DIAGNOSTIC,
        "features.pull_diagnostics.document_diagnostic",
        lsp.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True),
    ),
    Method(lsp.WORKSPACE_DIAGNOSTIC, "features.pull_diagnostics.workspace_diagnostic", waits=True),
    Method(lsp.TEXT_DOCUMENT_COMPLETION, "features.completion.completion", _COMPLETION),
    Method(lsp.TEXT_DOCUMENT_SIGNATURE_HELP, "features.signature_help.signature_help", _SIGNATURE_HELP),
    Method(lsp.TEXT_DOCUMENT_DEFINITION, "features.navigation.definition"),
    Method(lsp.TEXT_DOCUMENT_DECLARATION, "features.navigation.declaration"),
    Method(lsp.TEXT_DOCUMENT_REFERENCES, "features.navigation.references_of"),
    Method(lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, "features.navigation.document_highlight"),
    Method(lsp.TEXT_DOCUMENT_PREPARE_RENAME, "features.renaming.prepare"),
    Method(lsp.TEXT_DOCUMENT_RENAME, "features.renaming.rename_at"),
    Method(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL, "features.symbols.document_symbol"),
    Method(lsp.WORKSPACE_SYMBOL, "features.symbols.workspace_symbol"),
    Method(lsp.TEXT_DOCUMENT_DOCUMENT_LINK, "features.document_links.document_link"),
    Method(lsp.TEXT_DOCUMENT_FOLDING_RANGE, "features.ranges.folding_range"),
    Method(lsp.TEXT_DOCUMENT_SELECTION_RANGE, "features.ranges.selection_range"),
)

# What each takes and answers is written down in docs/editors.md.
COMMANDS = (
    Method("valohai-steps.updateFile", "features.commands.update_file", waits=True),
    Method("valohai-steps.updateWorkspace", "features.commands.update_workspace", waits=True),
    Method("valohai-steps.previewYaml", "features.previews.preview_yaml", waits=True),
    Method("valohai-steps.previewUpdate", "features.previews.preview_update"),
    Method("valohai-steps.proposeUpdate", "features.proposals.propose_update"),
    Method("valohai-steps.pipelineGraphs", "features.pipeline_graphs.pipeline_graphs"),
    Method("valohai-steps.ask", "features.agent_tools.ask"),
    Method("valohai-steps.runCommand", "features.run_commands.run_command_of"),
    Method("valohai-steps.openStep", "features.code_lens.open_step", waits=True),
    Method("valohai-steps.showObstacle", "features.code_lens.show_obstacle", waits=True),
    Method("valohai-steps.debugInformation", "features.status.debug_report"),
    Method("valohai-steps.state", "features.status.state"),
    Method("valohai-steps.validate", "features.status.validate"),
)


@cache
def load(answer: str) -> Handler:
    """The function that a row names."""
    module, _, function = answer.rpartition(".")
    found: Handler = getattr(import_module(f"valohai_steps.lsp.{module}"), function)
    return found
