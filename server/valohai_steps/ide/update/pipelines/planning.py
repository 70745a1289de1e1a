"""Pipelines in an update: the plan for what Python makes, and its proof."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from valohai_steps.config.model.names import value_of
from valohai_steps.config.reader import YamlFile
from valohai_steps.config.writer import Operation
from valohai_steps.drift.compare import Drift
from valohai_steps.drift.pipelines.compare import compare_pipeline
from valohai_steps.drift.pipelines.plan import PipelinePlan, operations_of, plan_pipeline
from valohai_steps.drift.pipelines.yaml_pipelines import YamlPipeline, pipelines_in
from valohai_steps.drift.plan import Change
from valohai_steps.ide.update.obstacles.refused import Refused
from valohai_steps.model.pipeline import PipelineFact
from valohai_steps.model.text import Span


def drift_places(plan: PipelinePlan, *, in_yaml: bool) -> Iterator[tuple[Change, Span]]:
    """Each change with the place where its finding is shown in one of both files."""
    for change in plan.changes:
        drift = change.drift
        if not in_yaml:
            yield change, drift.python.span if drift.python else plan.fact.name_span
        elif (span := drift.yaml.span if drift.yaml else drift.anchor) is not None:
            yield change, span


def compare_with_yaml(fact: PipelineFact, file: YamlFile, tasks: Mapping[str, str]) -> tuple[Drift, ...]:
    """The differences between a pipeline and the one of its name in valohai.yaml."""
    found = yaml_pipeline(file, fact.name)
    return () if found is not None and not found.clear else compare_pipeline(fact, found, tasks)


def plan_for(fact: PipelineFact, file: YamlFile) -> PipelinePlan:
    """The plan that brings a pipeline of valohai.yaml up to date."""
    found = yaml_pipeline(file, fact.name)
    return plan_pipeline(fact, found, compare_with_yaml(fact, file, tasks_of(file)))


def plan_pipelines(
    file: YamlFile, pipelines: Mapping[Path, PipelineFact], yaml: Path, *, destructive: bool
) -> tuple[PipelinePlan, ...] | Refused:
    """The plans of all pipelines of an update; one name is made by one file.

    Without `destructive`, what only stands in valohai.yaml stays there.
    """
    first: dict[str, Path] = {}
    plans: list[PipelinePlan] = []
    for path, fact in pipelines.items():
        if fact.name in first:
            why = f"pipeline {fact.name!r} is made in {first[fact.name].name} as well; give each its own name"
            return Refused(path, why, fact.name_span)
        first[fact.name] = path
        found = yaml_pipeline(file, fact.name)
        if found is not None and not found.clear:
            why = f"nodes or edges of pipeline {fact.name!r} are not understood; repair them first"
            return Refused(yaml, why, found.name_span)
        plan = plan_for(fact, file)
        plans.append(plan if destructive else keeping_everything(plan))
    return tuple(plan for plan in plans if plan.changes)


def keeping_everything(plan: PipelinePlan) -> PipelinePlan:
    """The plan that takes nothing out of valohai.yaml."""
    return replace(plan, changes=tuple(change for change in plan.changes if not change.destructive))


def pipeline_operations(plans: Sequence[PipelinePlan]) -> list[Operation]:
    """The operations that carry out all changes of the plans."""
    return [each for plan in plans for each in operations_of(plan, plan.changes)]


def refuse_unproven(
    plans: Sequence[PipelinePlan], before: YamlFile, after: YamlFile, yaml: Path, *, destructive: bool
) -> Iterator[Refused]:
    """Each pipeline that still differs once it is written; without `destructive`, by more than removals."""
    for plan in plans:
        name, drifts = plan.fact.name, compare_with_yaml(plan.fact, after, tasks_of(before))
        left = plan_pipeline(plan.fact, yaml_pipeline(after, name), drifts)
        if (left if destructive else keeping_everything(left)).changes:
            why = f"internal error: pipeline {name!r} would still differ after the update"
            yield Refused(yaml, f"{why}; nothing was written, please report it")


def yaml_pipeline(file: YamlFile, name: str) -> YamlPipeline | None:
    """The pipeline of a name in valohai.yaml."""
    return next((each for each in pipelines_in(file) if each.name == name), None)


def tasks_of(file: YamlFile) -> Mapping[str, str]:
    """The steps that the tasks of a file run, by the name of the task."""
    return dict(_tasks(file))


def _tasks(file: YamlFile) -> Iterator[tuple[str, str]]:
    for root in file.documents:
        for item in root.items:
            entry = item.get("task") if item.kind == "mapping" else None
            named = () if entry is None else (value_of(entry.node, key) for key in ("name", "step"))
            texts = [str(each.value) for each in named if each is not None]
            if len(texts) == 2:
                yield texts[0], texts[1]


def pipeline_uses(plans: Sequence[PipelinePlan], yaml: Path) -> Iterator[Refused]:
    """Parameters of pipelines that go to nodes which the plans remove."""
    for plan in plans:
        yield from _uses(plan, yaml)


def _uses(plan: PipelinePlan, yaml: Path) -> Iterator[Refused]:
    removed = {c.drift.name for c in plan.changes if c.destructive and c.drift.subject == "node"}
    listed = None if plan.found is None else value_of(plan.found.node, "parameters")
    for parameter in () if listed is None or not removed else listed.items:
        for key in ("targets", "target"):
            targets = value_of(parameter, key)
            for target in () if targets is None else (targets.items or (targets,)):
                node = str(target.value).partition(".")[0]
                if node in removed:
                    why = f"a parameter of the pipeline goes to node {node!r}, which Python does not make"
                    yield Refused(yaml, why, target.span)
