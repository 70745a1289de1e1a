"""VH101, VH141 and VH142 of pipelines that Python makes, beside the steps of valohai.yaml."""

from collections.abc import Iterator
from pathlib import Path

from valohai_steps.drift.pipelines.catalogue import catalogue_of
from valohai_steps.drift.pipelines.judging import left_out, unknown_names
from valohai_steps.model.finding import Finding
from valohai_steps.project.pipelines import pipeline_file
from valohai_steps.project.snapshot import Snapshot


def of_python(snapshot: Snapshot, path: Path) -> Iterator[Finding]:
    """The findings of a Python file that makes a pipeline. Raises FileError."""
    file = pipeline_file(snapshot, path)
    if file is None:
        return
    yield from file.problems
    if file.pipeline is None or file.pipeline.stale:
        return
    items = snapshot.items(snapshot.yaml_path(path))
    if items is not None and items.is_readable:
        yield from unknown_names(file.text, file.pipeline, catalogue_of(items))
    yield from left_out(file.pipeline)
