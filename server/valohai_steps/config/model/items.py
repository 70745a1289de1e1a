"""What one top-level item declares and uses, for the judgement of all of them together."""

from msgspec import Struct

from valohai_steps.config.model.commands import Use, uses_in
from valohai_steps.config.model.names import (
    Name,
    Places,
    is_complete,
    mappings_of,
    name_of,
    texts_of,
    value_of,
)
from valohai_steps.config.model.pipelines import Pipeline, read_pipeline
from valohai_steps.config.tree.node import Node
from valohai_steps.model.schema.endpoints import ENDPOINT
from valohai_steps.model.schema.steps import STEP


class Parameter(Struct, frozen=True):
    """A parameter of a step: `kind` is its type, `pass_as` how the command line gets it."""

    name: str
    kind: str
    pass_as: str


class Input(Struct, frozen=True):
    """An input of a step; `open` when a run needs it and the step has no files for it."""

    name: str
    open: bool


class Step(Struct, frozen=True):
    """A step. `parameters` and `inputs` are None when not all of them can be read; `doubled`: it is what two
    of one name have."""

    name: Name | None
    parameters: tuple[Parameter, ...] | None
    inputs: tuple[Input, ...] | None
    has_source_path: bool
    uses: tuple[Use, ...]
    doubled: bool = False


class Task(Struct, frozen=True):
    """A task: the step it runs, the parameters it varies."""

    name: Name | None
    step: Name | None
    parameters: tuple[Name, ...]


class Endpoint(Struct, frozen=True):
    """An endpoint and its files; None when not all of them can be read."""

    name: Name | None
    files: tuple[str, ...] | None


class Deployment(Struct, frozen=True):
    """A deployment."""

    name: Name | None


Thing = Step | Task | Endpoint | Deployment | Pipeline


def read_thing(places: Places, section: str, node: Node) -> Thing:
    """What an item with this key declares; `node` is the mapping behind the key."""
    if section == "step":
        return _step(places, node)
    if section == "task":
        return _task(places, node)
    if section == "endpoint":
        files = tuple(_texts(node, "files")) if is_complete(node, "files", ENDPOINT) else None
        return Endpoint(name_of(places, node), files)
    if section == "deployment":
        return Deployment(name_of(places, node))
    return read_pipeline(places, node)


def _step(places: Places, node: Node) -> Step:
    parameters = tuple(_parameter(each) for each in mappings_of(value_of(node, "parameters")))
    inputs = tuple(_input(each) for each in mappings_of(value_of(node, "inputs")))
    defaults = (value_of(each, "default") for each in mappings_of(value_of(node, "inputs")))
    texts = [value_of(node, "command"), *defaults]
    return Step(
        name_of(places, node),
        parameters if is_complete(node, "parameters", STEP) else None,
        inputs if is_complete(node, "inputs", STEP) else None,
        value_of(node, "source-path") is not None,
        tuple(use for each in texts for text in texts_of(each) for use in uses_in(places, text)),
    )


def _task(places: Places, node: Node) -> Task:
    named = [name_of(places, each) for each in mappings_of(value_of(node, "parameters"))]
    keys = [
        Name(entry.key, places.put(entry.key_span))
        for each in mappings_of(value_of(node, "parameter-sets"))
        for entry in each.entries
        if isinstance(entry.key, str) and entry.key != "<<"
    ]
    names = tuple(name for name in named if name is not None)
    return Task(name_of(places, node), name_of(places, node, "step"), (*names, *keys))


def _parameter(node: Node) -> Parameter:
    return Parameter(_text(node, "name"), _text(node, "type") or "string", _text(node, "pass-as"))


def _input(node: Node) -> Input:
    optional = value_of(node, "optional")
    default = value_of(node, "default")
    empty = default is None or default.value in ("", [])
    return Input(_text(node, "name"), empty and (optional is None or optional.value is not True))


def _texts(node: Node, key: str) -> list[str]:
    return [_text(each, "name") for each in mappings_of(value_of(node, key))]


def _text(node: Node, key: str) -> str:
    value = value_of(node, key)
    return value.value if value is not None and isinstance(value.value, str) else ""
