"""A pipeline that Python makes, beside valohai.yaml: what both sides say of it."""

from collections.abc import Iterable, Iterator
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
from valohai_steps.project.disk.files import readable
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.pipelines.pipeline_file import PipelineFile


def findings_in_python(
    snapshot: Snapshot, path: Path, file: PipelineFile, fact: PipelineFact
) -> Iterator[Finding]:
    """VH141, VH142, VH201 and VH202 in the Python file that makes it."""
    items = readable(snapshot.items(snapshot.yaml_path(path)))
    unknown: list[Finding] = []
    if items is not None and items.is_readable:
        unknown += unknown_names(file.text, fact, catalogue_of(items))
    yield from unknown
    yield from left_out(fact)
    if not unknown and not file.problems:
        yield from _against_yaml(snapshot, path, fact)


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


def findings_in_yaml(
    snapshot: Snapshot, yaml: Path, made: Iterable[tuple[Path, PipelineFact]]
) -> Iterator[Finding]:
    """VH202 in a valohai.yaml, for these pipelines."""
    file = readable(snapshot.yaml(yaml))
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
