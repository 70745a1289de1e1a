"""`valohai-steps graph`: pipelines, drawn."""

import argparse
from pathlib import Path

from valohai_steps.cli.outcomes import DONE, UsageError
from valohai_steps.cli.output.paths import shown, whole_path
from valohai_steps.cli.output.terminal import Terminal
from valohai_steps.cli.sources import choose
from valohai_steps.ide.pipeline_graph.drawings.drawing import DRAWINGS
from valohai_steps.ide.pipeline_graph.graph import Graph
from valohai_steps.ide.pipeline_graph.python_graphs import graph_of_python
from valohai_steps.ide.pipeline_graph.yaml_graphs import graphs_of_yaml
from valohai_steps.model.finding import Finding
from valohai_steps.model.text import LineIndex
from valohai_steps.project.binding import find_root, is_yaml
from valohai_steps.project.disk.files import FileError, demand, exists, readable
from valohai_steps.project.memo import Memo
from valohai_steps.project.readings.pipelines import pipeline_file
from valohai_steps.project.settings.settings import nearest
from valohai_steps.project.snapshot import Snapshot


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Print the drawings. Raises FileError, and UsageError for a pipeline that is not there."""
    path, snapshot = _file(options.file, terminal)
    demand(snapshot.text(path))
    graphs = graphs_of_yaml(snapshot, path) if is_yaml(path) else (_of_python(snapshot, path),)
    if not graphs:
        _demand_readable(snapshot, path)
        raise FileError(path, "no pipeline in this file; name one that has some with --file")
    if options.name is not None:
        graphs = tuple(graph for graph in graphs if graph.name == options.name) or _unknown(options, graphs)
    if options.format == "svg" and len(graphs) > 1:
        names = ", ".join(graph.name for graph in graphs)
        raise UsageError(f"one picture holds one pipeline; name one of {names}")
    draw = DRAWINGS[options.format]
    terminal.write("\n".join(draw(graph) for graph in graphs))
    return DONE


def _file(named: Path | None, terminal: Terminal) -> tuple[Path, Snapshot]:
    if named is not None:
        chosen = choose([named], terminal)
        if chosen.scanned:
            raise FileError(named, "this is a folder; name a valohai.yaml or a Python file in it")
        return whole_path(named), chosen.snapshot
    root = find_root(Path.cwd())
    snapshot = Snapshot((root,), {}, {}, frozenset(), Memo())
    path = snapshot.yaml_path(Path.cwd() / "any.py")
    if not exists(path):
        raise FileError(path, "no such file; go to the folder of the project, or name a file with --file")
    return path, snapshot


def _of_python(snapshot: Snapshot, path: Path) -> Graph:
    graph = graph_of_python(snapshot, path)
    if graph is not None:
        return graph
    file = pipeline_file(snapshot, path)
    if file is None or not file.problems:
        raise FileError(path, "no main(config) that returns a valohai.Pipeline in this file")
    raise _told(path, file.text, file.problems[0])


def _demand_readable(snapshot: Snapshot, path: Path) -> None:
    """Raises UsageError with what is wrong with a valohai.yaml that is not understood."""
    file = readable(snapshot.yaml(path))
    if file is not None and not file.is_readable:
        raise _told(path, file.text, next(each for each in file.problems if each.code == "VH301"))


def _told(path: Path, text: str, problem: Finding) -> UsageError:
    line, column = LineIndex(text).position(problem.span.start, "utf-32")
    return UsageError(f"{shown(path)}:{line + 1}:{column + 1}: {problem.code}: {problem.message}")


def _unknown(options: argparse.Namespace, graphs: tuple[Graph, ...]) -> tuple[Graph, ...]:
    names = tuple(graph.name for graph in graphs)
    hint = nearest(options.name, names) or f"; the pipelines are: {', '.join(names)}"
    raise UsageError(f"no pipeline {options.name!r}{hint}")
