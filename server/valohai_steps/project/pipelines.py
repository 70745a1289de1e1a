"""Pipelines that Python files make, read until something changes."""

from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from valohai_steps.model.pipeline import PipelineFact
from valohai_steps.project.files import FileError
from valohai_steps.project.imports import WorkspaceImports
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.pipelines.interest import may_hold_pipeline
from valohai_steps.source.pipelines.pipeline_file import PipelineFile
from valohai_steps.source.python_file import is_current


def pipeline_file(snapshot: Snapshot, path: Path) -> PipelineFile | None:
    """What a Python file says of pipelines; None when it makes none, or is not there.

    While its text is half-typed, the pipeline that it made before counts, stale. Raises FileError.
    """
    text = snapshot.text(path) if path.suffix == ".py" else None
    if text is None or not may_hold_pipeline(text):
        return None
    known = snapshot.memo.pipelines.get(path)
    imports = WorkspaceImports(path, snapshot.root(path), snapshot.syntax)
    if known is None or known.text != text or not is_current(known.imported, imports):
        from valohai_steps.source.pipelines.reader import read_pipeline  # with the first pipeline to read

        snapshot.memo.count("pipelines read")
        found = read_pipeline(text, imports)
        if found.is_broken and known is not None and known.pipeline is not None:
            found = replace(found, pipeline=replace(known.pipeline, stale=True))
        known = snapshot.memo.pipelines[path] = found
    return known


def pipelines_of(snapshot: Snapshot, yaml: Path) -> Iterator[tuple[Path, PipelineFact]]:
    """Every pipeline of the known Python files that belong to this valohai.yaml, in order of path."""
    for path in sorted({*snapshot.sources, *snapshot.documents}):
        if path.suffix != ".py" or snapshot.yaml_path(path) != yaml:
            continue
        try:
            file = pipeline_file(snapshot, path)
        except FileError:
            continue  # its own finding is shown where it is opened
        if file is not None and file.pipeline is not None:
            yield path, file.pipeline
