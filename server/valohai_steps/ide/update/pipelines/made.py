"""The pipeline that a Python file makes, and whether it may be written."""

from pathlib import Path
from typing import TYPE_CHECKING

from valohai_steps.ide.update.obstacles.refused import Refused, together
from valohai_steps.project.disk.files import readable
from valohai_steps.project.readings.pipelines import pipeline_file
from valohai_steps.project.snapshot import Snapshot

if TYPE_CHECKING:
    from valohai_steps.model.pipeline import PipelineFact


def sound_pipeline(
    snapshot: Snapshot, path: Path, yaml: Path, *, half_typed: bool = False
) -> "PipelineFact | Refused | None":
    """The pipeline that a Python file makes, why it is not written, or None when there is none.

    With `half_typed`, what it made before its text broke counts: to be compared, not to be written.
    """
    file = pipeline_file(snapshot, path)
    if file is None:
        return None
    problems = list(file.problems)
    items = readable(snapshot.items(yaml))
    if file.pipeline is not None and items is not None and items.is_readable:
        from valohai_steps.drift.pipelines.catalogue import catalogue_of  # with all rules of valohai.yaml
        from valohai_steps.drift.pipelines.judging import unknown_names

        problems += unknown_names(file.text, file.pipeline, catalogue_of(items))
    refused = together(Refused(path, problem.message, problem.span) for problem in problems)
    if refused is not None or file.pipeline is None:
        return refused
    if file.pipeline.stale and not half_typed:
        return Refused(path, "this file is not complete Python yet", file.pipeline.name_span)
    if items is None:
        why = f"there is no {yaml.name} with the steps of pipeline {file.pipeline.name!r}; write them first"
        return Refused(path, why, file.pipeline.name_span)
    return file.pipeline


def makes_pipeline(snapshot: Snapshot, path: Path) -> bool:
    """Whether a Python file makes a pipeline, known or not."""
    file = pipeline_file(snapshot, path)
    return file is not None and (file.pipeline is not None or bool(file.problems))
