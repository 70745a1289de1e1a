"""What Python says of a step, a parameter or an input in a valohai.yaml, and what its words mean."""

from collections.abc import Iterator
from pathlib import Path

from valohai_steps.ide.command_line.files import existing_files_run
from valohai_steps.ide.hover.pipelines import drawn_in_yaml
from valohai_steps.ide.hover.words import Hover, declared_words, step_words, yaml_words
from valohai_steps.ide.hover.yaml.yaml_words import yaml_word
from valohai_steps.ide.navigation.index import index_of_file
from valohai_steps.ide.navigation.names.occurrence import Symbol, SymbolKind
from valohai_steps.ide.pipeline_graph.edge_files import fills
from valohai_steps.ide.update.comparison import compare_step
from valohai_steps.model.step import StepFact
from valohai_steps.project.disk.files import readable
from valohai_steps.project.snapshot import Snapshot

_SUBJECTS = {SymbolKind.PARAMETER: "parameter", SymbolKind.INPUT: "input"}


def yaml_hover(snapshot: Snapshot, path: Path, offset: int) -> Hover | None:
    """What is named at `offset` of a valohai.yaml, in code points."""
    named = _named(snapshot, path, offset)
    word = yaml_word(snapshot, path, offset, named=named is not None)
    found = [each for each in (named, word, drawn_in_yaml(snapshot, path, offset)) if each is not None]
    return Hover(found[0].span, "\n\n".join(each.markdown for each in found)) if found else None


def _named(snapshot: Snapshot, path: Path, offset: int) -> Hover | None:
    for occurrence in index_of_file(snapshot, path).at(path, offset):
        lines = list(_lines(snapshot, path, occurrence.symbol))
        if lines:
            on_quotes = not occurrence.span.contains(offset)
            return Hover(occurrence.literal if on_quotes else occurrence.span, "\n\n".join(lines))
    return None


def _lines(snapshot: Snapshot, yaml: Path, symbol: Symbol) -> Iterator[str]:
    name = symbol.name if symbol.kind is SymbolKind.STEP else symbol.owner
    declaring = [(source, step) for source, step in snapshot.steps_of(yaml) if step.name == name]
    if symbol.kind is SymbolKind.STEP:
        for source, step in declaring:
            yield f"{step_words(snapshot, source, step, yaml)} · declared in {source.name}"
        if not declaring:
            yield f"**{name}** step · {_by_hand(snapshot, yaml, name)}"
    elif symbol.kind in _SUBJECTS:
        for source, step in declaring:
            yield from _declared(snapshot, yaml, symbol, source, step)
        if not declaring:
            yield from _only_here(snapshot, yaml, symbol)
        if symbol.kind is SymbolKind.INPUT:
            yield from fills(snapshot, yaml, symbol.owner, symbol.name)


def _by_hand(snapshot: Snapshot, yaml: Path, name: str) -> str:
    """Where the code of a step is that no Python file declares."""
    file = readable(snapshot.yaml(yaml))
    step = file.step(name) if file is not None else None
    files = existing_files_run(snapshot, yaml, step) if step is not None else []
    return f"runs {', '.join(files)}" if files else "no Python file declares it"


def _declared(snapshot: Snapshot, yaml: Path, symbol: Symbol, source: Path, step: StepFact) -> Iterator[str]:
    """What one step in Python says of a parameter or an input."""
    subject = _SUBJECTS[symbol.kind]
    compared = compare_step(snapshot, source, step, yaml, readable(snapshot.yaml(yaml)))
    found = next((item for item in compared.declared.items(subject) if item.name == symbol.name), None)
    if found is None:
        for line in _only_here(snapshot, yaml, symbol):
            yield f"{line} · not declared in {source.name}"
        return
    line, blank, rest = declared_words(subject, found, compared.drifts, yaml.name).partition("\n")
    yield f"{line} · declared in {source.name}{blank}{rest}"


def _only_here(snapshot: Snapshot, yaml: Path, symbol: Symbol) -> Iterator[str]:
    subject = _SUBJECTS[symbol.kind]
    file = readable(snapshot.yaml(yaml))
    step = file.step(symbol.owner) if file is not None else None
    for item in () if step is None else step.items(subject):
        if item.name == symbol.name:
            yield yaml_words(subject, item, yaml.name)
            return
