"""Ever larger parts around the cursor: a literal, its entry, the dict, the argument, the call."""

from collections.abc import Iterator
from pathlib import Path

from valohai_steps.config.tree.node import Node
from valohai_steps.model.text import Span
from valohai_steps.project.disk.files import readable
from valohai_steps.project.python.python_source import PythonSource
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.python_file import PythonFile
from valohai_steps.source.tree.syntax import ExcessiveText, Syntax, ancestors


def selections(snapshot: Snapshot, path: Path, offset: int) -> tuple[Span, ...]:
    """The parts that hold an offset, in code points, the smallest first.

    In Python only inside what a `prepare()` call says and what reads it: the rest is Python's business.
    """
    text = snapshot.readable_text(path)
    if snapshot.yaml_path(path) == path:
        file = readable(snapshot.yaml(path))
        roots = file.documents if file is not None else ()
        found = [span for root in roots if root.span.contains(offset) for span in _of_node(root, offset)]
    else:
        python = readable(snapshot.python(path))
        source = readable(snapshot.source(path))
        found = list(_of_python(python, source, offset)) if python is not None and source is not None else []
    found = [span for span in found if span.contains(offset)]
    return _nested([*found, Span(0, len(text))]) if found else ()


def _of_node(node: Node, offset: int) -> Iterator[Span]:
    """The node and what is inside it; a scalar in quotes also without them, an item also with its list."""
    yield node.span
    if node.alias is not None:
        return
    if node.kind == "scalar" and node.style in ("'", '"'):
        yield Span(node.start + 1, node.end - 1)
    for item in node.items:
        if item.span.contains(offset):
            yield from _of_node(item, offset)
    for entry in node.entries:
        if entry.span.contains(offset):
            yield entry.span
            yield from _of_node(entry.key_node, offset)
            yield from _of_node(entry.node, offset)


def _of_python(python: PythonFile, source: PythonSource, offset: int) -> Iterator[Span]:
    """The nodes of the syntax tree; in the JSON of a notebook, what writes them."""
    if not any(span.contains(offset) for span in _ours(python)):
        return
    place = source.into(Span(offset, min(offset + 1, len(python.text))))
    if place is not None:
        yield from map(source.out, _of_tree(source.syntax, place))


def _of_tree(syntax: Syntax, place: Span) -> Iterator[Span]:
    try:
        node = syntax.node_at(place.start, place.end)
    except ExcessiveText:
        return
    yield from (syntax.span(each) for each in (node, *ancestors(node)))


def _ours(python: PythonFile) -> Iterator[Span]:
    """What belongs to the steps of a file: calls, the dicts and texts they use, reads."""
    yield from (call.call_span for call in python.calls)
    yield from (read.name_span for read in python.reads)
    for step in python.steps:
        yield step.name_span
        for display in (step.parameters_span, step.inputs_span):
            if display is not None:
                yield display
        yield from (fact.span for fact in (*step.parameters, *step.inputs))


def _nested(found: list[Span]) -> tuple[Span, ...]:
    """Each once, every one inside the next."""
    nested: list[Span] = []
    for span in sorted(set(found), key=lambda span: (span.end - span.start, span.start)):
        if not nested or span.covers(nested[-1]):
            nested.append(span)
    return tuple(nested)
