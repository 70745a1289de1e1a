"""The comments of a list that stay when one value takes its place: those of the item that it is made of."""

from msgspec import Struct

from valohai_steps.config.rendering.block import region_of_all
from valohai_steps.config.rendering.target import EditTarget
from valohai_steps.config.tree.line import line_end, next_line
from valohai_steps.config.tree.node import YamlValue, same_value
from valohai_steps.model.patterns import pattern

_COMMENT = pattern(r"(?:^|(?<=[\r\n\x85\u2028\u2029])|(?<![ \t])[ \t]+)#[^\r\n\x85\u2028\u2029]*")


class KeptComments(Struct, frozen=True):
    """`behind` goes behind the new value, with the blanks in front of it; each of `below` on its own line."""

    behind: str = ""
    below: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing has to be kept."""
        return not self.behind and not self.below


def kept_comments(site: EditTarget, value: YamlValue) -> KeptComments:
    """What is kept of the comments within the list at `site` when `value` takes its place.

    The comments of the item that equals the value stay, else those of the first item, whose place it takes.
    """
    node, text = site.node, site.text
    is_list = node.alias is None and node.kind == "sequence" and bool(node.items)
    if not is_list or site.in_flow or site.lead is None or isinstance(value, (list, tuple, dict)):
        return KeptComments()
    item = next((i for i, each in enumerate(node.items) if same_value(each.value, value)), 0)
    before, after = _gaps(site, site.lead, item)
    end = max(line_end(text, after.start), after.start)
    behind = [found.group() for found in _COMMENT.finditer(text, after.start, min(end, after.stop))]
    below = [found.group().strip() for found in _COMMENT.finditer(text, before.start, before.stop)]
    if item == len(node.items) - 1:
        below += [found.group().strip() for found in _COMMENT.finditer(text, end, after.stop)]
    if behind and _has_comment(site, site.lead):
        return KeptComments("", (behind[0].strip(), *below))
    return KeptComments("".join(behind), tuple(below))


def _gaps(site: EditTarget, lead: int, item: int) -> tuple[range, range]:
    """Where comments stand that are of an item: above it, and behind it up to the next one."""
    node, text, items = site.node, site.text, site.node.items
    start, end = node.start, node.end
    if node.style == "block":
        start, end = next_line(text, lead), region_of_all(site).end
    if item:
        start = next_line(text, items[item - 1].end)
    if item + 1 < len(items):
        end = items[item + 1].outer
    return range(start, max(items[item].outer, start)), range(items[item].end, max(end, items[item].end))


def _has_comment(site: EditTarget, lead: int) -> bool:
    """Whether a comment stands already where the new value will be followed by one."""
    start = lead if site.node.style == "block" else site.node.end
    return _COMMENT.search(site.text, start, line_end(site.text, start)) is not None
