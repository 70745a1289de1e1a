"""The comments of a list that stay when one value takes its place: all of them."""

from msgspec import Struct

from valohai_steps.config.rendering.containers.block import region_of_all
from valohai_steps.config.rendering.target import EditTarget
from valohai_steps.config.tree.comments import comments_in
from valohai_steps.config.tree.line import column, line_end, line_start, next_line, starts_line
from valohai_steps.config.tree.node import YamlValue, same_value
from valohai_steps.model.text import Span


class KeptComments(Struct, frozen=True):
    """`behind` goes behind the new value, with the blanks in front of it; each of `others` on its own line,
    in their order, at column `indent`."""

    behind: str = ""
    others: tuple[str, ...] = ()
    indent: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing has to be kept."""
        return not self.behind and not self.others

    @property
    def lines(self) -> list[str]:
        """The lines of their own."""
        return [" " * self.indent + comment for comment in self.others]


def kept_comments(site: EditTarget, lead: int | None, value: YamlValue) -> KeptComments:
    """The comments within the list at `site`, which begins behind `lead`, that stay when `value` takes its
    place.

    The one behind the item that equals the value stays behind it, else that of the first item. In brackets
    none can stand behind a value, because more may follow on its line.
    """
    node, text = site.node, site.text
    is_list = node.alias is None and node.kind == "sequence" and bool(node.items)
    if not is_list or lead is None or isinstance(value, (list, tuple, dict)):
        return KeptComments()
    is_block = node.style == "block"
    start, end = (next_line(text, lead), region_of_all(site).end) if is_block else (node.start, node.end)
    found = _comments(text, start, end)
    kept = next((item for item in node.items if same_value(item.value, value)), node.items[0])
    behind = [each for each in found if kept.end <= each.start <= line_end(text, max(kept.end, kept.start))]
    last = lead if is_block else node.end
    if site.in_flow or _comments(text, last, line_end(text, last)):
        behind = []
    others = tuple(text[each.start : each.end] for each in found if each not in behind[:1])
    return KeptComments(_with_blanks(text, behind), others, _indent(site))


def _comments(text: str, start: int, end: int) -> list[Span]:
    return [found.shifted(start) for found in comments_in(text[start:end])]


def _with_blanks(text: str, behind: list[Span]) -> str:
    if not behind:
        return ""
    line = line_start(text, behind[0].start)
    return text[line + len(text[line : behind[0].start].rstrip(" \t")) : behind[0].end]


def _indent(site: EditTarget) -> int:
    """The column of comments on lines of their own."""
    first = site.node.items[0].outer
    return (
        column(site.text, first)
        if site.in_flow and starts_line(site.text, first)
        else (site.indent + site.style.indent)
    )
