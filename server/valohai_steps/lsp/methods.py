"""Every method and command that is answered, each with the function that answers it.

The three notifications of text documents are not here: `lsp.server.Protocol` takes them over from pygls.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from lsprotocol import types as lsp

from valohai_steps.lsp import lifecycle
from valohai_steps.lsp.features import code_actions, code_lens, commands, hover, inlay_hints

Handler = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the protocol. `handle` takes the session and the parameters, and may be a coroutine."""

    name: str
    handle: Handler
    options: object = None


METHODS = (
    Method(lsp.INITIALIZE, lifecycle.initialize),
    Method(lsp.INITIALIZED, lifecycle.initialized),
    Method(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, lifecycle.did_change_watched_files),
    Method(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION, lifecycle.did_change_configuration),
    Method(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        code_actions.code_action,
        lsp.CodeActionOptions(code_action_kinds=list(code_actions.KINDS), resolve_provider=True),
    ),
    Method(lsp.CODE_ACTION_RESOLVE, code_actions.resolve_code_action),
    Method(lsp.TEXT_DOCUMENT_CODE_LENS, code_lens.code_lens),
    Method(lsp.TEXT_DOCUMENT_INLAY_HINT, inlay_hints.inlay_hint),
    Method(lsp.TEXT_DOCUMENT_HOVER, hover.hover_at),
)

COMMANDS: Mapping[str, Handler] = MappingProxyType({commands.UPDATE_FILE: commands.update_file})
