"""From initialize to the end of the session: folders, settings, watched files, the first scan."""

import asyncio
import logging

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from valohai_steps.lsp.capabilities import read_capabilities
from valohai_steps.lsp.convert import path_of
from valohai_steps.lsp.session import Session
from valohai_steps.project.environments import clashing_environments
from valohai_steps.project.workspace import scan_roots

logger = logging.getLogger(__name__)

_WATCHED = ("**/valohai.yaml", "**/valohai.yml", "**/*.py", "**/*.ipynb", "**/pyproject.toml")


def initialize(session: Session, params: lsp.InitializeParams) -> None:
    """Take down what the client can do, its folders and its settings."""
    session.capabilities = read_capabilities(params)
    folders = [path_of(folder.uri) for folder in params.workspace_folders or ()]
    if not folders and params.root_uri:
        folders = [path_of(params.root_uri)]
    session.workspace.set_roots(folder for folder in folders if folder is not None)
    options = params.initialization_options
    if isinstance(options, dict):
        _set_overrides(session, options)


async def initialized(session: Session, _params: lsp.InitializedParams) -> None:
    """Watch the files, look for steps in the folders, and say what is wrong with the environment."""
    if session.capabilities.watched_files:
        await _watch_files(session)
    workspace = session.workspace
    workspace.end_scan(await asyncio.to_thread(scan_roots, workspace.begin_scan()))
    session.show_all()
    for folder in await asyncio.to_thread(clashing_environments, workspace.roots):
        message = (
            f"{folder} holds both valohai-utils and valohai-steps-runtime: each overwrites the other's "
            "`import valohai`. Uninstall both there, then install one."
        )
        session.client.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, message))


def did_change_watched_files(session: Session, params: lsp.DidChangeWatchedFilesParams) -> None:
    """Files changed on disk."""
    paths = [path for change in params.changes if (path := path_of(change.uri)) is not None]
    session.workspace.refresh(paths)
    session.show_all()


def did_change_configuration(session: Session, params: lsp.DidChangeConfigurationParams) -> None:
    """The editor's settings changed."""
    settings = params.settings
    if isinstance(settings, dict):
        _set_overrides(session, settings.get("valohai-steps", settings))
    session.show_all()


async def _watch_files(session: Session) -> None:
    watchers = [lsp.FileSystemWatcher(pattern) for pattern in _WATCHED]
    options = lsp.DidChangeWatchedFilesRegistrationOptions(watchers)
    registration = lsp.Registration("watch", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    try:
        await session.client.client_register_capability_async(lsp.RegistrationParams([registration]))
    except JsonRpcException as error:
        # Without it, changes that no editor makes are seen when a document is next opened or changed.
        logger.warning("the client does not watch files: %s", error)


def _set_overrides(session: Session, settings: object) -> None:
    if isinstance(settings, dict):
        session.workspace.set_overrides(settings)
