"""All pipelines of a file that can be drawn, and what stands in the way of others."""

from pathlib import Path

from msgspec import Struct

from valohai_steps.ide.pipeline_graph.graph import Graph
from valohai_steps.ide.pipeline_graph.python_graphs import graph_of_python
from valohai_steps.ide.pipeline_graph.yaml_graphs import graphs_of_yaml
from valohai_steps.ide.update.obstacles.refused import Refused
from valohai_steps.model.finding import Finding
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import UnreadableFile, readable
from valohai_steps.project.readings.pipelines import pipeline_file
from valohai_steps.project.snapshot import Snapshot

_HALF_TYPED = "the file is half-typed; finish the statement to see its pipeline"


class Drawable(Struct, frozen=True):
    """The pipelines of a file, in order; `obstacle` is why another one, or a part of it, cannot be read."""

    graphs: tuple[Graph, ...]
    obstacle: Refused | None = None


def drawable(snapshot: Snapshot, path: Path) -> Drawable:
    """The pipelines of a valohai.yaml, or the one of a Python file; none where it cannot be read."""
    text = snapshot.text(path)
    if isinstance(text, UnreadableFile):
        return Drawable((), Refused(path, text.why))
    return _of_yaml(snapshot, path) if is_yaml(path) else _of_python(snapshot, path)


def _of_yaml(snapshot: Snapshot, path: Path) -> Drawable:
    file = readable(snapshot.items(path))
    broken = next((each for each in file.findings() if each.code == "VH301"), None) if file else None
    return Drawable(graphs_of_yaml(snapshot, path), _obstacle(path, broken))


def _of_python(snapshot: Snapshot, path: Path) -> Drawable:
    graph, file = graph_of_python(snapshot, path), pipeline_file(snapshot, path)
    problem = file.problems[0] if file is not None and file.problems else None
    if file is not None and file.is_broken:
        return Drawable(() if graph is None else (graph,), Refused(path, _HALF_TYPED))
    return Drawable(() if graph is None else (graph,), _obstacle(path, problem))


def _obstacle(path: Path, problem: Finding | None) -> Refused | None:
    return None if problem is None else Refused(path, problem.message, problem.span)
