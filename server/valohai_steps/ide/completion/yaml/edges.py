"""The ends of edges, part by part: node, kind, name; and the targets of a pipeline's parameters."""

from collections.abc import Iterator
from collections.abc import Mapping as Dictionary
from types import MappingProxyType

from valohai_steps.config.cursor.named import names_in, text_of, texts_of, what_runs
from valohai_steps.config.cursor.outline.pieces import Entry, Item, Mapping, Sequence
from valohai_steps.ide.completion.item import Completion, CompletionKind, KnownName
from valohai_steps.ide.completion.yaml.page import Page, declared_in
from valohai_steps.ide.completion.yaml.text.writing import offered_edge, offered_part, offered_value
from valohai_steps.model.schema.pipelines import DEPLOYMENT_TARGETS, EDGE_SOURCES, EDGE_TARGETS
from valohai_steps.model.schema.shape import Refers
from valohai_steps.model.text import Span

_KINDS: Dictionary[tuple[Refers, bool], Dictionary[str, str]] = MappingProxyType(
    {
        (Refers.EDGE_SOURCE, False): EDGE_SOURCES,
        (Refers.EDGE_TARGET, False): EDGE_TARGETS,
        (Refers.EDGE_SOURCE, True): MappingProxyType({}),
        (Refers.EDGE_TARGET, True): DEPLOYMENT_TARGETS,
    }
)
_DECLARED: Dictionary[str, tuple[str, CompletionKind]] = MappingProxyType(
    {
        "output": ("outputs", CompletionKind.FILE),
        "input": ("inputs", CompletionKind.INPUT),
        "parameter": ("parameters", CompletionKind.PARAMETER),
    }
)


def side_of(page: Page) -> Refers | None:
    """Which end of a short edge, `[source, target]`, the cursor is in."""
    frame = page.place.frames[-1]
    if not isinstance(frame.node, Sequence):
        return None
    items = frame.node.items
    index = next((i for i, each in enumerate(items) if each is frame.entry), len(items))
    return (Refers.EDGE_SOURCE, Refers.EDGE_TARGET)[index] if index < 2 else None


def is_edge(page: Page) -> bool:
    """Whether the cursor is in the short form of an edge."""
    frames = page.place.frames
    outer = frames[-3].entry if len(frames) > 3 and isinstance(frames[-2].node, Sequence) else None
    return isinstance(frames[-1].node, Sequence) and isinstance(outer, Entry) and outer.name == "edges"


def edge_ends(page: Page, side: Refers) -> Iterator[Completion]:
    """What can be written for the part of an edge's end that the cursor is in."""
    slot, text = page.place.slot, page.place.outline.text
    before, behind = text[slot.start : slot.cursor].split(".", 2), text[slot.cursor : slot.end]
    start = slot.cursor - len(before[-1])
    has_next = len(before) < 3 and "." in behind
    end = slot.cursor + behind.index(".") if has_next else slot.end
    part = Span(start, end)
    node = next((each for each in page.nodes() if text_of(each, "name") == before[0]), None)
    if len(before) == 1:
        yield from _nodes(page, side, part, has_next=has_next)
    elif node is not None and len(before) == 2:
        for name, detail in _KINDS[side, _is_deployment(node)].items():
            kind = KnownName(name, detail)
            yield offered_part(page.place, part, kind, CompletionKind.VALUE, "" if has_next else ".")
    elif node is not None:
        yield from _names(page, node, side, before[1], part)


def _nodes(page: Page, side: Refers, part: Span, *, has_next: bool) -> Iterator[Completion]:
    for node in page.nodes():
        if _KINDS[side, _is_deployment(node)]:
            known = KnownName(text_of(node, "name"), _runs(node))
            yield offered_part(page.place, part, known, CompletionKind.NODE, "" if has_next else ".")


def _names(page: Page, node: Mapping, side: Refers, kind: str, part: Span) -> Iterator[Completion]:
    if _is_deployment(node):
        for known in _files(page, node) if kind == "file" else ():
            yield offered_part(page.place, part, known, CompletionKind.FILE)
        return
    if kind == "output" and side is Refers.EDGE_SOURCE:
        yield offered_part(page.place, part, KnownName("*", "all outputs"), CompletionKind.FILE)
    if kind in _DECLARED and (kind != "output" or side is Refers.EDGE_SOURCE):
        key, look = _DECLARED[kind]
        for known in declared_of(page, node, key):
            yield offered_part(page.place, part, known, look)


def _files(page: Page, node: Mapping) -> Iterator[KnownName]:
    for name in texts_of(node, "endpoints"):
        endpoint = page.items.mapping("endpoint", name)
        for file in names_in(endpoint, "files"):
            yield KnownName(f"{name}.{file}", f"a file of endpoint {name}")


def declared_of(page: Page, node: Mapping, key: str) -> Iterator[KnownName]:
    """What the step of a node declares, and then what its override adds."""
    override = node.get("override")
    names: dict[str, KnownName] = {}
    for holder in (page.step_of_node(node), override if isinstance(override, Mapping) else None):
        for known in declared_in(holder, key):
            names.setdefault(known.name, known)
    yield from names.values()


def parameter_targets(page: Page) -> Iterator[Completion]:
    """`node.parameters.name` for each parameter of each node, less those of the same list."""
    frame = page.place.frames[-1]
    items = frame.node.items if isinstance(frame.node, Sequence) else []
    given = {text for item in items if item is not frame.entry for text in _texts(item)}
    for node in page.nodes():
        for known in declared_of(page, node, "parameters"):
            name = f"{text_of(node, 'name')}.parameters.{known.name}"
            if name not in given:
                target = KnownName(name, known.detail, known.documentation)
                yield offered_value(page.place, target, CompletionKind.PARAMETER)


def short_edges(page: Page) -> Iterator[Completion]:
    """A new edge in its short form, from each node that something can come from."""
    for node in page.nodes():
        if not _is_deployment(node):
            known = KnownName(text_of(node, "name"), _runs(node))
            yield offered_edge(page.place, known)


def _texts(item: Item) -> Iterator[str]:
    value = item.value
    if value is not None and not isinstance(value, (Mapping, Sequence)):
        yield value.value


def _runs(node: Mapping) -> str:
    kind, name = what_runs(node)
    return f"runs {kind} {name}" if name else ""


def _is_deployment(node: Mapping) -> bool:
    return text_of(node, "type") == "deployment"
