"""Pipelines that Python files make, read until something changes."""

from collections.abc import Iterable, Iterator
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from valohai_steps.model.relocation import edit_between, moved_span, relocated
from valohai_steps.project.python.imports import WorkspaceImports
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.pipelines.interest import may_hold_pipeline
from valohai_steps.source.python_file import is_current

if TYPE_CHECKING:
    from valohai_steps.model.pipeline import PipelineFact
    from valohai_steps.source.pipelines.pipeline_file import PipelineFile


def pipeline_file(snapshot: Snapshot, path: Path) -> "PipelineFile | None":
    """What a Python file says of pipelines; None when it makes none, or cannot be read.

    While its text is half-typed, what it said before counts: the pipeline, stale, and what is wrong with it,
    moved as the text moved.
    """
    text = snapshot.text(path) if path.suffix == ".py" else None
    if not isinstance(text, str) or not may_hold_pipeline(text):
        return None
    known = snapshot.memo.pipelines.get(path)
    imports = WorkspaceImports(path, snapshot.root(path), snapshot.syntax)
    if known is None or known.text != text or not is_current(known.imported, imports):
        from valohai_steps.source.pipelines.reader import read_pipeline  # with the first pipeline to read

        snapshot.memo.count("pipelines read")
        found = read_pipeline(text, imports)
        if found.is_broken and known is not None:
            found = _kept(found, known)
        known = snapshot.memo.pipelines[path] = found
    return known


def _kept(found: "PipelineFile", known: "PipelineFile") -> "PipelineFile":
    """What was known before a text broke, in the places of the broken one."""
    place = partial(moved_span, edit=edit_between(known.text, found.text))
    pipeline = None if known.pipeline is None else replace(relocated(known.pipeline, place), stale=True)
    return replace(found, pipeline=pipeline, problems=relocated(known.problems, place))


def pipelines_of(snapshot: Snapshot, yaml: Path) -> "tuple[tuple[Path, PipelineFact], ...]":
    """Every pipeline of the known Python files that belong to this valohai.yaml, in order of path.

    Closed files are looked at once, until the workspace hears of a change.
    """
    state = (snapshot.roots, snapshot.overrides, snapshot.sources, frozenset(snapshot.documents))
    known = snapshot.memo.closed_pipelines.get(yaml)
    if known is None or known[0] != state:
        closed = (path for path in snapshot.sources if path not in snapshot.documents)
        known = snapshot.memo.closed_pipelines[yaml] = (state, tuple(_made(snapshot, yaml, closed)))
    return tuple(sorted((*known[1], *_made(snapshot, yaml, snapshot.documents)), key=itemgetter(0)))


def _made(snapshot: Snapshot, yaml: Path, paths: Iterable[Path]) -> "Iterator[tuple[Path, PipelineFact]]":
    for path in paths:
        if path.suffix != ".py" or snapshot.yaml_path(path) != yaml:
            continue
        file = pipeline_file(snapshot, path)
        if file is not None and file.pipeline is not None:
            yield path, file.pipeline
