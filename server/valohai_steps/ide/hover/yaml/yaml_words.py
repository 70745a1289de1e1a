"""What the keys, values and names of a valohai.yaml mean, read from its lines: half-typed text will do."""

from pathlib import Path

from valohai_steps.config.cursor.expected import key_at, shape_at, takes_at
from valohai_steps.config.cursor.named import mappings_of, text_of
from valohai_steps.config.cursor.outline.pieces import Entry, Mapping, Scalar
from valohai_steps.config.cursor.place import CursorPlace, SlotContent
from valohai_steps.config.tree.scalar_value import scalar_reader
from valohai_steps.ide.completion.yaml.edges import declared_of, is_edge, side_of
from valohai_steps.ide.completion.yaml.page import Page, page_at
from valohai_steps.ide.explanation import default_sentence
from valohai_steps.ide.hover.words import Hover
from valohai_steps.ide.hover.yaml.placeholders import written_for
from valohai_steps.ide.hover.yaml.yaml_items import item_words, node_words
from valohai_steps.model.patterns import pattern
from valohai_steps.model.schema.shape import Key, Refers, Shape, Takes
from valohai_steps.model.step import PythonValue
from valohai_steps.model.text import Span
from valohai_steps.project.disk.files import readable
from valohai_steps.project.snapshot import Snapshot

_BRACES = pattern(r"\{([^{}\s]+)\}")
_QUOTES = ("'", '"')
_OF_ITEM = 3  # the list of all items, the item, its keys
_ENDS = (Refers.EDGE_SOURCE, Refers.EDGE_TARGET, Refers.NODE_PARAMETER)
_LISTS = {
    "parameter": "parameters",
    "parameters": "parameters",
    "input": "inputs",
    "inputs": "inputs",
    "output": "outputs",
    "outputs": "outputs",
}


def yaml_word(snapshot: Snapshot, path: Path, offset: int, *, named: bool) -> Hover | None:
    """What stands at `offset`, in code points; `named`: what a parameter or an input is, is said already.

    A cursor is between two characters: one in front of or behind the quotes of a value is at that value.
    """
    found = _word_at(snapshot, path, offset, named=named)
    if found is not None:
        return found
    text = readable(snapshot.text(path)) or ""
    beside = [offset + 1] if text[offset : offset + 1] in _QUOTES else []
    beside += [offset - 1] if offset and text[offset - 1 : offset] in _QUOTES else []
    inside = (_word_at(snapshot, path, each, named=named) for each in beside)
    return next((each for each in inside if each is not None), None)


def _word_at(snapshot: Snapshot, path: Path, offset: int, *, named: bool) -> Hover | None:
    page = page_at(snapshot, path, offset)
    if page is None or not page.place.frames:
        return None
    place = page.place
    if place.wanted is SlotContent.KEY:
        return _of_key(place)
    takes = takes_at(place.frames)
    if takes is None or not _written(place).strip() or _written(place)[0].isspace():
        return None  # nothing is here, or the cursor is in front of the blank in front of it
    if takes.refers is Refers.COMMAND:
        return _of_placeholder(page)
    choice = next((each for each in takes.choices if each.value == _written(place)), None)
    if choice is not None:
        return Hover(place.slot.whole, f"**{choice.value}**\n\n{choice.sentence}")
    if takes.refers in _ENDS or (is_edge(page) and side_of(page) is not None):
        return _of_end(page, named=named)
    return _of_name(page, takes, named=named)


def _written(place: CursorPlace) -> str:
    return place.outline.text[place.slot.start : place.slot.end]


def _of_key(place: CursorPlace) -> Hover | None:
    shape = shape_at(place.frames)[1]
    entry = place.frames[-1].entry
    key = shape.keys.get(entry.name) if shape is not None and isinstance(entry, Entry) else None
    if key is None or not isinstance(entry, Entry) or entry.key is None:
        return None
    return Hover(Span(entry.key.start, entry.key.end), key_words(key))


def key_words(key: Key) -> str:
    """A key: its name and what it takes, our sentence, and what counts without it."""
    takes = key.takes.object.title if isinstance(key.takes.object, Shape) else key.takes.in_words
    lines = [f"**{key.name}** {takes}", key.sentence, default_sentence(key)]
    return "\n\n".join(filter(None, lines))


def _of_placeholder(page: Page) -> Hover | None:
    slot, text = page.place.slot, page.place.outline.text
    for found in _BRACES.finditer(text, slot.start, slot.end):
        if found.start() <= slot.cursor <= found.end():
            written = _written_for(page, found[1])
            if written is None:
                return None
            becomes = f"becomes `{written}` with the defaults" if written else "is empty with the defaults"
            return Hover(Span(*found.span()), f"`{found[0]}` {becomes}")
    return None


def _written_for(page: Page, placeholder: str) -> str | None:
    """What a placeholder becomes in the step whose command it is in: of an override, that of the node."""
    node = page.around("nodes")
    name = text_of(page.step_of_node(node) if node is not None else page.section, "name")
    file = readable(page.snapshot.yaml(page.path))
    step = file.step(name) if file is not None else None
    return written_for(step, placeholder, _overridden(node)) if step is not None else None


def _overridden(node: Mapping | None) -> dict[str, PythonValue]:
    """The defaults that a node's override gives to parameters."""
    read = scalar_reader()
    found: dict[str, PythonValue] = {}
    for item in mappings_of(node.get("override") if node is not None else None, "parameters"):
        default = item.get("default")
        if isinstance(default, Scalar):
            value = read(default.value, None, not default.style)
            found[text_of(item, "name")] = value if isinstance(value, (str, int, float)) else default.value
    return found


def _of_end(page: Page, *, named: bool) -> Hover | None:
    """A part of an edge's end: the node, the kind, or what it names."""
    slot, text = page.place.slot, page.place.outline.text
    before = text[slot.start : slot.cursor].split(".", 2)
    parts = text[slot.start : slot.end].split(".", 2)
    index = len(before) - 1
    start = slot.start + sum(len(part) + 1 for part in parts[:index])
    span = Span(start, start + len(parts[index]))
    node = next((each for each in page.nodes() if text_of(each, "name") == parts[0]), None)
    if node is None or index == 1 or (index == 2 and named):
        return None
    if index == 0:
        return Hover(span, node_words(page, node))
    for known in declared_of(page, node, _LISTS.get(parts[1], "")):
        if known.name == parts[2]:
            lines = (f"**{known.name}** {parts[1]} · {known.detail}".rstrip(" ·"), known.documentation)
            return Hover(span, "\n\n".join(filter(None, lines)))
    return None


def _of_name(page: Page, takes: Takes, *, named: bool) -> Hover | None:
    name, span = _written(page.place), page.place.slot.whole
    if page.place.slot.style == "*":
        return None
    if takes.refers is Refers.STEP:
        step = page.step(name)
        return Hover(span, item_words(page, "step", name, step, named=named)) if step is not None else None
    if takes.refers in (Refers.TASK, Refers.ENDPOINT):
        kind = takes.refers.value
        found = page.items.mapping(kind, name)
        return Hover(span, item_words(page, kind, name, found)) if found is not None else None
    return _of_own_name(page, name, named=named)


def _of_own_name(page: Page, name: str, *, named: bool) -> Hover | None:
    """The name of an item, or of a node, at the place where it is given."""
    frames, section = page.place.frames, page.section
    key = key_at(frames)
    if key is None or key.name != "name" or section is None:
        return None
    if len(frames) == _OF_ITEM and page.kind in ("step", "task", "endpoint"):
        return Hover(page.place.slot.whole, item_words(page, page.kind, name, section, named=named))
    node = page.around("nodes")
    if node is not None and node is frames[-1].node:
        return Hover(page.place.slot.whole, node_words(page, node))
    return None
