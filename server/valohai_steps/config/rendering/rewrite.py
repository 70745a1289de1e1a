"""From a tree of changes to text edits."""

from collections.abc import Iterable, Iterator

from valohai_steps.config.edits.node_change import NodeChange
from valohai_steps.config.rendering.containers.block import block_edits
from valohai_steps.config.rendering.replacement import replacement_edits
from valohai_steps.config.rendering.target import EditTarget, child_starts
from valohai_steps.config.tree.line import starts_line
from valohai_steps.model.text import Span, TextEdit


def text_edits(text: str, newline: str, changes: Iterable[NodeChange]) -> tuple[TextEdit, ...]:
    """The edits of all changes, in order; deletions that overlap are one. Raises RefusedError."""
    changes = tuple(changes)
    # A text without a final line end is edited as if it had one, which is taken off again.
    is_open = bool(text) and not starts_line(text, len(text))
    whole = text + newline if is_open else text
    edits = [
        edit
        for change in changes
        for edit in _edits(EditTarget(whole, newline, change.node, is_open), change)
    ]
    changed = [edit for edit in edits if whole[edit.span.start : edit.span.end] != edit.text]
    ordered = sorted(_joined(changed), key=lambda edit: edit.span)
    if not is_open:
        return tuple(ordered)
    from valohai_steps.config.rendering.end_of_file import open_end_edits  # for such a file

    return open_end_edits(text, newline, ordered, [change.node for change in changes])


def _edits(site: EditTarget, change: NodeChange) -> Iterator[TextEdit]:
    if change.new is not None:
        yield from replacement_edits(site, change.new.value)
        return
    node = change.node
    children, kept = node.children, len(node.children) - len(change.removed)
    if (change.removed or change.inserted) and not kept and not (node.style == "flow" and children):
        yield from replacement_edits(site, _all_new(change))
        return
    if change.children:
        starts = child_starts(site.text, node)
        for index, child in change.children.items():
            yield from _edits(site.child(index, starts[index]), child)
    # Last: where a child and its parent both grow at one place, the child's lines come first.
    if not (change.removed or change.inserted):
        return
    if node.style != "flow":
        yield from block_edits(site, change)
        return
    from valohai_steps.config.rendering.containers.flow import flow_edits  # most are in block style

    yield from flow_edits(site, change)


def _all_new(change: NodeChange) -> object:
    """The value of a collection that keeps none of its children."""
    if change.node.kind == "sequence":
        return [new.value for new in change.inserted]
    return {new.key: new.value for new in change.inserted}


def _joined(edits: list[TextEdit]) -> Iterator[TextEdit]:
    """The edits with overlapping deletions made one."""
    pending: Span | None = None
    for span in sorted(edit.span for edit in edits if not edit.text):
        if pending is not None and span.start < pending.end:
            pending = Span(pending.start, max(pending.end, span.end))
        else:
            if pending is not None:
                yield TextEdit(pending, "")
            pending = span
    if pending is not None:
        yield TextEdit(pending, "")
    yield from (edit for edit in edits if edit.text)
