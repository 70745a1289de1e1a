"""The runtime's line in the requirements file that a step's command installs."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from msgspec import Struct

from valohai_steps.drift.requirements import has_runtime, included_files, installed_file, with_runtime
from valohai_steps.ide.update.update import Update
from valohai_steps.project.snapshot import Snapshot


class RequirementsEdit(Struct, frozen=True):
    """One requirements file, before (None: there is none) and after."""

    path: Path
    before: str | None
    after: str
    requirement: str


def plan_requirements(
    snapshot: Snapshot, update: Update, stated: Path | None = None
) -> RequirementsEdit | None:
    """What the requirements file of an update's steps lacks; None when nothing, or when switched off.

    `stated` is a path from the command line; else the settings; else the file that a command of the
    updated steps installs. Raises FileError when the file is there and cannot be read.
    """
    settings = snapshot.settings(update.yaml)
    if stated is None and settings.requirements is False:
        return None
    path = stated or _path(update, settings.requirements)
    if path is None:
        return None
    before = snapshot.text(path)
    if has_runtime(_with_includes(snapshot, path, set()), settings.runtime):
        return None
    return RequirementsEdit(path, before, with_runtime(before or "", settings.runtime), settings.runtime)


def _path(update: Update, setting: str | bool | None) -> Path | None:
    if isinstance(setting, str):
        return update.yaml.parent / setting
    for step in update.steps:
        entry = step.get("command")
        name = installed_file(entry.value) if entry is not None else None
        if name is not None and _is_plain(name):
            return update.yaml.parent / name
    return None


def _is_plain(name: str) -> bool:
    """Whether the name is that of a file below the repository: no URL, nothing the shell would expand."""
    parts = PurePosixPath(name).parts
    return not (name.startswith("/") or ".." in parts or "://" in name or set(name) & set("$`{}*?[]<>|;&~"))


def _with_includes(snapshot: Snapshot, path: Path, seen: set[Path]) -> Iterator[str]:
    """The text of a requirements file and of all it includes, each once."""
    if path in seen:
        return
    seen.add(path)
    text = snapshot.text(path)
    if text is None:
        return
    yield text
    for name in included_files(text):
        yield from _with_includes(snapshot, path.parent / name, seen)
