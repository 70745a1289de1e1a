"""All findings of one file, with the severity that the settings give them."""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from valohai_steps.config.reader import YamlFile
from valohai_steps.drift.findings import python_findings
from valohai_steps.ide.command_line import findings as command_lines
from valohai_steps.ide.findings.both_sides import pipelines
from valohai_steps.ide.findings.both_sides.undeclared_reads import undeclared_folders, undeclared_reads
from valohai_steps.ide.update.comparison import compare_step
from valohai_steps.ide.update.obstacles.clashes import clash_finding, clash_of
from valohai_steps.model.finding import Finding
from valohai_steps.model.rules import Severity
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import UnreadableFile
from valohai_steps.project.python.python_source import PythonSource
from valohai_steps.project.readings.breaks import break_to_tell
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.python_file import PythonFile
from valohai_steps.source.text.ignore_comments import comment_findings, not_ignored

if TYPE_CHECKING:
    from valohai_steps.config.items.file import ItemFile


class Diagnostic(Struct, frozen=True):
    """A finding as loud as the settings make it."""

    finding: Finding
    severity: Severity


def diagnostics(snapshot: Snapshot, path: Path) -> tuple[Diagnostic, ...] | UnreadableFile:
    """Everything there is to say about a Python file or a valohai.yaml, in order of place.

    Nothing is said where that file, or the valohai.yaml that it is compared with, cannot be read.
    """
    found = _yaml_file(snapshot, path) if is_yaml(path) else _python_file(snapshot, path)
    if isinstance(found, UnreadableFile):
        return found
    return tuple(sorted(_weighed(snapshot, path, found), key=lambda item: item.finding.span))


def _weighed(snapshot: Snapshot, path: Path, found: Iterable[Finding]) -> Iterator[Diagnostic]:
    settings = snapshot.settings(path)
    for finding in found:
        severity = settings.severity(finding.code)
        if severity is not None:
            yield Diagnostic(finding, Severity.HINT if finding.is_echo else severity)


def _python_file(snapshot: Snapshot, path: Path) -> Iterator[Finding] | UnreadableFile:
    python, source = snapshot.python(path), snapshot.source(path)
    if isinstance(python, UnreadableFile):
        return python
    if isinstance(source, UnreadableFile):
        return source
    if python is None or source is None:
        return iter(())
    compares = bool(python.steps or python.problems or python.reads)
    yaml = snapshot.yaml_path(path)
    file = snapshot.yaml(yaml) if compares else None
    if isinstance(file, UnreadableFile):
        return file
    return _of_python(snapshot, _Python(path, python, source, yaml, file), compares=compares)


class _Python(Struct, frozen=True):
    """A Python file with the valohai.yaml that it is compared with."""

    path: Path
    facts: PythonFile
    source: PythonSource
    yaml: Path
    file: YamlFile | None


def _of_python(snapshot: Snapshot, read: _Python, *, compares: bool) -> Iterator[Finding]:
    path, yaml = read.path, read.yaml
    if compares:
        yield from _own_problems(snapshot, read)
        broken = break_to_tell(snapshot, path, read.facts)
        yield from () if broken is None or broken in read.facts.problems else (broken,)
    found = [_against_yaml(snapshot, read)] if compares else []
    found.append(pipelines.of_python(snapshot, path))
    if not read.facts.calls:
        found += (undeclared_folders(snapshot, path, yaml), command_lines.of_python(snapshot, path, yaml))
    yield from read.source.told(chain.from_iterable(found))


def _own_problems(snapshot: Snapshot, read: _Python) -> Iterable[Finding]:
    """What the file alone says; of a name that it reads and does not declare, valohai.yaml knows more."""
    problems = read.facts.problems
    if not any(problem.code == "VH121" for problem in problems):
        return problems
    if read.file is None or not read.file.is_readable:
        return problems
    from valohai_steps.ide.findings.both_sides.yaml_only_reads import (
        with_yaml_declarations,  # for such a name alone
    )

    return with_yaml_declarations(snapshot, read.path, read.facts, read.file, read.yaml)


def _against_yaml(snapshot: Snapshot, read: _Python) -> Iterator[Finding]:
    path, python, yaml, file = read.path, read.facts, read.yaml, read.file
    clashes = (clash_of(snapshot, path, step, yaml) for step in python.steps)
    yield from (clash_finding(snapshot, clash, yaml) for clash in clashes if clash is not None)
    if file is not None and not file.is_readable:
        return  # half a file says nothing about what it lacks; its own finding is shown there
    if file is not None:
        yield from undeclared_reads(snapshot, path, python, yaml, file)
    for step in python.steps:
        if step.complete:  # also of a call that is half-typed: what was said of it stays until it can be read
            compared = compare_step(snapshot, path, step, yaml, file)
            found = python_findings(compared.declared, compared.drifts, yaml)
            if file is not None and compared.plan.found is None:
                from valohai_steps.ide.findings.both_sides.near_steps import with_near_step  # for a new step

                found = (with_near_step(snapshot, path, step, file, each) for each in found)
            yield from found


def _yaml_file(snapshot: Snapshot, path: Path) -> Iterator[Finding] | UnreadableFile:
    file = snapshot.items(path)
    if isinstance(file, UnreadableFile):
        return file
    return iter(()) if file is None else _of_yaml(snapshot, path, file)


def _of_yaml(snapshot: Snapshot, path: Path, file: "ItemFile") -> Iterator[Finding]:
    from valohai_steps.ide.findings.yaml_findings import findings_of_yaml  # with all rules of valohai.yaml

    found = [*findings_of_yaml(snapshot, path, file)]
    if any(each.code == "VH309" for each in found):
        from valohai_steps.ide.command_line.loose_types import without_harmless_types  # for such a finding

        found = [*without_harmless_types(snapshot, path, file, found)]
    also = (command_lines.of_yaml(snapshot, path, file), pipelines.of_yaml(snapshot, path))
    comments = cache(lambda _: tuple(file.comments()))
    yield from not_ignored(file.text, chain(found, *also, comment_findings(file.text, comments)), comments)
