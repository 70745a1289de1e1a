"""Where a new key belongs among the keys of a mapping."""

from collections.abc import Sequence

from valohai_steps.config.tree.node import Path, YamlValue
from valohai_steps.model.schema.steps import STEP

_STEP_KEYS = ("<<", *STEP.keys)


def place(keys: Sequence[YamlValue], key: YamlValue, mapping: Path) -> int:
    """The index at which `key` goes into `keys`; `mapping` is the path of the mapping.

    In a step: behind the last key that Valohai's usual order puts before it. In a parameter or input: the
    name first, the rest behind the last key that the alphabet puts before it. Elsewhere: at the end.
    """
    if mapping[-1:] == ("step",):
        return _step_place(keys, key)
    if mapping[-2:-1] in (("parameters",), ("inputs",)) and isinstance(mapping[-1], int):
        rank = _item_rank(key)
        return 1 + max((i for i, other in enumerate(keys) if _item_rank(other) < rank), default=-1)
    return len(keys)


def _step_place(keys: Sequence[YamlValue], key: YamlValue) -> int:
    if key not in _STEP_KEYS:
        return len(keys)
    ranks = [_STEP_KEYS.index(other) if other in _STEP_KEYS else None for other in keys]
    rank = _STEP_KEYS.index(key)
    before = [i for i, other in enumerate(ranks) if other is not None and other < rank]
    behind = [i for i, other in enumerate(ranks) if other is not None and other > rank]
    if before:
        return before[-1] + 1
    return behind[0] if behind else len(keys)


def _item_rank(key: YamlValue) -> tuple[int, str]:
    return ({"<<": 0, "name": 1}.get(key, 2) if isinstance(key, str) else 2, str(key))
