"""From drifts of a pipeline to operations on valohai.yaml."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from valohai_steps.config.model.names import value_of
from valohai_steps.config.writer import Append, Operation, Remove, Set
from valohai_steps.drift.compare import Drift
from valohai_steps.drift.pipelines.compare import override_of
from valohai_steps.drift.pipelines.following import followed
from valohai_steps.drift.pipelines.renamed import end_by_name
from valohai_steps.drift.pipelines.yaml_pipelines import YamlNode, YamlPipeline
from valohai_steps.drift.plan import Change, change_of
from valohai_steps.model.pipeline import EdgeFact, NodeFact, PipelineFact
from valohai_steps.model.step import PythonValue

NO_NAMES: Mapping[str, str] = MappingProxyType({})


class PipelinePlan(Struct, frozen=True):
    """All changes of one pipeline. `found` is the one in valohai.yaml, None when it is missing there."""

    fact: PipelineFact
    found: YamlPipeline | None
    changes: tuple[Change, ...]


def plan_pipeline(fact: PipelineFact, found: YamlPipeline | None, drifts: Iterable[Drift]) -> PipelinePlan:
    """The plan that removes the drifts, in their order."""
    return PipelinePlan(fact, found, tuple(change_of(drift) for drift in drifts))


def operations_of(plan: PipelinePlan, changes: Sequence[Change]) -> list[Operation]:
    """The operations that carry out some of the plan's changes."""
    fact, found = plan.fact, plan.found
    if not changes:
        return []
    if found is None:
        return [Append((0,), {"pipeline": _as_mapping(fact)})]
    drifts = [change.drift for change in changes]
    renamed = _renamed(change.drift for change in plan.changes)  # by the names that Python has
    now = _renamed(drifts)
    operations = [each for drift in drifts if drift.key is not None for each in _key(found, drift, renamed)]
    gone = {drift.name for drift in drifts if drift.subject == "node" and drift.python is None}
    nodes = [node.path for node in found.nodes if node.name in gone]
    new = [_node(node) for node in fact.nodes if _is_new(drifts, "node", node.name)]
    operations += _listed(found, "nodes", nodes, new)
    cut = [drift.yaml.value for drift in drifts if drift.subject == "edge" and drift.yaml is not None]
    edges = [e.path for e in found.edges if gone.intersection(e.nodes) or (e.source, e.target) in cut]
    operations += followed(found, {other: name for name, other in now.items()}, edges)
    added = {drift.python.value for drift in drifts if drift.subject == "edge" and drift.python is not None}
    new_edges = [e for e in _once(fact.edges) if (e.source.text, e.target.text) in added]
    written = {name: other for name, other in renamed.items() if name not in now}
    tied = [_edge(edge, listed=found.lists_edges, written=written) for edge in new_edges]
    return [*operations, *_listed(found, "edges", edges, tied)]


def _is_new(drifts: Sequence[Drift], subject: str, name: str) -> bool:
    return any(d.subject == subject and d.name == name and d.key is None and d.python for d in drifts)


def _listed(
    found: YamlPipeline, key: str, removed: Sequence[tuple[int | str, ...]], added: Sequence[PythonValue]
) -> Iterator[Operation]:
    """Take items out of a list and put others at its end; a list that a pipeline needs stays, empty."""
    path = (*found.path, key)
    listed = value_of(found.node, key)
    count = 0 if listed is None else len(listed.items)
    if not removed and not added:
        return
    if count == len(removed):
        yield Set(path, list(added))
        return
    yield from (Remove(each) for each in removed)
    yield from (Append(path, each) for each in added)


def _renamed(drifts: Iterable[Drift]) -> dict[str, str]:
    """The names in valohai.yaml by those in Python, of nodes that have two."""
    return {d.name: str(d.yaml.value) for d in drifts if d.subject == "node" and d.key == "name" and d.yaml}


def _key(found: YamlPipeline, drift: Drift, renamed: Mapping[str, str]) -> Iterator[Operation]:
    node = next(each for each in found.nodes if each.name == renamed.get(drift.name, drift.name))
    if drift.key is None or drift.python is None:
        return
    if drift.key in ("name", "type", "step"):
        yield Set((*node.path, drift.key), drift.python.value)
        if drift.key == "step" and node.text("task"):
            yield Remove((*node.path, "task"))
        return
    yield _override(node, drift.key.removeprefix("parameter "), drift.python.value)


def _override(node: YamlNode, name: str, value: PythonValue) -> Operation:
    """The value of a parameter in the node's `override`, whatever is there of it."""
    path = (*node.path, "override")
    override = value_of(node.node, "override")
    listed = value_of(override, "parameters") if override is not None else None
    item = {"name": name, "default": value}
    if override is None:
        return Set(path, {"parameters": [item]})
    written = override_of(node, name)
    if listed is None or not listed.items:
        return Set((*path, "parameters"), [item])
    if written is None:
        return Append((*path, "parameters"), item)
    return Set((*path, "parameters", listed.items.index(written), "default"), value)


def _as_mapping(fact: PipelineFact) -> dict[str, PythonValue]:
    return {
        "name": fact.name,
        "nodes": [_node(node) for node in fact.nodes],
        "edges": [_edge(edge, listed=True) for edge in _once(fact.edges)],
    }


def _node(node: NodeFact) -> dict[str, PythonValue]:
    found: dict[str, PythonValue] = {"name": node.name, "type": node.kind, "step": node.step}
    if node.parameters:
        values = [{"name": each.name, "default": each.value} for each in node.parameters]
        found["override"] = {"parameters": values}
    return found


def _once(edges: Iterable[EdgeFact]) -> Iterator[EdgeFact]:
    """Each edge once: a second one changes nothing."""
    return iter({(edge.source.text, edge.target.text): edge for edge in edges}.values())


def _edge(edge: EdgeFact, *, listed: bool, written: Mapping[str, str] = NO_NAMES) -> PythonValue:
    """An edge; `written` are names that nodes still have in valohai.yaml."""
    source, target = (end_by_name(end.text, written) for end in (edge.source, edge.target))
    return [source, target] if listed else {"source": source, "target": target}
