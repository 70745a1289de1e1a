"""What happens to one node of a file, and which of its children a path means."""

from msgspec import Struct, field

from valohai_steps.config.edits.anchors import refuse_alias, refuse_merged, shared_refusal
from valohai_steps.config.edits.operation import RefusedError
from valohai_steps.config.tree.node import Node, Path, YamlValue


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


def is_missing(parent: NodeChange, key: str, text: str) -> bool:
    """Whether a key can be added because it is not there. Raises RefusedError where none can."""
    node = parent.node
    if node.kind == "scalar" and node.value is None:
        if node.shared:
            raise shared_refusal(node, text)
        return parent.new is None or isinstance(parent.new.value, dict)
    if node.kind != "mapping":
        raise RefusedError(
            f"{dotted((*parent.path, key))} cannot be added: its parent is a list or a value", node.span
        )
    if any(entry.key == key for entry in node.entries):
        return False
    refuse_merged(node, key, "comes")
    refuse_alias(node, text)
    return True


def child_at(parent: NodeChange, path: Path, text: str) -> int:
    """The index among the children of the parent's node at which the last element of `path` stands.

    Raises RefusedError when it is not there, or there twice.
    """
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
            is_missing(parent, last, text)
        raise RefusedError(f"{dotted(path)} is not in this file", node.span)
    return found[0]


def twice(path: Path) -> RefusedError:
    """What refuses two changes of one place."""
    return RefusedError(f"{dotted(path)} would be changed in two ways at once")


def dotted(path: Path) -> str:
    """A path within a document, for people."""
    return ".".join(str(element) for element in path[1:]) or "the document"
