"""A mapping as it is meant: what is behind a misspelt key is judged as if the key were right."""

from msgspec.structs import replace

from valohai_steps.config.lint.keys import meant_collections
from valohai_steps.config.lint.page import Page
from valohai_steps.config.lint.walk import variant_of
from valohai_steps.config.tree.node import Entry, Node
from valohai_steps.model.schema.shape import Shape, Takes


def as_meant(page: Page, node: Node, takes: Takes) -> Node:
    """The node with the keys that its lists and mappings are likely to mean; itself where all are right.

    Places stay those of what is written; what an alias repeats stays as it is.
    """
    if node.alias is not None or node.kind == "scalar" or takes.anything:
        return node
    if node.kind == "sequence":
        inner = takes.items
        items = node.items if inner is None else tuple(as_meant(page, each, inner) for each in node.items)
        return node if _all_same(items, node.items) else replace(node, items=items)
    shape = takes.object
    if takes.variants is not None:
        shape = variant_of(node, takes.variants)
    return node if shape is None else _mapping(page, node, shape)


def _mapping(page: Page, node: Node, shape: Shape) -> Node:
    meant = {id(entry): key for entry, key in meant_collections(page, node, shape)}

    def respelled(entry: Entry) -> Entry:
        key = meant.get(id(entry)) or (shape.keys.get(entry.key) if isinstance(entry.key, str) else None)
        if key is None:
            return entry
        value = as_meant(page, entry.node, key.takes)
        return (
            entry
            if value is entry.node and key.name == entry.key
            else replace(entry, key=key.name, node=value)
        )

    entries = tuple(respelled(entry) for entry in node.entries)
    return node if _all_same(entries, node.entries) else replace(node, entries=entries)


def _all_same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return all(mine is theirs for mine, theirs in zip(one, other, strict=True))
