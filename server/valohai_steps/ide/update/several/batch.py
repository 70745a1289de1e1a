"""One update of several files: all valohai.yaml files that they belong to, or none."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from valohai_steps.ide.update.obstacles.refused import Refused
from valohai_steps.ide.update.pipelines.made import sound_pipeline
from valohai_steps.ide.update.update import Update, plan_update
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import FileError, UnreadableFile, demand, readable
from valohai_steps.project.readings.pipelines import pipeline_file
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.python_file import PythonFile

NOTHING_WRITTEN = "nothing was written"
STILL_USED = "nothing was written; --force removes it"
NOT_THIS_STEP = "this step was not written"


class Groups(Struct, frozen=True):
    """The files that hold steps, by the valohai.yaml they belong to.

    `without` are named and hold none; `unreadable` were met in a folder, and cannot be read.
    """

    by_yaml: Mapping[Path, list[Path]]
    without: tuple[Path, ...]
    unreadable: tuple[UnreadableFile, ...]

    def step_names(self, snapshot: Snapshot) -> frozenset[str]:
        """Every step that the files declare."""
        files = (readable(snapshot.python(path)) for paths in self.by_yaml.values() for path in paths)
        return frozenset(step.name for python in files if python is not None for step in python.steps)


class Batch(Struct, frozen=True):
    """The updates, or why there is none: the refusals, and their `effect` in words."""

    updates: tuple[Update, ...] = ()
    refused: tuple[Refused, ...] = ()
    effect: str = NOTHING_WRITTEN

    @property
    def left_out(self) -> tuple[Refused, ...]:
        """The steps that are not written although the others are."""
        return tuple(refused for update in self.updates for refused in update.refused)


def group_files(snapshot: Snapshot, files: Iterable[Path], named: Collection[Path]) -> Groups:
    """The files by their valohai.yaml; one with two names is one. `named` are those that were asked for.

    Raises FileError when no file has a call and one of them was named, when a valohai.yaml was, and for a
    named file that cannot be read.
    """
    declaring: list[Path] = []
    without: list[Path] = []
    unreadable: list[UnreadableFile] = []
    only_named = True
    for path in files:
        if path in named and is_yaml(path):
            raise FileError(path, "this file is the output of update; pass the Python files instead")
        only_named = only_named and path in named
        python = snapshot.python(path)
        if isinstance(python, UnreadableFile) and path not in named:
            unreadable.append(python)
            continue
        python = demand(python)
        if python is None or not takes_part(snapshot, path, python, named):
            without += [path] if path in named else []
        else:
            declaring.append(path)
    if without and not declaring and only_named:
        raise FileError(without[0], "no valohai.prepare() call in this file; name the file that makes one")
    return Groups(by_yaml(snapshot, declaring), tuple(without), tuple(unreadable))


def by_yaml(snapshot: Snapshot, paths: Iterable[Path]) -> dict[Path, list[Path]]:
    """Python files by the valohai.yaml that they belong to, in their order; one with two names is one."""
    groups: dict[Path, list[Path]] = {}
    names: dict[Path, Path] = {}
    for path in paths:
        yaml = snapshot.yaml_path(path)
        groups.setdefault(names.setdefault(snapshot.real(yaml), yaml), []).append(path)
    return groups


def plan_batch(snapshot: Snapshot, groups: Groups, *, force: bool = False) -> Batch:
    """The updates of every valohai.yaml, or why there are none.

    Without `force` nothing is removed that is still used.
    """
    results = [plan_update(snapshot, paths, yaml) for yaml, paths in groups.by_yaml.items()]
    refused = tuple(each for result in results if isinstance(result, Refused) for each in result.all)
    if refused:
        return Batch(refused=refused)
    updates = tuple(result for result in results if isinstance(result, Update))
    in_use = tuple(place for update in updates for place in update.in_use)
    return Batch(refused=in_use, effect=STILL_USED) if in_use and not force else Batch(updates)


def takes_part(snapshot: Snapshot, path: Path, python: PythonFile, named: Collection[Path] = ()) -> bool:
    """Whether a Python file has a say in its valohai.yaml: a step, a pipeline, or why there is none."""
    return python.has_say or _makes_pipeline(snapshot, path, named)


def _makes_pipeline(snapshot: Snapshot, path: Path, named: Collection[Path]) -> bool:
    """Whether a file makes a pipeline; one that was only met in a folder, whether it can be written."""
    file = pipeline_file(snapshot, path)
    if file is None or (file.pipeline is None and not file.problems):
        return False
    sound = sound_pipeline(snapshot, path, snapshot.yaml_path(path))
    return path in named or not (sound is None or isinstance(sound, Refused))
