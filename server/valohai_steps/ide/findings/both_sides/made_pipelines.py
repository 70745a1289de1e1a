"""A pipeline that Python makes, beside valohai.yaml: what both sides say of it."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from valohai_steps.drift.compare import Drift
from valohai_steps.drift.findings import drift_message
from valohai_steps.drift.pipelines.catalogue import catalogue_of
from valohai_steps.drift.pipelines.judging import left_out, unknown_names
from valohai_steps.ide.update.pipelines.made import sound_pipeline
from valohai_steps.ide.update.pipelines.planning import (
    compare_with_yaml,
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
    file = snapshot.sound_yaml(yaml)
    if file is None:
        return
    found = yaml_pipeline(file, fact.name)
    for drift in compare_with_yaml(fact, file, tasks_of(file)):
        if drift.subject == "pipeline":
            message = f"pipeline {fact.name!r} is not in {yaml.name}; update {yaml.name} to add it"
            yield Finding("VH201", fact.name_span, message)
            continue
        span = drift.python.span if drift.python else fact.name_span
        place = drift.yaml.span if drift.yaml else drift.anchor
        said = f"defined here in {yaml.name}" if drift.yaml else f"the pipeline in {yaml.name}"
        related = (Related(place, said, yaml),) if place is not None and found is not None else ()
        yield Finding("VH202", span, _message(drift, "here", f"in {yaml.name}"), related)


def findings_in_yaml(
    snapshot: Snapshot, yaml: Path, made: Iterable[tuple[Path, PipelineFact]]
) -> Iterator[Finding]:
    """VH202 in a valohai.yaml, for these pipelines."""
    file = snapshot.sound_yaml(yaml)
    if file is None:
        return
    for path, fact in made:
        if not isinstance(sound_pipeline(snapshot, path, yaml, half_typed=True), PipelineFact):
            continue
        for drift in compare_with_yaml(fact, file, tasks_of(file)):
            span = drift.yaml.span if drift.yaml else drift.anchor
            if span is None:
                continue  # the pipeline is missing
            there = drift.python.span if drift.python else fact.name_span
            said = f"made here in {path.name}" if drift.python else f"the pipeline in {path.name}"
            message = _message(drift, f"in {path.name}", "here")
            # Python is where such a pipeline is written: there the difference counts, once.
            yield Finding("VH202", span, message, (Related(there, said, path),), is_echo=True)


def _message(drift: Drift, in_python: str, in_yaml: str) -> str:
    """A difference in words; of a node by two names, the one of this file first."""
    if drift.subject == "node" and drift.key == "name" and drift.python and drift.yaml:
        ours, theirs = drift.python.value, drift.yaml.value
        here, there, where = (ours, theirs, in_yaml) if in_python == "here" else (theirs, ours, in_python)
        return f"node {here!r} is called {there!r} {where}; use the same name in both"
    return drift_message(drift, in_python, in_yaml)
