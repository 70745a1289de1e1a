"""The proof of an edit: the new text, read again, means what was asked, and nothing else moved."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from valohai_steps.config.edits.node_change import NodeChange
from valohai_steps.config.edits.operation import Operation
from valohai_steps.config.edits.plain_values import applied
from valohai_steps.config.rendering.target import child_starts
from valohai_steps.config.tree.line import BREAKS, break_before, column, line_start, next_line, own_end
from valohai_steps.config.tree.node import Node, same_value, walk
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span, TextEdit

_COMMENT = pattern(rf"(?:(?<=[ \t\ufeff{BREAKS}])|\A)#[^{BREAKS}]*")


def value_flaw(old: Sequence[Node], new: Sequence[Node], operations: Iterable[Operation]) -> str | None:
    """Where the new documents do not have the old values with the operations applied; None if nowhere."""
    if len(old) != len(new):
        return f"{len(new)} documents in place of {len(old)}"
    operations = tuple(operations)
    for number, (before, after) in enumerate(zip(old, new, strict=True)):
        own = [operation for operation in operations if operation.path[0] == number]
        if not same_value(applied(before.value, own), after.value):
            return f"document {number + 1} does not have the values that were asked for"
    return None


def form_flaw(old: Sequence[Node], new: Sequence[Node], changes: Mapping[int, NodeChange]) -> str | None:
    """Where a key, anchor, alias or tag moved that no change names; None if nowhere."""
    for number, (before, after) in enumerate(zip(old, new, strict=True)):
        where = _difference(before, after, changes.get(number))
        if where is not None:
            return where
    return None


def _difference(old: Node, new: Node, change: NodeChange | None) -> str | None:
    """Where the new node is not the old one with its change; values that were set are not looked at."""
    if change is not None and change.new is not None:
        return None if old.anchor == new.anchor or old.alias else f"the anchor `&{old.anchor}` moved"
    if (old.kind, old.tag, old.anchor, old.alias) != (new.kind, new.tag, new.anchor, new.alias):
        return f"what stands at offset {old.start} changed its anchor, tag or kind"
    if old.alias is not None:
        return None
    if old.kind == "scalar":
        return None if same_value(old.value, new.value) else f"the value at offset {old.start} changed"
    pairs = list(_pairs(old, change))
    if len(pairs) != len(new.children):
        return f"{len(new.children)} children in place of {len(pairs)} at offset {old.start}"
    for position, (index, child) in enumerate(pairs):
        if index is None:
            continue
        found = None if old.kind == "sequence" else _key_difference(old, new, index, position)
        found = found or _difference(old.children[index], new.children[position], child)
        if found is not None:
            return found
    return None


def _key_difference(old: Node, new: Node, index: int, position: int) -> str | None:
    before, after = old.entries[index].key_node, new.entries[position].key_node
    return _difference(before, after, None)


def _pairs(old: Node, change: NodeChange | None) -> Iterator[tuple[int | None, NodeChange | None]]:
    """The children expected, each as its old index and its change; (None, None) for one that is new."""
    for index in range(len(old.children) + 1):
        if change is not None:
            yield from ((None, None) for new in change.inserted if new.index == index)
        if index < len(old.children) and (change is None or index not in change.removed):
            yield index, None if change is None else change.children.get(index)


def comment_flaw(text: str, changes: Iterable[NodeChange], edits: Iterable[TextEdit]) -> str | None:
    """A comment that the edits would lose, other than those of what is removed; None if there is none."""
    changes = tuple(changes)
    zones = [zone for change in changes for zone in _zones(text, change)]
    for edit in edits:
        for found in _COMMENT.finditer(text, edit.span.start, edit.span.end):
            span = Span(*found.span())
            if any(zone.covers(span) for zone in zones) or found.group() in edit.text:
                continue
            if not any(_in_scalar(text, change.node, span.start) for change in changes):
                return f"the comment at offset {span.start} would be lost"
    return None


def _zones(text: str, change: NodeChange) -> Iterator[Span]:
    """Where comments may go: the lines of what is removed, or replaced as a whole."""
    node = change.node
    if change.new is not None or (change.removed and len(change.removed) == len(node.children)):
        if node.style == "block" and node.alias is None:
            indent = column(text, node.start)
            yield Span(_first_line(text, node.start, indent), own_end(text, node.end, indent))
        else:
            yield node.span
    starts = child_starts(text, node) if change.removed else ()
    for index in change.removed:
        indent = column(text, starts[index])
        end = max(node.children[index].end, starts[index])
        yield Span(_first_line(text, starts[index], indent), own_end(text, end, indent))
    for child in change.children.values():
        yield from _zones(text, child)


def _first_line(text: str, offset: int, indent: int) -> int:
    """The start of the line of `offset`, or of the comment lines directly above it in the same column."""
    start = line_start(text, offset)
    while start > 0:
        above = line_start(text, start - break_before(text, start))
        content = text[above:start]
        if len(content) - len(content.lstrip(" \t")) != indent or not content.lstrip(" \t").startswith("#"):
            break
        start = above
    return start


def _in_scalar(text: str, node: Node, offset: int) -> bool:
    """Whether the `#` at `offset` is part of a value, not a comment."""
    for inner in walk(node):
        if inner.kind == "scalar" and inner.alias is None and inner.start <= offset < inner.end:
            body = next_line(text, inner.start) if inner.style in ("|", ">") else inner.start
            return body <= offset
    return False
