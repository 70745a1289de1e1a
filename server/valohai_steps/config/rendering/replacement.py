"""One value in place of another."""

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.config.edits.operation import RefusedError
from valohai_steps.config.rendering.containers.block import region_of_all
from valohai_steps.config.rendering.kept_comments import kept_comments
from valohai_steps.config.rendering.layout import (
    block_scalar_lines,
    flow_text,
    is_block,
    item_lines,
    quoted_like,
    sequence_lines,
    value_lines,
)
from valohai_steps.config.rendering.scalar_text import BlockScalar, Quoting, block_scalar, scalar_text
from valohai_steps.config.rendering.style import Style
from valohai_steps.config.rendering.target import EditTarget, lines_at
from valohai_steps.config.tree.line import (
    BREAKS,
    break_before,
    column,
    free_lines,
    line_end,
    line_start,
    next_line,
    skip_gap,
    starts_line,
)
from valohai_steps.config.tree.node import YamlValue, same_value
from valohai_steps.config.tree.scalar_value import STRING, scalar_reader
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span, TextEdit

_HEADER = pattern(r"[|>][-+0-9]*")
_PROPERTY = pattern(r"[&!][^ \t\r\n\x85\u2028\u2029]*")
_COMMENT = pattern(rf"#[^{BREAKS}]*")
_WHITE = pattern(r"\s*")
_CORE_TAG = pattern(r"tag:yaml\.org,2002:(?:str|int|float|bool|null)\Z")


class _Extent(Struct, frozen=True):
    """The text of a value: `head` on the line of its key, `body` on whole lines below."""

    head: Span
    body: Span


def replacement_edits(site: EditTarget, value: YamlValue) -> Iterator[TextEdit]:
    """The edits that put `value` in the place of the site's node."""
    properties, lead = _properties(site, value)
    if not site.chain:
        edits = [_root_edit(site, value, max((each.span.end for each in properties), default=0))]
    elif site.in_flow:
        edits = [_flow_edit(site, lead, value)]
    else:
        edits = [*_block_edits(site, lead, value)]
    # A tag with nothing behind it goes with the place of the value.
    yield from (each for each in properties if not any(edit.span.covers(each.span) for edit in edits))
    yield from (_apart_from_comment(site.text, each) for each in edits)


def _apart_from_comment(text: str, edit: TextEdit) -> TextEdit:
    """The edit with a blank in front of a comment: PyYAML needs none behind a quote or a bracket."""
    before = edit.text or text[: edit.span.start]
    if not text.startswith("#", edit.span.end) or not before or before[-1] in f" \t{BREAKS}":
        return edit
    return TextEdit(edit.span, f"{edit.text} ")


def _flow_edit(site: EditTarget, lead: int | None, value: YamlValue) -> TextEdit:
    node, style = site.node, _scalar_style(site, value)
    text = flow_text(value, style)
    if lead is None:
        return TextEdit(node.span, f": {text}")
    kept = kept_comments(site, lead, value)
    if not kept.is_empty:
        start = node.start if site.text[lead : node.start].strip() else lead
        lines = ("", *kept.lines, " " * kept.indent + text)
        return TextEdit(Span(start, node.end), site.line_break(node.start).join(lines))
    return TextEdit(node.span, f" {text}" if node.start == node.end else text)


def _root_edit(site: EditTarget, value: YamlValue, floor: int) -> TextEdit:
    """The edit of a document's own value, no earlier than at `floor`."""
    node, text = site.node, site.text
    style = site.style
    in_lines = False
    lines = [flow_text(value, style)]
    if isinstance(value, list) and value and is_block(value, replace(style, flow_lists=False)):
        in_lines, lines = True, sequence_lines(value, 0, style)
    if node.start == node.end:
        return TextEdit(node.span, lines_at(text, node.start, lines, site.newline))
    newline = site.line_break(node.start)
    if not in_lines:
        return TextEdit(node.span, newline.join(lines))
    # Behind `---` or an anchor no list can start; what stood between its brackets stays above it.
    is_apart = starts_line(text, node.start)
    start = node.start if is_apart else max(floor, len(text[: node.start].rstrip(" \t")))
    above = [] if is_apart else [""]
    above += [] if node.children else _COMMENT.findall(text, node.start, node.end)
    return TextEdit(Span(start, node.end), newline.join((*above, *lines)))


def _block_edits(site: EditTarget, lead: int | None, value: YamlValue) -> Iterator[TextEdit]:
    node, text = site.node, site.text
    if lead is None:
        raise RefusedError("this key has no `:` after it; write one", site.node.span)
    kept = kept_comments(site, lead, value)
    tail, lines = _new_text(site, lead, value, keeps_comments=not kept.is_empty)
    if (
        node.alias is None
        and node.kind != "scalar"
        and node.style == "block"
        and not starts_line(text, node.start)
    ):
        # A mapping behind its `-`: the first line is that of the dash.
        newline = site.line_break(node.start)
        yield TextEdit(node.span, newline.join((tail.lstrip(" "), *lines)))
        return
    extent = _extent(site, lead, is_text=not isinstance(value, (list, tuple, dict)))
    tail += kept.behind
    lines += kept.lines
    if not lines and extent.body.start == extent.body.end and node.start < node.end:
        yield TextEdit(node.span, tail.lstrip(" "))
        return
    yield TextEdit(extent.head, tail)
    yield _body_edit(site, extent.body, lines)


def _new_text(
    site: EditTarget, lead: int, value: YamlValue, *, keeps_comments: bool
) -> tuple[str, list[str]]:
    """What stands behind the `:` or `-`, and the lines below it."""
    style = _scalar_style(site, value)
    node = site.node
    scalar = block_scalar(value, folded=node.style == ">")
    comment_is_below = keeps_comments or _swallows_comment(site)
    if isinstance(value, str) and scalar is not None and not comment_is_below:
        return _block_scalar_text(site, value, scalar, style)
    if node.alias is None and node.kind == "sequence" and isinstance(value, list):
        style = replace(style, flow_lists=node.style == "flow" and bool(node.items))
    if not site.takes_block_text(next_line(site.text, node.end)) or comment_is_below:
        style = replace(style, block_text=False)
    if site.in_sequence:
        if node.start < node.end and line_start(site.text, node.start) == line_start(
            site.text, site.lead or 0
        ):
            style = replace(style, dash=column(site.text, node.start) - site.indent)
        first, *lines = item_lines(value, site.indent, style)
        if lead != site.lead and isinstance(value, (list, dict)) and is_block(value, style):
            # Behind an anchor, a list or mapping starts on a line of its own.
            return "", [" " * (site.indent + style.dash) + first[style.dash :], *lines]
        return first[1:] if lines else " " + first[1:].lstrip(" "), lines
    return value_lines(value, site.indent, style)


def _swallows_comment(site: EditTarget) -> bool:
    """Whether a comment line below is indented so far that a block text would take it for its own."""
    lines = free_lines(site.text, next_line(site.text, site.node.end))
    return any(line.is_comment and line.column > site.indent for line in lines)


def _block_scalar_text(
    site: EditTarget, value: str, scalar: BlockScalar, style: Style
) -> tuple[str, list[str]]:
    node, text = site.node, site.text
    if not site.takes_block_text(next_line(text, node.end)) and not scalar.header.endswith("-"):
        # Without a line end at the end of the text, block style would lose the last one of the value.
        return " " + scalar_text(value, Quoting(), flow=False), []
    indent = site.indent + (style.dash if site.in_sequence else style.indent)
    if node.style in ("|", ">") and node.alias is None:
        body = next_line(text, node.start)
        if body < node.end:
            indent = column(text, _end(_WHITE, text, body))
    return f" {scalar.header}", block_scalar_lines(scalar, indent)


def _extent(site: EditTarget, lead: int, *, is_text: bool) -> _Extent:
    node, text = site.node, site.text
    if node.alias is None and node.style == "block" and node.kind != "scalar":
        region, below = region_of_all(site), next_line(text, lead)
        # Blank lines above would become lines of the text; the comments of a list are kept with it.
        if is_text and (node.kind == "sequence" or not text[below : region.start].strip()):
            region = Span(below, max(region.end, below))
        return _Extent(Span(lead, lead), region)
    if node.alias is None and node.style in ("|", ">"):
        header = _end(_HEADER, text, node.start)
        body = next_line(text, node.start)
        return _Extent(Span(lead, header), Span(body, max(next_line(text, node.end), body)))
    below = next_line(text, node.end)
    return _Extent(Span(lead, max(node.end, lead)), Span(below, below))


def _body_edit(site: EditTarget, body: Span, lines: list[str]) -> TextEdit:
    text, start = site.text, body.start
    newline = site.line_break(start - break_before(text, start))
    if not lines:
        return TextEdit(body, "")
    return TextEdit(body, lines_at(text, start, lines, newline))


def _end(pattern: re.Pattern[str], text: str, offset: int) -> int:
    found = pattern.match(text, offset)
    return found.end() if found else offset


def _scalar_style(site: EditTarget, value: YamlValue) -> Style:
    """The style around the node, with the quotes of the string that is replaced."""
    # Numbers look the same in every style; finding it out takes longer than all the rest.
    style = site.style if isinstance(value, (str, list, dict)) else Style()
    node = site.node
    if isinstance(value, str) and isinstance(node.value, str) and node.alias is None:
        if node.style in ("'", '"'):
            return quoted_like(style, node.style)
        return replace(style, quoting=Quoting(style.quoting.mark))
    return style


def _properties(site: EditTarget, value: YamlValue) -> tuple[list[TextEdit], int | None]:
    """The edits of anchor and tag, and the offset behind them (or behind the `:` or `-`)."""
    node, text = site.node, site.text
    if node.alias is not None or (node.anchor is None and node.tag is None):
        return [], site.lead
    edits: list[TextEdit] = []
    end = at = node.outer
    for _ in range((node.anchor is not None) + (node.tag is not None)):
        start, behind = at, _end(_PROPERTY, text, at)
        at = skip_gap(text, behind)
        if text.startswith("!", start) and not _keeps_tag(node.tag, value, site):
            edits.append(TextEdit(Span(start, min(at, line_end(text, behind), node.start)), ""))
        else:
            end = behind
    return edits, end if end > node.outer else (site.lead if site.lead is not None else node.outer)


def _keeps_tag(tag: str | None, value: YamlValue, site: EditTarget) -> bool:
    if tag is None or tag == "!" or not _CORE_TAG.match(tag):
        raise RefusedError(
            f"this value has a tag (`{tag}`); edit it manually", Span(site.node.outer, site.node.end)
        )
    if tag == STRING:
        return isinstance(value, str)
    if isinstance(value, (str, list, dict)):
        return False
    return same_value(scalar_reader()(scalar_text(value, Quoting(), flow=True), tag, True), value)
