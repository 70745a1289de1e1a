"""A new step, parameter or input written like those beside it: order of keys, and keys that nobody writes."""

from collections.abc import Iterable, Sequence

from valohai_steps.config.reader import YamlFile, YamlItem, YamlStep
from valohai_steps.config.tree.node import Node
from valohai_steps.model.step import PythonValue

# What valohai.yaml means by a key that is not there: written only where the siblings write it.
_IMPLIED: dict[str, PythonValue] = {"optional": False, "multiple-separator": ","}
_LISTS = {"parameters": "parameter", "inputs": "input"}


def step_like(file: YamlFile, mapping: dict[str, PythonValue]) -> dict[str, PythonValue]:
    """A new step as the others of the file are written; the last of them counts most."""
    others = [step.node for step in reversed(file.steps)]
    found = dict(mapping)
    for key, kind in _LISTS.items():
        listed = found.get(key)
        siblings = [item for step in reversed(file.steps) for item in step.items(kind)]
        if isinstance(listed, list):
            found[key] = [_like([each.node for each in siblings], item) for item in listed]
    return _in_order(others, found)


def item_like(
    file: YamlFile, step: YamlStep, kind: str, mapping: dict[str, PythonValue]
) -> dict[str, PythonValue]:
    """A new parameter or input (`kind`) as those of its step are written, else as those of the file."""
    siblings: Sequence[YamlItem] = step.items(kind) or [
        item for other in reversed(file.steps) for item in other.items(kind)
    ]
    return _like([each.node for each in siblings], mapping)


def _like(siblings: Sequence[Node], mapping: dict[str, PythonValue]) -> dict[str, PythonValue]:
    if not siblings:
        return mapping
    written = {entry.key for node in siblings for entry in node.entries}
    kept = {
        key: value
        for key, value in mapping.items()
        if key in written or key not in _IMPLIED or _IMPLIED[key] != value
    }
    return _in_order(siblings, kept)


def _in_order(siblings: Iterable[Node], mapping: dict[str, PythonValue]) -> dict[str, PythonValue]:
    """The keys in the order of the sibling that has most of them; the others by custom."""
    order: list[str] = []
    for node in siblings:
        keys = [str(entry.key) for entry in node.entries if entry.key in mapping]
        order = keys if len(keys) > len(order) else order
    before: list[str] = []
    for key in mapping:
        if key not in order:
            known = [each for each in reversed(before) if each in order]
            order.insert(order.index(known[0]) + 1 if known else 0, key)
        before.append(key)
    return {key: mapping[key] for key in order}
