"""Which keys a mapping can still get, in the order in which they are offered."""

from collections.abc import Iterator

from valohai_steps.config.cursor.enclosing import Frame
from valohai_steps.config.cursor.named import text_of
from valohai_steps.config.cursor.outline import Mapping
from valohai_steps.model.schema.parameters import FLAG_KEYS, NUMBER_KEYS
from valohai_steps.model.schema.sections import FORMER_SECTION
from valohai_steps.model.schema.shape import Key, Shape
from valohai_steps.model.schema.tasks import BAYESIAN_KEYS, STYLE_KEYS

_NOT_OF_FLAGS = frozenset(("optional", "choices", "multiple", "multiple-separator", *NUMBER_KEYS))
_BAYESIAN = frozenset(BAYESIAN_KEYS)


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
