"""VH101, VH141, VH142, VH201 and VH202 of pipelines that Python makes, and VH202 on the other side."""

from collections.abc import Iterator
from pathlib import Path

from valohai_steps.config.reader import YamlFile
from valohai_steps.drift.pipelines.catalogue import catalogue_of
from valohai_steps.drift.pipelines.judging import left_out, unknown_names
from valohai_steps.drift.pipelines.renamed import message as message_of
from valohai_steps.drift.pipelines.renamed import renamed_nodes, told_apart
from valohai_steps.ide.update.pipelines.planning import (
    compare_with_yaml,
    sound_pipeline,
    tasks_of,
    yaml_pipeline,
)
from valohai_steps.model.finding import Finding, Related
from valohai_steps.model.pipeline import PipelineFact
from valohai_steps.project.files import readable
from valohai_steps.project.pipelines import pipeline_file, pipelines_of
from valohai_steps.project.snapshot import Snapshot


def of_python(snapshot: Snapshot, path: Path) -> Iterator[Finding]:
    """The findings of a Python file that makes a pipeline."""
    file = pipeline_file(snapshot, path)
    if file is None:
        return
    yield from file.problems
    if file.pipeline is None:
        return
    items = readable(snapshot.items(snapshot.yaml_path(path)))
    unknown: list[Finding] = []
    if items is not None and items.is_readable:
        unknown += unknown_names(file.text, file.pipeline, catalogue_of(items))
    yield from unknown
    yield from left_out(file.pipeline)
    if not unknown and not file.problems:
        yield from _against_yaml(snapshot, path, file.pipeline)


def _against_yaml(snapshot: Snapshot, path: Path, fact: PipelineFact) -> Iterator[Finding]:
    yaml = snapshot.yaml_path(path)
    file = readable(snapshot.yaml(yaml))
    if file is None or not file.is_readable:
        return
    found, renamed = yaml_pipeline(file, fact.name), _renamed(file, fact)
    drifts = compare_with_yaml(fact, file, tasks_of(file))
    for drift in told_apart(drifts, found, renamed, in_yaml=False):
        if drift.subject == "pipeline":
            message = f"pipeline {fact.name!r} is not in {yaml.name}; update {yaml.name} to add it"
            yield Finding("VH201", fact.name_span, message)
            continue
        span = drift.python.span if drift.python else fact.name_span
        place = drift.yaml.span if drift.yaml else drift.anchor
        said = f"defined here in {yaml.name}" if drift.yaml else f"the pipeline in {yaml.name}"
        related = (Related(place, said, yaml),) if place is not None and found is not None else ()
        yield Finding("VH202", span, message_of(drift, renamed, "here", f"in {yaml.name}"), related)


def _renamed(file: YamlFile, fact: PipelineFact) -> dict[str, str]:
    found = yaml_pipeline(file, fact.name)
    return {} if found is None else renamed_nodes(fact, found, tasks_of(file))


def of_yaml(snapshot: Snapshot, yaml: Path) -> Iterator[Finding]:
    """VH202 in a valohai.yaml, for the pipelines that Python makes."""
    made = pipelines_of(snapshot, yaml)
    file = readable(snapshot.yaml(yaml)) if made else None
    if file is None or not file.is_readable:
        return
    for path, fact in made:
        if not isinstance(sound_pipeline(snapshot, path, yaml, half_typed=True), PipelineFact):
            continue
        found, renamed = yaml_pipeline(file, fact.name), _renamed(file, fact)
        drifts = compare_with_yaml(fact, file, tasks_of(file))
        for drift in told_apart(drifts, found, renamed, in_yaml=True):
            span = drift.yaml.span if drift.yaml else drift.anchor
            if span is None:
                continue  # the pipeline is missing
            there = drift.python.span if drift.python else fact.name_span
            said = f"made here in {path.name}" if drift.python else f"the pipeline in {path.name}"
            message = message_of(drift, renamed, f"in {path.name}", "here")
            # Python is where such a pipeline is written: there the difference counts, once.
            yield Finding("VH202", span, message, (Related(there, said, path),), is_echo=True)
