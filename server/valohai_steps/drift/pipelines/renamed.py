"""Nodes that both sides have, each by another name."""

from collections import Counter, defaultdict
from collections.abc import Mapping

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
    once = Counter(node.name for node in found.nodes)
    return {
        names[0]: theirs[key][0]
        for key, names in ours.items()
        if len(names) == 1 and len(theirs.get(key, ())) == 1 and once[theirs[key][0]] == 1
    }


def end_by_name(end: str, names: Mapping[str, str]) -> str:
    """An end of an edge, or a target, with the other name of its node."""
    node, dot, rest = end.partition(".")
    return f"{names.get(node, node)}{dot}{rest}"
