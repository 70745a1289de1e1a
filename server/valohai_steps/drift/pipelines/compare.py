"""A pipeline of Python beside that of valohai.yaml: drifts, empty when they agree.

Python owns the nodes of executions and tasks (name, type, step), the values of their parameters that it
sets, and the edges from outputs and inputs to inputs. All else is of valohai.yaml alone. A node that is alone
in running its step, and has another name on each side, is one: its `name` differs, and edges are compared as
if it did not.
"""

from collections.abc import Iterator, Mapping

from valohai_steps.config.model.names import mappings_of, value_of
from valohai_steps.config.reader import Node
from valohai_steps.drift.compare import Drift, Side
from valohai_steps.drift.pipelines.renamed import end_by_name, renamed_nodes
from valohai_steps.drift.pipelines.yaml_pipelines import YamlEdge, YamlNode, YamlPipeline
from valohai_steps.model.pipeline import NodeFact, PipelineFact
from valohai_steps.model.step import PythonValue

_PYTHON_KINDS = ("execution", "task")
_SOURCES = ("output", "input")


def compare_pipeline(
    fact: PipelineFact, found: YamlPipeline | None, tasks: Mapping[str, str]
) -> tuple[Drift, ...]:
    """Every difference. `tasks` are the steps that the tasks of valohai.yaml run, by name."""
    if found is None:
        return (Drift("pipeline", fact.name, None, Side(fact.name, fact.name_span), None, None),)
    renamed = renamed_nodes(fact, found, tasks)
    return (*_nodes(fact, found, tasks, renamed), *_edges(fact, found, renamed))


def _nodes(
    fact: PipelineFact, found: YamlPipeline, tasks: Mapping[str, str], renamed: Mapping[str, str]
) -> Iterator[Drift]:
    existing = {node.name: node for node in found.nodes}
    for node in fact.nodes:
        other = existing.pop(renamed.get(node.name, node.name), None)
        said = Side(node.name, node.name_span or node.span)
        if other is None:
            yield Drift("node", node.name, None, said, None, found.name_span)
            continue
        if other.name != node.name:
            yield Drift("node", node.name, "name", said, Side(other.name, other.name_span), other.name_span)
        yield from _node(node, other, tasks)
    for other in existing.values():
        if other.text("type") in _PYTHON_KINDS:
            yield Drift("node", other.name, None, None, Side(other.name, other.name_span), other.name_span)


def _node(node: NodeFact, other: YamlNode, tasks: Mapping[str, str]) -> Iterator[Drift]:
    kind, runs = other.text("type"), other.text("step") or tasks.get(other.text("task"), "")
    at = other.name_span
    if kind != node.kind:
        yield Drift("node", node.name, "type", Side(node.kind, node.span), _side(other, "type"), at)
    if runs != node.step:
        key = "step" if other.text("step") or not other.text("task") else "task"
        yield Drift("node", node.name, "step", Side(node.step, node.step_span), _side(other, key), at)
    for parameter in node.parameters:
        written = override_of(other, parameter.name)
        default = None if written is None else value_of(written, "default")
        value = _plain(parameter.value)
        if default is None or not _same(_value(default), value):
            yaml = None if default is None else Side(_value(default), default.span)
            said = Side(value, parameter.span)
            yield Drift("node", node.name, f"parameter {parameter.name}", said, yaml, at)


def _same(one: PythonValue, other: PythonValue) -> bool:
    """Whether two values are one for Valohai: 1 and true are not."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def override_of(node: YamlNode, name: str) -> Node | None:
    """The mapping of a parameter in the node's `override`."""
    override = value_of(node.node, "override")
    listed = value_of(override, "parameters") if override is not None else None
    for each in mappings_of(listed):
        stated = value_of(each, "name")
        if stated is not None and stated.value == name:
            return each
    return None


def _side(node: YamlNode, key: str) -> Side | None:
    found = value_of(node.node, key)
    return None if found is None else Side(found.value, found.span)


def _plain(value: PythonValue) -> PythonValue:
    return list(value) if isinstance(value, tuple) else value


def _value(node: Node) -> PythonValue:
    return [item.value for item in node.items] if node.kind == "sequence" else node.value


def _edges(fact: PipelineFact, found: YamlPipeline, renamed: Mapping[str, str]) -> Iterator[Drift]:
    ours = {other: name for name, other in renamed.items()}
    existing = {
        (end_by_name(edge.source, ours), end_by_name(edge.target, ours)): edge for edge in found.edges
    }
    made = {(edge.source.text, edge.target.text): edge for edge in fact.edges}
    for ends, edge in made.items():
        if ends not in existing:
            yield Drift("edge", edge_name(*ends), None, Side(ends, edge.span), None, found.name_span)
    names = {renamed.get(node.name, node.name) for node in fact.nodes}
    for ends, other in existing.items():
        if ends not in made and is_of_python(other) and set(other.nodes) <= names:
            written = (other.source, other.target)
            yield Drift("edge", edge_name(*written), None, None, Side(written, other.span), other.span)


def is_of_python(edge: YamlEdge) -> bool:
    """Whether Python can say such an edge: others are of valohai.yaml alone."""
    source, target = edge.kinds
    return source in _SOURCES and target == "input"


def edge_name(source: str, target: str) -> str:
    """An edge, as messages name it."""
    return f"{source} to {target}"
