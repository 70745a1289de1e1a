"""Keys and items put into, and taken out of, mappings and lists in brackets."""

from collections.abc import Iterator

from msgspec.structs import replace

from valohai_steps.config.edits.node_change import NewChild, NodeChange
from valohai_steps.config.edits.operation import RefusedError
from valohai_steps.config.rendering.layout import flow_entry, flow_text
from valohai_steps.config.rendering.style import quotes_keys
from valohai_steps.config.rendering.target import EditTarget, child_starts
from valohai_steps.config.tree.line import column, line_end, line_start, next_line, skip_gap, starts_line
from valohai_steps.config.tree.node import Node
from valohai_steps.model.text import Span, TextEdit


def flow_edits(site: EditTarget, change: NodeChange) -> Iterator[TextEdit]:
    """The edits that insert and remove children of a collection in brackets."""
    node, text = site.node, site.text
    if text[node.start : node.start + 1] not in ("[", "{"):
        raise RefusedError(
            "a pair without braces inside a list cannot be edited automatically; add the braces", node.span
        )
    count = len(node.children)
    if len(change.removed) == count:
        items = ", ".join(_child_text(site, child) for child in change.inserted)
        yield TextEdit(Span(node.start + 1, node.end - 1), items)
        return
    for index in sorted({new.index for new in change.inserted}):
        new = [_child_text(site, child) for child in change.inserted if child.index == index]
        yield from _inserted(site, index, new, change.removed)
    yield from _removals(text, node, change.removed)


def _child_text(site: EditTarget, child: NewChild) -> str:
    if site.node.kind == "mapping":
        style = replace(site.style, quoted_keys=quotes_keys(site.node))
        return flow_entry(child.key, child.value, style)
    return flow_text(child.value, site.style)


def _inserted(site: EditTarget, index: int, new: list[str], removed: set[int]) -> Iterator[TextEdit]:
    text, node = site.text, site.node
    starts = child_starts(text, node)
    index = max((kept + 1 for kept in range(index) if kept not in removed), default=0)
    following = next((kept for kept in range(index, len(starts)) if kept not in removed), 0)
    neighbour = starts[index - 1 if index else following]
    own_lines = starts_line(text, neighbour)
    separator = f"{site.line_break(neighbour)}{' ' * column(text, neighbour)}" if own_lines else " "
    if index == 0:
        yield TextEdit(Span(neighbour, neighbour), "".join(f"{item},{separator}" for item in new))
        return
    end = _child_end(node, index - 1)
    comma = skip_gap(text, end)
    has_comma = text.startswith(",", comma)
    behind = line_end(text, comma if has_comma else end)
    if not own_lines or not _rest_is_free(text, comma + 1 if has_comma else end):
        at = comma if has_comma and index not in removed and not text[end:comma].strip() else end
        # `a:,` would make the comma part of the text.
        gap = ""
        if text.startswith(":", at - 1):
            at, gap = (at + 1, "") if text.startswith(" ", at) else (at, " ")
        yield TextEdit(Span(at, at), gap + "".join(f",{separator}{item}" for item in new))
        return
    if not has_comma:
        yield TextEdit(Span(end, end), ",")
    lines = f",{separator}".join(new)
    yield TextEdit(Span(behind, behind), separator + lines + ("," if has_comma else ""))


def _rest_is_free(text: str, offset: int) -> bool:
    """Whether only blanks and a comment follow on the line."""
    rest = text[offset : line_end(text, offset)].strip()
    return not rest or rest.startswith("#")


def _child_end(node: Node, index: int) -> int:
    if node.kind == "sequence":
        return node.items[index].end
    return max(node.entries[index].key_node.end, node.entries[index].node.end)


def _removals(text: str, node: Node, removed: set[int]) -> Iterator[TextEdit]:
    starts = child_starts(text, node)
    last_kept = max(index for index in range(len(starts)) if index not in removed)
    for index in removed:
        end = _child_end(node, index)
        comma = skip_gap(text, end)
        behind = comma + 1 if text.startswith(",", comma) else end
        if starts_line(text, starts[index]) and _rest_is_free(text, behind):
            yield TextEdit(Span(line_start(text, starts[index]), next_line(text, behind)), "")
        elif index < last_kept:
            following = starts[index + 1]
            end = following if not text[behind:following].strip() else behind
            yield TextEdit(Span(starts[index], end), "")
        else:
            before = _child_end(node, index - 1)
            gap = text[before : starts[index]].replace(",", "").strip()
            # `a:}` would make the brace part of the text.
            rest = " " if not gap and text.startswith(":", before - 1) else ""
            yield TextEdit(Span(starts[index] if gap else before, end), rest)
