"""What can be written at a place of a valohai.yaml."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from msgspec import structs

from valohai_steps.config.cursor.expected import FILE, ITEM, shape_at, shape_of, takes_at
from valohai_steps.config.cursor.named import text_of
from valohai_steps.config.cursor.outline.pieces import Entry, Mapping, Sequence
from valohai_steps.config.cursor.place import CursorPlace, SlotContent
from valohai_steps.ide.completion.item import Completion, CompletionKind, KnownName
from valohai_steps.ide.completion.yaml.edges import short_edges
from valohai_steps.ide.completion.yaml.keys import missing_keys, with_names_next
from valohai_steps.ide.completion.yaml.page import Page, declared_in, page_at
from valohai_steps.ide.completion.yaml.text.writing import DASH, each_once, offered_key, offered_value
from valohai_steps.ide.completion.yaml.values import values_at
from valohai_steps.model.schema.shape import ANYTHING, Key, Refers, Takes
from valohai_steps.project.snapshot import Snapshot

_BLOCK = ("|", ">")
_MERGE = KnownName("<<", "keys of a mapping above")
_DEVICES = ("nvidia.com/gpu", "amd.com/gpu")


def yaml_completions(snapshot: Snapshot, path: Path, offset: int) -> tuple[Completion, ...]:
    """What can be written at `offset` of a valohai.yaml, in code points, the likeliest first."""
    page = page_at(snapshot, path, offset)
    if page is None:
        return ()
    return tuple(with_names_next(page, each) for each in each_once(_completions(page)))


def _completions(page: Page) -> Iterator[Completion]:
    place = page.place
    if place.wanted is SlotContent.KEY:
        yield from _keys(page)
    elif place.slot.style == "*" or _is_merge(place):
        yield from _anchors(page)
    elif place.wanted is SlotContent.ITEM:
        held = takes_at(place.frames[:-1]) if place.frames else FILE
        yield from _item(_with_dash(page), held.items if held is not None else None)
    else:
        takes = takes_at(place.frames)
        if takes is not None and place.own_line and not takes.is_mapping and takes.items is not None:
            yield from _item(_with_dash(page), takes.items)
        elif place.own_line or _is_item(place):
            yield from _item(page, takes)
        elif takes is not None:
            yield from values_at(page, takes)


def _with_dash(page: Page) -> Page:
    """The same place, where a new item of a list begins."""
    return structs.replace(page, place=structs.replace(page.place, lead=page.place.lead + DASH))


def _is_merge(place: CursorPlace) -> bool:
    entry = place.frames[-1].entry if place.frames else None
    return isinstance(entry, Entry) and entry.name == "<<"


def _is_item(place: CursorPlace) -> bool:
    return isinstance(place.frames[-1].node, Sequence)


def _item(page: Page, takes: Takes | None) -> Iterator[Completion]:
    """What can begin a line of its own, or an item of a list: a key of a new mapping, an edge, a value."""
    if takes is None:
        return
    is_text = page.place.slot.style in _BLOCK
    if takes.is_mapping and not takes.anything and not page.place.is_flow and not is_text:
        yield from _first_keys(page, takes)
    if takes.items is not None and not page.place.is_flow and not is_text:
        yield from short_edges(page)
    elif takes.scalars or takes.choices:
        yield from values_at(page, takes)


def _first_keys(page: Page, takes: Takes) -> Iterator[Completion]:
    shape = shape_of(takes, None)
    if shape is None:
        yield from _free_keys(page, takes, None)
        return
    above = _item_above(page.place) if page.place.lead.endswith(DASH) else None
    keys = missing_keys(shape, page.place.frames, None)
    for key in keys if above is None else islice(keys, 1):
        yield offered_key(page.place, key, page.layout)
    if above is not None:
        yield from _further_keys(page, takes, above)


def _item_above(place: CursorPlace) -> Mapping | None:
    """The item that the line above ends, when its keys stand deeper than its dash, where the cursor is."""
    node = place.frames[-1].node if len(place.frames) > 1 else None
    before = (
        [item for item in node.items if item.start < place.slot.start] if isinstance(node, Sequence) else []
    )
    above = before[-1].value if before else None
    return above if isinstance(above, Mapping) and above.column > place.column else None


def _further_keys(page: Page, takes: Takes, above: Mapping) -> Iterator[Completion]:
    """The keys that the item above lacks, with the blanks that an editor leaves out behind its first line."""
    shape = shape_of(takes, above)
    place = structs.replace(page.place, lead=" " * (above.column - page.place.column))
    for key in missing_keys(shape, page.place.frames, above) if shape is not None else ():
        yield offered_key(place, key, page.layout)


def _keys(page: Page) -> Iterator[Completion]:
    place = page.place
    mapping = place.frames[-1].node
    takes, shape = shape_at(place.frames)
    if takes is None or not isinstance(mapping, Mapping):
        return
    if shape is None:
        yield from _free_keys(page, takes, mapping)
        return
    keys = list(missing_keys(shape, place.frames, mapping))
    merged = page.items.expanded(mapping) if mapping.has("<<") else mapping
    for key in sorted(keys, key=lambda key: merged.has(key.name) and not mapping.has(key.name)):
        yield offered_key(place, key, page.layout)
    if shape is not ITEM and not place.has_colon and not mapping.has("<<"):
        for _ in islice(page.items.anchors(place.slot.start, mappings=True), 1):
            yield offered_value(place, _MERGE, CompletionKind.ANCHOR, raw=True)


def _free_keys(page: Page, takes: Takes, mapping: Mapping | None) -> Iterator[Completion]:
    """Keys that are names: parameters of a task's step, devices of a machine."""
    given = (
        {each.name for each in mapping.entries if each is not page.place.frames[-1].entry} if mapping else ()
    )
    for known in _free_names(page, takes):
        if known.name not in given:
            key = Key(known.name, takes.values or ANYTHING, known.documentation)
            yield offered_key(page.place, key, page.layout)


def _free_names(page: Page, takes: Takes) -> Iterator[KnownName]:
    if takes.refers is Refers.PARAMETER:
        yield from declared_in(page.step(text_of(page.section, "step")), "parameters")
    elif takes.values is not None:
        yield from (KnownName(name) for name in _DEVICES)


def _anchors(page: Page) -> Iterator[Completion]:
    """The anchors above; for `<<` those of mappings."""
    for name in page.items.anchors(page.place.slot.start, mappings=_is_merge(page.place)):
        yield offered_value(page.place, KnownName(f"*{name}"), CompletionKind.ANCHOR, raw=True)
