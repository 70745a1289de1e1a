"""Random operations on a valohai.yaml that has been read, and what they mean as plain data."""

import copy
import math
import random
from collections.abc import Iterator, Sequence
from typing import Any

from valohai_steps.config.reader import Node, YamlFile
from valohai_steps.config.writer import Append, Operation, Remove, Set

VALUES: tuple[object, ...] = (
    *(0.5, 1e-5, 7, True, None, float("inf"), float("nan"), [1, 2, 3], ["s3://a/b.zip", "x"], []),
    *("abc", "yes", "a: b", "# x", "", "line one\nline two\n", "one\ntwo", "größe 😀", "it's", 'a "b"', " x"),
    *("1:30", "0o17", "~", "2021-01-01", "tab\there", "\u2028", "\x07", "- x", "&a", "*a", "{parameters}"),
    *(
        "a,b",
        "<<",
        "=",
        "null",
        "1_000",
        "1e5",
        "1.0e+5",
        "0x1F",
        ".5",
        "?",
        "- ",
        ":",
        "a:",
        "-",
        "%x",
        "@x",
    ),
    *("`x", "!x", "|", ">", "\n", "a\n\n", "\n a"),
)


def some_operations(file: YamlFile, seed: int) -> list[Operation]:
    """One to four operations that do not contradict each other."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    paths = list(_paths(file.documents))
    chosen: list[Operation] = []
    for _ in range(chance.choice((1, 1, 2, 4))):
        path, node = chance.choice(paths)
        operation = _operation(chance, path, node)
        if all(_independent(operation.path, other.path) for other in chosen):
            chosen.append(operation)
    return chosen


def _operation(chance: random.Random, path: tuple[str | int, ...], node: Node) -> Operation:
    value = chance.choice(VALUES)
    if node.kind == "sequence" and chance.random() < 0.6:
        item: object = {"name": f"new-{chance.randint(0, 9)}", "default": value, "type": "string"}
        return Append(path, item if path[-1] != "default" else "item")
    if node.kind == "mapping" and chance.random() < 0.6:
        key = chance.choice(
            ("image", "environment", "description", "default", "source-path", "pass-as", "größe: x")
        )
        return Set((*path, key), value)
    if len(path) > 1 and chance.random() < 0.4:
        return Remove(path)
    if len(path) == 1:
        return Append(
            path, {"step": {"name": "added", "image": value, "parameters": [{"name": "p", "default": value}]}}
        )
    return Set(path, value)


def _independent(one: Sequence[str | int], other: Sequence[str | int]) -> bool:
    length = min(len(one), len(other))
    return one[:length] != other[:length]


def _paths(documents: Sequence[Node]) -> Iterator[tuple[tuple[str | int, ...], Node]]:
    stack: list[tuple[tuple[str | int, ...], Node]] = [
        ((number,), root) for number, root in enumerate(documents)
    ]
    while stack:
        path, node = stack.pop()
        yield path, node
        stack += [((*path, index), item) for index, item in enumerate(node.items)]
        stack += [((*path, entry.key), entry.node) for entry in node.entries if isinstance(entry.key, str)]


def meaning(documents: Sequence[object], operations: Sequence[Operation]) -> list[object]:
    """The documents with the operations carried out, told in the plainest way there is."""
    result = [_unshared(document) for document in documents]
    for operation in operations:
        if isinstance(operation, Set):
            _holder(result, operation.path)[operation.path[-1]] = copy.deepcopy(operation.value)
        elif isinstance(operation, Append):
            holder = _holder(result, operation.path)
            if holder[operation.path[-1]] is None:
                holder[operation.path[-1]] = []
            holder[operation.path[-1]].append(copy.deepcopy(operation.value))
    removed: list[tuple[object, object]] = []
    for operation in operations:
        if isinstance(operation, Remove):
            holder = _holder(result, operation.path)
            removed.append((holder, holder[operation.path[-1]]))
            holder[operation.path[-1]] = _GONE
    return [_swept(document) for document in result]


class _Gone:
    """Marks what is removed, so that the indices of the rest still count."""


_GONE = _Gone()


def _swept(value: object) -> object:
    if isinstance(value, dict):
        return {key: _swept(inner) for key, inner in value.items() if inner is not _GONE}
    if isinstance(value, list):
        return [_swept(inner) for inner in value if inner is not _GONE]
    return value


def _unshared(value: object) -> object:
    if isinstance(value, dict):
        return {key: _unshared(inner) for key, inner in value.items()}
    return [_unshared(inner) for inner in value] if isinstance(value, list) else value


def _holder(documents: list[object], path: Sequence[str | int]) -> Any:
    holder: Any = documents
    for element in path[:-1]:
        holder = holder[element]
    return holder


def strict(value: object) -> object:
    """A value as something that only equals what has the same values and types; key order does not count."""
    if isinstance(value, dict):
        return {(type(key).__name__, key): strict(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [strict(inner) for inner in value]
    if isinstance(value, float) and math.isnan(value):
        return "a float that is no number"
    return (type(value).__name__, value)
