"""textDocument/codeAction and codeAction/resolve."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from lsprotocol import types as lsp

from valohai_steps.ide.diagnostics import Diagnostic, diagnostics
from valohai_steps.ide.drift_fixes import drift_fixes
from valohai_steps.ide.update import Refused, Update, plan_update
from valohai_steps.lsp.convert import diagnostic_of, edits_of, path_of, span_of, uri_of
from valohai_steps.lsp.edits import workspace_edit
from valohai_steps.lsp.session import Session
from valohai_steps.model.finding import Fix
from valohai_steps.model.text import Span
from valohai_steps.project.binding import is_yaml

UPDATE_KIND = "source.updateValohaiYaml"
KINDS = (lsp.CodeActionKind.QuickFix, UPDATE_KIND)


def code_actions(session: Session, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    """The fixes of the findings at the range, and the update of valohai.yaml. Raises FileError."""
    path = path_of(params.text_document.uri)
    if path is None:
        return []
    span = span_of(session.line_index(path), params.range, session.capabilities.encoding)
    found = diagnostics(session.workspace.snapshot, path)
    here = [
        item for item in found if item.finding.span.contains(span.start) or span.covers(item.finding.span)
    ]
    actions = [*_fixes(session, path, here), *_drift_fixes(session, path, span, here)]
    if not is_yaml(path):
        actions += _updates(session, path, here)
    return [action for action in actions if _wanted(action, params.context.only)]


def resolve_code_action(session: Session, action: lsp.CodeAction) -> lsp.CodeAction:
    """Fill in the edit of an update, planned anew for the text as it is now. Raises FileError."""
    path = path_of(str(action.data))
    update = plan_update(session.workspace.snapshot, [path]) if path else None
    if isinstance(update, Update):
        action.edit = workspace_edit(session, update)
    elif isinstance(update, Refused) and session.capabilities.disabled_actions:
        action.disabled = lsp.CodeActionDisabled(update.reason)
    return action


def _fixes(session: Session, path: Path, found: list[Diagnostic]) -> Iterator[lsp.CodeAction]:
    for diagnostic in found:
        for fix in diagnostic.finding.fixes:
            yield lsp.CodeAction(
                title=fix.title,
                kind=lsp.CodeActionKind.QuickFix,
                diagnostics=_shown(session, path, [diagnostic]),
                is_preferred=fix.preferred,
                edit=_fix_edit(session, path, fix),
            )


def _fix_edit(session: Session, path: Path, fix: Fix) -> lsp.WorkspaceEdit:
    edits = edits_of(session.line_index(path), fix.edits, session.capabilities.encoding)
    return lsp.WorkspaceEdit(changes={uri_of(path): edits})


def _drift_fixes(
    session: Session, path: Path, span: Span, found: list[Diagnostic]
) -> Iterator[lsp.CodeAction]:
    drifts = [item for item in found if item.finding.code == "VH202"]
    for fix in drift_fixes(session.workspace.snapshot, path, span) if drifts else ():
        index = session.line_index(fix.path)
        edits = edits_of(index, fix.edits, session.capabilities.encoding)
        yield lsp.CodeAction(
            title=fix.title,
            kind=lsp.CodeActionKind.QuickFix,
            diagnostics=_shown(session, path, drifts),
            edit=lsp.WorkspaceEdit(changes={uri_of(fix.path): edits}),
        )


def _updates(session: Session, path: Path, found: list[Diagnostic]) -> Iterator[lsp.CodeAction]:
    python = session.workspace.snapshot.python(path)
    if python is None or not (python.steps or python.problems):
        return
    result = plan_update(session.workspace.snapshot, [path])
    name = session.workspace.snapshot.yaml_path(path).name
    if isinstance(result, Refused):
        if session.capabilities.disabled_actions:
            disabled = lsp.CodeActionDisabled(result.reason)
            yield lsp.CodeAction(title=f"Update {name}", kind=UPDATE_KIND, disabled=disabled)
        return
    if not result.edits:
        return
    drifts = [item for item in found if item.finding.code in ("VH201", "VH202")]
    for kind, diagnosed in ((lsp.CodeActionKind.QuickFix, drifts), (UPDATE_KIND, None)):
        if kind == UPDATE_KIND or drifts:
            yield lsp.CodeAction(
                title=f"Update {name}: {result.summary}",
                kind=kind,
                diagnostics=_shown(session, path, diagnosed) if diagnosed else None,
                data=uri_of(path) if session.capabilities.resolve_edits else None,
                edit=None if session.capabilities.resolve_edits else workspace_edit(session, result),
            )


def _shown(session: Session, path: Path, found: list[Diagnostic]) -> list[lsp.Diagnostic]:
    index, snapshot = session.line_index(path), session.workspace.snapshot
    return [diagnostic_of(item, index, snapshot, path, session.capabilities) for item in found]


def _wanted(action: lsp.CodeAction, only: Sequence[lsp.CodeActionKind | str] | None) -> bool:
    """Kinds are hierarchical: asking for `source` includes `source.updateValohaiYaml`."""
    kind = str(getattr(action.kind, "value", action.kind))
    asked = [str(getattr(wanted, "value", wanted)) for wanted in only or ()]
    return not asked or any(kind == wanted or kind.startswith(f"{wanted}.") for wanted in asked)
