"""The steps of the files that are not open: no keystroke changes them, so none looks at them again."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from valohai_steps.model.step import StepFact


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


def closed_steps(
    state: tuple[object, ...], found: Iterable[tuple[Path, StepFact]], restless: Iterable[Path]
) -> ClosedSteps:
    """The index of steps, given in order of path."""
    steps = list(found)
    named: dict[str, list[tuple[Path, StepFact]]] = {}
    for path, step in steps:
        named.setdefault(step.name, []).append((path, step))
    return ClosedSteps(state, [path for path, _ in steps], steps, named, tuple(restless))
