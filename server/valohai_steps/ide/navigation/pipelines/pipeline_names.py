"""The names in a pipeline that Python makes: its own, its nodes, and what these name of their steps."""

from collections.abc import Iterator
from pathlib import Path

from valohai_steps.ide.navigation.names.occurrence import Occurrence, OccurrenceRole, Symbol, SymbolKind
from valohai_steps.ide.navigation.names.python_names import PythonPage
from valohai_steps.model.pipeline import NodeFact, PipelineFact
from valohai_steps.project.readings.pipelines import pipeline_file
from valohai_steps.project.snapshot import Snapshot

_COUNTED = "there it has no name of its own, and valohai-papi counts one; pass a name to it first"


def names_of_pipeline(page: PythonPage, fact: PipelineFact) -> Iterator[Occurrence]:
    """Every place that names something of a pipeline, as `main(config)` was read."""
    yield page.name(Symbol(SymbolKind.PIPELINE, fact.name), OccurrenceRole.PYTHON, fact.name_span, fact.span)
    for node in fact.nodes:
        yield _of_node(page, fact, node)
        yield page.name(
            Symbol(SymbolKind.STEP, node.step), OccurrenceRole.USE, node.step_span, node.step_span
        )
    for each in fact.demanded:
        symbol = Symbol(SymbolKind(each.kind), each.name, each.step)
        yield page.name(symbol, OccurrenceRole.USE, each.span, each.span)


def _of_node(page: PythonPage, fact: PipelineFact, node: NodeFact) -> Occurrence:
    symbol = Symbol(SymbolKind.NODE, node.name, fact.name)
    if node.name_span is not None:
        return page.name(symbol, OccurrenceRole.PYTHON, node.name_span, node.span)
    return Occurrence(symbol, OccurrenceRole.PYTHON, page.path, node.span, node.span, node.span, _COUNTED)


def unread_pipeline(snapshot: Snapshot, path: Path) -> bool:
    """Whether a Python file may make a pipeline that cannot be read now."""
    file = pipeline_file(snapshot, path)
    return file is not None and (bool(file.problems) or file.is_broken)
