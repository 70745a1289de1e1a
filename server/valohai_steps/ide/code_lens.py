"""Lines over a step: how far both files agree, and what one click does about it."""

from collections.abc import Callable, Iterator
from enum import Enum
from functools import cache, partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.config.reader import YamlFile, YamlStep
from valohai_steps.ide.command_line.files import existing_files_run
from valohai_steps.ide.command_line.words import (
    Problems,
    lines_over_script,
    problems_of_runs,
    state_of_run,
)
from valohai_steps.ide.running.script_run import script_run
from valohai_steps.ide.update.obstacles.refused import Refused
from valohai_steps.ide.update.pipelines.made import sound_pipeline
from valohai_steps.ide.update.pipelines.planning import plan_for
from valohai_steps.ide.update.sync_state import State, StepState, count, last_read, state_of
from valohai_steps.model.text import Span
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import readable
from valohai_steps.project.readings.command_lines import script_read
from valohai_steps.project.readings.outlined_yaml import outlined_yaml
from valohai_steps.project.readings.pipelines import pipeline_file
from valohai_steps.project.snapshot import Snapshot

_SHOW = "show pipeline"


class Click(Enum):
    """What a click on a lens does."""

    NOTHING = "nothing"
    UPDATE = "update valohai.yaml from `file`"
    OPEN = "open `file` at the step"
    SHOW_OBSTACLE = "go to what keeps `file` from being updated"
    RUN_LOCALLY = "run the step here"
    RUN_ON_VALOHAI = "run the step on Valohai"
    SHOW_PIPELINE = "draw a pipeline of `file`"


class CodeLens(Struct, frozen=True):
    """A title over `span`. `click` is about `file`, and about its `step`: a step or a pipeline, by name."""

    span: Span
    title: str
    click: Click = Click.NOTHING
    file: Path | None = None
    step: str | None = None


def code_lenses(snapshot: Snapshot, path: Path) -> Iterator[CodeLens]:
    """The lenses of a Python file, a notebook or a valohai.yaml, in order of place."""
    state = state_of(snapshot, path)
    if is_yaml(path):
        yield from _over_yaml(snapshot, path, state)
    elif state is not None:
        for step in state.steps:
            yield (_state(step, state) if state.readable else _obstructed(step, state.summary))
            yield CodeLens(step.span, "run locally", Click.RUN_LOCALLY, path, step.name)
            yield CodeLens(step.span, "run on Valohai", Click.RUN_ON_VALOHAI, path, step.name)
    if not is_yaml(path):
        yield from _over_pipeline(snapshot, path)
    if not is_yaml(path) and (state is None or not state.steps):
        runnable: set[str] = set()
        for line in lines_over_script(snapshot, path):
            click = Click.OPEN if line.step else Click.NOTHING
            yield CodeLens(line.span, line.title, click, snapshot.yaml_path(path), line.step or None)
            if line.step and line.step not in runnable and script_run(snapshot, path, line.step) is not None:
                runnable.add(line.step)
                yield CodeLens(line.span, "run locally", Click.RUN_LOCALLY, path, line.step)


def _over_pipeline(snapshot: Snapshot, path: Path) -> Iterator[CodeLens]:
    """Over a pipeline that Python makes: what an update would do, and its drawing."""
    file = pipeline_file(snapshot, path)
    if file is None or file.pipeline is None:
        return
    if not file.pipeline.stale:
        yield _pipeline_state(snapshot, path, file.pipeline.span)
    yield CodeLens(file.pipeline.span, _SHOW, Click.SHOW_PIPELINE, path, file.pipeline.name)


def _pipeline_state(snapshot: Snapshot, path: Path, span: Span) -> CodeLens:
    yaml = snapshot.yaml_path(path)
    fact, found = sound_pipeline(snapshot, path, yaml), readable(snapshot.yaml(yaml))
    if isinstance(fact, Refused):
        return CodeLens(span, f"cannot update: {fact.reason}")
    if fact is None or found is None or not found.is_readable:
        return CodeLens(span, f"cannot update: {yaml.name} cannot be read")
    plan = plan_for(fact, found)
    if not plan.changes:
        return CodeLens(span, f"in sync with {yaml.name}")
    title = f"{count(plan.changes)}: update {yaml.name}"
    title = f"Add this pipeline to {yaml.name}" if plan.found is None else title
    return CodeLens(span, title, Click.UPDATE, path)


def _over_yaml(snapshot: Snapshot, path: Path, state: State | None) -> Iterator[CodeLens]:
    file = outlined_yaml(snapshot, path)
    if file is None:
        return
    declared: dict[str, list[StepState]] = {}
    for each in state.steps if state is not None else ():
        declared.setdefault(each.name, []).append(each)
    problems = cache(partial(problems_of_runs, snapshot, path))
    for step in file.steps:
        span = _item(file, step)
        for each in declared.get(step.name, ()):
            yield CodeLens(span, each.source.name, Click.OPEN, each.source, each.name)
            if state is not None and state.readable:  # else its one finding says why nothing is compared
                yield replace(_over_step(each, f"update from {each.source.name}", "in sync"), span=span)
        if step.name not in declared:
            yield from _files_run(snapshot, path, step, span, problems)
    for name, span in _pipelines(file):
        yield CodeLens(span, _SHOW, Click.SHOW_PIPELINE, path, name)


def _pipelines(file: YamlFile) -> Iterator[tuple[str, Span]]:
    """The name and the place of every whole `- pipeline:`."""
    items = (item for root in file.documents for item in root.items if item.kind == "mapping")
    for item in items:
        for key in ("pipeline", "blueprint"):
            entry = item.get(key)
            name = entry.node.get("name") if entry is not None and entry.node.kind == "mapping" else None
            if name is not None and isinstance(name.node.value, str):
                yield name.node.value, item.span


def _item(file: YamlFile, step: YamlStep) -> Span:
    """The place of the whole `- step:`."""
    document, index, *_ = step.path
    return file.documents[int(document)].items[int(index)].span


def _state(step: StepState, state: State) -> CodeLens:
    """Over a call: whole steps are created, others updated."""
    name = state.yaml.name
    if (
        step.complete
        and not step.clash
        and any(change.drift.subject == change.noun == "step" for change in step.changes)
    ):
        title = f"Add this step to {name}" if state.exists else f"Create {name} with this step"
        if step.stale:
            return _obstructed(step, last_read(f"not in {name}"))
        return CodeLens(step.span, title, Click.UPDATE, step.source)
    return _over_step(step, f"update {name}", f"in sync with {name}")


def _over_step(step: StepState, update: str, in_sync: str) -> CodeLens:
    if not step.complete:
        return _obstructed(step, f"cannot update: {step.unclear}")
    if step.clash:
        return _obstructed(step, f"cannot update: {step.clash}")
    if step.stale:
        return _obstructed(step, last_read(count(step.changes) if step.changes else in_sync))
    if not step.changes and step.lacks is not None:
        title = f"Add {step.lacks.added} to {step.lacks.path.name}"
        return CodeLens(step.span, title, Click.UPDATE, step.source)
    if not step.changes:
        return CodeLens(step.span, in_sync)
    return CodeLens(step.span, f"{count(step.changes)}: {update}", Click.UPDATE, step.source)


def _obstructed(step: StepState, title: str) -> CodeLens:
    return CodeLens(step.span, title, Click.SHOW_OBSTACLE, step.source)


def _files_run(
    snapshot: Snapshot, path: Path, step: YamlStep, span: Span, problems: Callable[[], Problems]
) -> Iterator[CodeLens]:
    """The files that the command of a step runs and no Python declares."""
    for name in existing_files_run(snapshot, path, step):
        script = script_read(snapshot, path, (name,))
        title = f"runs {name}"
        if script is not None:
            library, state = script.fact.library, state_of_run(problems(), script, step.name)
            title = f"runs {name} ({library}): {state}"
        yield CodeLens(span, title, Click.OPEN, path.parent / name)
