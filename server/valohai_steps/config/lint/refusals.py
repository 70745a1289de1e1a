"""VH301 for what YAML can hold and PyYAML's safe loader, with which Valohai reads, refuses."""

from collections.abc import Iterator

from yaml.constructor import SafeConstructor

from valohai_steps.config.lint.page import Page, in_quotes, is_one_line
from valohai_steps.config.tree.line import BREAKS
from valohai_steps.config.tree.node import Node, Opaque, walk
from valohai_steps.model.finding import Finding
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span

_KNOWN = (None, "!")
_NEXT_DOCUMENT = pattern(rf"[{BREAKS}]---")


def refusals(page: Page, documents: tuple[Node, ...]) -> Iterator[Finding]:
    """VH301 for all that keeps Valohai from reading a text that is YAML."""
    if len(documents) > 1:
        yield _second_document(page, documents[0])
    for root in documents:
        yield from _unsafe(page, root)


def _second_document(page: Page, first: Node) -> Finding:
    found = _NEXT_DOCUMENT.search(page.text, max(first.end - 1, 0))
    start = found.end() - len("---") if found is not None else 0
    message = "a second document starts here, and Valohai reads only one; remove the `---`"
    return Finding("VH301", Span(start, start + len("---")), message)


def _unsafe(page: Page, root: Node) -> Iterator[Finding]:
    """Unknown tags, values that are none of their type, keys that are no single values."""
    keys: set[int] | None = None
    for node in walk(root):
        plain = type(node.value) is not Opaque if node.kind == "scalar" else not node.entries
        if (plain and node.tag is None) or node.alias is not None:
            continue  # most of what there is
        if node.tag not in _KNOWN and node.tag not in SafeConstructor.yaml_constructors:
            yield _tag(page, node)
        elif node.kind == "mapping" and any(entry.key_node.kind != "scalar" for entry in node.entries):
            yield _complex_key(page, node)
            return
        elif node.kind == "scalar" and isinstance(node.value, Opaque):
            keys = keys if keys is not None else _keys(root)
            if id(node) not in keys:
                written = page.written(node)
                message = f"YAML cannot read {written} as what it looks like; put it in quotes"
                yield Finding("VH301", node.span, message, fixes=in_quotes(page, node))


def _keys(root: Node) -> set[int]:
    return {id(entry.key_node) for node in walk(root) for entry in node.entries}


def _tag(page: Page, node: Node) -> Finding:
    start = page.text.find("!", node.outer)
    written = page.text[start : node.start].split()
    message = f"Valohai does not know the tag {written[0] if written else node.tag}; remove it"
    return Finding("VH301", Span(start, node.end), message)


def _complex_key(page: Page, node: Node) -> Finding:
    """`{{ x }}`, which YAML reads as a mapping in the key of a mapping."""
    if not is_one_line(page.text, node.span) or node.style != "flow":
        key = next(entry.key_node for entry in node.entries if entry.key_node.kind != "scalar")
        return Finding("VH301", key.span, "a key must be a single value; write a string")
    message = f"YAML reads the braces of {page.written(node)} as a mapping; put it in quotes"
    return Finding("VH301", node.span, message, fixes=in_quotes(page, node))
