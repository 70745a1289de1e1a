"""The tool `graph`: pipelines as nodes and edges, and as a drawing."""

from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

from valohai_steps.agents.answer import Answer, ToolError
from valohai_steps.agents.surroundings import Surroundings
from valohai_steps.ide.pipeline_graph.drawings.drawing import DRAWINGS
from valohai_steps.ide.pipeline_graph.graph import Graph
from valohai_steps.ide.pipeline_graph.python_graphs import graph_of_python
from valohai_steps.ide.pipeline_graph.yaml_graphs import graphs_of_yaml
from valohai_steps.model.text import LineIndex
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import demand
from valohai_steps.project.readings.pipelines import pipeline_file
from valohai_steps.project.settings.settings import nearest


class GraphInput(Struct, frozen=True, forbid_unknown_fields=True):
    """Which pipelines."""

    pipeline: Annotated[str | None, Meta(description="The name of one pipeline. Without it: all.")] = None
    path: Annotated[
        str | None,
        Meta(
            description="A valohai.yaml, or a Python file whose main(config) makes a pipeline, which is read "
            "without running it. Without it: every valohai.yaml of the workspace."
        ),
    ] = None
    format: Annotated[
        Literal["text", "mermaid", "dot", "svg"], Meta(description="How the drawing is written.")
    ] = "text"


class DrawnNode(Struct, frozen=True):
    """A node."""

    name: str
    kind: Annotated[str, Meta(description="execution, task or deployment.")]
    runs: Annotated[str, Meta(description="What it runs, in words.")]
    stage: Annotated[int, Meta(description="From 0: nodes wait for those of earlier stages alone.")]
    problem: Annotated[str, Meta(description="Why it is broken; empty when it is not.")]


class DrawnEdge(Struct, frozen=True):
    """An edge: what one node hands over to another."""

    source: str
    target: str
    what: Annotated[str, Meta(description="What is handed over, of the source.")]
    into: Annotated[str, Meta(description="What gets it, of the target.")]
    problem: Annotated[str, Meta(description="Why it is broken; empty when it is not.")]


class DrawnPipeline(Struct, frozen=True):
    """A pipeline."""

    name: str
    path: str
    line: int
    nodes: list[DrawnNode]
    edges: list[DrawnEdge]
    drawing: str


class DrawnPipelines(Struct, frozen=True):
    """The pipelines that were asked for."""

    pipelines: list[DrawnPipeline]


def graph(around: Surroundings, asked: GraphInput) -> Answer:
    """The pipelines, drawn. Raises ToolError for one that is not there, and FileError."""
    paths = around.named or tuple(path for path in around.yaml_files() if around.snapshot.exists(path))
    graphs = [each for path in paths for each in _graphs(around, path)]
    if not graphs:
        where = around.shown(around.named[0]) if around.named else "any valohai.yaml of the workspace"
        raise ToolError(f"no pipeline in {where}; name a file that has some as path")
    if asked.pipeline is not None:
        names = tuple(each.name for each in graphs)
        graphs = [each for each in graphs if each.name == asked.pipeline]
        if not graphs:
            hint = nearest(asked.pipeline, names) or f"; the pipelines are: {', '.join(names)}"
            raise ToolError(f"no pipeline {asked.pipeline!r}{hint}")
    drawn = [_drawn(around, each, asked.format) for each in graphs]
    return Answer(DrawnPipelines(drawn), "\n".join(each.drawing for each in drawn))


def _graphs(around: Surroundings, path: Path) -> tuple[Graph, ...]:
    demand(around.snapshot.text(path))
    if is_yaml(path):
        return graphs_of_yaml(around.snapshot, path)
    found = graph_of_python(around.snapshot, path)
    if found is not None:
        return (found,)
    file = pipeline_file(around.snapshot, path)
    if file is None or not file.problems:
        raise ToolError(f"{around.shown(path)}: no main(config) that returns a valohai.Pipeline in this file")
    problem = file.problems[0]
    line, column = LineIndex(file.text).position(problem.span.start, "utf-32")
    raise ToolError(f"{around.shown(path)}:{line + 1}:{column + 1}: {problem.message}")


def _drawn(around: Surroundings, found: Graph, form: str) -> DrawnPipeline:
    return DrawnPipeline(
        found.name,
        around.shown(found.path),
        around.line(found.path, found.name_span),
        [DrawnNode(each.name, each.kind, each.runs, each.stage, each.problem) for each in found.nodes],
        [DrawnEdge(each.source, each.target, each.what, each.into, each.problem) for each in found.edges],
        DRAWINGS[form](found),
    )
