"""The update of valohai.yaml from Python files: one plan, shared by the editor and the command line."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.config.reader import YamlFile, YamlStep, read_yaml
from valohai_steps.config.writer import Operation, Refusal, read_edited
from valohai_steps.drift.plan import (
    Change,
    Plan,
    plan_edits,
    summarise,
    summarise_kinds,
    without_removals,
)
from valohai_steps.ide.update.comparison import compare_step
from valohai_steps.ide.update.obstacles.clashes import clash_of
from valohai_steps.ide.update.obstacles.refused import (
    Refused,
    clear_python,
    refuse_file,
    refuse_unreadable,
    together,
)
from valohai_steps.ide.update.obstacles.used_removals import used_removals
from valohai_steps.ide.update.pipelines.made import sound_pipeline
from valohai_steps.ide.update.requirements import (
    RequirementsEdit,
    RequirementsNote,
    plan_requirements,
)
from valohai_steps.model.step import StepFact
from valohai_steps.model.text import TextEdit, apply_edits
from valohai_steps.project.disk.files import UnreadableFile
from valohai_steps.project.reach import flaw_of_target
from valohai_steps.project.snapshot import Snapshot

if TYPE_CHECKING:
    from valohai_steps.drift.pipelines.plan import PipelinePlan
    from valohai_steps.model.pipeline import PipelineFact

__all__ = ["Refused", "Source", "Update", "plan_update", "preview"]


class Source(Struct, frozen=True):
    """A Python file or notebook with the steps, and the pipeline, to write from it."""

    path: Path
    steps: tuple[StepFact, ...]
    pipeline: "PipelineFact | None" = None


class _Target(Struct, frozen=True):
    path: Path
    text: str | None
    file: YamlFile


class Update(Struct, frozen=True):
    """What one valohai.yaml becomes. `before` is None when the file is to be made.

    `plans` are those of the steps that change, `step_names` all that were looked at. `file` is the old text
    as read, `written` what the edits reach, read again for the proof. `requirements` is the file that gets
    the runtime's line with it, `notes` say why one does not. `typed`: a person has set where
    valohai.yaml is. `refused` are steps left out, `in_use` the places that use what would be removed.
    """

    yaml: Path
    before: str | None
    edits: tuple[TextEdit, ...]
    plans: tuple[Plan, ...]
    step_names: tuple[str, ...]
    file: YamlFile
    written: YamlFile | None = None
    requirements: RequirementsEdit | None = None
    notes: tuple[RequirementsNote, ...] = ()
    typed: bool = False
    refused: tuple[Refused, ...] = ()
    in_use: tuple[Refused, ...] = ()
    pipelines: "tuple[PipelinePlan, ...]" = ()

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.edits) or self.requirements is not None

    @property
    def after(self) -> str:
        """The new text of the file."""
        return apply_edits(self.before or "", self.edits)

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes of all steps and pipelines."""
        of_steps = (change for plan in self.plans for change in plan.changes)
        return (*of_steps, *(change for plan in self.pipelines for change in plan.changes))

    @property
    def steps(self) -> tuple[YamlStep, ...]:
        """The steps that were looked at, as they will be."""
        written = {} if self.written is None else self.written.named
        old = (step for step in self.file.steps if step.name not in written)
        return tuple(step for step in (*old, *written.values()) if step.name in self.step_names)

    @property
    def title(self) -> str:
        """What it does, as the title of a code action or an entry of the editor's undo list."""
        if not self.edits and self.requirements is not None:
            return f"Add {self.requirements.added} to {self.requirements.path.name}"
        if self.before is None:
            return f"Create {self.yaml.name} with {'this step' if len(self.plans) == 1 else 'these steps'}"
        return f"Update {self.yaml.name} ({summarise_kinds(self.changes)})"

    @property
    def change_summary(self) -> str:
        """The effect on valohai.yaml in a few words, empty when there is none."""
        return summarise(self.changes)

    @property
    def summary(self) -> str:
        """The effect on all files in a few words, empty when there is none."""
        added = f"added {self.requirements.added}" if self.requirements is not None else ""
        return ", ".join(filter(None, (self.change_summary, added)))


def plan_update(
    snapshot: Snapshot, paths: Sequence[Path], yaml: Path | None = None, *, destructive: bool = True
) -> Update | Refused:
    """The update of the one valohai.yaml that belongs to all `paths` (or of `yaml`, when given).

    Without `destructive`, what only stands in valohai.yaml stays there.
    """
    snapshot.memo.count("updates planned")
    target = yaml or snapshot.yaml_path(paths[0])
    read = [_source(snapshot, path, target) for path in paths]
    barred = list(_refuse_place(snapshot, paths[0], target))
    found = None if barred else snapshot.yaml(target)  # what lies outside is not looked into
    unreadable = refuse_file(found) if isinstance(found, UnreadableFile) else None
    before, file = (None, read_yaml("")) if not isinstance(found, YamlFile) else (found.text, found)
    in_the_way = (
        *barred,
        *(each for each in read if isinstance(each, Refused)),
        *filter(None, (unreadable or refuse_unreadable(target, file),)),
    )
    if refusal := together(in_the_way):
        return refusal
    sources = [each for each in read if isinstance(each, Source)]
    sources, refused = _without_clashes(snapshot, sources, target)
    if refused and not any(source.steps or source.pipeline for source in sources):
        return refused[0]
    plan = _plan_all(snapshot, _Target(target, before, file), sources, destructive=destructive)
    if isinstance(plan, Refused):
        return plan
    plan = replace(plan, refused=tuple(refused))
    return _with_requirements(snapshot, plan) if plan.step_names else plan


def _source(snapshot: Snapshot, path: Path, target: Path) -> Source | Refused:
    """What a Python file says, or why nothing is written from it."""
    python = clear_python(snapshot, path)
    if isinstance(python, Refused):
        return python
    pipeline = sound_pipeline(snapshot, path, target)
    return pipeline if isinstance(pipeline, Refused) else Source(path, python.steps, pipeline)


def _without_clashes(
    snapshot: Snapshot, sources: Iterable[Source], yaml: Path
) -> tuple[list[Source], list[Refused]]:
    """The steps that one file alone declares, and why the others are not written."""
    kept: list[Source] = []
    refused: list[Refused] = []
    for source in sources:
        clashes = [(step, clash_of(snapshot, source.path, step, yaml)) for step in source.steps]
        refused += [clash.refused for _, clash in clashes if clash is not None]
        steps = tuple(step for step, clash in clashes if clash is None)
        kept.append(replace(source, steps=steps))
    return kept, refused


def _refuse_place(snapshot: Snapshot, path: Path, target: Path) -> Iterator[Refused]:
    """Why what the repository names is not written to; what a person has named may lie anywhere."""
    for each in snapshot.refused_settings(path):
        yield Refused(each.path, each.reason, each.span)
    flaw = flaw_of_target(target, None if snapshot.overrides.get("yaml") else snapshot.reach(target))
    if flaw is not None:
        yield Refused(target, flaw)


def _with_requirements(snapshot: Snapshot, update: Update) -> Update | Refused:
    plan = plan_requirements(snapshot, update.yaml, update.steps)
    match plan:
        case Refused():
            return plan
        case RequirementsNote():
            return replace(update, notes=(plan,))
        case _:
            return replace(update, requirements=plan)


def _plan_all(
    snapshot: Snapshot, target: _Target, sources: list[Source], *, destructive: bool = True
) -> Update | Refused:
    plans: dict[str, tuple[Path, Plan]] = {}
    for source in sources:
        for step in source.steps:
            plan = compare_step(snapshot, source.path, step, target.path, target.file).plan
            wanted_plan = plan if destructive else without_removals(plan)
            plans.setdefault(step.name, (source.path, wanted_plan))
    wanted = tuple(plan for _, plan in plans.values() if plan.changes)
    planned = _plan_pipelines(target, sources, destructive=destructive)
    if isinstance(planned, Refused):
        return planned
    pipelines, operations, uses = planned
    edits = plan_edits(target.file, wanted, operations)
    if isinstance(edits, Refusal):
        return Refused(target.path, edits.reason, edits.span)
    typed = bool(snapshot.overrides.get("yaml"))
    update = Update(target.path, target.text, edits, wanted, tuple(plans), target.file, typed=typed)
    paths = dict.fromkeys(source.path for source in sources)
    in_use = (*used_removals(snapshot, target.path, target.file, wanted, tuple(paths)), *uses)
    update = replace(update, in_use=in_use, pipelines=pipelines)
    return _prove(snapshot, update, sources, destructive=destructive)


def _plan_pipelines(
    target: _Target, sources: Sequence[Source], *, destructive: bool
) -> "tuple[tuple[PipelinePlan, ...], list[Operation], tuple[Refused, ...]] | Refused":
    """The plans of all pipelines, their operations, and what still uses what these take out."""
    made = {source.path: source.pipeline for source in sources if source.pipeline is not None}
    if not made:
        return (), [], ()
    from valohai_steps.ide.update.pipelines import planning  # with the first pipeline

    plans = planning.plan_pipelines(target.file, made, target.path, destructive=destructive)
    if isinstance(plans, Refused):
        return plans
    return plans, planning.pipeline_operations(plans), tuple(planning.pipeline_uses(plans, target.path))


def _prove(
    snapshot: Snapshot, update: Update, sources: list[Source], *, destructive: bool
) -> Update | Refused:
    """Every step must agree with the text that would be written.

    Without `destructive`, all but the removals that were left out.
    """
    if not update.edits:
        return update
    file = read_edited(update.file, update.edits)
    changed = {plan.declared.name for plan in update.plans}
    for source in sources:
        for step in source.steps:
            if step.name not in changed or step.is_multifile:
                continue
            plan = compare_step(snapshot, source.path, step, update.yaml, file).plan
            if plan.changes if destructive else without_removals(plan).changes:
                why = f"internal error: step {step.name!r} would still differ after the update"
                return Refused(update.yaml, f"{why}; nothing was written, please report it")
    if update.pipelines:
        from valohai_steps.ide.update.pipelines.planning import refuse_unproven

        plans, yaml = update.pipelines, update.yaml
        for refused in refuse_unproven(plans, update.file, file, yaml, destructive=destructive):
            return refused
    return replace(update, written=file)


def preview(snapshot: Snapshot, path: Path, name: str | None = None) -> str | Refused:
    """The steps of a file, or the one of a name, as a new valohai.yaml would hold them."""
    python = clear_python(snapshot, path)
    if isinstance(python, Refused):
        return python
    yaml, empty = snapshot.yaml_path(path), read_yaml("")
    steps = tuple(step for step in python.steps if name in (None, step.name))
    result = _plan_all(snapshot, _Target(yaml, None, empty), [Source(path, steps)])
    return result if isinstance(result, Refused) else result.after
