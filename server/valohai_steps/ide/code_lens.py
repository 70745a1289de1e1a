"""A line over each `prepare()` call: in sync, or how many changes one click would make."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from valohai_steps.ide.update import step_drifts
from valohai_steps.model.text import Span
from valohai_steps.project.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class CodeLens:
    """A title over `span`; `updates` when a click updates valohai.yaml from the file."""

    span: Span
    title: str
    updates: bool


def code_lenses(snapshot: Snapshot, path: Path) -> Iterator[CodeLens]:
    """One lens for each step of a Python file. Raises FileError."""
    python = snapshot.python(path)
    if python is None or not python.steps:
        return
    yaml = snapshot.yaml_path(path)
    file = snapshot.yaml(yaml)
    unreadable = file is not None and any(problem.code == "VH301" for problem in file.problems)
    for step in python.steps:
        if unreadable:
            yield CodeLens(step.call_span, f"{yaml.name} cannot be read: see its findings", updates=False)
        elif step.stale or not step.complete:
            yield CodeLens(step.call_span, "not complete: see the findings", updates=False)
        else:
            changes = step_drifts(snapshot, path, step, yaml, file)[1].changes
            count = f"{len(changes)} {'change' if len(changes) == 1 else 'changes'}"
            title = f"{count}: update {yaml.name}" if changes else f"in sync with {yaml.name}"
            yield CodeLens(step.call_span, title, updates=bool(changes))
