"""textDocument/codeLens, and the commands of lenses that show a place."""

from types import MappingProxyType

from lsprotocol import types as lsp

from valohai_steps.ide.code_lens import Click, CodeLens, code_lenses
from valohai_steps.ide.update.sync_state import obstacle, state_of
from valohai_steps.lsp.features.commands import UPDATE_FILE
from valohai_steps.lsp.outgoing.requests import show_document
from valohai_steps.lsp.session import Session
from valohai_steps.model.text import Span

OPEN_STEP = "valohai-steps.openStep"
SHOW_OBSTACLE = "valohai-steps.showObstacle"
# Commands of the client: the server runs and shows nothing.
_OF_THE_CLIENT = MappingProxyType(
    {
        Click.RUN_LOCALLY: "valohai-steps.runLocally",
        Click.RUN_ON_VALOHAI: "valohai-steps.runOnValohai",
        Click.SHOW_PIPELINE: "valohai-steps.showPipeline",
    }
)


def code_lens(session: Session, params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
    """The state of each step, and what can be done about it."""
    view = session.view(params.text_document.uri)
    if view is None:
        return []
    return [
        lsp.CodeLens(view.range(Span(lens.span.start, lens.span.start)), command)
        for lens in code_lenses(session.workspace.snapshot, view.path)
        if view.shows(lens.span) and (command := _command(session, lens)) is not None
    ]


async def open_step(session: Session, uri: str, step: str | None = None) -> bool:
    """Show a file to the person who clicked, at the call of a step when there is one."""
    path = session.path(uri)
    if path is None or not session.capabilities.show_documents:
        return False
    state = state_of(session.workspace.snapshot, path) if step is not None else None
    span = next((each.span for each in state.steps if each.name == step), None) if state else None
    if span is None:
        return await show_document(session, uri)
    place = session.location(path, Span(span.start, span.start))
    return await show_document(session, place.uri, place.range)


async def show_obstacle(session: Session, uri: str) -> bool:
    """Show the place that keeps the steps of a Python file from being updated; False when nothing does."""
    path, snapshot = session.path(uri), session.workspace.snapshot
    state = None if path is None else state_of(snapshot, path)
    found = None if path is None or state is None else obstacle(snapshot, path, state)
    if found is None or not session.capabilities.show_documents:
        return False
    place = session.location(found.path, found.span or Span(0, 0))
    return await show_document(session, place.uri, place.range)


def _command(session: Session, lens: CodeLens) -> lsp.Command | None:
    """What stands over the step; None for what this client has no command for."""
    name, arguments = "", list[str | None]()
    uri = session.uri(lens.file) if lens.file is not None else ""
    match lens.click:
        case Click.UPDATE:
            name, arguments = UPDATE_FILE, [uri]
        case Click.OPEN if session.capabilities.show_documents:
            name, arguments = OPEN_STEP, [uri, lens.step]
        case Click.SHOW_OBSTACLE if session.capabilities.show_documents:
            name, arguments = SHOW_OBSTACLE, [uri]
        case Click.RUN_LOCALLY | Click.RUN_ON_VALOHAI | Click.SHOW_PIPELINE:
            name, arguments = _OF_THE_CLIENT[lens.click], [uri, lens.step]
            if name not in session.capabilities.commands:
                return None
    # An empty command is a title that cannot be clicked.
    return lsp.Command(lens.title, name, arguments=list(arguments) or None)
