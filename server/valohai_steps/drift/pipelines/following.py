"""What names a node of a pipeline in valohai.yaml follows its name: edges, and targets of parameters."""

from collections.abc import Container, Iterator, Mapping

from valohai_steps.config.model.names import value_of
from valohai_steps.config.reader import Node
from valohai_steps.config.tree.node import Path
from valohai_steps.config.writer import Operation, Set
from valohai_steps.drift.pipelines.renamed import end_by_name
from valohai_steps.drift.pipelines.yaml_pipelines import YamlPipeline


def followed(found: YamlPipeline, names: Mapping[str, str], removed: Container[Path]) -> Iterator[Operation]:
    """The operations that give nodes other names wherever the pipeline uses them.

    `names` are the new names by the old ones; `removed` are the paths of edges that go.
    """
    if not names:
        return
    for edge in found.edges:
        if edge.path not in removed:
            node = _at(found.node, edge.path[len(found.path) :])
            yield from _ends(node, edge.path, names, ("source", "target"))
    listed = value_of(found.node, "parameters")
    for number, parameter in enumerate(() if listed is None else listed.items):
        path = (*found.path, "parameters", number)
        yield from _ends(parameter, path, names, ("target", "targets"))
        targets = value_of(parameter, "targets")
        if targets is not None and targets.items:
            yield from _ends(targets, (*path, "targets"), names, ())


def _ends(node: Node, path: Path, names: Mapping[str, str], keys: tuple[str, ...]) -> Iterator[Operation]:
    """Of a list its items, of a mapping what is under `keys`."""
    ends: list[tuple[str | int, Node | None]] = [*enumerate(node.items)]
    ends += [(key, value_of(node, key)) for key in keys]
    for key, end in ends:
        if end is not None and end.kind == "scalar" and isinstance(end.value, str):
            text = end_by_name(end.value, names)
            if text != end.value:
                yield Set((*path, key), text)


def _at(node: Node, path: Path) -> Node:
    for key in path:
        inner = node.items[key] if isinstance(key, int) else value_of(node, key)
        node = node if inner is None else inner
    return node
