"""The steps of the files that are not open: no keystroke changes them, so none looks at them again."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from valohai_steps.model.step import StepFact
from valohai_steps.project.disk.scan import SUFFIXES
from valohai_steps.project.steps.files import Files
from valohai_steps.source.python_file import PythonFile


class ClosedSteps(Struct, frozen=True, eq=False):
    """The steps of one valohai.yaml in the files that nobody has open, in order of path.

    `restless` are the files whose steps depend on an open one, so that they are to be looked at each time.
    They count only while `state` is that of the workspace: which files there are, open and closed.
    """

    state: tuple[object, ...]
    paths: list[Path]
    steps: list[tuple[Path, StepFact]]
    named: Mapping[str, list[tuple[Path, StepFact]]]
    restless: tuple[Path, ...]

    def with_open(self, steps: Iterable[tuple[Path, StepFact]]) -> list[tuple[Path, StepFact]]:
        """All steps in order of path, those of the open files among them."""
        pieces: list[tuple[Path, StepFact]] = []
        place = 0
        for path, step in steps:
            end = bisect_left(self.paths, path)
            pieces += self.steps[place:end]
            pieces.append((path, step))
            place = end
        return pieces + self.steps[place:]


def closed_steps(here: Files, yaml: Path, known: ClosedSteps | None) -> ClosedSteps:
    """The steps now; those `known` while the same files are there, and the same ones open."""
    state = (here.roots, here.overrides, here.sources, tuple(here.documents))
    if known is not None and known.state == state:
        return known
    open_here = {here.real(path) for path in here.documents}
    paths = sorted(path for path in here.sources if here.real(path) not in open_here)
    restless = {path for path in paths if here.yaml_path(path) == yaml and _is_restless(here, path)}
    return _indexed(state, _read(here, yaml, (path for path in paths if path not in restless)), restless)


def _is_restless(here: Files, path: Path) -> bool:
    """Whether a file's steps depend on one that is open."""
    python = here.python(path)
    return isinstance(python, PythonFile) and any(each.path in here.documents for each in python.imported)


def _read(here: Files, yaml: Path, paths: Iterable[Path]) -> Iterator[tuple[Path, StepFact]]:
    for path in paths:
        if path.suffix not in SUFFIXES or here.yaml_path(path) != yaml:
            continue
        python = here.python(path)
        if isinstance(python, PythonFile):
            yield from ((path, step) for step in python.steps)


def _indexed(
    state: tuple[object, ...], found: Iterable[tuple[Path, StepFact]], restless: Iterable[Path]
) -> ClosedSteps:
    """The index of steps, given in order of path."""
    steps = list(found)
    named: dict[str, list[tuple[Path, StepFact]]] = {}
    for path, step in steps:
        named.setdefault(step.name, []).append((path, step))
    return ClosedSteps(state, [path for path, _ in steps], steps, named, tuple(restless))
