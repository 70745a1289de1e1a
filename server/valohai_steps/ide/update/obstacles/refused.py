"""Why something may not be written."""

from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.config.reader import YamlFile
from valohai_steps.config.structure import flaw_of_file
from valohai_steps.model.rules import Severity
from valohai_steps.model.step import StepFact
from valohai_steps.model.text import LineIndex, Span
from valohai_steps.project.disk.files import UnreadableFile, readable
from valohai_steps.project.python.notebooks import is_notebook
from valohai_steps.project.readings.breaks import break_now, break_to_tell
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.python_file import PythonFile


class Refused(Struct, frozen=True):
    """Why nothing may be written: where, and what to do. `span` is None when no one place is to blame.

    `place` is the place in words, for those that are told in the text of another: `train.py:6`. `others` are
    what else stands in the way, for those who tell all of it.
    """

    path: Path
    reason: str
    span: Span | None = None
    place: str = ""
    others: tuple["Refused", ...] = ()

    @property
    def all(self) -> tuple["Refused", ...]:
        """This and the others, each alone."""
        return (replace(self, others=()), *self.others)


def together(refused: Iterable[Refused]) -> Refused | None:
    """The first, with all others; None when there is none."""
    found = dict.fromkeys(alone for each in refused for alone in each.all)
    first, *others = found or (None,)
    return None if first is None else replace(first, others=tuple(others))


def refuse_file(file: UnreadableFile) -> Refused:
    """Why nothing is written where a file cannot be read."""
    return Refused(file.path, file.why)


def clear_python(snapshot: Snapshot, path: Path) -> PythonFile | Refused:
    """A Python file whose steps are all clear, or why nothing is written from it."""
    python = snapshot.python(path)
    if python is None:
        return Refused(path, "no such file; check the path")
    if isinstance(python, UnreadableFile):
        return refuse_file(python)
    broken = break_to_tell(snapshot, path, python)
    problems = python.problems if broken is None else (*python.problems, broken)
    errors = [finding for finding in problems if finding.rule.severity is Severity.ERROR]
    unclear = [] if errors else [step for step in python.steps if not step.is_certain]
    refused = (
        *(Refused(path, finding.message, finding.span) for finding in errors),
        *(_unclear(snapshot, path, python, step) for step in unclear),
    )
    return together(refused) or python


def _unclear(snapshot: Snapshot, path: Path, python: PythonFile, step: StepFact) -> Refused:
    """The break that keeps a step from being read, which nothing tells of while it is typed."""
    broken = break_now(snapshot, path, python) if step.stale else None
    if broken is not None:
        return Refused(path, broken.message, broken.span)
    return Refused(path, f"step {step.name!r} cannot be read completely here", step.call_span)


def unclear_words(snapshot: Snapshot, path: Path, step: StepFact) -> str:
    """What keeps a step from being written, in a few words: its first error, and the line, from 1."""
    python = readable(snapshot.python(path))
    errors = [
        problem
        for problem in (python.problems if python is not None else ())
        if problem.rule.severity is Severity.ERROR
    ]
    inside = [problem for problem in errors if step.call_span.covers(problem.span)]
    if not errors:
        return "some values of this step cannot be read"
    first = (inside or errors)[0]
    words = first.message.partition(";")[0]
    if is_notebook(path):
        return words
    line = LineIndex(snapshot.readable_text(path)).position(first.span.start, "utf-32")[0] + 1
    more = f", and {len(inside) - 1} more" if len(inside) > 1 else ""
    return f"{words} ({path.name}:{line}{more})"


def refuse_unreadable(target: Path, file: YamlFile) -> Refused | None:
    """Why nothing is written to a valohai.yaml that is not understood."""
    fatal = (finding for finding in file.problems if finding.code in ("VH301", "VH303"))
    refused = together(Refused(target, finding.message, finding.span) for finding in fatal)
    flaw = None if refused is not None else flaw_of_file(file)
    return refused if flaw is None else Refused(target, flaw.reason, flaw.span)


def line_of(snapshot: Snapshot, refused: Refused) -> str:
    """`train.py:6`, lines from 1; in a notebook, whose lines nobody sees, the file alone."""
    if refused.span is None or is_notebook(refused.path):
        return refused.path.name
    index = LineIndex(snapshot.readable_text(refused.path))
    return f"{refused.path.name}:{index.position(refused.span.start, 'utf-32')[0] + 1}"


def refused_line(snapshot: Snapshot, refused: Refused, effect: str, shown: Callable[[Path], str]) -> str:
    """`train.py:6:47: my_domain is not defined in this file (nothing was written)`.

    `shown` writes a path, `effect` says what the refusal means.
    """
    place = shown(refused.path)
    if refused.span is not None:
        index = LineIndex(snapshot.readable_text(refused.path))
        line, column = index.position(refused.span.start, "utf-32")
        place += f":{line + 1}:{column + 1}"
    return f"{place}: {refused.reason} ({effect})"
