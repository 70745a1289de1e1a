"""The findings of a valohai.yaml, item by item: what an edit does not touch is not looked at again."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from valohai_steps.config.items.file import ItemFile, moved
from valohai_steps.config.items.part import Part
from valohai_steps.config.model.names import texts_of, value_of
from valohai_steps.config.model.steps import YamlStep
from valohai_steps.config.tree.scalar_places import place_inside
from valohai_steps.drift.commands.runs import runs
from valohai_steps.drift.findings import yaml_findings
from valohai_steps.ide.findings.missing_files import is_plain_word, missing_file, missing_files
from valohai_steps.ide.update.comparison import compare_yaml_step
from valohai_steps.model.finding import Finding, Fix
from valohai_steps.model.step import StepFact
from valohai_steps.model.text import Span, TextEdit
from valohai_steps.project.memo import ComparedStep
from valohai_steps.project.snapshot import Snapshot


def findings_of_yaml(snapshot: Snapshot, path: Path, file: ItemFile) -> Iterator[Finding]:
    """Everything there is to say about a valohai.yaml; spans count in its text."""
    yield from file.findings()
    starts = file.starts
    lacking = [
        moved(finding, start)
        for found, start in zip(missing_files(snapshot, path, file), starts, strict=False)
        for finding in found
    ]
    settings = snapshot.settings(path)
    told = {code for code in ("VH203", "VH204") if settings.severity(code) is not None}
    yield from _once(file.text, lacking, [*_comparisons(snapshot, path, file, starts)], told)


def _once(
    text: str, lacking: Sequence[Finding], compared: Sequence[Finding], told: Collection[str]
) -> Iterator[Finding]:
    """Both, but one finding of a file that was renamed or misspelt: that it is not there, and which is meant.

    `told` are the codes that the settings do not switch off.
    """
    others = {each.span: each for each in compared if each.code == "VH203"} if len(told) > 1 else {}
    echoes: list[Finding] = []
    for each in lacking:
        other = others.get(each.span) if each.code == "VH204" else None
        if other is None:
            yield each
        elif other.fixes:
            ((edit,),) = (fix.edits for fix in other.fixes)
            yield missing_file(each.span, text[each.span.start : each.span.end], edit.text)
            echoes.append(other)
    yield from (each for each in compared if each not in echoes)


def _comparisons(snapshot: Snapshot, path: Path, file: ItemFile, starts: list[int]) -> Iterator[Finding]:
    """VH202 and VH203: each step of Python against its own item."""
    declared = list(snapshot.steps_of(path))
    if not declared:
        return
    steps: dict[str, tuple[int, YamlStep]] = {}
    for number, step in file.steps():
        steps.setdefault(step.name, (number, step))
    for source, fact in declared:
        if fact.name in steps and fact.complete:
            number, step = steps[fact.name]
            found = _compared(snapshot, path, (source, fact), file.parts[number], step)
            if found:
                yield from (moved(finding, starts[number]) for finding in found)


def _compared(
    snapshot: Snapshot, path: Path, declared: tuple[Path, StepFact], part: Part, step: YamlStep
) -> tuple[Finding, ...]:
    source, fact = declared
    key = (path, source, fact.name)
    known = snapshot.memo.compared.get(key)
    declaring = tuple(dict.fromkeys(each for each, _ in snapshot.steps_named(path, step.name)))
    # What other files say of a step of several counts as well.
    is_same = known is not None and known.part is part and known.fact is fact and known.declaring == declaring
    if known is not None and is_same and not fact.is_multifile:
        return known.findings
    snapshot.memo.count("yaml steps compared")
    claims, drifts = compare_yaml_step(snapshot, source, fact, path, step)
    found = (*yaml_findings(claims, drifts, source), *_other_files(snapshot, path, declaring, (part, step)))
    snapshot.memo.compared[key] = ComparedStep(part, fact, declaring, found)
    return found


def _other_files(
    snapshot: Snapshot, path: Path, declaring: Sequence[Path], where: tuple[Part, YamlStep]
) -> Iterator[Finding]:
    """VH203: a command that runs Python, and none of the files that declare the step."""
    part, step = where
    command = value_of(step.node, "command")
    nodes = list(texts_of(command))
    if command is None or command.alias is not None or not nodes:
        return
    source_path = step.get("source-path")
    stands_for = source_path.value if source_path is not None and isinstance(source_path.value, str) else ""
    lines = [str(node.value).replace("{source-path}", stands_for) for node in nodes]
    found = list(runs(lines))
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
    fixes = () if place is None else _run_fix(part.text[place.start : place.end], run.files, sources, place)
    yield Finding("VH203", place or nodes[run.line].span, message, fixes=fixes)


def _run_fix(written: str, files: Sequence[str], sources: Collection[str], place: Span) -> tuple[Fix, ...]:
    """The fix that names the one file that declares the step, where the command says no other folder."""
    prefix = "./" if written.startswith("./") else ""
    (name, *others) = sorted(sources)
    if others or written.removeprefix(prefix) not in files or not is_plain_word(name):
        return ()
    return (Fix(f"Change to {name}", (TextEdit(place, prefix + name),), preferred=True),)
