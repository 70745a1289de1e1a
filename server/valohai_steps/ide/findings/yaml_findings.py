"""The findings of a valohai.yaml, item by item: what an edit does not touch is not looked at again."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from valohai_steps.config.items.file import ItemFile, moved
from valohai_steps.config.items.part import Part
from valohai_steps.config.model.names import texts_of, value_of
from valohai_steps.config.model.steps import YamlStep
from valohai_steps.config.tree.scalar_places import place_inside
from valohai_steps.drift.commands.runs import runs
from valohai_steps.drift.commands.shells import UNKNOWN
from valohai_steps.drift.findings import yaml_findings
from valohai_steps.ide.findings.missing_files import is_plain_word, missing_file, missing_files
from valohai_steps.ide.update.comparison import compare_yaml_step
from valohai_steps.model.finding import Finding, Fix
from valohai_steps.model.step import StepFact
from valohai_steps.model.text import Span, TextEdit
from valohai_steps.project.memo import ComparedStep
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.text.ignore_comments import not_ignored


def findings_of_yaml(snapshot: Snapshot, path: Path, file: ItemFile) -> Iterator[Finding]:
    """Everything there is to say about a valohai.yaml; spans count in its text."""
    yield from file.findings()
    missing = missing_files(snapshot, path, file)
    parts = zip(missing.findings, missing.names, file.starts, strict=False)
    lacking = [
        (moved(finding, start), name)
        for found, names, start in parts
        for finding, name in zip(found, names, strict=True)
    ]
    settings = snapshot.settings(path)
    told: set[Finding] = set()
    if all(settings.severity(code) is not None for code in ("VH203", "VH204")):
        said = (finding for finding, _ in lacking if finding.code == "VH204")
        told.update(not_ignored(file.text, said, lambda _: file.comments()))
    yield from _once(file.text, lacking, [*_comparisons(snapshot, path, file, file.starts)], told)


def _once(
    text: str,
    lacking: Sequence[tuple[Finding, str]],
    compared: Sequence[tuple[Finding, str]],
    told: Collection[Finding],
) -> Iterator[Finding]:
    """Both, but one finding of a file that was renamed or misspelt: that it is not there, and which is meant.

    `lacking` are findings with the name of the file, `compared` those with the files that declare the step.
    `told` are the findings of missing files that nothing switches off.
    """
    others = {finding.span: (finding, files) for finding, files in compared if finding.code == "VH203"}
    echoes: list[Finding] = []
    for each, name in lacking:
        if each not in told or each.span not in others:
            yield each
            continue
        other, files = others[each.span]
        echoes.append(other)
        near = next((edit.text for fix in other.fixes for edit in fix.edits if edit.span == each.span), None)
        if near is not None:
            yield missing_file(each.span, text[each.span.start : each.span.end], near)
        else:
            yield Finding("VH204", each.span, f"{name} is not in this project; {files}; run that file")
    yield from (finding for finding, _ in compared if finding not in echoes)


def _comparisons(
    snapshot: Snapshot, path: Path, file: ItemFile, starts: list[int]
) -> Iterator[tuple[Finding, str]]:
    """VH202 and VH203: each step of Python against its own item; with the files that declare it, in words."""
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
            if found.findings:
                sources = _sources(snapshot, path, found.declaring)
                for finding in found.findings:
                    yield moved(finding, starts[number]), _declared(step, sources)


def _compared(
    snapshot: Snapshot, path: Path, declared: tuple[Path, StepFact], part: Part, step: YamlStep
) -> ComparedStep:
    source, fact = declared
    key = (path, source, fact.name)
    known = snapshot.memo.compared.get(key)
    declaring = tuple(dict.fromkeys(each for each, _ in snapshot.steps_named(path, step.name)))
    # What other files say of a step of several counts as well.
    is_same = known is not None and known.part is part and known.fact is fact and known.declaring == declaring
    if known is not None and is_same and not fact.is_multifile:
        return known
    snapshot.memo.count("yaml steps compared")
    claims, drifts = compare_yaml_step(snapshot, source, fact, path, step)
    found = (*yaml_findings(claims, drifts, source), *_other_files(snapshot, path, declaring, (part, step)))
    known = snapshot.memo.compared[key] = ComparedStep(part, fact, declaring, found)
    return known


def _sources(snapshot: Snapshot, path: Path, declaring: Sequence[Path]) -> list[str]:
    return sorted({str(snapshot.source_in(source, path)) for source in declaring})


def _declared(step: YamlStep, sources: Sequence[str]) -> str:
    return f"step {step.name!r} is declared in {' and '.join(sources)}"


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
    sources = _sources(snapshot, path, declaring)
    if not found or any(run.is_shell or run.folder == UNKNOWN for run in found):
        return
    if any(not set(sources).isdisjoint(run.files) for run in found):
        return
    real = {snapshot.real(source) for source in declaring}  # one file under two names is one file
    if any(snapshot.real(path.parent / name) in real for run in found for name in run.files):
        return
    run = found[0]
    place = None
    if run.named is not None and "{source-path}" not in str(nodes[run.line].value):
        place = place_inside(part.text, nodes[run.line], Span(run.named.start, run.named.end))
    message = f"this runs {run.files[0]}, but {_declared(step, sources)}; run that file"
    fixes = () if place is None else _run_fix(part.text[place.start : place.end], run.files, sources, place)
    yield Finding("VH203", place or nodes[run.line].span, message, fixes=fixes)


def _run_fix(written: str, files: Sequence[str], sources: Sequence[str], place: Span) -> tuple[Fix, ...]:
    """The fix that names the one file that declares the step, where the command says no other folder."""
    prefix = "./" if written.startswith("./") else ""
    (name, *others) = sources
    if others or written.removeprefix(prefix) not in files or not is_plain_word(name):
        return ()
    return (Fix(f"Change to {name}", (TextEdit(place, prefix + name),), preferred=True),)
