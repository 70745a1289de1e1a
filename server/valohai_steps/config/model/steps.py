"""The steps of a valohai.yaml, with their parameters and inputs, and names that stand twice."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from valohai_steps.config.tree.node import Entry, Node, Path, YamlValue
from valohai_steps.model.finding import Finding, Related
from valohai_steps.model.text import Span


class YamlItem(Struct, frozen=True):
    """A parameter or input of a step."""

    name: str
    name_span: Span
    path: Path
    node: Node

    @property
    def span(self) -> Span:
        """The place of the item, without the `-` in front."""
        return self.node.span

    def get(self, key: str) -> Entry | None:
        """The entry of `key`, also one that comes through `<<`."""
        return self.node.get(key)


class YamlStep(Struct, frozen=True):
    """A step. `path` leads to the mapping behind `step:`; `span` is that mapping.

    A step without a name has the name "" and the span of its mapping.
    """

    name: str
    name_span: Span
    path: Path
    node: Node

    @property
    def span(self) -> Span:
        """The place of the mapping behind `step:`."""
        return self.node.span

    @property
    def parameters(self) -> tuple[YamlItem, ...]:
        """The parameters that have a name, in order."""
        return tuple(_items(self, "parameters"))

    @property
    def inputs(self) -> tuple[YamlItem, ...]:
        """The inputs that have a name, in order."""
        return tuple(_items(self, "inputs"))

    def items(self, kind: str) -> tuple[YamlItem, ...]:
        """The parameters or the inputs; `kind` is "parameter" or "input"."""
        return self.parameters if kind == "parameter" else self.inputs

    def get(self, key: str) -> Entry | None:
        """The entry of `key`, also one that comes through `<<`."""
        return self.node.get(key)


def steps_of(documents: Iterable[Node]) -> Iterator[YamlStep]:
    """Every `- step:` item of every document, in order."""
    for number, root in enumerate(documents):
        for index, item in enumerate(root.items):
            entry = item.get("step") if item.kind == "mapping" else None
            if entry is not None and entry.node.kind == "mapping":
                name, span = _name(entry.node)
                yield YamlStep(name or "", span, (number, index, "step"), entry.node)


def duplicates(documents: Iterable[Node], steps: Iterable[YamlStep]) -> Iterator[Finding]:
    """VH303 for each key, step, parameter or input whose name stands already before it."""
    steps = tuple(steps)
    for root in documents:
        yield from _duplicate_keys(root)
    yield from _repeated("step", ((step.name, step.name_span) for step in steps if step.name))
    seen: set[int] = set()
    for step in steps:
        for noun, items in (("parameter", step.parameters), ("input", step.inputs)):
            # The same list in several steps through an alias has its duplicates reported once.
            if items and id(items[0].node) not in seen:
                seen.add(id(items[0].node))
                yield from _repeated(noun, ((item.name, item.name_span) for item in items))


def _items(step: YamlStep, key: str) -> Iterator[YamlItem]:
    entry = step.node.get(key)
    if entry is None or entry.node.kind != "sequence":
        return
    for index, item in enumerate(entry.node.items):
        if item.kind == "mapping":
            name, span = _name(item)
            if name is not None:
                yield YamlItem(name, span, (*step.path, key, index), item)


def _name(node: Node) -> tuple[str | None, Span]:
    entry = node.get("name")
    if entry is None or entry.node.kind != "scalar" or entry.value is None:
        return None, node.span
    return str(entry.value), entry.node.span


def _repeated(noun: str, names: Iterable[tuple[str, Span]]) -> Iterator[Finding]:
    first: dict[str, Span] = {}
    for name, span in names:
        if name in first:
            message = f"two {noun}s are named `{name}`; rename or remove one"
            yield Finding("VH303", span, message, (Related(first[name], f"the first `{name}`"),))
        else:
            first[name] = span


def _duplicate_keys(root: Node) -> Iterator[Finding]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.alias is None and node.kind != "scalar":
            waiting += [child for child in reversed(node.children) if child.kind != "scalar"]
            keys = [(type(entry.key), entry.key) for entry in node.entries]
            if len(set(keys)) < len(keys):
                yield from _repeated_keys(node)


def _repeated_keys(node: Node) -> Iterator[Finding]:
    keys: dict[tuple[type, YamlValue], Span] = {}
    for entry in node.entries:
        key = (type(entry.key), entry.key)
        if key in keys:
            message = f"duplicate key `{entry.key}`: only the last one is used; remove one"
            yield Finding("VH303", entry.key_span, message, (Related(keys[key], "the first one"),))
        keys[key] = entry.key_span
