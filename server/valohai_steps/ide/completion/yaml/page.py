"""A valohai.yaml at a cursor: where it is, what is expected there, and which names the file has."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from valohai_steps.config.cursor.enclosing import Frame
from valohai_steps.config.cursor.named import mappings_of, text_of
from valohai_steps.config.cursor.named_items import NamedItem, NamedItems, named_items
from valohai_steps.config.cursor.outline.pieces import Entry, Mapping, Scalar, Sequence
from valohai_steps.config.cursor.place import CursorPlace, place_at
from valohai_steps.ide.completion.item import KnownName
from valohai_steps.ide.completion.yaml.text.layout import Layout, layout_of
from valohai_steps.project.disk.files import readable
from valohai_steps.project.snapshot import Snapshot


class Page(Struct, frozen=True):
    """The file, the place of the cursor in it, and its items."""

    snapshot: Snapshot
    path: Path
    place: CursorPlace
    items: NamedItems
    layout: Layout

    @property
    def section(self) -> Mapping | None:
        """The keys of the item at the cursor, with those that come from anchors."""
        found = _second_mapping(self.place.frames)
        return self.items.expanded(found) if found is not None else None

    @property
    def typed(self) -> str:
        """What stands in front of the cursor of what is being written."""
        return self.place.outline.text[self.place.slot.start : self.place.slot.cursor]

    @property
    def kind(self) -> str:
        """The kind of the item at the cursor: `step`, `pipeline`..."""
        frames = self.place.frames
        entry = frames[1].entry if len(frames) > 1 else None
        return entry.name if isinstance(entry, Entry) else ""

    def around(self, *names: str) -> Mapping | None:
        """The innermost mapping that is an item of a list behind one of these keys, or is behind it."""
        frames = self.place.frames
        for index in range(len(frames) - 1, 0, -1):
            node, outer = frames[index].node, frames[index - 1]
            if isinstance(node, Mapping):
                if isinstance(outer.node, Sequence) and index > 1:
                    outer = frames[index - 2]
                if isinstance(outer.entry, Entry) and outer.entry.name in names:
                    return node
        return None

    def step(self, name: str) -> Mapping | None:
        """The keys of a step of this file."""
        return self.items.mapping("step", name) if name else None

    def step_of_node(self, node: Mapping | None) -> Mapping | None:
        """The step that a node or task runs; None for one of another file."""
        if node is None or text_of(node, "commit"):
            return None
        task = text_of(node, "task")
        name = text_of(node, "step") or text_of(self.items.mapping("task", task) if task else None, "step")
        return self.step(name)

    def nodes(self) -> Iterator[Mapping]:
        """The nodes of the pipeline at the cursor that have a name."""
        for node in mappings_of(self.section, "nodes"):
            if text_of(node, "name"):
                yield node

    def names(self, kind: str) -> Iterator[KnownName]:
        """The items of a kind, but for the one at the cursor's own."""
        for item in self.items.of_kind(kind):
            yield self._known(item)

    def _known(self, item: NamedItem) -> KnownName:
        keys = self.items.keys_of(item) if item.span.start in self.items.known else None
        return KnownName(item.name, text_of(keys, "image"), text_of(keys, "description"))


def page_at(snapshot: Snapshot, path: Path, offset: int) -> Page | None:
    """The page at `offset`, in code points; None where nothing can be written."""
    text = readable(snapshot.text(path))
    place = place_at(text, offset) if text is not None else None
    if text is None or place is None:
        return None
    return Page(snapshot, path, place, named_items(text, place.items), layout_of(text))


def declared_in(step: Mapping | None, key: str) -> Iterator[KnownName]:
    """The parameters, inputs or outputs that a step or override declares, with their type and default."""
    for item in mappings_of(step, key):
        name = text_of(item, "name")
        if name:
            default = item.get("default")
            shown = f"default {default.text}" if isinstance(default, Scalar) and default.text else ""
            detail = ", ".join(filter(None, (text_of(item, "type"), shown)))
            yield KnownName(name, detail, text_of(item, "description"))


def written_values(value: "Sequence | Scalar | Mapping | None") -> Iterator[str]:
    """The scalars of a list as they are written, quotes and all."""
    for item in value.items if isinstance(value, Sequence) else ():
        if isinstance(item.value, Scalar):
            scalar = item.value
            yield f"{scalar.style}{scalar.text}{scalar.style}" if scalar.style != "*" else scalar.text


def most_used(values: Iterator[str]) -> Iterator[KnownName]:
    """Values by how often they stand in the workspace."""
    for value, count in Counter(values).most_common():
        yield KnownName(value, "used once" if count == 1 else f"used {count} times")


def _second_mapping(frames: tuple[Frame, ...]) -> Mapping | None:
    mappings = [frame.node for frame in frames if isinstance(frame.node, Mapping)]
    return mappings[1] if len(mappings) > 1 else None
