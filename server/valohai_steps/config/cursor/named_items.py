"""The items of a half-typed valohai.yaml by kind and name; one is read when it is asked for."""

import re
from collections.abc import Iterator

from msgspec import Struct, field, structs

from valohai_steps.config.cursor.items import Items, items_of
from valohai_steps.config.cursor.named import text_of
from valohai_steps.config.cursor.outline.block import read_outline
from valohai_steps.config.cursor.outline.pieces import Mapping, Node, Outline, Scalar, Sequence
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span

_KIND = pattern(r"[ \t\ufeff]*-[ \t]+([\w-]+)[ \t]*:[^\n]*(?:\n|\Z)")
_FIRST_KEY = pattern(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*([ \t]+)[\w\"'<-]")
_NAME = r"^%s(?:name|\"name\"|'name'):[ \t]+([\w./@+-]+)[ \t]*\r?$"
_ANCHOR = pattern(r"(?:^|[\s:,\[{-])&([^\s,\[\]{}]+)[ \t]*(\{|#|$|\r?\n)?", re.MULTILINE)


class NamedItem(Struct, frozen=True):
    """An item: its kind (`step`, ...), its name, and where it is."""

    kind: str
    name: str
    span: Span


class NamedItems(Struct, frozen=True):
    """A text and its items. `known` keeps the outlines that were read, by the start of their item."""

    text: str
    items: Items
    known: dict[int, Outline] = field(default_factory=dict)

    def of_kind(self, *kinds: str) -> Iterator[NamedItem]:
        """The items of some kinds that have a name, in order."""
        for span in self.items.spans:
            found = _KIND.match(self.text, span.start, span.end)
            kind = found[1] if found is not None else self._kind(span)
            if kind in kinds:
                name = self._name(span, found.end() if found is not None else span.end, kind)
                if name:
                    yield NamedItem(kind, name, span)

    def mapping(self, kind: str, name: str) -> Mapping | None:
        """The keys of the first item of this kind and name."""
        item = next((each for each in self.of_kind(kind) if each.name == name), None)
        return self.keys_of(item) if item is not None else None

    def keys_of(self, item: NamedItem) -> Mapping | None:
        """The keys of an item, with those that come from anchors."""
        found = _content(self.outline(item.span), item.kind)
        return self.expanded(found) if found is not None else None

    def expanded(self, mapping: Mapping) -> Mapping:
        """A mapping with the values behind its aliases, and the keys that `<<` brings behind its own."""
        if not any(_is_alias(each.value) or each.name == "<<" for each in mapping.entries):
            return mapping
        own = [each for each in mapping.entries if each.name != "<<"]
        values = [structs.replace(each, value=self._meant(each.value)) for each in own]
        merged = [self._meant(each.value) for each in mapping.entries if each.name == "<<"]
        brought = [each for one in merged if isinstance(one, Mapping) for each in one.entries]
        return structs.replace(mapping, entries=[*values, *brought])

    def _meant(self, value: Node | None) -> Node | None:
        """What an alias stands for; anything else is itself."""
        if not isinstance(value, Scalar) or value.style != "*":
            return value
        name = value.text[1:]
        for found in re.finditer(rf"&{re.escape(name)}(?![^\s,\[\]{{}}])", self.text):
            span = self.items.at(found.start())
            anchored = self.outline(span).anchors.get(name) if span is not None else None
            if anchored is not None:
                return anchored
        return None

    def outline(self, span: Span) -> Outline:
        """The outline of an item."""
        known = self.known.get(span.start)
        if known is None:
            known = self.known[span.start] = read_outline(self.text, span.start, span.end)
        return known

    def anchors(self, offset: int, *, mappings: bool) -> Iterator[str]:
        """The anchors above `offset`, the last first; with `mappings` only those of mappings."""
        found = [
            anchor[1]
            for anchor in _ANCHOR.finditer(self.text, 0, offset)
            if not mappings or anchor[2] is not None
        ]
        yield from dict.fromkeys(reversed(found))

    def _kind(self, span: Span) -> str:
        """The kind of an item in another form than `- step:`, such as `- {step: ...}`."""
        item = _first(self.outline(span).root)
        return item.entries[0].name if item is not None and item.entries else ""

    def _name(self, span: Span, start: int, kind: str) -> str:
        first = _FIRST_KEY.match(self.text, start, span.end)
        if first is not None:
            column = first[1]
            found = re.compile(_NAME % re.escape(column), re.MULTILINE).search(self.text, start, span.end)
            if found is not None:
                return found[1]
        return text_of(_content(self.outline(span), kind), "name")


def named_items(text: str, items: Items | None = None) -> NamedItems:
    """The items of a text."""
    return NamedItems(text, items or items_of(text))


def _is_alias(value: Node | None) -> bool:
    return isinstance(value, Scalar) and value.style == "*"


def _first(root: Node | None) -> Mapping | None:
    value = root.items[0].value if isinstance(root, Sequence) and root.items else None
    return value if isinstance(value, Mapping) else None


def _content(outline: Outline, kind: str) -> Mapping | None:
    item = _first(outline.root)
    value = item.get(kind) if item is not None else None
    return value if isinstance(value, Mapping) else None
