"""A node that gets another value: a list or mapping by way of its children, where their order allows it."""

from collections.abc import Sequence

from valohai_steps.config.edits.anchors import refuse_lost_anchor, shared_refusal
from valohai_steps.config.edits.node_change import NewChild, NewValue, NodeChange
from valohai_steps.config.tree.node import Node, YamlValue, same_value


def replace_value(change: NodeChange, value: YamlValue, text: str) -> None:
    """Give the node a new value: for a list or mapping by way of its children where their order allows.

    Raises RefusedError where that would change, or lose, what others share.
    """
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
            replace_value(child, value[index], text)
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
            replace_value(child, value[entry.key], text)
    known = {entry.key for entry in change.node.entries}
    count = len(change.node.entries)
    change.inserted += [NewChild(count, key, new) for key, new in value.items() if key not in known]
