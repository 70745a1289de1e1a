"""From drifts to a plan: the changes that make valohai.yaml agree, each labelled and destructive or not."""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.config.edits.operation import Append, Operation, Refusal, Remove, Set
from valohai_steps.config.reader import YamlFile, YamlItem, YamlStep
from valohai_steps.config.structure import flaw_of_step
from valohai_steps.config.tree.node import same_value
from valohai_steps.drift.compare import Drift
from valohai_steps.drift.declaration import ABSENT, DeclaredStep
from valohai_steps.model.text import TextEdit

# In a summary of one line; the rest is counted.
_SHOWN_NAMES = 8
# Code points of a value in a title.
_LONGEST_SHOWN = 40
_LISTS = {"parameter": "parameters", "input": "inputs"}
# What two items may differ in, and one is the other renamed.
_OF_ONE = ("name", "description")
# What a summary counts instead of naming it.
_COUNTED = ("step", "pipeline", "edge")


class Change(Struct, frozen=True):
    """One step towards agreement. `verb` is "+", "~" or "-"; `noun` says of what, for summaries.

    `destructive`: it takes something out of valohai.yaml that is only there. `renaming` are the names before
    and after of an item that goes and one that comes, where the two changes are written as one.
    """

    verb: str
    noun: str
    label: str
    drift: Drift
    destructive: bool = False
    renaming: tuple[str, str] | None = None


class Plan(Struct, frozen=True):
    """All changes of one step. `found` is the step in valohai.yaml, None when it is missing there."""

    declared: DeclaredStep
    found: YamlStep | None
    changes: tuple[Change, ...]


def make_plan(declared: DeclaredStep, found: YamlStep | None, drifts: Iterable[Drift]) -> Plan:
    """The plan that removes the drifts, in their order."""
    plan = Plan(declared, found, tuple(change_of(drift) for drift in drifts))
    for subject in _LISTS:
        pair = [each for each in plan.changes if each.drift.subject == subject and each.drift.key is None]
        before = _former(plan, subject, [each.drift for each in pair])
        if before is not None:
            names = (before.name, next(each.drift.name for each in pair if each.drift.name != before.name))
            changes = (replace(each, renaming=names) if each in pair else each for each in plan.changes)
            plan = replace(plan, changes=tuple(changes))
    return plan


def without_removals(plan: Plan) -> Plan:
    """The plan that takes nothing out of valohai.yaml."""
    return replace(plan, changes=tuple(change for change in plan.changes if not change.destructive))


def summarise(changes: Sequence[Change]) -> str:
    """What changes, by name: `added labels; changed lr; removed seed, rate; renamed n to size`.

    Empty when nothing does.
    """
    pairs = renamings(changes)
    others = [change for change in changes if change.renaming not in pairs]
    return "; ".join(filter(None, (_summary(others), *(f"renamed {a} to {b}" for a, b in pairs))))


def renamings(changes: Iterable[Change]) -> tuple[tuple[str, str], ...]:
    """The renamings of which both halves are there: without the removal, an item is new beside the other."""
    halves = (change.renaming for change in changes if change.verb == "-")
    return tuple(dict.fromkeys(each for each in halves if each is not None))


def _summary(changes: Iterable[Change]) -> str:
    names: dict[str, list[str]] = {"+": [], "~": [], "-": []}
    counted: dict[tuple[str, str], int] = {}
    for change in changes:
        if change.drift.subject in _COUNTED and change.drift.key is None:
            kind = (change.drift.subject, "removed" if change.verb == "-" else "added")
            counted[kind] = counted.get(kind, 0) + 1
            continue
        verb = "~" if change.drift.key is not None else change.verb
        name = change.drift.key if change.drift.subject == "step" else change.drift.name
        if name is not None and name not in names[verb]:
            names[verb].append(name)
    said = [f"{count} {_plural(noun, count)} {verb}" for (noun, verb), count in counted.items()]
    words = (("+", "added"), ("~", "changed"), ("-", "removed"))
    return "; ".join([*said, *(f"{word} {_listed(names[verb])}" for verb, word in words if names[verb])])


def summarise_kinds(changes: Sequence[Change]) -> str:
    """How many changes, and of what: `2 changes: default, type`. Empty when there are none."""
    pairs = renamings(changes)
    kinds = [
        f"{change.noun} renamed" if change.renaming in pairs else _kind(change)
        for change in changes
        if change.verb != "-" or change.renaming is None
    ]
    count = f"{len(kinds)} {_plural('change', len(kinds))}"
    return f"{count}: {', '.join(dict.fromkeys(kinds))}" if kinds else ""


def _kind(change: Change) -> str:
    if change.drift.key is not None:
        return f"{change.noun} removed" if change.destructive else change.noun
    return f"{change.noun} removed" if change.destructive else f"new {change.noun}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN_NAMES])
    return shown if len(names) <= _SHOWN_NAMES else f"{shown} and {len(names) - _SHOWN_NAMES} more"


def plan_edits(
    file: YamlFile, plans: Sequence[Plan], more: Sequence[Operation] = ()
) -> tuple[TextEdit, ...] | Refusal:
    """The edits of one text that carry out all plans, and `more`, proven by the writer."""
    flaws = (flaw_of_step(plan.found) for plan in plans if plan.found is not None and plan.changes)
    operations = [operation for plan in plans for operation in _operations(file, plan, plan.changes)]
    flaw = next(filter(None, flaws), None)
    if flaw is not None:
        return flaw
    from valohai_steps.config.writer import edit_yaml  # what agrees is not edited

    return edit_yaml(file, [*operations, *more])


def _plural(noun: str, count: int) -> str:
    return noun if count == 1 or noun.endswith("s") else f"{noun}s"


def change_of(drift: Drift) -> Change:
    """The change that removes a drift."""
    name = drift.name
    if drift.key is None:
        if drift.python is None:
            return Change("-", drift.subject, f"Remove {drift.subject} {name}", drift, destructive=True)
        return Change("+", drift.subject, f"Add {drift.subject} {name}", drift)
    if drift.python is not None and drift.python.value is ABSENT:
        return Change("-", drift.key, f"Remove {named(drift)}", drift, destructive=True)
    verb = "+" if drift.yaml is None else "~"
    value = "" if drift.python is None else f" to {_short(drift.python.value)}"
    return Change(verb, drift.key, f"Set {named(drift)}{value}", drift)


def named(drift: Drift) -> str:
    """What differs, as a title names it: `lr` for its default, `min of lr`, `image of step train`."""
    owner = drift.name if drift.subject != "step" else f"step {drift.name}"
    return owner if drift.key in (None, "default") else f"{drift.key} of {owner}"


def _short(value: object) -> str:
    written = repr(value)
    return written if len(written) <= _LONGEST_SHOWN else f"{written[: _LONGEST_SHOWN - 1]}…"


def _operations(file: YamlFile, plan: Plan, changes: Sequence[Change]) -> list[Operation]:
    if plan.found is None:
        from valohai_steps.drift.siblings import step_like  # for a new step

        step = step_like(file, plan.declared.as_mapping())
        return [Append((0,), {"step": step}, _place_of_step(file))]
    operations = [_set_key(plan.found, change.drift) for change in changes if change.drift.key is not None]
    for subject in _LISTS:
        drifts = [c.drift for c in changes if c.drift.subject == subject and c.drift.key is None]
        renamed = _renamed(plan, subject, drifts)
        operations += (
            [renamed] if renamed is not None else _list_operations(file, plan.found, subject, drifts)
        )
    return operations


def _place_of_step(file: YamlFile) -> int | None:
    """Before which item of the first document a new step goes: behind the last step."""
    items = file.documents[0].items if file.documents else ()
    steps = [int(step.path[1]) for step in file.steps if step.path[0] == 0]
    place = max(steps, default=-1) + 1
    return place if place < len(items) else None


def _set_key(found: YamlStep, drift: Drift) -> Operation:
    path = (*_owner(found, drift).path, drift.key or "")
    if drift.python is None or drift.python.value is ABSENT:
        return Remove(path)
    return Set(path, drift.python.value)


def _owner(found: YamlStep, drift: Drift) -> YamlStep | YamlItem:
    return found if drift.subject == "step" else _item(found, drift)


def _item(found: YamlStep, drift: Drift) -> YamlItem:
    return next(item for item in found.items(drift.subject) if item.name == drift.name)


def _renamed(plan: Plan, subject: str, drifts: Sequence[Drift]) -> Operation | None:
    """Of one item that goes and one that comes, where they differ in the name alone, only that is written."""
    before = _former(plan, subject, drifts)
    come = next((drift.item for drift in drifts if drift.item is not None), None)
    return None if before is None or come is None else Set((*before.path, "name"), come.name)


def _former(plan: Plan, subject: str, drifts: Sequence[Drift]) -> YamlItem | None:
    """The item in valohai.yaml that becomes another, where the `drifts` are one that goes and one that comes
    and these differ in the name alone.

    What a person wrote beside it stays: the description, the comments. With a key that Python cannot know
    about, such as `pass-as`, they are two.
    """
    come = [drift.item for drift in drifts if drift.item is not None]
    gone = [drift for drift in drifts if drift.python is None]
    if plan.found is None or (len(come), len(gone), len(drifts)) != (1, 1, 2):
        return None
    before, after = _item(plan.found, gone[0]), come[0].as_mapping()
    names = [item.name for item in plan.found.items(subject)]
    declared = [item.name for item in plan.declared.items(subject)]
    if len(names) != len(declared) or names.index(before.name) != declared.index(come[0].name):
        return None
    said = _compared((each.key, each.value) for each in before.node.entries)
    kept = _compared(after.items())
    described = before.get("description")
    same_words = described is None or after.get("description", described.value) == described.value
    if not same_value(said, kept) or not same_words:
        return None
    return None if "description" in after and described is None else before


def _compared(item: Iterable[tuple[object, object]]) -> dict[object, object]:
    """What two items of another name have in common; one that is not `optional` need not say so."""
    return {key: value for key, value in item if key not in _OF_ONE and (key, value) != ("optional", False)}


def _list_operations(
    file: YamlFile, found: YamlStep, subject: str, drifts: Sequence[Drift]
) -> list[Operation]:
    path = (*found.path, _LISTS[subject])
    existing = found.items(subject)
    declared = (drift.item.as_mapping() for drift in drifts if drift.item is not None)
    added = [_like_siblings(file, found, subject, mapping) for mapping in declared]
    removed = [_owner(found, drift) for drift in drifts if drift.python is None]
    if not existing:
        return [Set(path, added)] if added else []
    if len(removed) == len(existing) and not added:
        return [Remove(path)]
    return [*(Remove(item.path) for item in removed), *(Append(path, item) for item in added)]


def _like_siblings(
    file: YamlFile, found: YamlStep, subject: str, mapping: dict[str, object]
) -> dict[str, object]:
    from valohai_steps.drift.siblings import item_like  # for a new item

    return item_like(file, found, subject, mapping)
