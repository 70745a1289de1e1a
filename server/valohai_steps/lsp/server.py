"""The language server: each handler locates, calls and converts."""

import asyncio
import gc
import logging
import sys
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from valohai_steps import __version__
from valohai_steps.ide.update import Refused, Update, plan_update
from valohai_steps.lsp import code_actions, features
from valohai_steps.lsp.capabilities import read_capabilities
from valohai_steps.lsp.convert import changed_text, path_of
from valohai_steps.lsp.edits import workspace_edit
from valohai_steps.lsp.session import Session
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.environments import clashing_environments
from valohai_steps.project.scan import SUFFIXES
from valohai_steps.project.workspace import scan_roots

logger = logging.getLogger(__name__)

_WATCHED = ("**/valohai.yaml", "**/valohai.yml", "**/*.py", "**/*.ipynb", "**/pyproject.toml")


class Protocol(LanguageServerProtocol):
    """pygls without its own copy of every document: ours are kept once, in the session's workspace."""

    @lsp_method(lsp.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: lsp.DidOpenTextDocumentParams) -> None:
        """A document was opened."""
        _did_open(self._steps_server.session, params)

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: lsp.DidChangeTextDocumentParams) -> None:
        """A document was changed."""
        _did_change(self._steps_server.session, params)

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: lsp.DidCloseTextDocumentParams) -> None:
        """A document was closed."""
        path = path_of(params.text_document.uri)
        if path is not None:
            self._steps_server.session.close(path)

    @property
    def _steps_server(self) -> "StepsServer":
        server = self._server
        assert isinstance(server, StepsServer)  # noqa: S101  # this protocol is made for no other server
        return server


class StepsServer(LanguageServer):
    """A pygls server with one session."""

    def __init__(self) -> None:
        super().__init__("valohai-steps", __version__, protocol_cls=Protocol)
        self.session = Session(self)

    def report_server_error(self, error: Exception, source: type[JsonRpcException] | Any) -> None:
        """Errors go to the log; a pop-up after a keystroke helps nobody (STYLE rule 10)."""
        logger.error("%s: %s", getattr(source, "__name__", source), error)


def make_server() -> StepsServer:
    """A server with every handler registered."""
    server = StepsServer()
    for method, handler, options in (
        (lsp.INITIALIZE, _initialize, None),
        (lsp.INITIALIZED, _initialized, None),
        (lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, _did_change_watched_files, None),
        (lsp.WORKSPACE_DID_CHANGE_CONFIGURATION, _did_change_configuration, None),
        (
            lsp.TEXT_DOCUMENT_CODE_ACTION,
            _code_action,
            lsp.CodeActionOptions(code_action_kinds=list(code_actions.KINDS), resolve_provider=True),
        ),
        (lsp.CODE_ACTION_RESOLVE, _resolve_code_action, None),
        (lsp.TEXT_DOCUMENT_CODE_LENS, _code_lens, None),
        (lsp.TEXT_DOCUMENT_INLAY_HINT, _inlay_hint, None),
        (lsp.TEXT_DOCUMENT_HOVER, _hover, None),
    ):
        server.feature(method, options)(handler)
    server.command(features.UPDATE_FILE)(_update_file)
    return server


def serve_stdio() -> None:
    """Serve one client on standard input and output until it leaves."""
    _quieten_collector()
    make_server().start_io()


def serve_tcp(host: str, port: int) -> None:
    """Serve one client on a socket until it leaves."""
    _quieten_collector()
    make_server().start_tcp(host, port)


def _quieten_collector() -> None:
    # What is loaded now lives as long as the process; the collector need not look at it again.
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    gc.collect()
    gc.freeze()


def _initialize(server: StepsServer, params: lsp.InitializeParams) -> None:
    server.session.capabilities = read_capabilities(params)
    folders = [path_of(folder.uri) for folder in params.workspace_folders or ()]
    if not folders and params.root_uri:
        folders = [path_of(params.root_uri)]
    server.session.workspace.set_roots(folder for folder in folders if folder is not None)
    options = params.initialization_options
    if isinstance(options, dict):
        _set_overrides(server, options)


async def _initialized(server: StepsServer, _params: lsp.InitializedParams) -> None:
    workspace = server.session.workspace
    if server.session.capabilities.watched_files:
        await _watch_files(server)
    workspace.end_scan(await asyncio.to_thread(scan_roots, workspace.begin_scan()))
    server.session.publish_all()
    for folder in await asyncio.to_thread(clashing_environments, workspace.roots):
        message = (
            f"{folder} holds both valohai-utils and valohai-steps-runtime: each overwrites the other's "
            "`import valohai`. Uninstall both there, then install one."
        )
        server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, message))


async def _watch_files(server: StepsServer) -> None:
    watchers = [lsp.FileSystemWatcher(pattern) for pattern in _WATCHED]
    options = lsp.DidChangeWatchedFilesRegistrationOptions(watchers)
    registration = lsp.Registration("watch", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    try:
        await server.client_register_capability_async(lsp.RegistrationParams([registration]))
    except JsonRpcException as error:
        # Without it, changes that no editor makes are seen when a document is next opened or changed.
        logger.warning("the client does not watch files: %s", error)


def _did_open(session: Session, params: lsp.DidOpenTextDocumentParams) -> None:
    path = path_of(params.text_document.uri)
    if path is not None and (is_yaml(path) or path.suffix in SUFFIXES):
        session.put(path, params.text_document.text, params.text_document.version)


def _did_change(session: Session, params: lsp.DidChangeTextDocumentParams) -> None:
    path = path_of(params.text_document.uri)
    document = session.workspace.snapshot.documents.get(path) if path else None
    if path is not None and document is not None:
        text = changed_text(document.text, params.content_changes, session.capabilities.encoding)
        session.put(path, text, params.text_document.version)


def _did_change_watched_files(server: StepsServer, params: lsp.DidChangeWatchedFilesParams) -> None:
    paths = [path for change in params.changes if (path := path_of(change.uri)) is not None]
    server.session.workspace.refresh(paths)
    server.session.publish_all()


def _did_change_configuration(server: StepsServer, params: lsp.DidChangeConfigurationParams) -> None:
    settings = params.settings
    if isinstance(settings, dict):
        _set_overrides(server, settings.get("valohai-steps", settings))
    server.session.publish_all()


def _set_overrides(server: StepsServer, settings: object) -> None:
    if isinstance(settings, dict):
        server.session.workspace.set_overrides(settings)


def _code_action(server: StepsServer, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    return code_actions.code_actions(server.session, params)


def _code_lens(server: StepsServer, params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
    return features.code_lens(server.session, params)


def _inlay_hint(server: StepsServer, params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
    return features.inlay_hint(server.session, params)


def _hover(server: StepsServer, params: lsp.HoverParams) -> lsp.Hover | None:
    return features.hover_at(server.session, params)


async def _update_file(server: StepsServer, uri: str) -> bool:
    """Update valohai.yaml from one file; what stands in the way is said to the person who asked."""
    path = path_of(uri)
    result = None if path is None else plan_update(server.session.workspace.snapshot, [path])
    if isinstance(result, Update) and result.edits:
        edit = workspace_edit(server.session, result)
        label = f"Update {result.yaml.name}: {result.summary}"
        answer = await server.workspace_apply_edit_async(lsp.ApplyWorkspaceEditParams(edit, label))
        return answer.applied
    if isinstance(result, Refused):
        message = f"{result.path.name}: {result.reason} (nothing was written)"
        server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Error, message))
    return False


def _resolve_code_action(server: StepsServer, params: lsp.CodeAction) -> lsp.CodeAction:
    return code_actions.resolve_code_action(server.session, params)
