"""The top of a valohai.yaml: a list of items, each with one kind of thing in it."""

from collections.abc import Iterator

from valohai_steps.config.lint.keys import own_entries, removed_entry, repeated_keys
from valohai_steps.config.lint.nearest import hint, listed, nearest
from valohai_steps.config.lint.page import Page, blame, dash, is_empty, replaced
from valohai_steps.config.lint.restructured import as_things, indented
from valohai_steps.config.lint.walk import shape_findings, value_findings
from valohai_steps.config.tree.line import DASH_ALONE, later_lines, line_start
from valohai_steps.config.tree.node import Entry, Node, walk
from valohai_steps.model.finding import Finding, Fix
from valohai_steps.model.schema.sections import FORMER_SECTION, SECTIONS
from valohai_steps.model.schema.shape import Shape, Takes
from valohai_steps.model.text import Span, TextEdit

_KINDS = tuple(name for name in SECTIONS if name != FORMER_SECTION)


def root_findings(page: Page, root: Node) -> Iterator[Finding]:
    """A document that is no list; nothing for one that is, or that is empty."""
    if is_empty(root) or root.kind == "sequence":
        return
    if DASH_ALONE.match(page.text, root.start, root.end):
        message = "the `-` has no space behind it; write `- ` for an item"
        yield Finding("VH302", Span(root.start, root.start + 1), message)
        return
    if root.kind == "scalar":
        message = f"valohai.yaml is a list of items such as `- step:`, not {page.written(root)}"
        yield Finding("VH302", blame(page, root, None), message)
        return
    fixes: tuple[Fix, ...] = ()
    if root.style == "block" and root.start == line_start(page.text, root.start):
        edits = (TextEdit(Span(root.start, root.start), "- "), *indented(page, root, 2))
        fixes = (Fix("Make it a list", edits, preferred=True),)
    message = "valohai.yaml is a list: put `- ` in front of each item"
    yield Finding("VH302", root.entries[0].key_span if root.entries else root.span, message, fixes=fixes)


def section_of(node: Node) -> tuple[Entry, Shape] | None:
    """What an item is taken for: the first kind that Valohai looks for and finds."""
    for name, shape in SECTIONS.items():
        entry = node.get(name) if node.kind == "mapping" else None
        if entry is not None:
            return entry, shape
    return None


def meant_things(page: Page, node: Node) -> Iterator[tuple[str, Node]]:
    """The mappings of an item whose only key is a misspelt kind, with the kind: one, or those of a list."""
    if node.kind != "mapping" or len(node.entries) != 1 or section_of(node) is not None:
        return
    (entry,) = node.entries
    near = nearest(page.said(entry.key_node), SECTIONS)
    things = entry.node.items if entry.node.kind == "sequence" else (entry.node,)
    if near is None or entry.node.alias is not None or _holds_anchor(entry):
        return
    yield from ((near, each) for each in things if each.kind == "mapping" and each.entries and not each.alias)


def item_findings(page: Page, sequence: Node, index: int) -> Iterator[Finding]:
    """One item of the top-level list."""
    node = sequence.items[index]
    if is_empty(node):
        span = node.span if sequence.style == "flow" else dash(page, sequence, index)
        yield Finding("VH302", span, "this item is empty; remove it, or add a `step:`")
        return
    if node.kind != "mapping" or not node.entries:
        message = f"an item is a mapping such as `step: ...`, not {page.written(node)}"
        yield Finding("VH302", blame(page, node, None), message)
        return
    yield from repeated_keys(page, node)
    found = section_of(node)
    if found is None:
        yield from _unknown_item(page, node)
        for section, thing in meant_things(page, node):
            first = (
                thing.entries[0].key_span if node.entries[0].node is not thing else node.entries[0].key_span
            )
            yield from shape_findings(page, thing, SECTIONS[section], first)
        return
    entry, shape = found
    beside = [each for each in own_entries(node) if each is not entry and each.key_node is not entry.key_node]
    if is_empty(entry.node):
        inner = [each for each in beside if each.key in shape.keys]
        yield _empty_section(page, node, entry, inner)
        return
    yield from _beside(page, node, entry, shape, beside)
    if entry.node.alias is None and entry.merged_from is None:
        yield from _section(page, entry, shape, beside)


def _section(page: Page, entry: Entry, shape: Shape, beside: list[Entry]) -> Iterator[Finding]:
    if entry.node.kind != "mapping":
        yield from value_findings(page, entry.key_node, entry.node, Takes(object=shape))
        return
    # A key that is one level too far out is said to be there; it is not missing as well.
    outside = {each.key for each in beside if each.key in shape.keys}
    if outside:
        required = tuple(name for name in shape.required if name not in outside)
        groups = tuple(group for group in shape.one_of if not outside & {*group})
        shape = Shape(shape.name, shape.sentence, shape.keys, required, groups, former=shape.former)
    yield from shape_findings(page, entry.node, shape, entry.key_span)


def _empty_section(page: Page, node: Node, entry: Entry, inner: list[Entry]) -> Finding:
    name = page.said(entry.key_node)
    if not inner or node.style == "flow":
        return Finding("VH302", entry.key_span, f"`{name}` is empty; add a name, or remove it")
    edits = tuple(edit for each in inner for edit in _further_in(page, each))
    fixes = (Fix(f"Indent what belongs to {name}", edits, preferred=True),)
    message = f"`{name}` is empty, because its keys are beside it; indent them"
    return Finding("VH302", entry.key_span, message, fixes=fixes)


def _indent(page: Page, entry: Entry) -> tuple[Fix, ...]:
    """Move one entry into the mapping above it."""
    if page.is_flow(entry.key_node.start):
        return ()
    return (Fix(f"Indent {page.said(entry.key_node)}", tuple(_further_in(page, entry)), preferred=True),)


def _further_in(page: Page, entry: Entry) -> Iterator[TextEdit]:
    start = entry.key_node.start
    yield TextEdit(Span(start, start), "  ")
    for line in later_lines(page.text, Span(start, entry.node.end)):
        yield TextEdit(Span(line, line), "  ")


def _beside(page: Page, node: Node, entry: Entry, shape: Shape, beside: list[Entry]) -> Iterator[Finding]:
    """Keys next to the one that counts."""
    name = page.said(entry.key_node)
    for each in beside:
        key, written = each.key, page.said(each.key_node)
        if key in shape.keys and entry.node.kind == "mapping" and entry.node.get(key) is None:
            # A key that is needed is missing as well; any other only does nothing.
            needed = key in shape.required or any(key in group for group in shape.one_of)
            message = f"`{written}` is beside `{name}` and not in it; indent it"
            yield Finding("VH302" if needed else "VH307", each.key_span, message, fixes=_indent(page, each))
        elif not _holds_anchor(each):
            message = f"`{written}` does nothing here: an item has one kind, and this one is a {name}"
            fixes = removed_entry(page, node, each, f"Remove {written}")
            yield Finding("VH307", each.key_span, f"{message}; give it an item of its own", fixes=fixes)


def _unknown_item(page: Page, node: Node) -> Iterator[Finding]:
    """VH307, unless it is where anchors are kept that something else repeats."""
    entries = [entry for entry in own_entries(node) if not _holds_anchor(entry)]
    if not entries or len(entries) < len(node.entries):
        return
    first = min(entries, key=lambda entry: entry.key_node.start)
    written = page.said(first.key_node)
    if len(entries) > 1 and all(entry.key in SECTIONS["step"].keys for entry in entries):
        message = (
            f"this item has no kind, so it does nothing; put `step:` above `{written}`, and indent the rest"
        )
        yield Finding("VH307", first.key_span, message)
        return
    near, end = hint(written, SECTIONS)
    if near is None:
        end = f"; use {listed(_KINDS)}"
    fixes: tuple[Fix, ...] = ()
    if near is not None and first.node.kind == "sequence":
        fixes = as_things(page, first, near)
    elif near is not None:
        fixes = replaced(f"Change to {near}", first.key_span, page.spelled(near, first.key_node))
    message = f"`{written}` is not a kind of item that Valohai knows, so it does nothing{end}"
    yield Finding("VH307", first.key_span, message, fixes=fixes)


def _holds_anchor(entry: Entry) -> bool:
    """Whether an anchor in it is repeated somewhere."""
    return any(node.shared for node in walk(entry.node))
