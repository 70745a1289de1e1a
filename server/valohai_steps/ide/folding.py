"""What can be folded: `prepare()` calls and the dicts in them, and everything in valohai.yaml with a body."""

from collections.abc import Iterator
from pathlib import Path

from valohai_steps.config.tree.node import Node
from valohai_steps.model.step import ParameterFact, StepFact
from valohai_steps.model.text import LineIndex, Span
from valohai_steps.project.disk.files import readable
from valohai_steps.project.readings.outlined_yaml import outlined_yaml
from valohai_steps.project.snapshot import Snapshot


def folding_spans(snapshot: Snapshot, path: Path) -> tuple[Span, ...]:
    """The parts of a file that span several lines, in order, one for each line that begins some.

    The line on which a part begins stays visible, and so does one that only closes brackets: a span ends
    before it.
    """
    found = _of_yaml(snapshot, path) if snapshot.yaml_path(path) == path else _of_python(snapshot, path)
    index = LineIndex(snapshot.readable_text(path))
    folded: dict[int, Span] = {}
    for span in found:
        first, last = (index.position(offset, "utf-32")[0] for offset in (span.start, span.end))
        end = span.end
        if index.text[index.line_start(last) : end].lstrip().startswith((")", "]", "}")):
            last -= 1
            end = index.line_end(last)
        if first < last and (first not in folded or folded[first].end < end):
            folded[first] = Span(span.start, end)
    return tuple(folded[line] for line in sorted(folded))


def _of_python(snapshot: Snapshot, path: Path) -> Iterator[Span]:
    python = readable(snapshot.python(path))
    for call in python.calls if python is not None else ():
        yield call.call_span
        yield from (argument.value_span for argument in call.arguments)
    for step in python.steps if python is not None else ():
        yield from _of_step(step)


def _of_step(step: StepFact) -> Iterator[Span]:
    facts: tuple[ParameterFact, ...] = (*step.parameters, *step.inputs)
    yield from (span for span in (step.parameters_span, step.inputs_span) if span is not None)
    yield from (fact.span for fact in facts)


def _of_yaml(snapshot: Snapshot, path: Path) -> Iterator[Span]:
    file = outlined_yaml(snapshot, path)
    for root in file.documents if file is not None else ():
        yield from _of_node(root)


def _of_node(node: Node) -> Iterator[Span]:
    if node.alias is not None:
        return
    for item in node.items:
        yield item.span
        yield from _of_node(item)
    for entry in node.entries:
        if entry.node.alias is None:
            yield entry.span
            yield from _of_node(entry.node)
