"""The names in a valohai.yaml, as a view of what it declares (`config.model`)."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from valohai_steps.config.model.items import Declarations, Endpoint, Step, Task
from valohai_steps.config.model.names import Item, Places
from valohai_steps.config.model.pipelines import End, Pipeline, PipelineNode
from valohai_steps.config.reader import Node, YamlFile
from valohai_steps.config.tree.node import walk
from valohai_steps.config.tree.scalar_places import PlacesInside, place_inside, scalar_text
from valohai_steps.ide.navigation.names.command_names import (
    PythonSide,
    flags,
    flags_of_command,
    input_folders,
    placeholders,
)
from valohai_steps.ide.navigation.names.occurrence import Occurrence, OccurrenceRole, Symbol, SymbolKind
from valohai_steps.model.text import Span

_NO_SIDE = PythonSide()
_SOCKETS: Mapping[str, SymbolKind] = MappingProxyType(
    {"parameter": SymbolKind.PARAMETER, "input": SymbolKind.INPUT}
)


def names_of_yaml(
    path: Path, file: YamlFile, declared: Declarations, sides: Mapping[str, PythonSide]
) -> Iterator[Occurrence]:
    """Every place of a valohai.yaml that names something; `sides` is what Python says of its steps."""
    page = page_of(path, file, declared.places)
    things = [thing for _, thing in declared.things]
    tasks = {
        each.text: each.step.text for each in things if isinstance(each, Task) and each.step and each.name
    }
    for thing in things:
        match thing:
            case Step():
                yield from _of_step(page, thing, sides.get(thing.text, _NO_SIDE))
            case Task():
                yield from _of_task(page, thing)
            case Endpoint():
                yield from page.declared(Symbol(SymbolKind.ENDPOINT, thing.text), thing)
            case Pipeline():
                yield from _of_pipeline(page, thing, tasks)


class YamlPage(Struct, frozen=True):
    """A valohai.yaml with the places of what it declares. `tied` holds the nodes that an alias repeats, by
    identity. `inside` are the places within long strings, which may name many things.
    """

    path: Path
    text: str
    tied: frozenset[int]
    places: Places
    inside: PlacesInside

    def declared(self, symbol: Symbol, item: Item) -> Iterator[Occurrence]:
        """The name of what is declared, if it has one."""
        if item.text and item.name is not None:
            yield self._whole(symbol, OccurrenceRole.YAML, item.name.place, self.places.spans[item.place])

    def used(self, symbol: Symbol, place: int) -> Iterator[Occurrence]:
        """A place that names a symbol: a scalar, or a part of what it says."""
        node, part = self.places.sources[place]
        if part is not None:
            yield from self.part(symbol, node, part)
        elif symbol.name:
            yield self._whole(symbol, OccurrenceRole.USE, place, node.span)

    def part(self, symbol: Symbol, node: Node, part: Span) -> Iterator[Occurrence]:
        """A part of what a scalar says that is a name."""
        if part.start == part.end:
            return
        place, fixed = self.inside.place(node, part), self._fixed(node)
        if place is None and not fixed:
            fixed = "there it is written with escapes or over several lines; write it out first"
        span = place or node.span
        yield Occurrence(symbol, OccurrenceRole.USE, self.path, span, span, node.span, fixed, node, part)

    def scalars(self, places: Iterable[int]) -> Iterator[tuple[Node, str]]:
        """The strings at these places, and what they say."""
        for place in places:
            node, _ = self.places.sources[place]
            yield node, str(node.value)

    def _whole(self, symbol: Symbol, role: OccurrenceRole, place: int, whole: Span) -> Occurrence:
        """A scalar that is a name, all of it."""
        node, _ = self.places.sources[place]
        span = place_inside(self.text, node, Span(0, len(scalar_text(self.text, node)))) or node.span
        return Occurrence(symbol, role, self.path, span, whole, node.span, self._fixed(node), node)

    def _fixed(self, node: Node) -> str:
        if node.alias is not None:
            return f"there it is `*{node.alias}`, a repetition of `&{node.alias}`; write it out by hand first"
        if id(node) in self.tied:
            return "what an anchor (`&`) holds there is repeated elsewhere; write that out by hand first"
        return ""


def page_of(path: Path, file: YamlFile, places: Places | None = None) -> YamlPage:
    """A valohai.yaml whose names are gathered."""
    return YamlPage(path, file.text, _tied(file), places or Places(file.text), PlacesInside(file.text))


def _tied(file: YamlFile) -> frozenset[int]:
    """The nodes inside an anchor that an alias repeats: an edit there would count in both places."""
    tied: set[int] = set()
    for root in file.documents if "*" in file.text else ():
        for node in walk(root):
            if node.shared and id(node) not in tied:
                tied.update(id(inner) for inner in walk(node))
    return frozenset(tied)


def _of_step(page: YamlPage, step: Step, side: PythonSide) -> Iterator[Occurrence]:
    yield from page.declared(Symbol(SymbolKind.STEP, step.text), step)
    for kind, items in ((SymbolKind.PARAMETER, step.parameters), (SymbolKind.INPUT, step.inputs)):
        for item in items:
            yield from page.declared(Symbol(kind, item.text, step.text), item)
    yield from _in_commands(page, step.commands, step.text)
    stated = None if step.source_path is None else str(page.places.sources[step.source_path][0].value)
    for node, text in page.scalars(step.commands):
        for name, part in flags_of_command(text, side, stated):
            yield from page.part(Symbol(SymbolKind.PARAMETER, name, step.text), node, part)
    yield from _in_defaults(page, (place for each in step.inputs for place in each.defaults), step.text)
    yield from _in_defaults(page, step.variables, step.text)
    for node, text in page.scalars(place for each in step.parameters for place in each.flags):
        for name, part in flags(text, side):
            yield from page.part(Symbol(SymbolKind.PARAMETER, name, step.text), node, part)


def _in_commands(page: YamlPage, commands: Iterable[int], step: str) -> Iterator[Occurrence]:
    """What commands name by placeholders and by the folders of inputs."""
    for node, text in page.scalars(commands):
        for name, part in placeholders(text):
            yield from page.part(Symbol(SymbolKind.PARAMETER, name, step), node, part)
        for name, part in input_folders(text):
            yield from page.part(Symbol(SymbolKind.INPUT, name, step), node, part)


def _in_defaults(page: YamlPage, defaults: Iterable[int], step: str) -> Iterator[Occurrence]:
    """Placeholders outside of commands: Valohai fills them in in the defaults of inputs as well."""
    for node, text in page.scalars(defaults):
        for name, part in placeholders(text):
            yield from page.part(Symbol(SymbolKind.PARAMETER, name, step), node, part)


def _of_task(page: YamlPage, task: Task) -> Iterator[Occurrence]:
    yield from page.declared(Symbol(SymbolKind.TASK, task.text), task)
    step = "" if task.step is None else task.step.text
    if task.step is not None:
        yield from page.used(Symbol(SymbolKind.STEP, step), task.step.place)
    for name in task.parameters:
        yield from page.used(Symbol(SymbolKind.PARAMETER, name.text, step), name.place)


def _of_pipeline(page: YamlPage, pipeline: Pipeline, tasks: Mapping[str, str]) -> Iterator[Occurrence]:
    yield from page.declared(Symbol(SymbolKind.PIPELINE, pipeline.text), pipeline)
    steps: dict[str, str] = {}
    for node in pipeline.nodes:
        yield from page.declared(Symbol(SymbolKind.NODE, node.text, pipeline.text), node)
        yield from _of_node(page, node, tasks, steps)
    for end in pipeline.ends:
        yield from _of_end(page, end, pipeline.text, steps)
    for parameter in pipeline.parameters:
        symbol = Symbol(SymbolKind.PIPELINE_PARAMETER, parameter.text, pipeline.text)
        yield from page.declared(symbol, parameter)


def _of_node(
    page: YamlPage, node: PipelineNode, tasks: Mapping[str, str], steps: dict[str, str]
) -> Iterator[Occurrence]:
    """What a node names; `steps` takes down which step of this file it runs.

    A node with a `commit` runs the step of another valohai.yaml.
    """
    for endpoint in node.endpoints:
        yield from page.used(Symbol(SymbolKind.ENDPOINT, endpoint.text), endpoint.place)
    if node.commit:
        return
    for kind, name in ((SymbolKind.STEP, node.step), (SymbolKind.TASK, node.task)):
        if name is not None:
            yield from page.used(Symbol(kind, name.text), name.place)
    task = "" if node.task is None else node.task.text
    runs = node.step.text if node.step is not None else tasks.get(task)
    if not runs:
        return
    steps[node.text] = runs
    override = node.override
    for kind, names in ((SymbolKind.PARAMETER, override.parameters), (SymbolKind.INPUT, override.inputs)):
        for name in names:
            yield from page.used(Symbol(kind, name.text, runs), name.place)
    yield from _in_commands(page, override.commands, runs)
    yield from _in_defaults(page, override.defaults, runs)


def _of_end(page: YamlPage, end: End, pipeline: str, steps: Mapping[str, str]) -> Iterator[Occurrence]:
    """`node.kind.name`: the name may hold further dots (`valohai_yaml.utils.node_socket_utils`)."""
    if len(end.parts) != 3:
        return
    first, kind, name = end.parts
    yield from page.used(Symbol(SymbolKind.NODE, first.text, pipeline), first.place)
    named = _SOCKETS.get(kind.text.removesuffix("s"))
    if named is not None and first.text in steps:
        yield from page.used(Symbol(named, name.text, steps[first.text]), name.place)
