"""From the source of an edge to the lines that write its files, and from an input to what fills it."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from msgspec import Struct

from valohai_steps.config.items.file import ItemFile
from valohai_steps.config.items.part import Part
from valohai_steps.config.model.items import Task
from valohai_steps.config.model.pipelines import Pipeline
from valohai_steps.drift.commands.runs import files_run
from valohai_steps.ide.pipeline_graph.yaml_graphs import end_words
from valohai_steps.model.text import Span
from valohai_steps.project.disk.files import readable
from valohai_steps.project.readings.command_lines import file_of_command
from valohai_steps.project.readings.pipelines import pipelines_of
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.command_line.output_paths import output_files
from valohai_steps.source.tree.syntax import Syntax

_LARGEST = 1_000_000


class WrittenFile(Struct, frozen=True):
    """A place in a script that names a file it writes; `origin` is the pattern of the edge."""

    origin: Span
    path: Path
    span: Span


def written_files(snapshot: Snapshot, yaml: Path, offset: int) -> Iterator[WrittenFile]:
    """The places that write what the edge's pattern at `offset` of a valohai.yaml means."""
    file = readable(snapshot.items(yaml))
    for origin, step, pattern in () if file is None else _sources(file, offset):
        for path in _scripts(snapshot, yaml, file, step) if file is not None else ():
            for span in _places(snapshot, path, pattern):
                yield WrittenFile(origin, path, span)


class Feed(Struct, frozen=True):
    """An edge that fills an input: `what` of the node `source`, in the pipeline of that name.

    `span` is the edge, `name` the end that it comes from.
    """

    pipeline: str
    source: str
    what: str
    path: Path
    span: Span
    name: Span


def feeds(snapshot: Snapshot, yaml: Path, step: str, name: str) -> Iterator[Feed]:
    """The edges that fill an input of a step: of a valohai.yaml, then of Python."""
    file = readable(snapshot.items(yaml))
    tasks = {} if file is None else dict(_tasks(file))
    for part, start, pipeline in () if file is None else _pipelines(file):
        runs = _steps_of_nodes(pipeline, tasks)
        title = "" if pipeline.name is None else pipeline.name.text
        for edge in pipeline.edges:
            source, target = edge.source, edge.target
            if source is None or target is None or len(source.parts) != 3 or len(target.parts) != 3:
                continue
            node, kind, into = (each.text for each in target.parts)
            if kind in ("input", "inputs") and into == name and runs.get(node) == step:
                what = end_words(source.parts[1].text, source.parts[2].text)
                spans = (part.places[each].shifted(start) for each in (edge.place, source.place))
                yield Feed(title, source.parts[0].text, what, yaml, *spans)
    yield from _fed_by_python(snapshot, yaml, step, name)


def _fed_by_python(snapshot: Snapshot, yaml: Path, step: str, name: str) -> Iterator[Feed]:
    for path, fact in pipelines_of(snapshot, yaml):
        for edge in fact.edges:
            node, source = fact.node(edge.target.node), edge.source
            if edge.target.key == name and node is not None and node.step == step:
                what = end_words(source.kind, source.key)
                yield Feed(fact.name, source.node, what, path, edge.span, source.key_span)


def fills(snapshot: Snapshot, yaml: Path, step: str, name: str) -> Iterator[str]:
    """What edges fill an input of a step with, in words, each once."""
    found = feeds(snapshot, yaml, step, name)
    yield from dict.fromkeys(
        f"filled in {each.pipeline} by `{each.what}` of `{each.source}`" for each in found
    )


def _pipelines(file: ItemFile) -> Iterator[tuple[Part, int, Pipeline]]:
    """The pipelines that can be read, with their part and where it starts."""
    for part, start in zip(file.parts, file.starts, strict=False):
        for facts in part.facts:
            if isinstance(facts.thing, Pipeline):
                yield part, start, facts.thing


def _tasks(file: ItemFile) -> Iterator[tuple[str, str]]:
    """The step that each task runs."""
    for part in file.parts:
        for facts in part.facts:
            task = facts.thing
            if isinstance(task, Task) and task.name is not None and task.step is not None:
                yield task.name.text, task.step.text


def _sources(file: ItemFile, offset: int) -> Iterator[tuple[Span, str, str]]:
    """The pattern of an edge's source at a place, with the step of its node."""
    tasks = dict(_tasks(file))
    for part, start, pipeline in _pipelines(file):
        if not start <= offset <= start + len(part.text):
            continue
        steps = _steps_of_nodes(pipeline, tasks)
        for edge in pipeline.edges:
            parts = () if edge.source is None else edge.source.parts
            if len(parts) != 3 or parts[1].text not in ("output", "outputs"):
                continue
            span = part.places[parts[2].place].shifted(start)
            if span.contains(offset) and parts[0].text in steps:
                yield span, steps[parts[0].text], parts[2].text


def _steps_of_nodes(pipeline: Pipeline, tasks: Mapping[str, str]) -> dict[str, str]:
    """The step of this file that each node runs, by itself or by a task."""
    runs = (
        (node.name.text, node.step.text if node.step else tasks.get(node.task.text if node.task else ""))
        for node in pipeline.nodes
        if node.name is not None and not node.commit
    )
    return {name: step for name, step in runs if step}


def _scripts(snapshot: Snapshot, yaml: Path, file: ItemFile, name: str) -> Iterator[Path]:
    for _, step in file.steps():
        command = step.get("command") if step.name == name else None
        for each in sorted(files_run(command.value)) if command is not None else ():
            path = file_of_command(snapshot, yaml, each)
            if path is not None:
                yield path


def _places(snapshot: Snapshot, path: Path, pattern: str) -> Iterator[Span]:
    text = readable(snapshot.text(path)) if path.suffix == ".py" else None
    if text is None or len(text) > _LARGEST:
        return
    for each in output_files(Syntax(text)):
        if fnmatchcase(each.name, pattern) or fnmatchcase(each.name.rpartition("/")[2], pattern):
            yield each.span
