"""A value of valohai.yaml against what its place takes, with everything inside it."""

from collections.abc import Iterator

from valohai_steps.config.lint.keys import added_entry, has, key_findings, meant_collections, own_entries
from valohai_steps.config.lint.page import Page, blame, dash, is_empty, is_one_line, replaced
from valohai_steps.config.lint.restructured import as_items, as_mapping_item, as_pair
from valohai_steps.config.lint.values.scalars import kind_of, scalar_findings
from valohai_steps.config.tree.node import Entry, Node
from valohai_steps.model.finding import Finding
from valohai_steps.model.schema.parameters import FORMER_TYPES
from valohai_steps.model.schema.shape import Key, Scalar, Shape, Takes, Variants, keys
from valohai_steps.model.text import Span


def value_findings(page: Page, key: Node, node: Node, takes: Takes) -> Iterator[Finding]:
    """The value behind a key. What an alias repeats is judged at its anchor; here only what kind it is."""
    if is_empty(node):
        if not takes.anything:
            name = page.said(key)
            yield Finding("VH302", key.span, f"`{name}` has no value; it is empty, so remove it or add one")
        return
    yield from _judged(page, key, node, takes)


def _judged(page: Page, key: Node | None, node: Node, takes: Takes) -> Iterator[Finding]:
    if takes.anything:
        return
    if node.kind == "scalar":
        former = dict(FORMER_TYPES) if key is not None and key.value == "type" else None
        yield from scalar_findings(page, node, takes, key, former)
    elif node.kind == "sequence":
        if takes.items is None:
            yield _wrong_kind(page, key, node, takes)
        elif node.alias is None:
            yield from _items(page, key, node, takes)
    elif not takes.is_mapping:
        yield _wrong_kind(page, key, node, takes)
    elif node.alias is None:
        yield from _mapping(page, key, node, takes)


def _items(page: Page, key: Node | None, node: Node, takes: Takes) -> Iterator[Finding]:
    inner = takes.items or takes
    for index, item in enumerate(node.items):
        if is_empty(item):
            if not inner.anything:
                span = item.span if node.style == "flow" else dash(page, node, index)
                yield Finding("VH302", span, "this item is empty; remove it or add a value")
        elif item.kind == "scalar" and not inner.scalars and inner.is_mapping and not inner.anything:
            yield _no_mapping(page, item, inner)
        else:
            yield from _judged(page, None, item, inner)
    if takes.count and len(node.items) != takes.count:
        message = f"an edge has two ends, [source, target], and this has {len(node.items)}"
        yield Finding("VH302", blame(page, node, key), message)


def _no_mapping(page: Page, item: Node, takes: Takes) -> Finding:
    """A single value in a list of mappings."""
    shape = takes.object
    if takes.count:
        message = "an edge has two ends: write [source, target]"
        return Finding("VH302", item.span, message, fixes=as_pair(page, item))
    if shape is None:
        title = "an item of this list" if takes.variants is None else f"a {takes.variants.name}"
        return Finding(
            "VH302", item.span, f"{title} is a mapping, not {page.written(item)}; write `name: value`"
        )
    message = f"{shape.title} is a mapping with a name, not {page.written(item)}; write `name: ...`"
    return Finding("VH302", item.span, message, fixes=as_mapping_item(page, item, shape))


def _wrong_kind(page: Page, key: Node | None, node: Node, takes: Takes) -> Finding:
    name = f"`{page.said(key)}`" if key is not None else "an item of this list"
    span = blame(page, node, key)
    if takes.items is not None and node.kind == "mapping" and not takes.scalars:
        message = f"{name} is a list: put `- ` in front of each item"
        return Finding("VH302", span, message, fixes=as_items(page, key, node, takes.items.object))
    if Scalar.STRING in takes.scalars:
        meant = _text_with_signs(page, node)
        if meant is not None:
            why = "`: `" if node.style == "block" else "braces"
            title = f"Put {page.written(node)} in quotes"
            message = (
                f"{name} takes {takes.in_words}, but YAML reads the {why} as a mapping; put it in quotes"
            )
            return Finding("VH302", node.span, message, fixes=replaced(title, node.span, meant))
        message = f"{name} takes {takes.in_words}, not {kind_of(node)}; write plain text"
        return Finding("VH302", span, message)
    return Finding("VH302", span, f"{name} takes {takes.in_words}, not {kind_of(node)}")


def _text_with_signs(page: Page, node: Node) -> str | None:
    """The text, in quotes, that was meant by `echo: hello` or `{parameters}`; None when it was a mapping."""
    if node.kind != "mapping" or not is_one_line(page.text, node.span) or len(node.entries) != 1:
        return None
    entry = node.entries[0]
    in_braces = node.style == "flow" and is_empty(entry.node)
    if not in_braces and (node.style == "flow" or entry.node.kind != "scalar"):
        return None
    return page.quoted(page.text[node.start : node.end], node.start)


def _mapping(page: Page, key: Node | None, node: Node, takes: Takes) -> Iterator[Finding]:
    place = key.span if key is not None else _first(node)
    if takes.variants is not None:
        yield from _variant(page, node, takes.variants, place)
    elif takes.object is not None:
        yield from shape_findings(page, node, takes.object, place)
    elif takes.values is not None:
        for entry in own_entries(node):
            yield from value_findings(page, entry.key_node, entry.node, takes.values)


def shape_findings(page: Page, node: Node, shape: Shape, place: Span) -> Iterator[Finding]:
    """A mapping against its shape, with all its values; `place` shows missing keys where it has no name."""
    yield from key_findings(page, node, shape, place)
    for entry in own_entries(node):
        known = shape.keys.get(entry.key) if isinstance(entry.key, str) else None
        several = _key_of_several(node, entry, shape)
        if several is not None:
            written = page.said(entry.key_node)
            message = f"`{written}` takes one value, not a list; write `{several}` for several"
            fixes = replaced(f"Change to {several}", entry.key_span, page.spelled(several, entry.key_node))
            yield Finding("VH302", entry.key_span, message, fixes=fixes)
        elif known is not None:
            yield from value_findings(page, entry.key_node, entry.node, known.takes)
    for entry, meant in meant_collections(page, node, shape):
        yield from value_findings(page, entry.key_node, entry.node, meant.takes)


def _key_of_several(node: Node, entry: Entry, shape: Shape) -> str | None:
    """The key beside one of a single value that takes the list behind it: `targets` for `target`."""
    for group in shape.at_most_one if entry.node.kind == "sequence" else ():
        if entry.key in group and shape.keys[str(entry.key)].takes.items is None:
            free = (key for key in group if shape.keys[key].takes.items is not None and not has(node, key))
            return next(free, None)
    return None


def _first(node: Node) -> Span:
    return node.entries[0].key_span if node.entries else node.span


def _variant(page: Page, node: Node, variants: Variants, place: Span) -> Iterator[Finding]:
    """A mapping whose keys depend on one of them: that one alone decides what it is."""
    shape = variant_of(node, variants)
    if shape is not None:
        yield from shape_findings(page, node, shape, place)
        return
    for finding in shape_findings(page, node, _any_variant(variants), place):
        if has(node, "step") and not has(node, variants.key.name) and "`type`" in finding.message:
            fixes = added_entry(page, node, "type", "execution", behind="name")
            yield Finding(finding.code, finding.span, finding.message, finding.related, fixes)
        else:
            yield finding


def variant_of(node: Node, variants: Variants) -> Shape | None:
    """The shape that a mapping's own word chooses; None without a known one."""
    entry = node.get(variants.key.name)
    return variants.shapes.get(entry.value) if entry is not None and isinstance(entry.value, str) else None


def _any_variant(variants: Variants) -> Shape:
    """All keys of all variants: for a mapping that does not tell which it is."""
    known: dict[str, Key] = {}
    for shape in variants.shapes.values():
        known |= shape.keys
    return Shape(variants.name, "", keys(*known.values()), required=("name", variants.key.name))
