"""The names in a valohai.yaml: steps with their parameters and inputs, pipelines, tasks, endpoints.

The keys are those of Valohai's schema (`valohai_yaml.schema_data`).
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct, field

from valohai_steps.config.reader import Node, YamlFile
from valohai_steps.config.tree.node import walk
from valohai_steps.config.tree.scalar_places import ScalarPlaces, letters, place_inside, scalar_text
from valohai_steps.ide.navigation.command_names import (
    PythonSide,
    flags,
    flags_of_command,
    input_folders,
    placeholders,
)
from valohai_steps.ide.navigation.occurrence import Occurrence, OccurrenceRole, Symbol, SymbolKind
from valohai_steps.ide.navigation.python_names import FLAG_ATTRIBUTES
from valohai_steps.model.text import Span

_LISTS = (("parameters", SymbolKind.PARAMETER), ("inputs", SymbolKind.INPUT))
_NO_SIDE = PythonSide()


def names_of_yaml(path: Path, file: YamlFile, sides: Mapping[str, PythonSide]) -> Iterator[Occurrence]:
    """Every place of a valohai.yaml that names something; `sides` is what Python says of its steps."""
    page = page_of(path, file)
    items = [item for root in file.documents for item in root.items if item.kind == "mapping"]
    tasks = _tasks(items)
    for item in items:
        for key, names in _SECTIONS.items():
            entry = item.get(key)
            if entry is not None and entry.node.kind == "mapping":
                yield from names(page, entry.node, sides, tasks)


class YamlPage(Struct, frozen=True):
    """A valohai.yaml while it is walked. `tied` holds the nodes that an alias repeats, by identity.

    `known` are the letters of long texts, which may name many things.
    """

    path: Path
    text: str
    tied: frozenset[int]
    known: dict[int, ScalarPlaces] = field(default_factory=dict)

    def name(
        self, symbol: Symbol, role: OccurrenceRole, node: Node, whole: Span | None = None
    ) -> Iterator[Occurrence]:
        """A scalar that is a name, all of it."""
        place = place_inside(self.text, node, Span(0, len(scalar_text(self.text, node))))
        span, fixed = place or node.span, self._fixed(node)
        yield Occurrence(symbol, role, self.path, span, whole or node.span, node.span, fixed, node)

    def part(self, symbol: Symbol, node: Node, part: Span) -> Iterator[Occurrence]:
        """A part of a scalar's text that is a name."""
        if part.start == part.end:
            return
        if id(node) not in self.known:
            self.known[id(node)] = letters(self.text, node)
        place, fixed = self.known[id(node)].place(part), self._fixed(node)
        if place is None and not fixed:
            fixed = "there it is written with escapes or over several lines; write it out first"
        span = place or node.span
        yield Occurrence(symbol, OccurrenceRole.USE, self.path, span, span, node.span, fixed, node, part)

    def _fixed(self, node: Node) -> str:
        if node.alias is not None:
            return f"there it is `*{node.alias}`, a repetition of `&{node.alias}`; write it out by hand first"
        if id(node) in self.tied:
            return "what an anchor (`&`) holds there is repeated elsewhere; write that out by hand first"
        return ""


def page_of(path: Path, file: YamlFile) -> YamlPage:
    """A valohai.yaml to be walked."""
    return YamlPage(path, file.text, _tied(file))


def texts(node: Node | None) -> Iterator[Node]:
    """The scalars of a text or of a list of texts."""
    if node is not None:
        found = node.items or (node,)
        yield from (each for each in found if each.kind == "scalar" and each.value is not None)


def value_of(node: Node, key: str) -> Node | None:
    """The value of a key, also one that comes through `<<`."""
    entry = node.get(key)
    return None if entry is None else entry.node


def text_of(node: Node, key: str) -> str | None:
    """The text of a key; None without one."""
    value = value_of(node, key)
    return None if value is None or value.kind != "scalar" or value.value is None else str(value.value)


def mappings(node: Node, *keys: str) -> Iterator[Node]:
    """The mappings in the list below a key, or a key below that."""
    for key in keys[:-1]:
        found = value_of(node, key)
        if found is None or found.kind != "mapping":
            return
        node = found
    found = value_of(node, keys[-1])
    yield from (item for item in (found.items if found is not None else ()) if item.kind == "mapping")


def _tied(file: YamlFile) -> frozenset[int]:
    """The nodes inside an anchor that an alias repeats: an edit there would count in both places."""
    tied: set[int] = set()
    for root in file.documents:
        for node in walk(root):
            if node.shared and id(node) not in tied:
                tied.update(id(inner) for inner in walk(node))
    return frozenset(tied)


def _tasks(items: Iterable[Node]) -> dict[str, str]:
    """The step that each task runs, by the task's name."""
    nodes = (entry.node for item in items if (entry := item.get("task")) is not None)
    pairs = ((text_of(node, "name"), text_of(node, "step")) for node in nodes if node.kind == "mapping")
    return {name: step for name, step in pairs if name and step}


_Sides = Mapping[str, PythonSide]
_Tasks = Mapping[str, str]


def _names_of_step(page: YamlPage, node: Node, sides: _Sides, _tasks: _Tasks) -> Iterator[Occurrence]:
    name = text_of(node, "name") or ""
    side = sides.get(name, _NO_SIDE)
    named = value_of(node, "name")
    if name and named is not None:
        yield from page.name(Symbol(SymbolKind.STEP, name), OccurrenceRole.YAML, named, node.span)
    yield from _items_of_step(page, node, name, OccurrenceRole.YAML)
    yield from _in_commands(page, node, name, side)
    yield from _in_defaults(page, node, name)
    for item in mappings(node, "parameters"):
        for key in FLAG_ATTRIBUTES:
            for text in texts(value_of(item, key)):
                for flag, part in flags(str(text.value), side):
                    yield from page.part(Symbol(SymbolKind.PARAMETER, flag, name), text, part)


def _items_of_step(page: YamlPage, node: Node, step: str, role: OccurrenceRole) -> Iterator[Occurrence]:
    """The names of the parameters and inputs of a step, or of a node's `override`."""
    for key, kind in _LISTS:
        for item in mappings(node, key):
            name, named = text_of(item, "name"), value_of(item, "name")
            if name and named is not None:
                whole = item.span if role is OccurrenceRole.YAML else None
                yield from page.name(Symbol(kind, name, step), role, named, whole)


def _in_defaults(page: YamlPage, node: Node, step: str) -> Iterator[Occurrence]:
    """Placeholders outside of commands: Valohai fills them in in the defaults of inputs as well."""
    for key in ("inputs", "environment-variables"):
        for item in mappings(node, key):
            for default in texts(value_of(item, "default")):
                for name, part in placeholders(str(default.value)):
                    yield from page.part(Symbol(SymbolKind.PARAMETER, name, step), default, part)


def _in_commands(page: YamlPage, node: Node, step: str, side: PythonSide) -> Iterator[Occurrence]:
    source_path = text_of(node, "source-path")
    for command in texts(value_of(node, "command")):
        text = str(command.value)
        for name, part in (*placeholders(text), *flags_of_command(text, side, source_path)):
            yield from page.part(Symbol(SymbolKind.PARAMETER, name, step), command, part)
        for name, part in input_folders(text):
            yield from page.part(Symbol(SymbolKind.INPUT, name, step), command, part)


def _names_of_task(page: YamlPage, node: Node, _sides: _Sides, _tasks: _Tasks) -> Iterator[Occurrence]:
    named, step = value_of(node, "name"), text_of(node, "step") or ""
    name = text_of(node, "name")
    if name and named is not None:
        yield from page.name(Symbol(SymbolKind.TASK, name), OccurrenceRole.YAML, named, node.span)
    for stated in texts(value_of(node, "step")):
        yield from page.name(Symbol(SymbolKind.STEP, step), OccurrenceRole.USE, stated)
    for item in mappings(node, "parameters"):
        for varied in texts(value_of(item, "name")):
            yield from page.name(
                Symbol(SymbolKind.PARAMETER, str(varied.value), step), OccurrenceRole.USE, varied
            )
    for parameters in mappings(node, "parameter-sets"):
        for entry in parameters.entries:
            if entry.key_node.kind == "scalar" and isinstance(entry.key, str) and entry.key != "<<":
                yield from page.name(
                    Symbol(SymbolKind.PARAMETER, entry.key, step), OccurrenceRole.USE, entry.key_node
                )


def _names_of_endpoint(page: YamlPage, node: Node, _sides: _Sides, _tasks: _Tasks) -> Iterator[Occurrence]:
    name, named = text_of(node, "name"), value_of(node, "name")
    if name and named is not None:
        yield from page.name(Symbol(SymbolKind.ENDPOINT, name), OccurrenceRole.YAML, named, node.span)


def _names_of_pipeline(page: YamlPage, node: Node, _sides: _Sides, tasks: _Tasks) -> Iterator[Occurrence]:
    name, named = text_of(node, "name") or "", value_of(node, "name")
    if name and named is not None:
        yield from page.name(Symbol(SymbolKind.PIPELINE, name), OccurrenceRole.YAML, named, node.span)
    steps: dict[str, str] = {}
    for each in mappings(node, "nodes"):
        yield from _names_of_node(page, each, name, tasks, steps)
    for end in _edge_ends(node):
        yield from _socket(page, end, name, steps)
    for parameter in mappings(node, "parameters"):
        own, stated = text_of(parameter, "name"), value_of(parameter, "name")
        if own and stated is not None:
            symbol = Symbol(SymbolKind.PIPELINE_PARAMETER, own, name)
            yield from page.name(symbol, OccurrenceRole.YAML, stated, parameter.span)
        for key in ("targets", "target"):
            for target in texts(value_of(parameter, key)):
                yield from _socket(page, target, name, steps)


def _names_of_node(
    page: YamlPage, node: Node, pipeline: str, tasks: _Tasks, steps: dict[str, str]
) -> Iterator[Occurrence]:
    """The names in a node; `steps` takes down which step of this file it runs.

    A node with a `commit` runs the step of another valohai.yaml.
    """
    name, named = text_of(node, "name"), value_of(node, "name")
    if name and named is not None:
        yield from page.name(Symbol(SymbolKind.NODE, name, pipeline), OccurrenceRole.YAML, named, node.span)
    for endpoint in texts(value_of(node, "endpoints")):
        yield from page.name(Symbol(SymbolKind.ENDPOINT, str(endpoint.value)), OccurrenceRole.USE, endpoint)
    if text_of(node, "commit"):
        return
    step, task = text_of(node, "step"), text_of(node, "task")
    for stated in texts(value_of(node, "step")):
        yield from page.name(Symbol(SymbolKind.STEP, str(stated.value)), OccurrenceRole.USE, stated)
    for stated in texts(value_of(node, "task")):
        yield from page.name(Symbol(SymbolKind.TASK, str(stated.value)), OccurrenceRole.USE, stated)
    runs = step or tasks.get(task or "")
    if not runs:
        return
    steps[name or ""] = runs
    override = value_of(node, "override")
    if override is not None and override.kind == "mapping":
        yield from _items_of_step(page, override, runs, OccurrenceRole.USE)
        yield from _in_commands(page, override, runs, _NO_SIDE)
        yield from _in_defaults(page, override, runs)


def _edge_ends(pipeline: Node) -> Iterator[Node]:
    """The two ends of every edge, in the short form (a list) or the full one."""
    edges = value_of(pipeline, "edges")
    for edge in edges.items if edges is not None else ():
        if edge.kind == "sequence":
            yield from texts(edge)
        elif edge.kind == "mapping":
            for key in ("source", "target"):
                yield from texts(value_of(edge, key))


def _socket(page: YamlPage, node: Node, pipeline: str, steps: Mapping[str, str]) -> Iterator[Occurrence]:
    """`node.kind.name`: the name may hold further dots (`valohai_yaml.utils.node_socket_utils`)."""
    parts = str(node.value).split(".", 2)
    if len(parts) != 3:
        return
    first, kind, name = parts
    yield from page.part(Symbol(SymbolKind.NODE, first, pipeline), node, Span(0, len(first)))
    named = next((known for word, known in _SOCKETS.items() if kind in (word, f"{word}s")), None)
    if named is not None and first in steps:
        start = len(first) + len(kind) + 2
        symbol = Symbol(named, name, steps[first])
        yield from page.part(symbol, node, Span(start, start + len(name)))


_SOCKETS: Mapping[str, SymbolKind] = MappingProxyType(
    {"parameter": SymbolKind.PARAMETER, "input": SymbolKind.INPUT}
)
_SECTIONS = MappingProxyType(
    {
        "step": _names_of_step,
        "task": _names_of_task,
        "endpoint": _names_of_endpoint,
        "pipeline": _names_of_pipeline,
        "blueprint": _names_of_pipeline,  # the name before
    }
)
