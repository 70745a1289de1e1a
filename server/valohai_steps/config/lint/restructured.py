"""Fixes that give a value another structure: a mapping becomes a list, a word becomes an item with a name."""

from collections.abc import Iterator

from valohai_steps.config.lint.nearest import kebab
from valohai_steps.config.lint.page import Page, is_empty, is_one_line
from valohai_steps.config.tree.line import later_lines, line_end, line_start
from valohai_steps.config.tree.node import Entry, Node
from valohai_steps.model.finding import Fix
from valohai_steps.model.patterns import pattern
from valohai_steps.model.schema.shape import Shape
from valohai_steps.model.text import Span, TextEdit

# A number as it is written; `nan` and `inf` are words.
_INTEGER = pattern(r"[-+]?(0|[1-9]\d*)")
_FLOAT = pattern(r"[-+]?(\d+\.\d*|\.\d+)([eE][-+]\d+)?")


def as_items(page: Page, key: Node | None, node: Node, shape: Shape | None) -> tuple[Fix, ...]:
    """`inputs: {...}` as a list: one item when its keys are an item's own, else one for each key."""
    if shape is None or key is None or node.alias is not None or not node.entries:
        return ()
    if node.anchor is not None or node.tag is not None:
        return ()  # they would be those of the list
    known = [
        entry for entry in node.entries if entry.key in shape.keys or kebab(str(entry.key)) in shape.former
    ]
    if 2 * len(known) > len(node.entries):
        return _one_item(page, node)
    if "default" not in shape.keys or any(entry.node.kind != "scalar" for entry in node.entries):
        return ()
    return _item_for_each_key(page, key, node, shape) if _is_plain(page, key, node) else ()


def _is_plain(page: Page, key: Node, node: Node) -> bool:
    """Whether a mapping can be written anew from its keys and values: nothing else is in it."""
    place = key.end
    for entry in node.entries:
        for part in (entry.key_node, entry.node):
            if part.anchor is not None or part.tag is not None or not is_one_line(page.text, part.span):
                return False
            if "#" in page.text[place : part.start] or part.style in ("|", ">"):
                return False
            place = max(place, part.end)
    rest = page.text[place : node.end]
    return "#" not in rest and not node.merges and not page.is_flow(key.start)


def _one_item(page: Page, node: Node) -> tuple[Fix, ...]:
    """`- ` in front, and the rest indented by as much."""
    if node.style == "flow":
        edits = [TextEdit(Span(node.start, node.start), "["), TextEdit(Span(node.end, node.end), "]")]
    else:
        edits = [TextEdit(Span(node.start, node.start), "- "), *indented(page, node, 2)]
    return (Fix("Make it a list", tuple(edits), preferred=True),)


def indented(page: Page, node: Node, width: int) -> Iterator[TextEdit]:
    """Every line of a node but its first, further in."""
    for start in later_lines(page.text, node.span):
        if page.text[start : line_end(page.text, start)].strip():
            yield TextEdit(Span(start, start), " " * width)


def _item_for_each_key(page: Page, key: Node, node: Node, shape: Shape) -> tuple[Fix, ...]:
    """`parameters: {lr: 0.1}`: the keys are the names, the values the defaults."""
    column = key.start - line_start(page.text, key.start)
    gap = page.newline + " " * (column + 2)
    lines: list[str] = []
    for entry in node.entries:
        name = page.text[entry.key_node.start : entry.key_node.end]
        written = name if isinstance(entry.key, str) else page.quoted(name, key.start)
        lines.append(f"{gap}- name: {written}")
        kind = _type_of(entry.node) if "type" in shape.keys else ""
        if kind:
            lines.append(f"{gap}  type: {kind}")
        if not is_empty(entry.node):
            lines.append(f"{gap}  default: {_default(page, entry.node, shape)}")
    start = page.text.find(":", key.end) + 1
    edit = TextEdit(Span(start, max(node.end, start)), "".join(lines))
    return (Fix("Make it a list of items with names", (edit,), preferred=True),)


def as_things(page: Page, entry: Entry, kind: str) -> tuple[Fix, ...]:
    """`- steps:` with a list of steps as an item for each: `- step:`; nothing for a list in brackets."""
    key, items = entry.key_node, entry.node.items
    start = line_start(page.text, key.start)
    front = page.text[start : key.start]
    if entry.node.style == "flow" or front.strip() != "-" or not items:
        return ()
    if any(item.kind != "mapping" or item.style == "flow" or item.alias or item.anchor for item in items):
        return ()
    edits = [TextEdit(key.span, kind)]
    for index, item in enumerate(items):
        line = line_start(page.text, item.start)
        if page.text[line : item.start].strip() != "-":
            return ()
        again = f"{front}{kind}:{page.newline}" if index else ""
        edits.append(TextEdit(Span(line, item.start), f"{again}{' ' * (len(front) + 2)}"))
        edits += _moved(page, item, len(front) + 2 - (item.start - line))
    return (Fix(f"Write each as an item of its own, `- {kind}:`", tuple(edits), preferred=True),)


def _moved(page: Page, node: Node, width: int) -> Iterator[TextEdit]:
    """Every line of a node but its first, further in, or further out where `width` is below zero."""
    if width >= 0:
        yield from indented(page, node, width)
        return
    for edit in indented(page, node, 1):
        start = edit.span.start
        blank = len(page.text[start : start - width]) - len(page.text[start : start - width].lstrip(" "))
        yield TextEdit(Span(start, start + blank), "")


def _type_of(node: Node) -> str:
    if isinstance(node.value, bool):
        return "flag"
    if isinstance(node.value, int):
        return "integer"
    return "float" if isinstance(node.value, float) else "string"


def _default(page: Page, node: Node, shape: Shape) -> str:
    written = page.text[node.start : node.end]
    strings_only = not shape.keys["default"].takes.anything
    return page.quoted(written, node.start) if strings_only and not isinstance(node.value, str) else written


def as_mapping_item(page: Page, item: Node, shape: Shape) -> tuple[Fix, ...]:
    """`- data` as `- name: data`, `- A=b` as an item with name and default."""
    if not isinstance(item.value, str) or not is_one_line(page.text, item.span):
        return ()
    if "name" not in shape.keys or item.alias is not None:
        return ()
    name, equals, default = item.value.partition("=")
    if not equals or "default" not in shape.keys:
        flow = page.is_flow(item.start)
        text = f"name: {page.text[item.start : item.end]}"
        edit = TextEdit(item.span, f"{{{text}}}" if flow else text)
        return (Fix(f"Write it as name: {item.value}", (edit,), preferred=True),)
    pairs = [f"name: {page.quoted_if_needed(name)}"]
    if "type" in shape.keys and (kind := _kind_of(default)):
        pairs.append(f"type: {kind}")
        pairs.append(f"default: {default}")
    else:
        pairs.append(f"default: {page.quoted_if_needed(default)}")
    column = item.start - line_start(page.text, item.start)
    flow = page.is_flow(item.start)
    text = "{" + ", ".join(pairs) + "}" if flow else (page.newline + " " * column).join(pairs)
    return (Fix("Write it with name and default", (TextEdit(item.span, text),), preferred=True),)


def _kind_of(default: str) -> str:
    if _INTEGER.fullmatch(default):
        return "integer"
    return "float" if _FLOAT.fullmatch(default) else ""


def as_pair(page: Page, item: Node) -> tuple[Fix, ...]:
    """`a -> b` as `[a, b]`."""
    if not isinstance(item.value, str):
        return ()
    source, arrow, target = item.value.partition("->")
    if not arrow or not source.strip() or not target.strip():
        return ()
    ends = ", ".join(page.quoted_if_needed(end.strip()) for end in (source, target))
    return (Fix("Write it as [source, target]", (TextEdit(item.span, f"[{ends}]"),), preferred=True),)
