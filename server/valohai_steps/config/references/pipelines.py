"""A pipeline against the steps, tasks and endpoints of its file: VH306, VH312, VH311, VH304 in overrides."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from valohai_steps.config.checks.commands import Known, doubts
from valohai_steps.config.model.items import Parameter, Step
from valohai_steps.config.model.pipelines import Pipeline, PipelineNode, PipelineParameter
from valohai_steps.config.references.catalogue import Catalogue
from valohai_steps.config.references.edges import JudgedPipeline, edge_verdicts, end_verdicts
from valohai_steps.config.references.verdict import At, Verdict, unknown, unknown_names


class _Open(Struct, frozen=True):
    """What the edges reach: nodes, and inputs of nodes."""

    nodes: frozenset[str]
    inputs: frozenset[tuple[str, str]]


def judge_pipeline(number: int, pipeline: Pipeline, catalogue: Catalogue, *, clean: bool) -> list[Verdict]:
    """Everything that is wrong with what a pipeline names."""
    steps: dict[str, Step | None] = {}
    for node in pipeline.nodes:
        if node.name is not None:
            step, name = step_of(node, catalogue), node.name.text
            # Of two nodes of one name an edge may mean either.
            steps[name] = step if steps.get(name, step) is step else None
    judged = JudgedPipeline(number, pipeline, catalogue, steps)
    found = [verdict for node in pipeline.nodes for verdict in _node(judged, node)]
    found += edge_verdicts(judged)
    found += [verdict for each in pipeline.parameters for verdict in _parameter(judged, each)]
    if clean and not found and pipeline.complete:
        found += _open_ends(judged)
    return found


def step_of(node: PipelineNode, catalogue: Catalogue) -> Step | None:
    """The step of this file that a node runs; None when it cannot be told."""
    if node.commit or node.kind == "deployment":
        return None
    if node.step is not None:
        return catalogue.steps.get(node.step.text)
    task = catalogue.tasks.get(node.task.text) if node.task is not None else None
    return catalogue.steps.get(task.step.text) if task is not None and task.step is not None else None


def _node(judged: JudgedPipeline, node: PipelineNode) -> Iterator[Verdict]:
    number, catalogue = judged.number, judged.catalogue
    if not node.commit and node.kind != "deployment":
        if node.step is not None and node.step.text not in catalogue.steps and catalogue.complete:
            yield unknown(number, node.step, list(catalogue.steps), "step")
        if node.task is not None and node.task.text not in catalogue.tasks and catalogue.complete:
            yield unknown(number, node.task, list(catalogue.tasks), "task")
    for endpoint in node.endpoints if catalogue.complete else ():
        if endpoint.text not in catalogue.endpoints:
            yield unknown(number, endpoint, list(catalogue.endpoints), "endpoint")
    step = step_of(node, catalogue)
    if step is not None:
        yield from unknown_names(number, node.override.parameters, step, "parameter")
        yield from unknown_names(number, node.override.inputs, step, "input")
        yield from _uses(judged, node, step)


def _uses(judged: JudgedPipeline, node: PipelineNode, step: Step) -> Iterator[Verdict]:
    """VH304 in a node's own command. What only the override declares is its own mistake."""
    parameters = step.known_parameters
    if parameters is not None:
        known = {each.text for each in parameters}
        added = (name for name in node.override.parameters if name.text not in known)
        parameters = (*parameters, *(Parameter(name.place, name) for name in added))
    inputs = None if step.known_inputs is None else tuple(each.text for each in step.known_inputs)
    if inputs is not None:
        inputs = (*inputs, *(name.text for name in node.override.inputs))
    for doubt in doubts(node.override.uses, Known(parameters, inputs, step.source_path is not None)):
        declares = None
        if doubt.declares is not None and step.name is not None and not step.doubled:
            declares = (step.name.text, *doubt.declares)
        at = At(judged.number, doubt.place)
        yield Verdict("VH304", at, doubt.message, text=doubt.text, declares=declares)


def _parameter(judged: JudgedPipeline, parameter: PipelineParameter) -> Iterator[Verdict]:
    if parameter.name is not None and not parameter.targets and not parameter.stated:
        message = f"{parameter.name.text} has no target, so it does nothing; add `targets`"
        yield Verdict("VH307", At(judged.number, parameter.name.place), message)
    for target in parameter.targets:
        yield from end_verdicts(judged, target, "parameter")


def _open_ends(judged: JudgedPipeline) -> Iterator[Verdict]:
    """VH311: nodes that no edge touches, and inputs that nothing fills."""
    reached = _reached(judged.pipeline)
    for node in judged.pipeline.nodes:
        name = node.name
        if name is None or not node.kind:
            continue
        at = At(judged.number, name.place)
        if judged.pipeline.edges and name.text not in reached.nodes:
            message = f"no edge touches {name.text}, so it runs by itself; add an edge if it waits"
            yield Verdict("VH311", at, message)
            continue
        inputs = [each for each in _unfilled(node, judged.steps) if (name.text, each) not in reached.inputs]
        if inputs:
            what = f"the input {inputs[0]}" if len(inputs) == 1 else f"the inputs {', '.join(inputs)}"
            message = f"{what} of {name.text} has no default and no edge, so each start asks for it"
            yield Verdict("VH311", at, f"{message}; add one of them")


def _unfilled(node: PipelineNode, steps: Mapping[str, Step | None]) -> Sequence[str]:
    step = steps.get(node.name.text) if node.name is not None else None
    if step is None or step.known_inputs is None:
        return ()
    return [each.text for each in step.known_inputs if each.open and each.text not in node.override.filled]


def _reached(pipeline: Pipeline) -> _Open:
    ends = [
        end
        for edge in pipeline.edges
        for end in (edge.source, edge.target)
        if end is not None and len(end.parts) == 3
    ]
    nodes = frozenset(end.parts[0].text for end in ends)
    inputs = {(end.parts[0].text, end.parts[2].text) for end in ends if end.parts[1].text.startswith("input")}
    return _Open(nodes, frozenset(inputs))
