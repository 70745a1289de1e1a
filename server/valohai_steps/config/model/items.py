"""What one top-level item declares and uses, for the judgement of all of them together."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from valohai_steps.config.model.commands import Use, uses_in
from valohai_steps.config.model.names import (
    Item,
    Name,
    Places,
    detail_of,
    is_complete,
    mappings_of,
    name_of,
    texts_of,
    value_of,
)
from valohai_steps.config.model.pipelines import Pipeline, read_pipeline
from valohai_steps.config.tree.node import Entry, Node
from valohai_steps.model.schema.endpoints import ENDPOINT
from valohai_steps.model.schema.sections import SECTIONS
from valohai_steps.model.schema.steps import STEP

# The keys of a parameter that say how the command line gets it.
FLAG_ATTRIBUTES = ("pass-as", "pass-true-as", "pass-false-as")


class Parameter(Item, frozen=True):
    """A parameter of a step: `kind` is its type, `pass_as` how the command line gets it.

    `flags` are the places of all that says so.
    """

    kind: str = "string"
    pass_as: str = ""
    flags: tuple[int, ...] = ()


class Input(Item, frozen=True):
    """An input of a step; `open` when a run needs it and the step has no files for it.

    `defaults` are the places of the files that it has.
    """

    open: bool = False
    defaults: tuple[int, ...] = ()


class Step(Item, frozen=True):
    """A step. `parameters` and `inputs` are those that can be read, `knows_parameters` and `knows_inputs`
    whether these are all.

    Places: `commands` of its lines, `variables` of the values of its environment variables, `source_path`.
    `doubled`: it is what two of one name have.
    """

    parameters: tuple[Parameter, ...] = ()
    inputs: tuple[Input, ...] = ()
    knows_parameters: bool = True
    knows_inputs: bool = True
    source_path: int | None = None
    uses: tuple[Use, ...] = ()
    commands: tuple[int, ...] = ()
    variables: tuple[int, ...] = ()
    doubled: bool = False

    @property
    def known_parameters(self) -> tuple[Parameter, ...] | None:
        """The parameters; None when not all of them can be read."""
        return self.parameters if self.knows_parameters else None

    @property
    def known_inputs(self) -> tuple[Input, ...] | None:
        """The inputs; None when not all of them can be read."""
        return self.inputs if self.knows_inputs else None


class Task(Item, frozen=True):
    """A task: the step it runs, the parameters it varies one by one (`varied`) and together (`chosen`)."""

    step: Name | None = None
    varied: tuple[Item, ...] = ()
    chosen: tuple[Name, ...] = ()

    @property
    def parameters(self) -> tuple[Name, ...]:
        """The names of the parameters that it varies."""
        return (*(each.name for each in self.varied if each.name is not None), *self.chosen)


class Endpoint(Item, frozen=True):
    """An endpoint and its files; None when not all of them can be read."""

    files: tuple[str, ...] | None = None


class Deployment(Item, frozen=True):
    """A deployment."""


Thing = Step | Task | Endpoint | Deployment | Pipeline


class Declarations(Struct, frozen=True):
    """Everything that a file declares, each with the entry of its item, in order; and the places of all."""

    places: Places
    things: tuple[tuple[Entry, Thing], ...]


def read_declarations(text: str, documents: Iterable[Node]) -> Declarations:
    """What the documents of a text declare."""
    places = Places(text)
    return Declarations(places, tuple(_things(places, documents)))


def _things(places: Places, documents: Iterable[Node]) -> Iterator[tuple[Entry, Thing]]:
    for root in documents:
        for item in root.items:
            for entry in item.entries if item.kind == "mapping" else ():
                if entry.key in SECTIONS and entry.node.kind == "mapping":
                    yield entry, read_thing(places, str(entry.key), entry.node)


def read_thing(places: Places, section: str, node: Node) -> Thing:
    """What an item with this key declares; `node` is the mapping behind the key."""
    if section == "step":
        return _step(places, node)
    if section == "task":
        return _task(places, node)
    if section == "endpoint":
        files = tuple(_texts(node, "files")) if is_complete(node, "files", ENDPOINT) else None
        return Endpoint(places.put(node), name_of(places, node), detail_of(places, node, "image"), files)
    if section == "deployment":
        return Deployment(places.put(node), name_of(places, node))
    return read_pipeline(places, node)


def _step(places: Places, node: Node) -> Step:
    command, source_path = value_of(node, "command"), value_of(node, "source-path")
    inputs = tuple(mappings_of(value_of(node, "inputs")))
    variables = (value_of(each, "default") for each in mappings_of(value_of(node, "environment-variables")))
    texts = [command, *(value_of(each, "default") for each in inputs)]
    return Step(
        places.put(node),
        name_of(places, node),
        detail_of(places, node, "image"),
        tuple(_parameter(places, each) for each in mappings_of(value_of(node, "parameters"))),
        tuple(_input(places, each) for each in inputs),
        is_complete(node, "parameters", STEP),
        is_complete(node, "inputs", STEP),
        None if source_path is None else places.put(source_path),
        tuple(use for each in texts for text in texts_of(each) for use in uses_in(places, text)),
        places.texts(command),
        tuple(place for each in variables for place in places.texts(each)),
    )


def _task(places: Places, node: Node) -> Task:
    keys = [
        Name(entry.key, places.put(entry.key_node))
        for each in mappings_of(value_of(node, "parameter-sets"))
        for entry in each.entries
        if isinstance(entry.key, str) and entry.key != "<<"
    ]
    return Task(
        places.put(node),
        name_of(places, node),
        detail_of(places, node, "type", "step"),
        name_of(places, node, "step"),
        tuple(
            Item(places.put(each), name_of(places, each), detail_of(places, each, "default", "type"))
            for each in mappings_of(value_of(node, "parameters"))
        ),
        tuple(keys),
    )


def _parameter(places: Places, node: Node) -> Parameter:
    return Parameter(
        places.put(node),
        name_of(places, node),
        detail_of(places, node, "default", "type"),
        _text(node, "type") or "string",
        _text(node, "pass-as"),
        tuple(place for key in FLAG_ATTRIBUTES for place in places.texts(value_of(node, key))),
    )


def _input(places: Places, node: Node) -> Input:
    optional = value_of(node, "optional")
    default = value_of(node, "default")
    empty = default is None or default.value in ("", [])
    return Input(
        places.put(node),
        name_of(places, node),
        detail_of(places, node, "default"),
        empty and (optional is None or optional.value is not True),
        places.texts(default),
    )


def _texts(node: Node, key: str) -> list[str]:
    return [_text(each, "name") for each in mappings_of(value_of(node, key))]


def _text(node: Node, key: str) -> str:
    value = value_of(node, key)
    return value.value if value is not None and isinstance(value.value, str) else ""
