"""Which keys a mapping can still get, in the order in which they are offered, and which a list follows."""

from collections.abc import Iterator

from msgspec import structs

from valohai_steps.config.cursor.enclosing import Frame
from valohai_steps.config.cursor.named import names_in, text_of
from valohai_steps.config.cursor.outline.pieces import Entry, Mapping
from valohai_steps.config.cursor.place import SlotContent
from valohai_steps.ide.completion.item import Completion, CompletionKind
from valohai_steps.ide.completion.yaml.arguments import argument_names
from valohai_steps.ide.completion.yaml.page import Page, declared_in
from valohai_steps.model.schema.parameters import FLAG_KEYS, NUMBER_KEYS
from valohai_steps.model.schema.sections import FORMER_SECTION
from valohai_steps.model.schema.shape import Key, Shape
from valohai_steps.model.schema.tasks import BAYESIAN_KEYS, STYLE_KEYS

_NOT_OF_FLAGS = frozenset(("optional", "choices", "multiple", "multiple-separator", *NUMBER_KEYS))
_BAYESIAN = frozenset(BAYESIAN_KEYS)
_DECLARED = ("parameters", "inputs", "environment-variables")
_ABOVE = (("step",), ("pipeline", "nodes", "override"), ("task",))


def missing_keys(shape: Shape, frames: tuple[Frame, ...], mapping: Mapping | None) -> Iterator[Key]:
    """The keys that a mapping lacks and that would have an effect in it: required ones first.

    `frames` are those around the mapping. The entry that is being written counts as not there.
    """
    writing = next((frame.entry for frame in frames if frame.node is mapping), None)
    entries = mapping.entries if mapping is not None else ()
    given = {each.name for each in entries if each is not writing}
    excluded = {
        name for group in shape.at_most_one if given & set(group) for name in group if name not in given
    }
    for name in (*shape.required, *(name for name in shape.keys if name not in shape.required)):
        key = shape.keys[name]
        is_new = name not in given and name not in excluded and name != FORMER_SECTION
        if is_new and _has_effect(name, shape, frames, mapping):
            yield key


def _has_effect(name: str, shape: Shape, frames: tuple[Frame, ...], mapping: Mapping | None) -> bool:
    match shape.name:
        case "parameter":
            return _of_parameter(name, mapping)
        case "task":
            return _of_task(name, text_of(mapping, "type"))
        case "rule":
            outer = next((frame.node for frame in reversed(frames) if frame.node is not mapping), None)
            return name in STYLE_KEYS.get(
                text_of(outer, "style") if isinstance(outer, Mapping) else "", {name}
            )
    return True


def _of_parameter(name: str, mapping: Mapping | None) -> bool:
    kind = text_of(mapping, "type")
    if kind == "flag" and name in _NOT_OF_FLAGS:
        return False
    if kind and kind != "flag" and name in FLAG_KEYS:
        return False
    if kind == "string" and name in NUMBER_KEYS:
        return False
    if name == "multiple-separator":
        return text_of(mapping, "multiple") == "separate"
    if name == "pass-as":
        return mapping is None or not any(mapping.has(other) for other in FLAG_KEYS)
    return not (name in FLAG_KEYS and mapping is not None and mapping.has("pass-as"))


def _of_task(name: str, kind: str) -> bool:
    kind = kind.lower().replace("-", "_")
    if name in _BAYESIAN:
        return kind in ("", "bayesian_tpe")
    if name == "parameter-sets":
        return kind in ("", "manual_search")
    return not (name == "parameters" and kind == "manual_search")


def with_names_next(page: Page, offered: Completion) -> Completion:
    """The same; a key that leads to the `name` of something declared elsewhere goes on if there is one."""
    if offered.kind is not CompletionKind.KEY or page.place.has_colon:
        return offered
    match (*_keys_around(page), offered.label):
        case (*above, key, "name") | (*above, key) if key in _DECLARED and tuple(above) in _ABOVE:
            names = _names(page, tuple(above), key)
            return structs.replace(offered, goes_on=any(True for _ in names))
    return offered


def _keys_around(page: Page) -> Iterator[str]:
    """The keys that the cursor is behind, from the outermost; not the one that is being written."""
    frames = page.place.frames
    for frame in frames[:-1] if page.place.wanted is SlotContent.KEY else frames:
        if isinstance(frame.entry, Entry):
            yield frame.entry.name


def _names(page: Page, above: tuple[str, ...], key: str) -> Iterator[str]:
    """What can be the next name below `key`, less what its list has."""
    match above, key:
        case ("step",), "parameters":
            names, holder = argument_names(page), page.section
        case ("pipeline", *_), _:
            node = page.around("nodes")
            names = (known.name for known in declared_in(page.step_of_node(node), key))
            override = node.get("override") if node is not None else None
            holder = override if isinstance(override, Mapping) else None
        case ("task",), "parameters":
            names = (known.name for known in declared_in(page.step(text_of(page.section, "step")), key))
            holder = page.section
        case _:
            return
    given = set(names_in(holder, key)) if holder is not None else set[str]()
    yield from (name for name in names if name not in given)
