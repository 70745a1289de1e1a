"""The update of every valohai.yaml of the workspace, each from all Python files that belong to it."""

from collections.abc import Iterator
from pathlib import Path

from valohai_steps.ide.update.obstacles.refused import refuse_file
from valohai_steps.ide.update.several.batch import by_yaml, takes_part
from valohai_steps.ide.update.update import Refused, Update, plan_update
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import UnreadableFile
from valohai_steps.project.disk.scan import SUFFIXES
from valohai_steps.project.snapshot import Snapshot


def plan_workspace_update(snapshot: Snapshot, *, destructive: bool = True) -> Iterator[Update | Refused]:
    """One plan for each valohai.yaml, in order of path; a file that cannot be read refuses its own.

    Without `destructive`, what is only in valohai.yaml stays there.
    """
    for yaml, paths in sorted(_by_yaml(snapshot).items()):
        plan = _plan(snapshot, yaml, paths, destructive=destructive)
        if plan is not None:
            yield plan


def plan_file_update(snapshot: Snapshot, path: Path, *, destructive: bool = True) -> Update | Refused | None:
    """The plan of the file that a person looks at: of a valohai.yaml, from all its Python files."""
    if is_yaml(path):
        return plan_yaml_update(snapshot, path, destructive=destructive)
    return plan_update(snapshot, [path], destructive=destructive)


def plan_yaml_update(snapshot: Snapshot, yaml: Path, *, destructive: bool = True) -> Update | Refused | None:
    """The plan of one valohai.yaml, from all its files; None when none has a step or a pipeline for it."""
    real = snapshot.real(yaml)
    paths = [
        path for each, found in _by_yaml(snapshot).items() if snapshot.real(each) == real for path in found
    ]
    return _plan(snapshot, yaml, paths, destructive=destructive)


def _by_yaml(snapshot: Snapshot) -> dict[Path, list[Path]]:
    known = sorted(snapshot.sources | set(snapshot.documents))
    return by_yaml(snapshot, (path for path in known if path.suffix in SUFFIXES))


def _plan(snapshot: Snapshot, yaml: Path, paths: list[Path], *, destructive: bool) -> Update | Refused | None:
    declaring: list[Path] = []
    for path in paths:
        python = snapshot.python(path)
        if isinstance(python, UnreadableFile):
            return refuse_file(python)
        declaring += [path] if python is not None and takes_part(snapshot, path, python) else []
    return plan_update(snapshot, declaring, yaml, destructive=destructive) if declaring else None
