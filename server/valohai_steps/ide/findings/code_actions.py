"""What can be done at a place: the fixes of its findings, the update of valohai.yaml, all fixes at once."""

from collections.abc import Collection, Iterator
from enum import Enum
from itertools import chain
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.ide.command_line.fixes import argument_fixes
from valohai_steps.ide.command_line.refactorings import refactorings
from valohai_steps.ide.findings.diagnostics import Diagnostic, diagnostics
from valohai_steps.ide.findings.suppression import suppressions
from valohai_steps.ide.update.drift_fixes import drift_fixes
from valohai_steps.ide.update.file_edits import FileEdits
from valohai_steps.ide.update.obstacles.removals import removal
from valohai_steps.ide.update.pipelines.fixes import pipeline_fixes
from valohai_steps.ide.update.pipelines.made import makes_pipeline
from valohai_steps.ide.update.update import Refused, Update, plan_update
from valohai_steps.model.finding import Fix
from valohai_steps.model.text import Span, TextEdit, apply_edits, replacement
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import readable
from valohai_steps.project.draft import drafted
from valohai_steps.project.snapshot import Snapshot

# At a place with more findings than this, none is offered to be ignored: each has to be tried.
_MOST_SUPPRESSED = 5


class ActionKind(Enum):
    """What an action is for: one finding, the whole of valohai.yaml, everything that is safe, or a wish."""

    QUICK_FIX = "quick fix"
    UPDATE = "update"
    FIX_ALL = "fix all"
    REFACTORING = "refactoring"


class Action(Struct, frozen=True):
    """One entry of the menu. `obstacle` is why it cannot be done now; `confirm` says what it would take away.

    `findings` are those that it settles; `plan` is the kind that `planned_action` makes it from anew.
    """

    title: str
    kind: ActionKind
    findings: tuple[Diagnostic, ...] = ()
    preferred: bool = False
    edits: tuple[FileEdits, ...] = ()
    confirm: str = ""
    obstacle: Refused | None = None
    plan: ActionKind | None = None


def code_actions(
    snapshot: Snapshot, path: Path, span: Span, kinds: Collection[ActionKind] = frozenset(ActionKind)
) -> Iterator[Action]:
    """The actions of these kinds at `span` of a Python file or a valohai.yaml; nothing is made for others.

    One at most is preferred, which "auto fix" takes.
    """
    preferred = False
    for action in _all_actions(snapshot, path, span, kinds):
        if action.kind in kinds:
            yield replace(action, preferred=action.preferred and not preferred)
            preferred |= action.preferred


def _all_actions(
    snapshot: Snapshot, path: Path, span: Span, kinds: Collection[ActionKind]
) -> Iterator[Action]:
    fixes = ActionKind.QUICK_FIX in kinds
    found = _found(snapshot, path) if fixes else ()
    here = [
        item for item in found if item.finding.span.contains(span.start) or span.covers(item.finding.span)
    ]
    yield from _fixes(snapshot, path, span, found, here)
    plan = _plan(snapshot, path) if fixes or ActionKind.UPDATE in kinds else None
    yield from _updates(snapshot, path, span, here, plan)
    for each in refactorings(snapshot, path, span) if ActionKind.REFACTORING in kinds else ():
        yield Action(each.title, ActionKind.REFACTORING, edits=(each.edits,), confirm=each.confirm)
    if len(here) <= _MOST_SUPPRESSED:
        yield from _suppressions(snapshot, path, here)
    if ActionKind.FIX_ALL in kinds:
        yield from _all_fixes(fix_all(snapshot, path, plan))


def _fixes(
    snapshot: Snapshot, path: Path, span: Span, found: tuple[Diagnostic, ...], here: list[Diagnostic]
) -> Iterator[Action]:
    """What settles a finding `here`, one of those `found` in the file."""
    for diagnostic in here:
        for fix in diagnostic.finding.fixes:
            if not is_yaml(path) or _is_sound(snapshot, path, found, diagnostic, fix):
                yield _quick_fix(path, diagnostic, fix)
    yield from _drift_fixes(snapshot, path, span, here)
    yield from _argument_fixes(snapshot, path, span, here)


def _found(snapshot: Snapshot, path: Path) -> tuple[Diagnostic, ...]:
    """The findings; none where a file cannot be read that they are about."""
    return readable(diagnostics(snapshot, path)) or ()


def _suppressions(snapshot: Snapshot, path: Path, found: list[Diagnostic]) -> Iterator[Action]:
    """Ways to be rid of a finding that is not wanted, each once."""
    titles: set[str] = set()
    for diagnostic in found:
        for each in suppressions(snapshot, path, diagnostic):
            if each.title not in titles:
                titles.add(each.title)
                yield Action(each.title, ActionKind.QUICK_FIX, (diagnostic,), edits=(each.edits,))


def _is_sound(
    snapshot: Snapshot, path: Path, found: tuple[Diagnostic, ...], diagnostic: Diagnostic, fix: Fix
) -> bool:
    """Whether a fix does what it says: read again, the finding is gone, and the file can be read as before.

    What the mistake hid may be there then.
    """
    text = readable(snapshot.text(path))
    if text is None:
        return False
    after = _found(drafted(snapshot, {path: apply_edits(text, fix.edits)}), path)
    one = (diagnostic.finding.code, diagnostic.finding.message)
    before, left = _said(found), _said(after)
    unreadable = [code for code, _ in left].count("VH301") > [code for code, _ in before].count("VH301")
    return left.count(one) < before.count(one) and not unreadable


def _said(found: tuple[Diagnostic, ...]) -> list[tuple[str, str]]:
    return [(item.finding.code, item.finding.message) for item in found]


def planned_action(snapshot: Snapshot, path: Path, kind: ActionKind) -> Action | None:
    """The update of valohai.yaml from a Python file, or all its safe fixes; None when nothing is to do."""
    if kind is not ActionKind.FIX_ALL:
        return _update(snapshot, path, _plan(snapshot, path))
    return next(_all_fixes(fix_all(snapshot, path)), None)


def _all_fixes(edits: tuple[FileEdits, ...]) -> Iterator[Action]:
    kind = ActionKind.FIX_ALL
    if edits:
        yield Action("Valohai: Fix all safe problems", kind, edits=edits, plan=kind)


def update_edits(update: Update) -> tuple[FileEdits, ...]:
    """The edits of an update, those of valohai.yaml first, as the command line would write them."""
    edits = (_yaml_edits(update),) if update.edits else ()
    added = update.requirements
    if added is None:
        return edits
    line = replacement(added.before or "", added.after)
    return (*edits, FileEdits(added.path, (line,), creates=added.before is None, typed=added.typed))


def confirmation_of(update: Update) -> str:
    """What a person is asked before something is removed, with the first place that still uses it."""
    return removal(update.yaml.name, update.changes, update.in_use)


def _yaml_edits(update: Update) -> FileEdits:
    """Those of valohai.yaml; what takes something away is destructive."""
    destructive: tuple[TextEdit, ...] = ()
    if confirmation_of(update):
        # Edits that only take away are the destructive hunks; where none does so alone, all are.
        destructive = tuple(edit for edit in update.edits if not edit.text) or update.edits
    return FileEdits(
        update.yaml, update.edits, creates=update.before is None, destructive=destructive, typed=update.typed
    )


def fix_all(snapshot: Snapshot, path: Path, plan: Update | Refused | None = None) -> tuple[FileEdits, ...]:
    """Every preferred fix of a Python file, then all of valohai.yaml that takes nothing away; of a
    valohai.yaml its own. `plan` is that of the file, where it has been made.
    """
    text = readable(snapshot.text(path))
    if text is None:
        return ()
    found = _found(snapshot, path)
    edits = _compatible(fix for item in found for fix in item.finding.fixes if fix.preferred)
    if is_yaml(path):
        edits = edits and _sound_edits(snapshot, path, found)
        return (FileEdits(path, edits),) if edits else ()
    done = (FileEdits(path, edits),) if edits else ()
    if edits:
        snapshot = drafted(snapshot, {path: apply_edits(text, edits)})
    if edits or plan is None:
        plan = plan_update(snapshot, [path])
    if not isinstance(plan, Update) or confirmation_of(plan):
        plan = plan_update(snapshot, [path], destructive=False)
    return done if isinstance(plan, Refused) else (*done, *update_edits(plan))


def _sound_edits(snapshot: Snapshot, path: Path, found: tuple[Diagnostic, ...]) -> tuple[TextEdit, ...]:
    """The edits of the preferred fixes of a valohai.yaml that each do what they say."""
    return _compatible(
        fix
        for item in found
        for fix in item.finding.fixes
        if fix.preferred and _is_sound(snapshot, path, found, item, fix)
    )


def _compatible(fixes: Iterator[Fix]) -> tuple[TextEdit, ...]:
    """The edits of as many fixes as do not touch each other; the first wins."""
    chosen: list[TextEdit] = []
    for fix in fixes:
        if not any(_touch(edit.span, other.span) for edit in fix.edits for other in chosen):
            chosen += fix.edits
    return tuple(sorted(chosen, key=lambda edit: edit.span))


def _touch(one: Span, other: Span) -> bool:
    return one.start <= other.end and other.start <= one.end


def _quick_fix(path: Path, diagnostic: Diagnostic, fix: Fix) -> Action:
    edits = (FileEdits(path, fix.edits),)
    return Action(fix.title, ActionKind.QUICK_FIX, (diagnostic,), preferred=fix.preferred, edits=edits)


def _drift_fixes(snapshot: Snapshot, path: Path, span: Span, found: list[Diagnostic]) -> Iterator[Action]:
    drifts = tuple(item for item in found if item.finding.code == "VH202")
    fixes = chain(drift_fixes(snapshot, path, span), pipeline_fixes(snapshot, path, span))
    for fix in fixes if drifts else ():
        destructive = fix.edits if fix.destructive else ()
        edits = (FileEdits(fix.path, fix.edits, destructive=destructive),)
        # Python is where a step is written: its value is the one that is meant, unless that loses something.
        preferred = is_yaml(fix.path) and not fix.destructive and not fix.is_second
        yield Action(
            fix.title, ActionKind.QUICK_FIX, drifts, preferred=preferred, edits=edits, confirm=fix.confirm
        )


def _argument_fixes(snapshot: Snapshot, path: Path, span: Span, found: list[Diagnostic]) -> Iterator[Action]:
    known = {item.finding.code: item for item in found if item.finding.code.startswith("VH13")}
    first = True
    for fix in argument_fixes(snapshot, path, span) if known else ():
        settled = (known[fix.code],) if fix.code in known else ()
        destructive = fix.edits if fix.confirm else ()
        edits = (FileEdits(fix.path, fix.edits, destructive=destructive), *fix.beside)
        preferred, first = first and not fix.confirm, False
        yield Action(
            fix.title, ActionKind.QUICK_FIX, settled, preferred=preferred, edits=edits, confirm=fix.confirm
        )


def _plan(snapshot: Snapshot, path: Path) -> Update | Refused | None:
    """The plan of a Python file; None of one that has no say, and of a valohai.yaml."""
    python = None if is_yaml(path) else readable(snapshot.python(path))
    if python is None or not (python.has_say or makes_pipeline(snapshot, path)):
        return None
    return plan_update(snapshot, [path])


def _update(snapshot: Snapshot, path: Path, result: Update | Refused | None) -> Action | None:
    if isinstance(result, Refused):
        return Action(f"Update {snapshot.yaml_path(path).name}", ActionKind.UPDATE, obstacle=result)
    if result is None or not result.is_needed:
        return None
    return Action(
        result.title,
        ActionKind.UPDATE,
        edits=update_edits(result),
        confirm=confirmation_of(result),
        plan=ActionKind.UPDATE,
    )


def _updates(
    snapshot: Snapshot, path: Path, span: Span, found: list[Diagnostic], plan: Update | Refused | None
) -> Iterator[Action]:
    update = _update(snapshot, path, plan)
    if update is None:
        return
    if update.obstacle is not None and _at_call(snapshot, path, span):
        yield replace(update, kind=ActionKind.QUICK_FIX)
    drifts = tuple(item for item in found if item.finding.code in ("VH201", "VH202"))
    if drifts and update.obstacle is None:
        missing = all(item.finding.code == "VH201" for item in drifts)
        yield replace(
            update, kind=ActionKind.QUICK_FIX, findings=drifts, preferred=missing and not update.confirm
        )
    yield update


def _at_call(snapshot: Snapshot, path: Path, span: Span) -> bool:
    python = readable(snapshot.python(path))
    return python is not None and any(step.call_span.covers(span) for step in python.steps)
