"""Operations sorted by the node they change, checked against what stands there."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from valohai_steps.config.edits.anchors import (
    refuse_alias,
    refuse_lost_anchor,
    refuse_merged,
)
from valohai_steps.config.edits.key_order import place
from valohai_steps.config.edits.new_value import replace_value
from valohai_steps.config.edits.node_change import (
    NewChild,
    NewValue,
    NodeChange,
    child_at,
    dotted,
    is_missing,
    twice,
)
from valohai_steps.config.edits.operation import Append, Operation, RefusedError, Remove, Set
from valohai_steps.config.tree.node import Node, Path, YamlValue, same_value


class _Planner(Struct):
    """Resolves paths from one document's root, and builds its tree of changes."""

    text: str
    root: NodeChange

    def add(self, operation: Operation) -> None:
        match operation:
            case Set(path, value):
                self._set(path, value)
            case Remove(path):
                parent = self._parent(path)
                index = child_at(parent, path, self.text)
                _free(parent, index, path)
                refuse_lost_anchor(parent.node.children[index], self.text)
                refuse_merged(parent.node, path[-1], "would come back")
                parent.removed.add(index)
            case Append(path, value, at):
                self._append(path, value, at)

    def _set(self, path: Path, value: YamlValue) -> None:
        if len(path) == 1:
            replace_value(self.root, value, self.text)
            return
        parent = self._parent(path)
        if isinstance(path[-1], str) and is_missing(parent, path[-1], self.text):
            _insert(parent, path, value)
            return
        index = child_at(parent, path, self.text)
        node = parent.node.children[index]
        if not same_value(node.value, value):
            _free(parent, index, path)
            child = parent.children[index] = NodeChange(node, path)
            replace_value(child, value, self.text)

    def _append(self, path: Path, value: YamlValue, at: int | None) -> None:
        if len(path) > 1:
            parent = self._parent(path)
            if isinstance(path[-1], str) and is_missing(parent, path[-1], self.text):
                _append_to_missing(parent, path, value)
                return
            index = child_at(parent, path, self.text)
            if index in parent.removed:
                raise RefusedError(f"{dotted(path)} would be removed and added to at once")
        change = self._descend(path)
        node = change.node
        if change.new is not None and isinstance(change.new.value, list):
            change.new = NewValue([*change.new.value, value])
        elif node.kind == "scalar" and node.value is None:
            replace_value(change, [value], self.text)
        elif node.kind != "sequence" or change.new is not None:
            raise RefusedError(f"{dotted(path)} is not a list, so nothing can be added to it", node.span)
        else:
            refuse_alias(node, self.text)
            place = len(node.items) if at is None else min(at, len(node.items))
            change.inserted.append(NewChild(place, None, value))

    def _parent(self, path: Path) -> NodeChange:
        return self._descend(path[:-1])

    def _descend(self, path: Path) -> NodeChange:
        """The change of the node at `path`; refuses when the way leads through an alias or a removal."""
        change = self.root
        for length in range(2, len(path) + 1):
            refuse_alias(change.node, self.text)
            index = child_at(change, path[:length], self.text)
            if index in change.removed or change.new is not None:
                raise RefusedError(f"{dotted(path[:length])} would be changed in two ways at once")
            if index not in change.children:
                change.children[index] = NodeChange(change.node.children[index], path[:length])
            change = change.children[index]
        return change


def plan_changes(
    text: str, documents: Sequence[Node], operations: Iterable[Operation]
) -> dict[int, NodeChange]:
    """The tree of changes of each document that changes. Raises RefusedError."""
    planners: dict[int, _Planner] = {}
    for operation in operations:
        number = operation.path[0] if operation.path else -1
        if not isinstance(number, int) or not 0 <= number < len(documents):
            raise RefusedError(f"this file has no document {number}")
        if number not in planners:
            planners[number] = _Planner(text, NodeChange(documents[number], (number,)))
        planners[number].add(operation)
    return {number: planner.root for number, planner in planners.items()}


def _insert(parent: NodeChange, path: Path, value: YamlValue) -> None:
    key = path[-1]
    if parent.new is not None:
        if not isinstance(parent.new.value, dict) or key in parent.new.value:
            raise twice(path)
        parent.new = NewValue({**parent.new.value, key: value})
    elif parent.node.kind == "scalar":
        parent.new = NewValue({key: value})
    else:
        if any(new.key == key for new in parent.inserted):
            raise twice(path)
        keys = _keys_in_order(parent)
        at = place([known for known, _ in keys], key, parent.path)
        before = sum(is_old for _, is_old in keys[:at])
        parent.inserted.insert(at - before, NewChild(before, key, value))


def _keys_in_order(change: NodeChange) -> list[tuple[YamlValue, bool]]:
    """The keys of a mapping with those to be inserted; whether each stood there before."""
    keys: list[tuple[YamlValue, bool]] = []
    for index in range(len(change.node.entries) + 1):
        keys += [(new.key, False) for new in change.inserted if new.index == index]
        keys += [(entry.key, True) for entry in change.node.entries[index : index + 1]]
    return keys


def _append_to_missing(parent: NodeChange, path: Path, value: YamlValue) -> None:
    for number, new in enumerate(parent.inserted):
        if new.key == path[-1] and isinstance(new.value, list):
            parent.inserted[number] = NewChild(new.index, new.key, [*new.value, value])
            return
    if parent.new is not None and isinstance(parent.new.value, dict):
        listed = parent.new.value.get(path[-1])
        if isinstance(listed, list):
            parent.new = NewValue({**parent.new.value, path[-1]: [*listed, value]})
            return
    _insert(parent, path, [value])


def _free(parent: NodeChange, index: int, path: Path) -> None:
    if index in parent.removed or index in parent.children:
        raise twice(path)
