"""Operations on plain values: what a YAML text must mean after an edit, told without any YAML."""

from collections.abc import Callable, Iterable
from functools import partial

from valohai_steps.config.edits.key_order import place
from valohai_steps.config.edits.operation import Append, Operation, RefusedError, Remove, Set
from valohai_steps.config.tree.node import Opaque, Path, YamlValue, same_value


def applied(value: YamlValue, operations: Iterable[Operation]) -> YamlValue:
    """A document's value with the operations carried out; `value` itself stays as it is.

    Paths count in the value as given: items are removed last, from the end.
    """
    operations = tuple(operations)
    removals = sorted((op.path for op in operations if isinstance(op, Remove)), key=_last_first)
    for operation in operations:
        match operation:
            case Set(path, new):
                value = _at(value, path, path[1:], partial(_set, new))
            case Append(path, new, None):
                value = _at(value, path, path[1:], partial(_append, new))
    # Items are put between others from the end, with those that are removed still there.
    between = [op for op in reversed(operations) if isinstance(op, Append) and op.at is not None]
    for insertion in sorted(between, key=lambda op: op.at or 0, reverse=True):
        gone = [p for p in removals if p[:-1] == insertion.path and isinstance(p[-1], int)]
        if gone:
            raise RefusedError("Items are removed from a list and put between others of it at once.")
        value = _at(value, insertion.path, insertion.path[1:], partial(_insert, insertion))
        removals = [_moved(path, insertion) for path in removals]
    for path in removals:
        value = _without(value, path[1:])
    return value


def _insert(insertion: Append, old: YamlValue) -> YamlValue:
    items = old if isinstance(old, list) else []
    return [*items[: insertion.at], insertion.value, *items[insertion.at :]]


def _moved(path: Path, insertion: Append) -> Path:
    """The path of the same place when an item was put in front of it."""
    depth = len(insertion.path)
    index = path[depth] if path[:depth] == insertion.path and len(path) > depth else None
    if not isinstance(index, int) or index < (insertion.at or 0):
        return path
    return (*path[:depth], index + 1, *path[depth + 1 :])


def _last_first(path: Path) -> tuple[tuple[int, int, str], ...]:
    # Longer paths first, and of two items the later: no removal moves what another still names.
    reverse = [(0, -e, "") if isinstance(e, int) else (1, 0, e) for e in path]
    return ((0, -len(path), ""), *reverse)


def _set(new: YamlValue, old: YamlValue) -> YamlValue:
    return old if same_value(old, new) else new


def _append(new: YamlValue, old: YamlValue) -> YamlValue:
    return [*(old if isinstance(old, list) else ()), new]


def _at(value: YamlValue, whole: Path, path: Path, change: Callable[[YamlValue], YamlValue]) -> YamlValue:
    """A copy of `value` in which what stands at `path` is changed; a missing key counts as null."""
    if not path:
        return change(value)
    if isinstance(value, Opaque):
        return Opaque(value.tag, _at(value.content, whole, path, change))
    first, rest = path[0], path[1:]
    if isinstance(value, list) and isinstance(first, int):
        return [*value[:first], _at(value[first], whole, rest, change), *value[first + 1 :]]
    content = value if isinstance(value, dict) else {}
    if first in content:
        return {key: _at(old, whole, rest, change) if key == first else old for key, old in content.items()}
    items = list(content.items())
    index = place([key for key, _ in items], first, whole[: len(whole) - len(path)])
    items.insert(index, (first, _at(None, whole, rest, change)))
    return dict(items)


def _without(value: YamlValue, path: Path) -> YamlValue:
    if isinstance(value, Opaque):
        return Opaque(value.tag, _without(value.content, path))
    first, rest = path[0], path[1:]
    if isinstance(value, list) and isinstance(first, int):
        inner = [_without(value[first], rest)] if rest else []
        return [*value[:first], *inner, *value[first + 1 :]]
    content = value if isinstance(value, dict) else {}
    if rest:
        return {key: _without(old, rest) if key == first else old for key, old in content.items()}
    return {key: old for key, old in content.items() if key != first}
