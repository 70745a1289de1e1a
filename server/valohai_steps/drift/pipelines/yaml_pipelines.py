"""The pipelines of a valohai.yaml with their places in its tree, for comparison and edits."""

from collections.abc import Iterator

from msgspec import Struct

from valohai_steps.config.model.names import value_of
from valohai_steps.config.reader import Node, YamlFile
from valohai_steps.config.tree.node import Path
from valohai_steps.model.text import Span

_PLURALS = frozenset({"outputs", "inputs", "parameters", "files"})


class YamlNode(Struct, frozen=True):
    """A node. `path` leads to its mapping."""

    name: str
    name_span: Span
    path: Path
    node: Node

    def text(self, key: str) -> str:
        """What the node has under a key, when that is a string."""
        found = value_of(self.node, key)
        return found.value if found is not None and isinstance(found.value, str) else ""


class YamlEdge(Struct, frozen=True):
    """An edge: its ends, with singular kinds. `path` leads to its list or mapping."""

    source: str
    target: str
    path: Path
    span: Span

    @property
    def nodes(self) -> tuple[str, str]:
        """The names of both nodes."""
        return self.source.partition(".")[0], self.target.partition(".")[0]

    @property
    def kinds(self) -> tuple[str, str]:
        """The middle parts of both ends."""
        return self.source.split(".", 2)[1], self.target.split(".", 2)[1]


class YamlPipeline(Struct, frozen=True):
    """A pipeline. `path` leads to the mapping behind `pipeline:`. `clear`: nodes and edges are lists."""

    name: str
    name_span: Span
    path: Path
    node: Node
    nodes: tuple[YamlNode, ...]
    edges: tuple[YamlEdge, ...]
    clear: bool

    @property
    def span(self) -> Span:
        """The place of the whole."""
        return self.node.span

    @property
    def lists_edges(self) -> bool:
        """Whether its edges are lists of two ends, which is the custom; else mappings."""
        edges = value_of(self.node, "edges")
        return edges is None or not edges.items or edges.items[0].kind == "sequence"


def pipelines_in(file: YamlFile) -> Iterator[YamlPipeline]:
    """Every pipeline that has a name, in order."""
    for number, root in enumerate(file.documents):
        for index, item in enumerate(root.items):
            entry = item.get("pipeline") if item.kind == "mapping" else None
            name = value_of(entry.node, "name") if entry is not None else None
            if entry is None or name is None or not isinstance(name.value, str):
                continue
            path: Path = (number, index, "pipeline")
            nodes, edges = value_of(entry.node, "nodes"), value_of(entry.node, "edges")
            found = tuple(_nodes(nodes, (*path, "nodes")))
            tied = tuple(_edges(edges, (*path, "edges")))
            clear = _is_list(nodes, len(found)) and _is_list(edges, len(tied))
            yield YamlPipeline(name.value, name.span, path, entry.node, found, tied, clear)


def _is_list(node: Node | None, count: int) -> bool:
    return node is None or (node.kind == "sequence" and node.alias is None and len(node.items) == count)


def _nodes(listed: Node | None, path: Path) -> Iterator[YamlNode]:
    if listed is None or listed.kind != "sequence":
        return
    for place, node in enumerate(listed.items):
        name = value_of(node, "name") if node.kind == "mapping" else None
        if name is not None and isinstance(name.value, str):
            yield YamlNode(name.value, name.span, (*path, place), node)


def _edges(listed: Node | None, path: Path) -> Iterator[YamlEdge]:
    if listed is None or listed.kind != "sequence":
        return
    for place, node in enumerate(listed.items):
        ends = (
            node.items if node.kind == "sequence" else [value_of(node, key) for key in ("source", "target")]
        )
        texts = [end.value for end in ends if end is not None and isinstance(end.value, str)]
        if len(texts) == 2 and all(text.count(".") >= 2 for text in texts):
            yield YamlEdge(singular(texts[0]), singular(texts[1]), (*path, place), node.span)


def singular(end: str) -> str:
    """`node.inputs.data` as `node.input.data`: both mean the same."""
    node, kind, name = end.split(".", 2)
    return f"{node}.{kind.removesuffix('s') if kind in _PLURALS else kind}.{name}"
