"""The tool `schema_of`: the keys of an object of valohai.yaml, each with its sentence."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Any

from msgspec import Meta, Struct

from valohai_steps.agents.answer import Answer, ToolError
from valohai_steps.agents.surroundings import Surroundings
from valohai_steps.model.schema.item_keys import ARGUMENTS, ItemKey
from valohai_steps.model.schema.sections import SECTIONS, SECTIONS_BY_USE
from valohai_steps.model.schema.shape import Key, Shape, Takes
from valohai_steps.project.settings.settings import nearest

# What Python says in the place of a valohai.yaml.
PREPARE = "prepare()"


class SchemaInput(Struct, frozen=True, forbid_unknown_fields=True):
    """Which object."""

    object: Annotated[
        str | None,
        Meta(
            description="The name of an object: step, parameter, input, pipeline, edge and so on, or "
            "prepare() for the arguments of the call in Python. Without it: every name."
        ),
    ] = None


class SchemaValue(Struct, frozen=True):
    """One of the strings that a key takes."""

    value: str
    sentence: str


class SchemaKey(Struct, frozen=True):
    """A key."""

    name: str
    takes: Annotated[str, Meta(description="What it takes, in words.")]
    sentence: str
    required: bool
    default: Annotated[Any, Meta(description="What counts without it; null: nothing in particular.")]
    values: Annotated[list[SchemaValue], Meta(description="The only strings that it takes; none: any.")]
    objects: Annotated[list[str], Meta(description="The objects in it; ask for them by these names.")]


class SchemaObject(Struct, frozen=True):
    """An object of valohai.yaml."""

    name: str
    sentence: str
    keys: list[SchemaKey]
    one_of: Annotated[list[list[str]], Meta(description="Of each list, one key must be there.")]
    at_most_one: Annotated[list[list[str]], Meta(description="Of each list, two keys may not be there.")]


class SchemaAnswer(Struct, frozen=True):
    """The object that was asked for, and the names of all."""

    object: SchemaObject | None
    names: list[str]


def schema_of(_around: Surroundings, asked: SchemaInput) -> Answer:
    """The keys of an object. Raises ToolError for a name that is none."""
    names = (PREPARE, *_SHAPES)
    if asked.object is None:
        lines = (f"{name}: {_sentence(name)}" for name in names)
        return Answer(SchemaAnswer(None, list(names)), "\n".join(lines) + "\n")
    name = asked.object.strip().lower()
    name = next((each for each in (name, name.removesuffix("s"), f"{name}()") if each in names), name)
    if name not in names:
        hint = nearest(name, names) or f"; the objects are: {', '.join(names)}"
        raise ToolError(f"no object {asked.object!r}{hint}")
    found = _of_prepare() if name == PREPARE else _of_shape(_SHAPES[name])
    return Answer(SchemaAnswer(found, list(names)), "\n".join(_lines(found)) + "\n")


def _sentence(name: str) -> str:
    return _of_prepare().sentence if name == PREPARE else _SHAPES[name].sentence


def _of_shape(shape: Shape) -> SchemaObject:
    keys = [_key(key, required=key.name in shape.required) for key in shape.keys.values()]
    return SchemaObject(
        shape.name, shape.sentence, keys, list(map(list, shape.one_of)), list(map(list, shape.at_most_one))
    )


def _key(key: Key, *, required: bool) -> SchemaKey:
    values = [SchemaValue(each.value, each.sentence) for each in key.takes.choices]
    inner = [shape.name for shape in _shapes_in(key.takes)]
    return SchemaKey(key.name, key.takes.in_words, key.sentence, required, key.default, values, inner)


def _of_prepare() -> SchemaObject:
    def key(each: ItemKey) -> SchemaKey:
        values = [SchemaValue(text, "") for text in each.texts]
        inner = {"default_parameters": ["parameter"], "default_inputs": ["input"]}.get(each.name, [])
        return SchemaKey(
            each.name, each.takes, each.sentence, each.name == "step", each.default or None, values, inner
        )

    sentence = "The call valohai.prepare() in Python, which declares a step; its arguments are keywords."
    return SchemaObject(PREPARE, sentence, [key(each) for each in ARGUMENTS.values()], [], [])


def _shapes_in(takes: Takes | None) -> Iterator[Shape]:
    """The objects that a value is, or that are in it."""
    if takes is None:
        return
    yield from () if takes.object is None else (takes.object,)
    yield from () if takes.variants is None else takes.variants.shapes.values()
    yield from _shapes_in(takes.items)
    yield from _shapes_in(takes.values)


def _every_shape() -> Mapping[str, Shape]:
    """All objects by name, those of the top level first."""
    found: dict[str, Shape] = {}
    waiting = [SECTIONS[name] for name in SECTIONS_BY_USE]
    for shape in waiting:  # it grows while it is gone through
        if shape.name not in found:
            found[shape.name] = shape
            waiting += [inner for key in shape.keys.values() for inner in _shapes_in(key.takes)]
    return MappingProxyType(found)


_SHAPES = _every_shape()


def _lines(found: SchemaObject) -> Iterator[str]:
    yield f"{found.name}: {found.sentence}"
    for key in found.keys:
        default = "" if key.default is None else f" Without it: {str(key.default).lower()}."
        required = ", required" if key.required else ""
        yield f"- {key.name} ({key.takes}{required}): {key.sentence}{default}"
        yield from (f"    {each.value}: {each.sentence}".rstrip(": ") for each in key.values)
    yield from (f"one of {', '.join(each)} must be there" for each in found.one_of)
    yield from (f"{' and '.join(each)} exclude each other" for each in found.at_most_one)
