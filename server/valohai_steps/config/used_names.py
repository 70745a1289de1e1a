"""Where a valohai.yaml uses what a step declares: overrides, edges, targets, tasks, `{parameter:x}`."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from valohai_steps.config.model.items import Step, Task, read_declarations
from valohai_steps.config.model.names import Name, Places
from valohai_steps.config.model.pipelines import End, Pipeline, PipelineNode
from valohai_steps.config.reader import YamlFile
from valohai_steps.config.tree.node import Node, walk
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span

_PLACEHOLDER = pattern(r"\{parameter(?:-value)?:([^{}\n]{1,200})\}")
_NO_USE = ("name", "parameters", "description")
_ENDS = {"parameter": "parameter", "parameters": "parameter", "input": "input", "inputs": "input"}


class UsedName(Struct, frozen=True):
    """A place that uses a parameter or input (`kind`) of a step, and in words what is there.

    The name is `part` of what `node` says, a scalar or a key; `span` is the place of all of it.
    """

    kind: str
    name: str
    step: str
    node: Node
    part: Span
    what: str

    @property
    def span(self) -> Span:
        """The place of the scalar or key that holds the name."""
        return self.node.span


def used_names(file: YamlFile) -> Iterator[UsedName]:
    """Every use in the file, item by item in its order: a view of what it declares (`config.model`)."""
    declared = read_declarations(file.text, file.documents)
    things = [thing for _, thing in declared.things]
    tasks = {each.text: _named(each.step) for each in things if isinstance(each, Task)}
    for thing in things:
        if isinstance(thing, Step):
            yield from _of_step(declared.places, thing)
        elif isinstance(thing, Task):
            yield from _of_task(declared.places, thing)
        elif isinstance(thing, Pipeline):
            yield from _of_pipeline(declared.places, thing, tasks)


def _of_step(places: Places, step: Step) -> Iterator[UsedName]:
    yield from _in_strings(places.sources[step.place][0], step.text, f"step {step.text!r}")


def _of_task(places: Places, task: Task) -> Iterator[UsedName]:
    yield from _whole(places, "parameter", task.parameters, _named(task.step), f"task {task.text!r}")


def _of_pipeline(places: Places, pipeline: Pipeline, tasks: Mapping[str, str]) -> Iterator[UsedName]:
    what = f"pipeline {pipeline.text!r}"
    steps: dict[str, str] = {}
    for node in pipeline.nodes:
        if not node.commit:  # else it runs the step of another file
            steps[node.text] = step = _named(node.step) or tasks.get(_named(node.task), "")
            yield from _of_override(places, node, step, f"node {node.text!r} of {what}")
    for end in pipeline.ends:
        yield from _of_end(places, end, steps, what)


def _of_override(places: Places, node: PipelineNode, step: str, what: str) -> Iterator[UsedName]:
    override = node.override
    yield from _whole(places, "parameter", override.parameters, step, what)
    yield from _whole(places, "input", override.inputs, step, what)
    if override.place is not None:
        yield from _in_strings(places.sources[override.place][0], step, what)


def _of_end(places: Places, end: End, steps: Mapping[str, str], what: str) -> Iterator[UsedName]:
    if len(end.parts) != 3:
        return
    first, kind, name = end.parts
    if kind.text in _ENDS and first.text in steps:
        yield _use(places, _ENDS[kind.text], name, steps[first.text], what)


def _whole(places: Places, kind: str, names: Iterable[Name], step: str, what: str) -> Iterator[UsedName]:
    """Scalars and keys that are names."""
    for name in names:
        yield _use(places, kind, name, step, what)


def _use(places: Places, kind: str, name: Name, step: str, what: str) -> UsedName:
    node, part = places.sources[name.place]
    return UsedName(kind, name.text, step, node, part or Span(0, len(name.text)), what)


def _in_strings(holder: Node, step: str, what: str) -> Iterator[UsedName]:
    """Placeholders in any string of a step or an override, whether Valohai is known to fill it in or not:
    nothing that somebody has written one into is to go without a word."""
    for entry in holder.entries:
        strings = walk(entry.node) if entry.key not in _NO_USE else ()
        for node in strings:
            for found in _PLACEHOLDER.finditer(node.value) if isinstance(node.value, str) else ():
                words = f"the {entry.key} of {what}"
                yield UsedName("parameter", found[1], step, node, Span(*found.span(1)), words)


def _named(name: Name | None) -> str:
    return "" if name is None else name.text
