"""From YAML events to nodes: tight spans, aliases, merge keys, and limits that keep any input harmless.

PyYAML's own composer recurses, forgets the names of anchors, and takes longer; its events are all we need.
"""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

import yaml
from msgspec import Struct, field

from valohai_steps.config.tree.node import Entry, Node, Opaque, YamlValue
from valohai_steps.config.tree.scalar_value import MERGE, VALUE, ReadScalar, scalar_reader
from valohai_steps.model.finding import Finding
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span

# PyYAML's stubs leave the marks of an event optional; those of a parser always have them.
Event: TypeAlias = Any

DEEPEST = 100
LARGEST = 500_000  # values in one document, counting each alias as a copy
_MAPPING_TAG = "tag:yaml.org,2002:map"
_SEQUENCE_TAG = "tag:yaml.org,2002:seq"
_BLANK_OR_COMMENT = pattern(r"(?:[ \t\r\n\x85\u2028\u2029\ufeff]+|#[^\r\n\x85\u2028\u2029]*)*")
_PROPERTY = pattern(r"[^ \t\r\n\x85\u2028\u2029]+")
_COLON = pattern(r"\s*:")
_LAST_BREAK = pattern(r"(?:\r\n|[\r\n\x85\u2028\u2029])\Z")


class UnreadableError(Exception):
    """The text means nothing as valohai.yaml; `finding` says why."""

    def __init__(self, span: Span, message: str) -> None:
        super().__init__(message)
        self.finding = Finding("VH301", span, message)


class _Frame(Struct):
    """A collection whose end has not been read."""

    event: Event
    start: int
    outer: int
    children: list[Node] = field(default_factory=list)


def compose(text: str, events: Iterable[Event], shift: int = 0) -> Iterator[Node]:
    """The root node of each document.

    `shift` is added to the offset of every mark: the length of what stands before the text given to the
    parser. Raises UnreadableError, and whatever the events raise.
    """
    read = scalar_reader()
    anchors: dict[str, Node | None] = {}
    stack: list[_Frame] = []
    for event in events:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            stack[-1].children.append(_scalar(text, event, shift, read, anchors))
        elif kind is yaml.AliasEvent:
            stack[-1].children.append(_alias(event, shift, anchors))
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            stack.append(_opened(text, event, shift, anchors, len(stack)))
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            node = _closed(text, stack.pop(), event.end_mark.index + shift)
            if node.anchor is not None:
                anchors[node.anchor] = node
            stack[-1].children.append(node)
        elif kind is yaml.DocumentStartEvent:
            anchors.clear()
            stack = [_Frame(None, 0, 0)]
        elif kind is yaml.DocumentEndEvent:
            yield stack.pop().children[0]


def _scalar(text: str, event: Event, shift: int, read: ReadScalar, anchors: dict[str, Node | None]) -> Node:
    start, end = event.start_mark.index + shift, event.end_mark.index + shift
    outer, tag, anchor, style = start, event.tag, event.anchor, event.style or ""
    if anchor is not None or tag is not None:
        start = min(_behind_properties(text, start, (anchor is not None) + (tag is not None)), end)
    if style in ("|", ">"):
        end = _block_scalar_end(text, start, end)
    elif not style and start == end and outer < start:
        start = end = outer + len(text[outer:end].rstrip())
    value = read(event.value, tag, not style and event.implicit[0])
    node = Node("scalar", start, end, value, style, outer, anchor, tag)
    if anchor is not None:
        _announce(anchor, outer, anchors)
        anchors[anchor] = node
    return node


def _announce(anchor: str, start: int, anchors: dict[str, Node | None]) -> None:
    if anchor in anchors:
        span = Span(start, start + 1 + len(anchor))
        raise UnreadableError(span, f"duplicate anchor `&{anchor}` in this document; rename one")


def _alias(event: Event, shift: int, anchors: dict[str, Node | None]) -> Node:
    start, end = event.start_mark.index + shift, event.end_mark.index + shift
    name = str(event.anchor)
    if name not in anchors:
        raise UnreadableError(
            Span(start, end), f"`*{name}` repeats an anchor, but there is no `&{name}` above it"
        )
    target = anchors[name]
    if target is None:
        raise UnreadableError(Span(start, end), f"`*{name}` is inside its own anchor `&{name}`")
    target.shared = True
    return Node(
        target.kind,
        start,
        end,
        target.value,
        target.style,
        start,
        None,
        target.tag,
        name,
        shared=False,
        entries=target.entries,
        items=target.items,
        merges=target.merges,
        size=target.size,
        depth=target.depth,
    )


def _opened(text: str, event: Event, shift: int, anchors: dict[str, Node | None], depth: int) -> _Frame:
    outer = start = event.start_mark.index + shift
    if depth > DEEPEST:
        raise UnreadableError(Span(start, start + 1), f"more than {DEEPEST} levels of nesting")
    count = (event.anchor is not None) + (event.tag is not None)
    if count:
        start = _behind_properties(text, start, count)
    if event.anchor is not None:
        _announce(event.anchor, outer, anchors)
        anchors[event.anchor] = None
    return _Frame(event, start, outer)


def _closed(text: str, frame: _Frame, end: int) -> Node:
    event, children = frame.event, frame.children
    size = sum([child.size for child in children], 1)
    depth = max([child.depth for child in children], default=0) + 1
    if size > LARGEST or depth > DEEPEST:
        raise UnreadableError(
            Span(frame.start, frame.start + 1),
            f"The aliases inside this make it larger than {LARGEST} values or {DEEPEST} levels.",
        )
    flow = bool(event.flow_style)
    style = "flow" if flow else "block"
    if type(event) is yaml.SequenceStartEvent:
        end = end if flow or not children else children[-1].end
        node = Node("sequence", frame.start, end, None, style, frame.outer, event.anchor, event.tag)
        node.items = tuple(children)
        node.value = _tagged(event.tag, _SEQUENCE_TAG, [child.value for child in children])
    else:
        node = Node("mapping", frame.start, end, None, style, frame.outer, event.anchor, event.tag)
        _fill_mapping(text, node, children)
        if children and (not flow or text[frame.start : frame.start + 1] != "{"):
            node.end = max(children[-1].end, children[-2].end)
    node.size, node.depth = size, depth
    return node


def _fill_mapping(text: str, node: Node, children: list[Node]) -> None:
    entries: list[Entry] = []
    own: dict[YamlValue, YamlValue] = {}
    for key_node, value_node in zip(children[::2], children[1::2], strict=True):
        if value_node.start == value_node.end and value_node.outer == value_node.start:
            _settle(text, key_node.end, value_node)
        if _is_merge(key_node):
            node.merges += _merge_sources(value_node)
            key: YamlValue = "<<"
        else:
            key = _key(text, key_node)
            own[key] = value_node.value
        entries.append(Entry(key, key_node, value_node))
    node.entries = tuple(entries)
    node.value = _tagged(node.tag, _MAPPING_TAG, _merged_value(node, own) if node.merges else own)


def _settle(text: str, key_end: int, empty: Node) -> None:
    """Put an empty value right behind its colon; parsers leave it anywhere before the next token."""
    colon = _COLON.match(text, key_end)
    empty.start = empty.end = empty.outer = colon.end() if colon else key_end


def _key(text: str, node: Node) -> YamlValue:
    if isinstance(node.value, Opaque) and node.value.tag == VALUE:
        return node.value.content
    try:
        hash(node.value)
    except TypeError:
        return Opaque("?", text[node.start : node.end])
    return node.value


def _is_merge(key: Node) -> bool:
    return isinstance(key.value, Opaque) and key.value.tag == MERGE


def _merge_sources(node: Node) -> tuple[Node, ...]:
    sources = node.items if node.kind == "sequence" else (node,)
    for source in sources:
        if source.kind != "mapping":
            raise UnreadableError(source.span, "`<<` takes a mapping, or a list of mappings")
    return sources


def _merged_value(node: Node, own: dict[YamlValue, YamlValue]) -> dict[YamlValue, YamlValue]:
    """The mapping as PyYAML builds it: merged keys first, of several sources the first decides."""
    value: dict[YamlValue, YamlValue] = {}
    for entry in node.entries:
        if _is_merge(entry.key_node):
            for source in reversed(_merge_sources(entry.node)):
                content = source.value.content if isinstance(source.value, Opaque) else source.value
                value.update(content if isinstance(content, dict) else {})
    value.update(own)
    return value


def _tagged(tag: str | None, usual: str, value: YamlValue) -> YamlValue:
    return value if tag is None or tag in ("!", usual) else Opaque(tag, value)


def _behind_properties(text: str, start: int, count: int) -> int:
    """Where the content starts behind `count` anchors and tags."""
    for _ in range(count):
        found = _PROPERTY.match(text, start)
        start = _skip(text, found.end() if found else start)
    return start


def _skip(text: str, start: int) -> int:
    found = _BLANK_OR_COMMENT.match(text, start)
    return found.end() if found else start


def _block_scalar_end(text: str, start: int, end: int) -> int:
    """The end of the last line of content; blank lines behind it count only where `+` keeps them."""
    raw = text[start:end]
    header = raw.split("\n", 1)[0].split("#", 1)[0]
    if "+" in header:
        return start + len(_LAST_BREAK.sub("", raw))
    return start + len(raw.rstrip())
