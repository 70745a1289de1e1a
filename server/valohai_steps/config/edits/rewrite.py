"""From a tree of changes to text edits."""

from collections.abc import Iterable, Iterator

from valohai_steps.config.edits.block import block_edits
from valohai_steps.config.edits.change import Change
from valohai_steps.config.edits.flow import flow_edits
from valohai_steps.config.edits.replacement import replacement_edits
from valohai_steps.config.edits.site import Site, child_starts, ends_openly
from valohai_steps.config.tree.line import break_before, next_line
from valohai_steps.config.tree.node import Node, walk
from valohai_steps.model.text import Span, TextEdit


def text_edits(text: str, newline: str, changes: Iterable[Change]) -> tuple[TextEdit, ...]:
    """The edits of all changes, in order; deletions that overlap are one. Raises RefusedError."""
    changes = tuple(changes)
    edits = [edit for change in changes for edit in _edits(Site(text, newline, change.node), change)]
    for change in changes:
        edits += _closed_text(text, change.node, edits)
    changed = [edit for edit in edits if text[edit.span.start : edit.span.end] != edit.text]
    return _without_doubled_break(text, sorted(_joined(changed), key=lambda edit: edit.span))


def _edits(site: Site, change: Change) -> Iterator[TextEdit]:
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
    if change.removed or change.inserted:
        yield from (flow_edits if node.style == "flow" else block_edits)(site, change)


def _all_new(change: Change) -> object:
    """The value of a collection that keeps none of its children."""
    if change.node.kind == "sequence":
        return [new.value for new in change.inserted]
    return {new.key: new.value for new in change.inserted}


def _closed_text(text: str, root: Node, edits: list[TextEdit]) -> list[TextEdit]:
    """The edit that keeps a block text at the very end of the file without a line end, now that lines follow."""
    if not any(edit.span.start == len(text) and edit.text for edit in edits) or not ends_openly(
        text, len(text)
    ):
        return []
    *_, last = walk(root)
    if last.style not in ("|", ">") or last.alias is not None or next_line(text, last.end) != len(text):
        return []
    sign = last.start + 1
    if any(edit.span.start <= sign <= edit.span.end for edit in edits) or str(last.value).endswith("\n"):
        return []
    keeps = text.startswith("+", sign)
    return [] if text.startswith("-", sign) else [TextEdit(Span(sign, sign + keeps), "-")]


def _without_doubled_break(text: str, edits: list[TextEdit]) -> tuple[TextEdit, ...]:
    """The edits, where what ends the text goes and leaves a line end, and new lines bring another."""
    gone = next((edit.span.start for edit in edits if not edit.text and edit.span.end == len(text)), None)
    if gone is not None and break_before(text, gone):
        for number, edit in enumerate(edits):
            if edit.span.start == len(text) and edit.text:
                edits[number] = TextEdit(
                    edit.span, edit.text[len(edit.text) - len(edit.text.lstrip("\r\n")) :]
                )
                break
    return tuple(edits)


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
