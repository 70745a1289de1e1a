"""`read_pipeline`: a Python text in, the pipeline that its `main(config)` returns out. Never raises."""

import re
from collections.abc import Iterator

from valohai_steps.model.finding import Finding
from valohai_steps.model.patterns import pattern
from valohai_steps.model.pipeline import NodeFact, PipelineFact
from valohai_steps.model.step import Cause, Unknown
from valohai_steps.model.text import Span
from valohai_steps.source.evaluation.evaluation import Evaluation
from valohai_steps.source.evaluation.imports import Imports
from valohai_steps.source.evaluation.uses.reached.namespaces import disturbances
from valohai_steps.source.pipelines.expressions.names import in_module, top_frame
from valohai_steps.source.pipelines.expressions.values import value
from valohai_steps.source.pipelines.interest import may_hold_pipeline
from valohai_steps.source.pipelines.memory.frames import Frame, Reading, Script
from valohai_steps.source.pipelines.memory.functions import Function
from valohai_steps.source.pipelines.memory.objects import (
    Config,
    Given,
    NodeObject,
    PaperValue,
    PipelineObject,
    Raises,
    Refused,
)
from valohai_steps.source.pipelines.pipeline_file import PipelineFile
from valohai_steps.source.pipelines.running.calls import call, call_function
from valohai_steps.source.text.ignore_comments import not_ignored
from valohai_steps.source.text.ipython.marks import MARKS
from valohai_steps.source.tree.parse_check import is_whole
from valohai_steps.source.tree.syntax import ExcessiveText, Node, Syntax, field, parts

_LARGEST = 1_000_000
_LIBRARY = pattern(r"\b(?:valohai|papi)\b")
_MEANT = pattern(
    r"^[ \t]*from[ \t]+(?:valohai|papi)[ \t]+import[ \t]*(?:\([^)]*|[^\n]*)\b(?:Pipeline|Papi)\b"
    r"|\bvalohai\.Pipeline\b",
    re.MULTILINE,
)
# Another class, or another method of one: `Pipeline.execution = ...`, `valohai.Pipeline = ...`.
_CHANGED = pattern(
    r"^[ \t]*(?:(?:\w+\.)?(?:Pipeline|Papi)\.\w+|\w+\.(?:Pipeline|Papi))[ \t]*=(?!=)"
    r"|^[ \t]*del[ \t]+(?:\w+\.)?(?:Pipeline|Papi)\b"
    r"|\b(?:set|del)attr\([ \t]*(?:\w+\.)?(?:Pipeline|Papi)\b",
    re.MULTILINE,
)
_UNTIL = "until then this pipeline is compared with nothing and written nowhere"
_PLAINLY = {
    Cause.STATEMENT: "use plain calls, if and for",
    Cause.NAMESPACE: "write the calls themselves",
    Cause.RUNS_LATER: "return a list",
}


def read_pipeline(text: str, imports: Imports | None = None) -> PipelineFile:
    """Run `main(config)` on paper. `imports` finds the files of the workspace that the text imports."""
    if len(text) > _LARGEST or not may_hold_pipeline(text) or not _LIBRARY.search(text):
        return PipelineFile(text)
    evaluation = Evaluation(Syntax(text), imports)
    try:
        return _read(evaluation, imports)
    except (ExcessiveText, RecursionError):  # the latter for values alone: a list within a list, by a loop
        return PipelineFile(text)


def _read(evaluation: Evaluation, imports: Imports | None) -> PipelineFile:
    syntax, reading = evaluation.syntax, Reading(value, call)
    frame = top_frame(reading, Script(evaluation, imports))
    if not is_whole(syntax):
        return PipelineFile(syntax.text, is_broken=True)
    main = in_module(reading, frame.script, frame, "main")
    if isinstance(main, Unknown) and _MEANT.search(syntax.text):
        found = not_ignored(syntax.text, iter((_not_the_one(main),)))
        return PipelineFile(syntax.text, problems=tuple(found))
    if not isinstance(main, Function) or not _takes_config(main.node):
        return PipelineFile(syntax.text)
    name = field(main.node, "name") or main.node
    problem: Finding | None = None
    fact: PipelineFact | None = None
    try:
        _demand_unchanged(frame)
        _demand_called(frame, main, name)
        given = Given(((Config(), syntax.span(name)),))
        fact = _fact(frame, name, call_function(frame, name, main, given))
    except Refused as refused:
        problem = _not_known(refused.unknown) if _is_meant(frame) else None
    except Raises as raised:
        problem = Finding("VH141", raised.span, raised.message)
    problems = () if problem is None else tuple(not_ignored(syntax.text, iter((problem,))))
    return PipelineFile(syntax.text, fact, problems, imported=tuple(evaluation.journey.dependencies.values()))


def _demand_unchanged(frame: Frame) -> None:
    """Raises Refused when the text gives the library's classes other methods, or runs or changes what it does
    not write (`exec`, `globals()`)."""
    evaluation = frame.script.evaluation
    changed = _CHANGED.search(evaluation.syntax.text)
    if changed is not None:
        raise Refused(Unknown(Span(*changed.span()), Cause.CHANGED, "Pipeline"))
    for place in disturbances(evaluation):
        words = evaluation.syntax.source(place)
        words = "this line of IPython" if words in MARKS else words
        raise Refused(Unknown(evaluation.syntax.span(place), Cause.NAMESPACE, words))


def _demand_called(frame: Frame, main: Function, name: Node) -> None:
    """Raises Raises for a coroutine, which a call does not run."""
    if main.node.children[0].type == "async" and _is_meant(frame):
        advice = "async def main() makes no pipeline when it is called; remove async"
        raise Raises(frame.span(name), advice)


def _takes_config(main: Node) -> bool:
    """Whether `main` can be called with one argument, as the vendor does."""
    listed = parts(field(main, "parameters"))
    free = [each for each in listed if each.type in ("identifier", "typed_parameter")]
    defaults = [each for each in listed if each.type in ("default_parameter", "typed_default_parameter")]
    return len(free) == 1 or (not free and bool(defaults))


def _is_meant(frame: Frame) -> bool:
    """Whether what could not be read is about a pipeline of Valohai's: others have a `Pipeline` too."""
    return frame.reading.operations > 0 or _MEANT.search(frame.script.evaluation.syntax.text) is not None


def _not_known(unknown: Unknown) -> Finding:
    advice = _PLAINLY.get(unknown.cause, "write the value itself")
    return Finding("VH101", unknown.span, f"{unknown.reason}; {advice}; {_UNTIL}", unknown.related)


def _not_the_one(main: Unknown) -> Finding:
    """Of a `main` that is defined in a way that leaves open which one is called."""
    conditional = "main is defined under a condition, or decorated"
    reason = conditional if main.cause is Cause.BOUND_OTHERWISE else main.reason
    advice = "define it once, at the top of the file"
    return Finding("VH101", main.span, f"{reason}; {advice}; {_UNTIL}", main.related)


def _fact(frame: Frame, name: Node, found: PaperValue) -> PipelineFact | None:
    """The pipeline that was returned. Raises Refused, or Raises when it is none."""
    found = frame.known(found)
    if not isinstance(found, PipelineObject):
        if frame.reading.operations == 0:
            return None  # another main
        raise Raises(frame.span(name), "main() returns no pipeline; end it with a return of the one it makes")
    return PipelineFact(
        found.name,
        found.name_span,
        found.span,
        tuple(_nodes(found)),
        tuple(found.edges),
        tuple(dict.fromkeys(found.demanded)),
        tuple(found.left_out),
    )


def _nodes(pipeline: PipelineObject) -> Iterator[NodeFact]:
    for node in pipeline.nodes.values():
        yield _node(node)


def _node(node: NodeObject) -> NodeFact:
    return NodeFact(
        node.name,
        node.kind,
        node.step,
        node.span,
        node.step_span,
        node.name_span,
        tuple(node.parameters.values()),
    )
