"""Nodes that both sides have, each by another name."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from valohai_steps.drift.compare import Drift
from valohai_steps.drift.findings import drift_message
from valohai_steps.drift.pipelines.yaml_pipelines import YamlPipeline
from valohai_steps.model.pipeline import PipelineFact


def renamed_nodes(fact: PipelineFact, found: YamlPipeline, tasks: Mapping[str, str]) -> dict[str, str]:
    """The names in valohai.yaml by those in Python, of nodes that are alone in running their step."""
    kept = {node.name for node in fact.nodes} & {node.name for node in found.nodes}
    ours: dict[tuple[str, str], list[str]] = defaultdict(list)
    theirs: dict[tuple[str, str], list[str]] = defaultdict(list)
    for node in fact.nodes:
        if node.name not in kept:
            ours[node.kind, node.step].append(node.name)
    for other in found.nodes:
        if other.name not in kept:
            runs = other.text("step") or tasks.get(other.text("task"), "")
            theirs[other.text("type"), runs].append(other.name)
    return {
        names[0]: theirs[key][0]
        for key, names in ours.items()
        if len(names) == 1 and len(theirs.get(key, ())) == 1
    }


def told_apart(
    drifts: Sequence[Drift], found: YamlPipeline | None, renamed: Mapping[str, str], *, in_yaml: bool
) -> Iterator[Drift]:
    """The drifts to be told in one file: of a node by two names one, and none of the edges that it has."""
    edges = set() if found is None else {(edge.source, edge.target) for edge in found.edges}
    echoes = set(renamed) if in_yaml else set(renamed.values())
    for drift in drifts:
        is_node = drift.subject == "node" and drift.key is None
        if is_node and drift.name in echoes and (drift.python is None) is not in_yaml:
            continue
        if (
            drift.subject == "edge"
            and drift.python is not None
            and _in_yaml(drift.python.value, renamed) in edges
        ):
            continue
        yield drift


def _in_yaml(ends: object, renamed: Mapping[str, str]) -> tuple[str, ...]:
    """The ends of an edge by the names of valohai.yaml."""
    found = []
    for end in ends if isinstance(ends, tuple) else ():
        node, dot, rest = str(end).partition(".")
        found.append(f"{renamed.get(node, node)}{dot}{rest}")
    return tuple(found)


def message(drift: Drift, renamed: Mapping[str, str], in_python: str, in_yaml: str) -> str:
    """A difference in words; a node by two names is said to be one."""
    if drift.subject == "node" and drift.key is None:
        if drift.python is not None and drift.name in renamed:
            return _one_node(drift.name, renamed[drift.name], in_yaml)
        ours = next((one for one, other in renamed.items() if other == drift.name), None)
        if drift.python is None and ours is not None:
            return _one_node(drift.name, ours, in_python)
    return drift_message(drift, in_python, in_yaml)


def _one_node(name: str, other: str, there: str) -> str:
    return f"node {name!r} is called {other!r} {there}; give both one name"
