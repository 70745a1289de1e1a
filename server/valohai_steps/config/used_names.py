"""Where a valohai.yaml uses what a step declares: overrides, edges, targets, tasks, `{parameter:x}`."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from valohai_steps.config.model.names import mappings_of, texts_of, value_of
from valohai_steps.config.reader import YamlFile
from valohai_steps.config.tree.node import Node, walk
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span

_PLACEHOLDER = pattern(r"\{parameter(?:-value)?:([^{}\n]{1,200})\}")
_LISTS = {"parameters": "parameter", "inputs": "input"}
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


def _whole(kind: str, step: str, node: Node, what: str) -> UsedName:
    """A scalar or key that is the name."""
    name = str(node.value)
    return UsedName(kind, name, step, node, Span(0, len(name)), what)


def used_names(file: YamlFile) -> Iterator[UsedName]:
    """Every use in the file, in its order."""
    items = [item for root in file.documents for item in root.items if item.kind == "mapping"]
    tasks = {_text(task, "name"): _text(task, "step") for item in items for task in _section(item, "task")}
    for item in items:
        for step in _section(item, "step"):
            yield from _of_step(step)
        for task in _section(item, "task"):
            yield from _of_task(task)
        for key in ("pipeline", "blueprint"):
            for pipeline in _section(item, key):
                yield from _of_pipeline(pipeline, tasks)


def _section(item: Node, key: str) -> Iterator[Node]:
    found = value_of(item, key)
    if found is not None and found.kind == "mapping":
        yield found


def _of_step(step: Node) -> Iterator[UsedName]:
    """Placeholders anywhere in a step: Valohai fills them in in commands and in the defaults of inputs."""
    name = _text(step, "name")
    yield from _placeholders(step, name, f"step {name!r}")


def _placeholders(holder: Node, step: str, what: str) -> Iterator[UsedName]:
    for entry in holder.entries:
        if entry.key in ("name", "parameters", "description"):
            continue
        for node in walk(entry.node):
            for found in _PLACEHOLDER.finditer(node.value) if isinstance(node.value, str) else ():
                yield UsedName(
                    "parameter", found[1], step, node, Span(*found.span(1)), f"the {entry.key} of {what}"
                )


def _of_task(task: Node) -> Iterator[UsedName]:
    step, what = _text(task, "step"), f"task {_text(task, 'name')!r}"
    for item in mappings_of(value_of(task, "parameters")):
        for node in texts_of(value_of(item, "name")):
            yield _whole("parameter", step, node, what)
    for chosen in mappings_of(value_of(task, "parameter-sets")):
        for entry in chosen.entries:
            yield _whole("parameter", step, entry.key_node, what)


def _of_pipeline(pipeline: Node, tasks: Mapping[str, str]) -> Iterator[UsedName]:
    where = f"pipeline {_text(pipeline, 'name')!r}"
    steps: dict[str, str] = {}
    for node in mappings_of(value_of(pipeline, "nodes")):
        if value_of(node, "commit") is not None:  # it runs the step of another file
            continue
        step = _text(node, "step") or tasks.get(_text(node, "task"), "")
        steps[_text(node, "name")] = step
        yield from _of_override(node, step, f"node {_text(node, 'name')!r} of {where}")
    for end in _ends(pipeline):
        first, _, rest = str(end.value).partition(".")
        kind, _, name = rest.partition(".")
        if kind in _ENDS and name and first in steps:
            start = len(first) + len(kind) + 2
            yield UsedName(_ENDS[kind], name, steps[first], end, Span(start, start + len(name)), where)


def _of_override(node: Node, step: str, what: str) -> Iterator[UsedName]:
    override = value_of(node, "override")
    for key, kind in _LISTS.items() if override is not None else ():
        for item in mappings_of(value_of(override, key)) if override is not None else ():
            for named in texts_of(value_of(item, "name")):
                yield _whole(kind, step, named, what)
    if override is not None and override.kind == "mapping":
        yield from _placeholders(override, step, what)


def _ends(pipeline: Node) -> Iterator[Node]:
    """Both ends of every edge, and the targets of every parameter."""
    edges = value_of(pipeline, "edges")
    for edge in edges.items if edges is not None and edges.kind == "sequence" else ():
        yield from texts_of(edge if edge.kind == "sequence" else value_of(edge, "source"))
        yield from texts_of(value_of(edge, "target"))
    for parameter in mappings_of(value_of(pipeline, "parameters")):
        for key in ("targets", "target"):
            yield from texts_of(value_of(parameter, key))


def _text(node: Node, key: str) -> str:
    value = value_of(node, key)
    return str(value.value) if value is not None and value.kind == "scalar" else ""
