"""initialize: what the client can do, its folders and its settings.

It is answered before anything is loaded that reads a file; see `Session.workspace`.
"""

import logging

from lsprotocol import types as lsp

from valohai_steps.lsp.capabilities import read_capabilities
from valohai_steps.lsp.collector import settle_in_time
from valohai_steps.lsp.places.convert import path_of
from valohai_steps.lsp.session import Session

logger = logging.getLogger(__name__)


def initialize(session: Session, params: lsp.InitializeParams) -> None:
    """Take down what the client can do, its folders and its settings."""
    settle_in_time()
    session.capabilities = read_capabilities(params)
    folders = [path_of(folder.uri) for folder in params.workspace_folders or ()]
    if not folders and params.root_uri:
        folders = [path_of(params.root_uri)]
    session.roots = tuple(folder for folder in folders if folder is not None)
    session.overrides = _settings(params.initialization_options)


def _settings(options: object) -> dict[str, object]:
    """Settings below `settings`, or, as some clients send them, at the top."""
    if not isinstance(options, dict):
        return {}
    beside = {name: value for name, value in options.items() if name != "clientCommands"}
    settings = options.get("settings", beside)
    if isinstance(settings, dict):
        return settings
    if settings is not None:
        logger.warning("the editor's settings are not a table and are ignored: %r", settings)
    return {}
