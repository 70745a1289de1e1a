"""VH101, VH141, VH142, VH201 and VH202 of pipelines that Python makes, and VH202 on the other side.

Few files make one: what judges them is imported with the first that does.
"""

from collections.abc import Iterator
from pathlib import Path

from valohai_steps.model.finding import Finding
from valohai_steps.project.readings.pipelines import pipeline_file, pipelines_of
from valohai_steps.project.snapshot import Snapshot


def of_python(snapshot: Snapshot, path: Path) -> Iterator[Finding]:
    """The findings of a Python file that makes a pipeline."""
    file = pipeline_file(snapshot, path)
    if file is None:
        return
    yield from file.problems
    if file.pipeline is not None:
        from valohai_steps.ide.findings.both_sides.made_pipelines import findings_in_python

        yield from findings_in_python(snapshot, path, file, file.pipeline)


def of_yaml(snapshot: Snapshot, yaml: Path) -> Iterator[Finding]:
    """VH202 in a valohai.yaml, for the pipelines that Python makes."""
    made = pipelines_of(snapshot, yaml)
    if made:
        from valohai_steps.ide.findings.both_sides.made_pipelines import findings_in_yaml

        yield from findings_in_yaml(snapshot, yaml, made)
