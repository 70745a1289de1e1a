"""The findings of a valohai.yaml, item by item: what an edit does not touch is not looked at again."""

from collections.abc import Iterator
from pathlib import Path

from valohai_steps.config.items.file import ItemFile, moved
from valohai_steps.config.items.part import Part
from valohai_steps.config.model.names import texts_of, value_of
from valohai_steps.config.model.steps import YamlStep
from valohai_steps.config.tree.node import Node
from valohai_steps.config.tree.scalar_places import place_inside
from valohai_steps.drift.commands import runs
from valohai_steps.drift.findings import yaml_findings
from valohai_steps.drift.named_files import NamedFile, is_plain, named_files
from valohai_steps.ide.update.update import compare_yaml_step
from valohai_steps.model.finding import Finding, Fix
from valohai_steps.model.step import StepFact
from valohai_steps.model.text import Span, TextEdit
from valohai_steps.project.memo import ComparedStep, MissingFiles
from valohai_steps.project.repository import is_there, nearest_file
from valohai_steps.project.snapshot import Snapshot


def findings_of_yaml(snapshot: Snapshot, path: Path, file: ItemFile) -> Iterator[Finding]:
    """Everything there is to say about a valohai.yaml; spans count in its text."""
    yield from file.findings()
    starts = file.starts
    for found, start in zip(_missing_files(snapshot, path, file), starts, strict=False):
        if found:
            yield from (moved(finding, start) for finding in found)
    yield from _comparisons(snapshot, path, file, starts)


def _comparisons(snapshot: Snapshot, path: Path, file: ItemFile, starts: list[int]) -> Iterator[Finding]:
    """VH202 and VH203: each step of Python against its own item."""
    declared = snapshot.steps_of(path)
    steps: dict[str, tuple[int, YamlStep]] = {}
    for number, step in file.steps():
        steps.setdefault(step.name, (number, step))
    for source, fact in declared:
        if fact.name in steps and fact.is_certain:
            number, step = steps[fact.name]
            found = _compared(snapshot, path, (source, fact), file.parts[number], step)
            if found:
                yield from (moved(finding, starts[number]) for finding in found)


def _compared(
    snapshot: Snapshot, path: Path, declared: tuple[Path, StepFact], part: Part, step: YamlStep
) -> tuple[Finding, ...]:
    source, fact = declared
    known = snapshot.memo.compared.get(id(fact))
    # What other files say of a step of several counts as well.
    if known is not None and known.part is part and known.fact is fact and not fact.is_multifile:
        return known.findings
    snapshot.memo.count("yaml steps compared")
    claims, drifts = compare_yaml_step(snapshot, source, fact, path, step)
    found = (*yaml_findings(claims, drifts, source), *_other_files(snapshot, path, part, step))
    snapshot.memo.compared[id(fact)] = ComparedStep(part, fact, found)
    return found


def _other_files(snapshot: Snapshot, path: Path, part: Part, step: YamlStep) -> Iterator[Finding]:
    """VH203: a command that runs Python, and none of the files that declare the step."""
    command = value_of(step.node, "command")
    nodes = list(texts_of(command))
    if command is None or command.alias is not None or not nodes:
        return
    source_path = step.get("source-path")
    stands_for = source_path.value if source_path is not None and isinstance(source_path.value, str) else ""
    lines = [str(node.value).replace("{source-path}", stands_for) for node in nodes]
    found = list(runs(lines))
    declaring = [source for source, _ in snapshot.steps_named(path, step.name)]
    sources = {str(snapshot.source_in(source, path)) for source in declaring}
    if not found or any(run.is_shell or sources.intersection(run.files) for run in found):
        return
    real = {snapshot.real(source) for source in declaring}  # one file under two names is one file
    if any(snapshot.real(path.parent / name) in real for run in found for name in run.files):
        return
    run = found[0]
    place = None
    if run.named is not None and "{source-path}" not in str(nodes[run.line].value):
        place = place_inside(part.text, nodes[run.line], Span(run.named.start, run.named.end))
    declares = " and ".join(sorted(sources))
    message = f"this runs {run.files[0]}, but step {step.name!r} is declared in {declares}; run that file"
    yield Finding("VH203", place or nodes[run.line].span, message)


def _missing_files(snapshot: Snapshot, path: Path, file: ItemFile) -> list[tuple[Finding, ...]]:
    """VH204 and VH205 of each part, looked up once for each, until something changes on the disk."""
    known = snapshot.memo.missing.get(path)
    if known is not None and known.file is file:
        return known.findings
    found: dict[int, tuple[Finding, ...]] = {}
    if known is not None:
        found = dict(zip(map(id, known.file.parts), known.findings, strict=True))
    listed = [found.get(id(part)) for part in file.parts]
    for number, part in enumerate(file.parts):
        if listed[number] is None:
            snapshot.memo.count("yaml items looked up")
            listed[number] = tuple(
                each for step in part.steps for each in _missing_of_step(snapshot, path, part, step)
            )
    everything = [each or () for each in listed]
    snapshot.memo.missing[path] = MissingFiles(file, everything)
    return everything


def _missing_of_step(snapshot: Snapshot, path: Path, part: Part, step: YamlStep) -> Iterator[Finding]:
    command = value_of(step.node, "command")
    if command is not None and command.alias is None:
        nodes = list(texts_of(command))
        for named in named_files([str(node.value) for node in nodes]):
            if not is_there(snapshot, path, named.path):
                yield _missing(snapshot, path, part, nodes[named.line], named)
    stated = step.node.get("source-path")
    if stated is None or stated.merged_from is not None or not isinstance(stated.value, str):
        return
    name = stated.value.removeprefix("./")
    if is_plain(name) and stated.node.alias is None and not is_there(snapshot, path, name):
        near = nearest_file(snapshot, path, name)
        fixes = _fix(stated.node.span, near)
        yield Finding("VH204", stated.node.span, _message(stated.value, near), fixes=fixes)


def _missing(snapshot: Snapshot, path: Path, part: Part, node: Node, named: NamedFile) -> Finding:
    place = place_inside(part.text, node, Span(named.start, named.end)) or node.span
    near = nearest_file(snapshot, path, named.path)
    if named.use == "requirements":
        return Finding("VH205", place, _message(named.path, near), fixes=_fix(place, near))
    return Finding("VH204", place, _message(named.path, near), fixes=_fix(place, near))


def _message(name: str, near: str | None) -> str:
    end = f"did you mean {near}?" if near is not None else "create it, or name one that is there"
    return f"{name} is not in this repository; {end}"


def _fix(span: Span, near: str | None) -> tuple[Fix, ...]:
    if near is None or not near.replace("/", "").replace("-", "").replace(".", "").replace("_", "").isalnum():
        return ()
    return (Fix(f"Change to {near}", (TextEdit(span, near),), preferred=True),)
