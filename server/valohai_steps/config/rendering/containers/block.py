"""Keys and items put into, and taken out of, mappings and lists in block style."""

from collections.abc import Iterator

from msgspec.structs import replace

from valohai_steps.config.edits.node_change import NewChild, NodeChange
from valohai_steps.config.edits.operation import RefusedError
from valohai_steps.config.rendering.layout import entry_lines, flow_text, item_lines
from valohai_steps.config.rendering.style import Style, quotes_keys
from valohai_steps.config.rendering.target import EditTarget, child_starts, insertion
from valohai_steps.config.tree.line import (
    blank_lines,
    break_before,
    column,
    free_lines,
    line_start,
    next_line,
    own_end,
    own_start,
    starts_line,
)
from valohai_steps.config.tree.node import walk
from valohai_steps.model.text import Span, TextEdit


class Block:
    """The children of one block collection as regions of whole lines."""

    __slots__ = ("ends", "indent", "node", "site", "starts", "text", "tops")

    def __init__(self, site: EditTarget) -> None:
        self.site, self.node, self.text = site, site.node, site.text
        self.starts = child_starts(self.text, self.node)
        self.indent = column(self.text, self.starts[0])
        # `ends`: behind each child's own lines; `tops`: where they begin, own comments included.
        self.ends = [own_end(self.text, end, self.indent) for end in self._content_ends()]
        self.tops = [self._top(index) for index in range(len(self.starts))]

    def _content_ends(self) -> Iterator[int]:
        for index, child in enumerate(self.node.children):
            is_item = self.node.kind == "sequence"
            key_end = 0 if is_item else self.node.entries[index].key_node.end
            yield max(child.end, key_end)

    def _top(self, index: int) -> int:
        start = self.starts[index]
        if index:
            return own_start(self.text, start, self.indent, self.ends[index - 1])
        if not starts_line(self.text, start):
            return start
        if self.site.lead is None:  # what stands above the first step is about the file
            return line_start(self.text, start)
        return own_start(self.text, start, self.indent, next_line(self.text, self.site.lead))

    @property
    def shares_line(self) -> bool:
        """Whether the first child stands behind the `-` of its parent."""
        return not starts_line(self.text, self.starts[0])


def block_edits(site: EditTarget, change: NodeChange) -> Iterator[TextEdit]:
    """The edits that insert and remove children; at least one child stays or is inserted."""
    block = Block(site)
    for index in change.removed:
        _refuse_explicit_key(block, index)
    for index in sorted({new.index for new in change.inserted}):
        yield _inserted(block, index, change)
    yield from _removals(block, change)


def _inserted(block: Block, index: int, change: NodeChange) -> TextEdit:
    text = block.text
    at = block.ends[index - 1] if index else block.tops[0]
    style = replace(block.site.style, block_text=block.site.takes_block_text(at))
    lines: list[str] = []
    blanks = 0 if _keeps_blank_lines(block, index, change.removed) else _separation(block, index)
    for child in (new for new in change.inserted if new.index == index):
        entry = _child_lines(block, child, style)
        lines += ["" for _ in range(blanks)]
        lines += [" " * block.indent + entry[0], *entry[1:]]
    if index:
        return insertion(text, at, lines, block.site.line_break(at - break_before(text, at)))
    lines = lines[blanks:] + [""] * blanks
    newline = block.site.line_break(block.starts[0])
    if block.shares_line:
        start = block.starts[0]
        return TextEdit(Span(start, start), newline.join((*lines, " " * block.indent)).lstrip(" "))
    return insertion(text, at, lines, newline)


def _separation(block: Block, index: int) -> int:
    """How many blank lines stand between the items of a list near `index`."""
    if block.node.kind == "mapping" or len(block.starts) < 2:
        return 0
    beside = min(max(index - 2, 0), len(block.starts) - 2)
    return blank_lines(block.text, block.ends[beside])


def _child_lines(block: Block, child: NewChild, style: Style) -> list[str]:
    if block.node.kind == "mapping":
        style = replace(style, quoted_keys=quotes_keys(block.node))
        return entry_lines(child.key, child.value, block.indent, style)
    model = block.node.items[min(child.index, len(block.node.items)) - 1]
    if model.style == "flow" and model.kind == "mapping" and isinstance(child.value, dict):
        return [_dash(block, style) + flow_text(child.value, style)]
    return item_lines(child.value, block.indent, style)


def _dash(block: Block, style: Style) -> str:
    last = block.starts[-1]
    gap = block.node.items[-1].outer - last
    return "-" + " " * (gap - 1 if starts_line(block.text, last) and 1 < gap < 9 else style.dash - 1)


def _removals(block: Block, change: NodeChange) -> Iterator[TextEdit]:
    removed = sorted(change.removed)
    if not removed:
        return
    if removed[0] == 0 and block.shares_line:
        yield _first_removal(block, change)
        following = _first_kept(block, change)
        joined = not _keeps_dash_alone(block, change)
        removed = [index for index in removed if index > (following - 1 if joined else 0)]
    for index in removed:
        yield TextEdit(_region(block, index, change.removed), "")


def _first_kept(block: Block, change: NodeChange) -> int:
    return next(index for index in range(len(block.starts) + 1) if index not in change.removed)


def _keeps_dash_alone(block: Block, change: NodeChange) -> bool:
    """Whether the `-` of the parent keeps a line of its own: something must stay right below it."""
    kept = _first_kept(block, change)
    if kept == len(block.starts) or any(new.index <= kept for new in change.inserted):
        return True
    # Comments between the children that belong to none of those removed.
    tops = [*block.tops[1:kept], block.starts[kept]]
    return any(
        line.is_comment and line.end <= top
        for end, top in zip(block.ends[:kept], tops, strict=True)
        for line in free_lines(block.text, end)
    )


def _first_removal(block: Block, change: NodeChange) -> TextEdit:
    start = block.starts[0]
    if not _keeps_dash_alone(block, change):
        return TextEdit(Span(start, block.starts[_first_kept(block, change)]), "")
    end = block.ends[0]
    before = block.text[line_start(block.text, start) : start]
    start -= len(before) - len(before.rstrip(" \t"))
    return TextEdit(Span(start, end - break_before(block.text, end)), "")


def _region(block: Block, index: int, removed: set[int]) -> Span:
    """The lines of a child, with the blank lines that would otherwise double, or end the file."""
    text = block.text
    start, end = block.tops[index], block.ends[index]
    floor = block.ends[index - 1] if index else start
    above = start - floor if index and not text[floor:start].strip() else 0
    below = 0
    for line in free_lines(text, end):
        if line.is_comment:
            break
        below = line.end - end
    is_first = index == 0 and len(block.starts) > 1
    if (below and (above or is_first)) or _keeps_blank_lines(block, index, removed):
        end += below
    elif above and end == len(text):
        start -= above
    return Span(start, end)


def _keeps_blank_lines(block: Block, index: int, removed: set[int]) -> bool:
    """Whether what will stand above the child is a block text that takes all blank lines below it."""
    above = max((kept for kept in range(index) if kept not in removed), default=None)
    if above is None:
        return False
    *_, last = walk(block.node.children[above])
    return last.style in ("|", ">") and "+" in block.text[last.start : last.start + 3]


def _refuse_explicit_key(block: Block, index: int) -> None:
    if block.node.kind == "mapping" and block.text.startswith("?", block.starts[index]):
        key = block.node.entries[index].key_node
        if key.outer != block.starts[index]:
            raise RefusedError(
                "a key written with `?` cannot be removed automatically; remove it manually", key.span
            )


def region_of_all(site: EditTarget) -> Span:
    """The lines of all children together, own comments included."""
    block = Block(site)
    return Span(block.tops[0], block.ends[-1])
