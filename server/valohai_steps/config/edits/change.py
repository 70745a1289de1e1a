"""Operations sorted by the node they change, checked against what stands there."""

from collections.abc import Iterable, Sequence

from msgspec import Struct, field

from valohai_steps.config.edits.anchors import (
    refuse_alias,
    refuse_lost_anchor,
    refuse_merged,
    shared_refusal,
)
from valohai_steps.config.edits.key_order import place
from valohai_steps.config.edits.operation import Append, Operation, RefusedError, Remove, Set
from valohai_steps.config.tree.node import Node, Path, YamlValue, same_value


class NewValue(Struct, frozen=True):
    """The value that replaces a node."""

    value: YamlValue


class NewChild(Struct, frozen=True):
    """A key with its value, or an item (key None), that goes in front of the child at `index`."""

    index: int
    key: YamlValue
    value: YamlValue


class NodeChange(Struct):
    """All that happens to one node: a new value, or children removed, inserted and changed.

    `removed` and the keys of `children` are indices into the node's entries or items.
    """

    node: Node
    path: Path
    new: NewValue | None = None
    removed: set[int] = field(default_factory=set)
    inserted: list[NewChild] = field(default_factory=list)
    children: "dict[int, NodeChange]" = field(default_factory=dict)


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
                index = _index(parent, path, self.text)
                _free(parent, index, path)
                refuse_lost_anchor(parent.node.children[index], self.text)
                refuse_merged(parent.node, path[-1], "would come back")
                parent.removed.add(index)
            case Append(path, value, at):
                self._append(path, value, at)

    def _set(self, path: Path, value: YamlValue) -> None:
        if len(path) == 1:
            _replace(self.root, value, self.text)
            return
        parent = self._parent(path)
        if isinstance(path[-1], str) and _is_missing(parent, path[-1], self.text):
            _insert(parent, path, value)
            return
        index = _index(parent, path, self.text)
        node = parent.node.children[index]
        if not same_value(node.value, value):
            _free(parent, index, path)
            child = parent.children[index] = NodeChange(node, path)
            _replace(child, value, self.text)

    def _append(self, path: Path, value: YamlValue, at: int | None) -> None:
        if len(path) > 1:
            parent = self._parent(path)
            if isinstance(path[-1], str) and _is_missing(parent, path[-1], self.text):
                _append_to_missing(parent, path, value)
                return
            index = _index(parent, path, self.text)
            if index in parent.removed:
                raise RefusedError(f"{_dotted(path)} would be removed and added to at once")
        change = self._descend(path)
        node = change.node
        if change.new is not None and isinstance(change.new.value, list):
            change.new = NewValue([*change.new.value, value])
        elif node.kind == "scalar" and node.value is None:
            _replace(change, [value], self.text)
        elif node.kind != "sequence" or change.new is not None:
            raise RefusedError(f"{_dotted(path)} is not a list, so nothing can be added to it", node.span)
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
            index = _index(change, path[:length], self.text)
            if index in change.removed or change.new is not None:
                raise RefusedError(f"{_dotted(path[:length])} would be changed in two ways at once")
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


def _replace(change: NodeChange, value: YamlValue, text: str) -> None:
    """Give the node a new value: for a list or mapping by way of its children where their order allows."""
    node = change.node
    if node.shared:
        raise shared_refusal(node, text)
    if node.alias is None and isinstance(value, list) and node.kind == "sequence" and node.items and value:
        _align(change, value, text)
    elif node.alias is None and isinstance(value, dict) and _keeps_order(node, value):
        _merge(change, value, text)
    else:
        refuse_lost_anchor(node, text)
        change.new = NewValue(value)


def _align(change: NodeChange, value: list[YamlValue], text: str) -> None:
    old = change.node.items
    head = _common([item.value for item in old], value)
    limit = min(len(old), len(value)) - head
    tail = min(_common([item.value for item in reversed(old)], value[::-1]), limit)
    pairs = limit - tail
    for index in range(head, head + pairs):
        if not same_value(old[index].value, value[index]):
            child = change.children[index] = NodeChange(old[index], (*change.path, index))
            _replace(child, value[index], text)
    for index in range(head + pairs, len(old) - tail):
        refuse_lost_anchor(old[index], text)
        change.removed.add(index)
    for new in value[head + pairs : len(value) - tail]:
        change.inserted.append(NewChild(head + pairs, None, new))


def _common(old: Sequence[YamlValue], new: Sequence[YamlValue]) -> int:
    count = 0
    while count < min(len(old), len(new)) and same_value(old[count], new[count]):
        count += 1
    return count


def _keeps_order(node: Node, value: dict[YamlValue, YamlValue]) -> bool:
    keys = [entry.key for entry in node.entries]
    if not keys or not value or node.merges or len(set(keys)) != len(keys):
        return False
    kept = [key for key in keys if key in value]
    return kept == list(value)[: len(kept)]


def _merge(change: NodeChange, value: dict[YamlValue, YamlValue], text: str) -> None:
    for index, entry in enumerate(change.node.entries):
        if entry.key not in value:
            refuse_lost_anchor(entry.node, text)
            change.removed.add(index)
        elif not same_value(entry.value, value[entry.key]):
            child = change.children[index] = NodeChange(entry.node, (*change.path, str(entry.key)))
            _replace(child, value[entry.key], text)
    known = {entry.key for entry in change.node.entries}
    count = len(change.node.entries)
    change.inserted += [NewChild(count, key, new) for key, new in value.items() if key not in known]


def _insert(parent: NodeChange, path: Path, value: YamlValue) -> None:
    key = path[-1]
    if parent.new is not None:
        if not isinstance(parent.new.value, dict) or key in parent.new.value:
            raise _twice(path)
        parent.new = NewValue({**parent.new.value, key: value})
    elif parent.node.kind == "scalar":
        parent.new = NewValue({key: value})
    else:
        if any(new.key == key for new in parent.inserted):
            raise _twice(path)
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


def _is_missing(parent: NodeChange, key: str, text: str) -> bool:
    node = parent.node
    if node.kind == "scalar" and node.value is None:
        if node.shared:
            raise shared_refusal(node, text)
        return parent.new is None or isinstance(parent.new.value, dict)
    if node.kind != "mapping":
        raise RefusedError(
            f"{_dotted((*parent.path, key))} cannot be added: its parent is a list or a value", node.span
        )
    if any(entry.key == key for entry in node.entries):
        return False
    refuse_merged(node, key, "comes")
    refuse_alias(node, text)
    return True


def _index(parent: NodeChange, path: Path, text: str) -> int:
    """The index among the children of the parent's node at which the last element of `path` stands."""
    node, last = parent.node, path[-1]
    refuse_alias(node, text)
    if isinstance(last, int) and node.kind == "sequence" and 0 <= last < len(node.items):
        return last
    if last == "<<":
        refuse_merged(node, last, "")
    found = [i for i, entry in enumerate(node.entries) if entry.key == last and type(entry.key) is type(last)]
    if len(found) > 1:
        second = node.entries[found[1]]
        raise RefusedError(f"duplicate key `{last}`; remove one of them first", second.key_span)
    if not found:
        if isinstance(last, str) and node.kind == "mapping":
            _is_missing(parent, last, text)
        raise RefusedError(f"{_dotted(path)} is not in this file", node.span)
    return found[0]


def _free(parent: NodeChange, index: int, path: Path) -> None:
    if index in parent.removed or index in parent.children:
        raise _twice(path)


def _twice(path: Path) -> RefusedError:
    return RefusedError(f"{_dotted(path)} would be changed in two ways at once")


def _dotted(path: Path) -> str:
    return ".".join(str(element) for element in path[1:]) or "the document"
