"""The command that proposes an update to a client that shows and writes files by itself: JupyterLab.

Nothing is said to the person beside the answer: JupyterLab would show a message once for each open document.
"""

from pathlib import Path
from typing import Any

from valohai_steps.ide.findings.code_actions import confirmation_of, update_edits
from valohai_steps.ide.update.file_changes import FileChange, file_changes, unified_diff
from valohai_steps.ide.update.obstacles.refused import refused_line
from valohai_steps.ide.update.several.workspace_update import plan_file_update
from valohai_steps.ide.update.update import Refused, Update
from valohai_steps.lsp.outgoing.edits import demand_inside
from valohai_steps.lsp.session import Session
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import FileError


def propose_update(session: Session, uri: str) -> dict[str, Any]:
    """What a file would change in valohai.yaml and beside it; of a valohai.yaml, what all its files would.

    `{refusal, title, question, notes, files}`; `refusal` is null unless nothing can be written, `question` is
    what a person is asked about removals, or empty; a file is `{uri, name, before, after, diff}`.
    """
    path = session.path(uri)
    if path is None:
        return _answer(refusal=f"{uri} is not a file; save it first")
    try:
        return _proposal(session, path)
    except FileError as error:
        return _answer(refusal=str(error))


def _proposal(session: Session, path: Path) -> dict[str, Any]:
    snapshot = session.workspace.snapshot
    plan = plan_file_update(snapshot, path)
    if isinstance(plan, Refused):
        return _answer(refusal=_line(session, plan, "nothing was written"))
    if plan is None:
        return _answer(title=f"no Python file declares a step of {path.name}")
    demand_inside(session, update_edits(plan))
    left_out = [_line(session, each, "this step is not written") for each in plan.refused]
    return _answer(
        title=plan.title if plan.is_needed else f"{plan.yaml.name} agrees with {_python(path)}",
        question=f"{asked}?" if (asked := confirmation_of(plan)) else "",
        notes=[*left_out, *(f"{note.path.name}: {note.message}" for note in plan.notes)],
        files=[_file(session, plan, change) for change in file_changes(snapshot, [plan])],
    )


def _python(path: Path) -> str:
    return "Python" if is_yaml(path) else path.name


def _line(session: Session, refused: Refused, effect: str) -> str:
    return refused_line(session.workspace.snapshot, refused, effect, lambda path: path.name)


def _file(session: Session, plan: Update, change: FileChange) -> dict[str, Any]:
    folder = plan.yaml.parent
    name = (
        change.path.relative_to(folder).as_posix() if change.path.is_relative_to(folder) else change.path.name
    )
    return {
        "uri": session.uri(change.path),
        "name": name,
        "before": change.before,
        "after": change.after,
        "diff": "".join(unified_diff(change, name)),
    }


def _answer(
    *,
    refusal: str | None = None,
    title: str = "",
    question: str = "",
    notes: list[str] | None = None,
    files: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    return {
        "refusal": refusal,
        "title": title,
        "question": question,
        "notes": notes or [],
        "files": files or [],
    }
