"""The steps around an edit, so that a proof reads them again and not the whole file.

A block list at column 0 can be read in pieces: each `-` there starts from the same state, whatever stands
above, as long as no anchor, alias, directive or document marker ties the pieces together.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.config.edits.node_change import NodeChange
from valohai_steps.config.edits.operation import Append, Operation
from valohai_steps.config.rendering.target import child_starts
from valohai_steps.config.tree.line import column
from valohai_steps.config.tree.node import Node, walk
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span, TextEdit

_MARKER = pattern(r"^(?:---|\.\.\.|%)", re.MULTILINE)


class Region(Struct, frozen=True):
    """Items `first` to `last` of the only document's list, and where they stand in the old text."""

    first: int
    last: int
    span: Span


def changed_region(
    text: str, documents: Sequence[Node], changes: Mapping[int, NodeChange], edits: Sequence[TextEdit]
) -> Region | None:
    """The items that the edits touch, with one before each insertion; None if only the whole file will do."""
    root, change = documents[0], changes.get(0)
    if (
        len(documents) > 1
        or change is None
        or change.new is not None
        or root.style != "block"
        or not root.items
    ):
        return None
    touched = {*change.removed, *change.children}
    for new in change.inserted:
        touched |= {max(new.index - 1, 0), min(new.index, len(root.items) - 1)}
    if root.kind != "sequence" or root.anchor or root.tag or not touched:
        return None
    first, last = max(min(touched) - 1, 0), max(touched)
    starts = (*child_starts(text, root), len(text))
    region = Region(first, last, Span(starts[first], starts[last + 1]))
    is_apart = column(text, starts[0]) == 0 and not _MARKER.search(text, 0, starts[0])
    inside = all(region.span.covers(edit.span) for edit in edits)
    return region if is_apart and inside and is_untied(root.items[first : last + 1]) else None


def edited_region(text: str, documents: Sequence[Node], edits: Sequence[TextEdit]) -> Region | None:
    """The items that the edits touch, and one before them; None if only the whole file will do."""
    if len(documents) != 1 or not edits:
        return None
    root = documents[0]
    if root.kind != "sequence" or root.style != "block" or root.anchor or root.tag or not root.items:
        return None
    starts = (*child_starts(text, root), len(text))
    first_edit = min(edit.span.start for edit in edits)
    last_edit = max(edit.span.end for edit in edits)
    first = max(bisect_right(starts, first_edit) - 2, 0)
    last = min(max(bisect_right(starts, last_edit) - 1, first), len(root.items) - 1)
    is_apart = column(text, starts[0]) == 0 and not _MARKER.search(text, 0, starts[0])
    if not is_apart or first_edit < starts[first] or not is_untied(root.items[first : last + 1]):
        return None
    return Region(first, last, Span(starts[first], starts[last + 1]))


def is_untied(items: Sequence[Node]) -> bool:
    """Whether neither anchor nor alias ties the items to other places."""
    return not any(
        node.anchor is not None or node.alias is not None
        for item in items
        for inner in walk(item)
        for node in (inner, *(entry.key_node for entry in inner.entries))
    )


def new_text(text: str, region: Region, edited: str) -> str | None:
    """What stands in place of the region in the edited text; None where that may end the document."""
    piece = edited[region.span.start : region.span.end + len(edited) - len(text)]
    return None if _MARKER.search(piece) or not piece.startswith("-") else piece


def old_part(root: Node, region: Region) -> Node:
    """The list of the region's items alone."""
    items = root.items[region.first : region.last + 1]
    part = Node("sequence", root.start, root.end, [item.value for item in items], "block", root.outer)
    part.items = items
    return part


def own_change(change: NodeChange, region: Region, part: Node) -> NodeChange:
    """The change of the list, counted from the region's first item."""
    first = region.first
    return NodeChange(
        part,
        change.path,
        None,
        {index - first for index in change.removed},
        [replace(new, index=new.index - first) for new in change.inserted],
        {index - first: child for index, child in change.children.items()},
    )


def own_operations(operations: Sequence[Operation], region: Region) -> list[Operation]:
    """The operations with paths counted from the region's first item; those that change nothing left out."""
    found: list[Operation] = []
    for operation in operations:
        index = operation.path[1] if len(operation.path) > 1 else None
        if isinstance(operation, Append) and operation.at is not None and len(operation.path) == 1:
            found.append(replace(operation, at=operation.at - region.first))
        elif index is None:
            found.append(operation)
        elif isinstance(index, int) and region.first <= index <= region.last:
            path = (operation.path[0], index - region.first, *operation.path[2:])
            found.append(replace(operation, path=path))
    return found
