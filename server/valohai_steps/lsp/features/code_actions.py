"""textDocument/codeAction and codeAction/resolve."""

from collections.abc import Iterator, Sequence

from lsprotocol import types as lsp
from msgspec import Struct, ValidationError, convert

from valohai_steps.ide.findings.code_actions import Action, ActionKind, planned_action
from valohai_steps.ide.renamed_steps import actions_at
from valohai_steps.ide.update.update import Refused
from valohai_steps.lsp.capabilities import CONFIRM_REMOVAL, GO_TO
from valohai_steps.lsp.features.commands import UPDATE_FILE
from valohai_steps.lsp.outgoing.diagnostics import shown
from valohai_steps.lsp.outgoing.edits import confirmation, workspace_edit
from valohai_steps.lsp.outgoing.obstacles import at_line
from valohai_steps.lsp.places.views import View
from valohai_steps.lsp.session import Session
from valohai_steps.model.text import Span

UPDATE_KIND = "source.updateValohaiYaml"
FIX_ALL_KIND = "source.fixAll.valohai"
_NOTEBOOK = "notebook."  # VS Code asks for these on saving a notebook, and for the others in a cell
_KINDS = {
    ActionKind.QUICK_FIX: lsp.CodeActionKind.QuickFix.value,
    ActionKind.UPDATE: UPDATE_KIND,
    ActionKind.FIX_ALL: FIX_ALL_KIND,
    ActionKind.REFACTORING: lsp.CodeActionKind.RefactorRewrite.value,
}


def code_action(session: Session, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    """The fixes of the findings at the range, and the update of valohai.yaml."""
    view = session.view(params.text_document.uri)
    if view is None:
        return []
    span = view.span_of(params.range)
    only = [str(getattr(kind, "value", kind)) for kind in params.context.only or ()]
    saving = bool(only) and params.context.trigger_kind == lsp.CodeActionTriggerKind.Automatic
    asked = {ours: tuple(_asked(kind, only)) for ours, kind in _KINDS.items()}
    kinds = [ours for ours, names in asked.items() if names]
    offered = [
        converted
        for action in actions_at(session.workspace.snapshot, view.path, span, kinds)
        for kind in asked[action.kind]
        if (converted := _converted(session, view, action, kind, saving=saving)) is not None
    ]
    return offered if only else _once(offered)


def _once(actions: list[lsp.CodeAction]) -> list[lsp.CodeAction]:
    """Each title once, as a fix where it is one: a menu of all kinds would show the update twice."""
    titles: dict[str, lsp.CodeAction] = {}
    for action in actions:
        titles.setdefault(action.title, action)
    return list(titles.values())


class Plan(Struct, frozen=True, forbid_unknown_fields=True):
    """What an offered action carries, for its edit to be planned when it is chosen."""

    uri: str
    plan: ActionKind


def resolve_code_action(session: Session, action: lsp.CodeAction) -> lsp.CodeAction | lsp.ResponseError:
    """Fill in the edit of an action, planned anew for the text as it is now.

    What carries no plan of ours is refused: another server has offered it.
    """
    try:
        asked = convert(action.data, Plan)
    except (ValidationError, UnicodeError) as error:  # msgspec takes no half of a character
        return lsp.ResponseError(lsp.ErrorCodes.InvalidParams.value, f"data: {error}")
    path = session.path(asked.uri)
    planned = None if path is None else planned_action(session.workspace.snapshot, path, asked.plan)
    if planned is None:
        return action  # all agrees by now
    if planned.obstacle is not None and session.capabilities.disabled_actions:
        action.disabled = lsp.CodeActionDisabled(planned.obstacle.reason)
    elif planned.obstacle is None:
        action.edit = workspace_edit(session, planned.edits, planned.confirm)
    return action


def _asked(kind: str, only: Sequence[str]) -> Iterator[str]:
    """Kinds are hierarchical: asking for `source` includes `source.updateValohaiYaml`.

    All fixes at once are for saving, and not for the light bulb.
    """
    if not only and kind != FIX_ALL_KIND:
        yield kind
    for each in (kind, _NOTEBOOK + kind) if kind.startswith("source.") else (kind,):
        if any(each == wanted or each.startswith(f"{wanted}.") for wanted in only):
            yield each


def _converted(
    session: Session, view: View, action: Action, kind: str, *, saving: bool
) -> lsp.CodeAction | None:
    client = session.capabilities
    if action.obstacle is not None:
        return _pointer(session, action, action.obstacle, kind, saving=saving)
    if action.confirm and client.confirms_removals:
        return lsp.CodeAction(
            title=action.title,
            kind=kind,
            diagnostics=shown(session, view, action.findings) or None,
            is_preferred=action.preferred or None,
            command=_confirmed(session, view, action),
        )
    data = {"uri": view.uri, "plan": action.plan.value} if action.plan and client.resolve_edits else None
    return lsp.CodeAction(
        title=action.title,
        kind=kind,
        diagnostics=shown(session, view, action.findings) or None,
        is_preferred=action.preferred or None,
        data=data,
        edit=None if data else workspace_edit(session, action.edits, action.confirm),
    )


def _confirmed(session: Session, view: View, action: Action) -> lsp.Command:
    """A client that asks about removals by itself gets no edit, but a command that asks first."""
    if action.plan is ActionKind.UPDATE:
        return lsp.Command(action.title, UPDATE_FILE, arguments=[view.uri])
    asked = confirmation(session, action.confirm, action.edits)
    return lsp.Command(action.title, CONFIRM_REMOVAL, arguments=[asked])


def _pointer(
    session: Session, action: Action, obstacle: Refused, kind: str, *, saving: bool
) -> lsp.CodeAction | None:
    """An action that cannot be done now. Menus show the reason of a disabled one seldom: where the client can
    go to the obstacle, the reason is the title, and a click leads there."""
    client = session.capabilities
    if client.goes_to_places and not saving:
        place = session.location(obstacle.path, obstacle.span or Span(0, 0))
        title = f"Cannot update: {at_line(session, obstacle)}: {obstacle.reason}"
        command = lsp.Command(title, GO_TO, arguments=[place.uri, place.range])
        return lsp.CodeAction(title, kind=kind, command=command)
    if client.disabled_actions and action.kind is not ActionKind.QUICK_FIX:
        disabled = lsp.CodeActionDisabled(obstacle.reason)
        return lsp.CodeAction(action.title, kind=kind, disabled=disabled)
    return None
