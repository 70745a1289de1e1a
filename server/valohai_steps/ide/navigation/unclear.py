"""What cannot be renamed, and why: names that are fixed, undeclared, or in files that cannot be read."""

from collections.abc import Iterator
from pathlib import Path

from valohai_steps.ide.navigation.index import Index, sources_of
from valohai_steps.ide.navigation.names.occurrence import Symbol, SymbolKind
from valohai_steps.ide.navigation.pipelines.pipeline_names import unread_pipeline
from valohai_steps.ide.update.update import Refused
from valohai_steps.model.step import StepFact
from valohai_steps.model.text import LineIndex, Span
from valohai_steps.project.disk.files import UnreadableFile
from valohai_steps.project.readings.breaks import break_now
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.python_file import PythonFile


def refusal(snapshot: Snapshot, index: Index, group: frozenset[Symbol]) -> Refused | None:
    """Why these symbols cannot be renamed at all."""
    name = next(iter(group)).name
    occurrences = index.of(group)
    for each in occurrences:
        if each.fixed:
            where = where_of(snapshot, each.path, each.span)
            return Refused(
                each.path, f"{name!r} cannot be renamed, because of {where}: {each.fixed}", each.span
            )
    if not any(each.is_declaration for each in occurrences):
        return Refused(index.yaml, f"nothing declares {name!r}, so it cannot be renamed; declare it first")
    unclear = (
        *_unclear_yaml(snapshot, index.yaml, name),
        *_unclear_sources(snapshot, index, group),
        *_unclear_scripts(index, group),
    )
    return unclear[0] if unclear else None


def _unclear_yaml(snapshot: Snapshot, yaml: Path, name: str) -> Iterator[Refused]:
    """A valohai.yaml that may name it as well, and cannot be read."""
    file = snapshot.yaml(yaml)
    if isinstance(file, UnreadableFile):
        yield Refused(yaml, f"{name!r} cannot be renamed: {file}")
        return
    for problem in file.problems if file is not None else ():
        if problem.code == "VH301":
            where = where_of(snapshot, yaml, problem.span)
            yield Refused(
                yaml, f"{name!r} cannot be renamed: {where} cannot be read; repair it first", problem.span
            )


def _unclear_sources(snapshot: Snapshot, index: Index, group: frozenset[Symbol]) -> Iterator[Refused]:
    """Python files that may name one of the symbols, and do not say so."""
    name = next(iter(group)).name
    for path in sources_of(snapshot, index.yaml):
        python = snapshot.python(path)
        if isinstance(python, UnreadableFile):
            yield Refused(path, f"{name!r} cannot be renamed: {python}")
        elif python is not None:
            yield from _unclear_steps(snapshot, path, python, group)
            of_pipeline = any(each.kind in (SymbolKind.PIPELINE, SymbolKind.NODE) for each in group)
            if of_pipeline and name in python.text and unread_pipeline(snapshot, path):
                why = f"the pipeline in {path.name} cannot be read, and may name it; see its findings"
                yield Refused(path, f"{name!r} cannot be renamed: {why}")


def _unclear_scripts(index: Index, group: frozenset[Symbol]) -> Iterator[Refused]:
    """Scripts that may take a parameter from their command line, and cannot be read now."""
    for symbol in group:
        path = index.arguments.unread.get(symbol.owner) if symbol.kind is SymbolKind.PARAMETER else None
        if path is not None and not any(symbol in pair for pair in index.arguments.linked):
            why = f"what {path.name} takes from its command line cannot be read completely; rename it by hand"
            yield Refused(path, f"{symbol.name!r} cannot be renamed: {why}")


def _unclear_steps(
    snapshot: Snapshot, path: Path, python: PythonFile, group: frozenset[Symbol]
) -> Iterator[Refused]:
    for symbol in group:
        for step in python.steps:
            about = step.name in (symbol.owner, symbol.name if symbol.kind is SymbolKind.STEP else None)
            facts = step.inputs if symbol.kind is SymbolKind.INPUT else step.parameters
            seen = symbol.kind is SymbolKind.STEP or any(fact.name == symbol.name for fact in facts)
            if about and (step.stale or not (step.complete or seen)):
                yield _unclear_step(snapshot, path, python, step, symbol.name)
        for call in python.calls:
            known = any(step.callee_span == call.callee_span for step in python.steps)
            if not known and symbol.name in python.text[call.call_span.start : call.call_span.end]:
                why = f"a prepare() call in {path.name} cannot be read, and may name it; see its findings"
                yield Refused(path, f"{symbol.name!r} cannot be renamed: {why}", call.callee_span)


def _unclear_step(snapshot: Snapshot, path: Path, python: PythonFile, step: StepFact, name: str) -> Refused:
    broken = break_now(snapshot, path, python) if step.stale else None
    why = f"step {step.name!r} in {path.name} cannot be read completely; see its findings"
    if broken is not None:
        why = f"{where_of(snapshot, path, broken.span)}: {broken.message}"
    return Refused(path, f"{name!r} cannot be renamed: {why}", step.callee_span)


def where_of(snapshot: Snapshot, path: Path, span: Span) -> str:
    """A place of a file in words, its line from 1."""
    line = LineIndex(snapshot.readable_text(path)).position(span.start, "utf-32")[0]
    return f"{path.name}, line {line + 1}"
