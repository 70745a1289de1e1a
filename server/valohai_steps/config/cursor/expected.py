"""What Valohai expects at a place: the table of its keys, followed along the mappings and lists around."""

from types import MappingProxyType

from msgspec import structs

from valohai_steps.config.cursor.enclosing import Frame
from valohai_steps.config.cursor.named import text_of
from valohai_steps.config.cursor.outline.pieces import Entry, Mapping, Sequence
from valohai_steps.model.schema.sections import FORMER_SECTION, SECTIONS, SECTIONS_BY_USE
from valohai_steps.model.schema.shape import Key, Shape, Takes, Variants

ITEM = Shape(
    "item",
    "A part of the project: a step, a task, an endpoint, a pipeline or a deployment.",
    MappingProxyType(
        {
            name: Key(name, Takes(object=SECTIONS[name]), SECTIONS[name].sentence)
            for name in (*SECTIONS_BY_USE, FORMER_SECTION)
        }
    ),
    at_most_one=(tuple(SECTIONS),),
)
FILE = Takes(items=Takes(object=ITEM))


def takes_at(frames: tuple[Frame, ...]) -> Takes | None:
    """What the entry or item of the innermost frame may hold; None where nothing is known."""
    takes: Takes | None = FILE
    for frame in frames:
        takes = _inside(takes, frame) if takes is not None else None
    return takes


def shape_at(frames: tuple[Frame, ...]) -> tuple[Takes | None, Shape | None]:
    """What the innermost mapping is: as its place takes it, and its keys where they are known."""
    mapping = frames[-1].node
    takes = takes_at(frames[:-1])
    if takes is None or not isinstance(mapping, Mapping):
        return None, None
    return takes, shape_of(takes, mapping)


def shape_of(takes: Takes, mapping: Mapping | None) -> Shape | None:
    """The keys of a mapping; of one that is told apart by a key, all while that is not written."""
    if takes.object is not None or takes.variants is None:
        return takes.object
    stated = text_of(mapping, takes.variants.key.name)
    return takes.variants.shapes.get(stated) or _any_of(takes.variants)


def key_at(frames: tuple[Frame, ...]) -> Key | None:
    """The key whose value the innermost entry holds, where Valohai knows it."""
    entry = frames[-1].entry if frames else None
    shape = shape_at(frames)[1] if isinstance(entry, Entry) else None
    return shape.keys.get(entry.name) if shape is not None and isinstance(entry, Entry) else None


def _inside(takes: Takes, frame: Frame) -> Takes | None:
    if isinstance(frame.node, Sequence):
        return _inherited(takes, takes.items)
    shape = shape_of(takes, frame.node)
    name = frame.entry.name if isinstance(frame.entry, Entry) else ""
    if shape is not None:
        key = shape.keys.get(name)
        return key.takes if key is not None else None
    return takes.values if takes.free else None


def _inherited(takes: Takes, items: Takes | None) -> Takes | None:
    """What an item of a list may be; it refers to what the list does, such as one of several commands."""
    if items is None or takes.refers is None or items.refers is not None:
        return items
    return structs.replace(items, refers=takes.refers)


def _any_of(variants: Variants) -> Shape:
    shapes = variants.shapes.values()
    keys = {name: key for shape in shapes for name, key in shape.keys.items()}
    common = [name for name in keys if all(name in shape.required for shape in shapes)]
    return Shape(variants.name, "", MappingProxyType(keys), tuple(common), at_most_one=(("step", "task"),))
