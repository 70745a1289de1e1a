"""From initialized on: settings, watched files, the first scan; folders that come and go."""

import asyncio
import logging
from pathlib import Path

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from valohai_steps.lsp import collector
from valohai_steps.lsp.incoming.configuration import (
    SECTION,
    ask_settings,
    excludes,
    report_problems,
    show_settings,
)
from valohai_steps.lsp.incoming.scanning import scan
from valohai_steps.lsp.places.convert import path_of
from valohai_steps.lsp.session import Session
from valohai_steps.project.disk.environments import clashing_environments
from valohai_steps.project.named_files.disk_names import is_list, listed_names

logger = logging.getLogger(__name__)

# What `pip install -r` may name; of such files, which may be many, only those count that a command names.
_LISTS = ("**/*.txt", "**/*.in")
_WATCHED = (
    "**/valohai.yaml",
    "**/valohai.yml",
    "**/*.py",
    "**/*.ipynb",
    "**/pyproject.toml",
    "**/*.sh",
    "**/.gitmodules",
    *_LISTS,
)
# Of a folder that is deleted some clients tell by its own name, and not by those of its files.
_DELETED = "**"


async def initialized(session: Session, _params: lsp.InitializedParams) -> None:
    """Watch the files, look for steps in the folders, and say what is wrong with the environment."""
    watching = asyncio.create_task(_register(session))
    try:
        if session.capabilities.configuration:
            await ask_settings(session)
        report_problems(session, loud=False)
        session.show_all()
        await scan(session, session.workspace.roots)
    finally:
        collector.settle()
    for folder in await asyncio.to_thread(clashing_environments, session.workspace.roots):
        message = (
            f"{folder} holds both valohai-utils and valohai-steps-runtime: each overwrites the other's "
            "`import valohai`. Uninstall both there, then install one."
        )
        session.client.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, message))
    await watching


def did_change_watched_files(session: Session, params: lsp.DidChangeWatchedFilesParams) -> None:
    """Files changed on disk."""
    events = [(path, change.type) for change in params.changes if (path := path_of(change.uri)) is not None]
    gone = {path for path, kind in events if kind == lsp.FileChangeType.Deleted and not _is_watched(path)}
    told = [*(path for path, _ in events if _is_watched(path)), *session.workspace.below(gone)]
    lists = tuple(pattern.removeprefix("**/*") for pattern in _LISTS)
    named = listed_names(session.workspace.snapshot) if any(path.suffix in lists for path in told) else ()
    paths = [path for path in told if path.suffix not in lists or is_list(path, named)]
    if not paths:
        return
    settings = any(path.name == "pyproject.toml" for path in paths)
    before = excludes(session) if settings else []
    session.workspace.refresh(paths)
    if settings:
        show_settings(session, before)
    else:
        session.show_all()


def _is_watched(path: Path) -> bool:
    """Whether a file itself is of interest by its name."""
    return any(path.match(pattern.removeprefix("**/")) for pattern in _WATCHED)


def did_change_workspace_folders(session: Session, params: lsp.DidChangeWorkspaceFoldersParams) -> None:
    """Folders were added to the workspace or taken out of it; the new ones are looked through."""
    removed = {path_of(folder.uri) for folder in params.event.removed}
    before = session.workspace.roots
    added = [path for folder in params.event.added if (path := path_of(folder.uri)) is not None]
    session.workspace.set_roots((*(root for root in before if root not in removed), *added))
    report_problems(session, loud=False)
    session.show_all()
    session.spawn(scan(session, [folder for folder in added if folder not in before]))


async def _register(session: Session) -> None:
    """Ask to be told of changes on disk and of the settings, where the client waits to be asked."""
    registrations: list[lsp.Registration] = []
    if session.capabilities.watched_files:
        watchers = [
            *(lsp.FileSystemWatcher(pattern) for pattern in _WATCHED),
            lsp.FileSystemWatcher(_DELETED, lsp.WatchKind.Delete),
        ]
        files = lsp.DidChangeWatchedFilesRegistrationOptions(watchers)
        registrations.append(lsp.Registration("watch", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, files))
    if session.capabilities.watched_settings:
        settings = lsp.DidChangeConfigurationRegistrationOptions(SECTION)
        registrations.append(lsp.Registration("settings", lsp.WORKSPACE_DID_CHANGE_CONFIGURATION, settings))
    if not registrations:
        return
    try:
        await session.client.client_register_capability_async(lsp.RegistrationParams(registrations))
    except JsonRpcException as error:
        # Without it, changes that no editor makes are seen when a document is next opened or saved, and by
        # each command that writes.
        logger.warning("the client does not watch files or settings: %s", error)
