"""The tool `check`: every finding, with the codes, places and messages of the editor."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct, field

from valohai_steps.agents.answer import Answer
from valohai_steps.agents.surroundings import Surroundings
from valohai_steps.ide.findings.diagnostics import Diagnostic, diagnostics
from valohai_steps.model.rules import RULES, Severity
from valohai_steps.model.text import LineIndex, Span
from valohai_steps.project.disk.files import UnreadableFile, demand


class CheckInput(Struct, frozen=True, forbid_unknown_fields=True):
    """What to check."""

    paths: Annotated[
        list[str],
        Meta(
            description="Python files, notebooks, valohai.yaml files and folders, as seen from the workspace "
            "folder. Without any: the whole workspace."
        ),
    ] = field(default_factory=list)


class FoundProblem(Struct, frozen=True):
    """One finding. Lines and columns count from 1, columns in characters."""

    path: Annotated[str, Meta(description="The file, as seen from the workspace folder.")]
    line: int
    column: int
    end_line: int
    end_column: int
    code: Annotated[str, Meta(description="The code of the rule; explain_rule tells more.")]
    rule: Annotated[str, Meta(description="The name of the rule.")]
    severity: Annotated[str, Meta(description="error, warning, information or hint.")]
    message: Annotated[str, Meta(description="What is wrong, and what to do.")]
    fix: Annotated[str | None, Meta(description="The title of a quick fix that an editor offers.")] = None


class Checked(Struct, frozen=True):
    """All findings, and how many there are of each severity."""

    findings: list[FoundProblem]
    errors: int
    warnings: int
    others: Annotated[int, Meta(description="Information and hints.")]
    files: Annotated[int, Meta(description="How many files were checked.")]
    unreadable: Annotated[list[str], Meta(description="Files that cannot be read, each with what to do.")]


def check(around: Surroundings, _asked: CheckInput) -> Answer:
    """Every finding of the files, and which cannot be read. Raises FileError when none can be."""
    files = around.checked()
    read = {path: diagnostics(around.snapshot, path) for path in files}
    failed = {each.path: each for each in read.values() if isinstance(each, UnreadableFile)}
    if failed and all(isinstance(each, UnreadableFile) for each in read.values()):
        demand(next(iter(failed.values())))
    found = [
        problem
        for path, each in read.items()
        if not isinstance(each, UnreadableFile)
        for problem in _located(around, path, each)
    ]
    counts = Counter(problem.severity for problem in found)
    errors, warnings = counts["error"], counts["warning"]
    unreadable = [f"{around.shown(each.path)}: {each.why}" for each in failed.values()]
    content = Checked(
        found, errors, warnings, len(found) - errors - warnings, len(files) - len(failed), unreadable
    )
    lines = (*map(problem_line, found), *(f"{line}\n" for line in unreadable))
    return Answer(content, "".join(lines) + _summary(content))


def problems_of(around: Surroundings, path: Path, span: Span | None = None) -> Iterator[FoundProblem]:
    """The findings of a file, or of a part of its text. Raises FileError."""
    found = demand(diagnostics(around.snapshot, path))
    return _located(around, path, [each for each in found if span is None or span.covers(each.finding.span)])


def _located(around: Surroundings, path: Path, found: Sequence[Diagnostic]) -> Iterator[FoundProblem]:
    index = LineIndex(around.snapshot.readable_text(path) if found else "")
    for each in found:
        yield _problem(around, path, each, index)


def problem_line(problem: FoundProblem) -> str:
    """`train.py:4:32: VH101 error: my_domain is not defined in this file`, and the end of the line."""
    place = f"{problem.path}:{problem.line}:{problem.column}"
    return f"{place}: {problem.code} {problem.severity}: {' '.join(problem.message.splitlines())}\n"


def _problem(around: Surroundings, path: Path, diagnostic: Diagnostic, index: LineIndex) -> FoundProblem:
    finding = diagnostic.finding
    start, end = (index.position(at, "utf-32") for at in (finding.span.start, finding.span.end))
    fixes = sorted(finding.fixes, key=lambda fix: not fix.preferred)
    return FoundProblem(
        around.shown(path),
        start[0] + 1,
        start[1] + 1,
        end[0] + 1,
        end[1] + 1,
        finding.code,
        RULES[finding.code].name,
        diagnostic.severity.name.lower(),
        finding.message,
        fixes[0].title if fixes else None,
    )


def _summary(found: Checked) -> str:
    files = f"{found.files} {'file' if found.files == 1 else 'files'}"
    if not found.findings:
        return f"no findings in {files}\n"
    names = {Severity.ERROR: found.errors, Severity.WARNING: found.warnings}
    said = [f"{count} {each.name.lower()}{'s' * (count > 1)}" for each, count in names.items() if count]
    said += [f"{found.others} other{'s' * (found.others > 1)}"] if found.others else []
    return f"{', '.join(said)} in {files}\n"
