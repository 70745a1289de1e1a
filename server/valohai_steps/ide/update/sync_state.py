"""How far the steps of a file and valohai.yaml agree: for the lens, the status bar, and whoever asks."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from valohai_steps.config.reader import YamlFile
from valohai_steps.config.structure import flaw_of_file
from valohai_steps.drift.plan import Change, summarise_kinds
from valohai_steps.ide.update.comparison import compare_step
from valohai_steps.ide.update.obstacles.clashes import clash_of
from valohai_steps.ide.update.obstacles.refused import refuse_unreadable, unclear_words
from valohai_steps.ide.update.requirements import RequirementsEdit, plan_requirements
from valohai_steps.ide.update.update import Refused, plan_update
from valohai_steps.model.step import StepFact
from valohai_steps.model.text import LineIndex, Span
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import UnreadableFile, readable
from valohai_steps.project.snapshot import Snapshot


class StepState(Struct, frozen=True):
    """One step that Python declares, in `source`. `span` is its place in the file that was asked about.

    `changes` would bring valohai.yaml up to date; there are none while the step is not `complete`, and
    `unclear` says why in a few words. `lacks` is the requirements file that gets the runtime's line with the
    next update. `clash` says which other file declares the step as well, so that it is not written. `stale`:
    its text cannot be read now, and all of this was so when it was read last.
    """

    name: str
    source: Path
    span: Span
    changes: tuple[Change, ...]
    complete: bool
    lacks: RequirementsEdit | None = None
    clash: str = ""
    unclear: str = ""
    stale: bool = False


class State(Struct, frozen=True):
    """All steps of a file against `yaml`. `readable`: the file is missing, or its text is understood.

    `broken_line`: where it is not, the line to repair, counted from 1; `flaw`: why it is no list of items.
    """

    yaml: Path
    exists: bool
    readable: bool
    steps: tuple[StepState, ...]
    broken_line: int | None = None
    flaw: str = ""

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes of all steps."""
        return tuple(change for step in self.steps for change in step.changes)

    @property
    def is_behind(self) -> bool:
        """Whether an update has something to write."""
        return bool(self.changes) or any(step.lacks is not None for step in self.steps)

    @property
    def summary(self) -> str:
        """The state in a few words."""
        if self.flaw:
            return f"{self.yaml.name}: {self.flaw}"
        if not self.readable:
            line = f" (line {self.broken_line})" if self.broken_line is not None else ""
            return f"{self.yaml.name} has a syntax error{line}"
        unclear = next((f"{step.name}: {step.unclear}" for step in self.steps if not step.complete), "")
        if unclear:
            return unclear
        clash = next((step.clash for step in self.steps if step.clash), "")
        if clash:
            return clash
        lacks = next((step.lacks for step in self.steps if step.lacks is not None), None)
        missing = f"{lacks.path.name} lacks {lacks.added}" if lacks is not None else ""
        found = "; ".join(filter(None, (summarise_kinds(self.changes), missing)))
        found = found or f"in sync with {self.yaml.name}"
        return last_read(found) if any(step.stale for step in self.steps) else found


def state_of(snapshot: Snapshot, path: Path) -> State | None:
    """The state of a Python file, a notebook, or a valohai.yaml; None when nothing declares a step of it.

    A valohai.yaml that is not understood has a state without steps; one that cannot be read has none.
    """
    yaml = snapshot.yaml_path(path)
    file = snapshot.yaml(yaml)
    if isinstance(file, UnreadableFile):
        return None
    flaw = None if file is None or not file.is_readable else flaw_of_file(file)
    readable = file is None or (file.is_readable and flaw is None)
    steps = tuple(_steps(snapshot, path, yaml, file, readable=readable))
    broken = is_yaml(path) and not readable
    line = None if readable or file is None else _broken_line(file)
    why = "" if flaw is None else flaw.reason.partition(";")[0]
    return State(yaml, file is not None, readable, steps, line, why) if steps or broken else None


def _broken_line(file: YamlFile) -> int | None:
    for problem in file.problems:
        if problem.code == "VH301":
            return LineIndex(file.text).position(problem.span.start, "utf-32")[0] + 1
    return None


def obstacle(snapshot: Snapshot, path: Path, state: State) -> Refused | None:
    """What keeps the two sides of `state`, that of `path`, from being brought together."""
    if not state.readable:
        file = readable(snapshot.yaml(state.yaml))
        return None if file is None else refuse_unreadable(state.yaml, file)
    if not state.is_behind and all(
        step.complete and not step.clash and not step.stale for step in state.steps
    ):
        return None
    sources = dict.fromkeys(step.source for step in state.steps) if is_yaml(path) else (path,)
    results = (plan_update(snapshot, [source], state.yaml) for source in sources)
    return next((result for result in results if isinstance(result, Refused)), None)


def _steps(
    snapshot: Snapshot, path: Path, yaml: Path, file: YamlFile | None, *, readable: bool
) -> Iterator[StepState]:
    for source, step, span in _places(snapshot, path, file):
        # A half-typed call keeps its state; an update of it is refused with the reason.
        complete = step.complete
        clash = clash_of(snapshot, source, step, yaml)
        compared = complete and readable and clash is None
        changes = compare_step(snapshot, source, step, yaml, file).plan.changes if compared else ()
        found = file.step(step.name) if file is not None and compared else None
        plan = plan_requirements(snapshot, yaml, [found]) if found is not None else None
        lacks = plan if isinstance(plan, RequirementsEdit) else None
        said = clash.message.partition(";")[0] if clash is not None else ""
        unclear = "" if complete else unclear_words(snapshot, source, step)
        yield StepState(step.name, source, span, changes, complete, lacks, said, unclear, step.stale)


def _places(snapshot: Snapshot, path: Path, file: YamlFile | None) -> Iterator[tuple[Path, StepFact, Span]]:
    """The steps of a Python file at their calls; those of a valohai.yaml, by what declares them, at their
    names.
    """
    if not is_yaml(path):
        python = readable(snapshot.python(path))
        yield from ((path, step, step.call_span) for step in python.steps) if python is not None else ()
        return
    for source, step in snapshot.steps_of(path):
        found = file.step(step.name) if file is not None else None
        if found is not None:
            yield source, step, found.name_span


def last_read(title: str) -> str:
    """What is said of a call that cannot be read now, by what it said before."""
    return f"not complete Python; last read: {title}"


def count(changes: Sequence[Change]) -> str:
    """`1 change`, `3 changes`."""
    return f"{len(changes)} {'change' if len(changes) == 1 else 'changes'}"
