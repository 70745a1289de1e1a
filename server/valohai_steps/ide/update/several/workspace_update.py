"""The update of every valohai.yaml of the workspace, each from all Python files that belong to it."""

from collections.abc import Iterator
from pathlib import Path

from valohai_steps.ide.update.refused import refuse_file
from valohai_steps.ide.update.update import Refused, Update, plan_update
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.files import UnreadableFile
from valohai_steps.project.snapshot import Snapshot


def plan_workspace_update(snapshot: Snapshot, *, destructive: bool = True) -> Iterator[Update | Refused]:
    """One plan for each valohai.yaml, in order of path; a file that cannot be read refuses its own.

    Without `destructive`, what is only in valohai.yaml stays there.
    """
    files: dict[Path, list[Path]] = {}
    for path in sorted(snapshot.sources | set(snapshot.documents)):
        if not is_yaml(path) and path.suffix in (".py", ".ipynb"):
            files.setdefault(snapshot.yaml_path(path), []).append(path)
    for yaml, paths in sorted(files.items()):
        plan = _plan(snapshot, yaml, paths, destructive=destructive)
        if plan is not None:
            yield plan


def _plan(snapshot: Snapshot, yaml: Path, paths: list[Path], *, destructive: bool) -> Update | Refused | None:
    declaring: list[Path] = []
    for path in paths:
        python = snapshot.python(path)
        if isinstance(python, UnreadableFile):
            return refuse_file(python)
        declaring += [path] if python is not None and python.calls else []
    return plan_update(snapshot, declaring, yaml, destructive=destructive) if declaring else None
