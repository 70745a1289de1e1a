"""Which valohai.yaml belongs to a file, and how a command in it names the file."""

import os
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath

from valohai_steps.project.disk.files import LARGEST_SETTINGS, UnreadableFile, exists, is_file, read_bytes

YAML_NAME = "valohai.yaml"
YAML_SUFFIXES = (".yaml", ".yml")
YAML_NAMES = (YAML_NAME, "valohai.yml")


@lru_cache(maxsize=1024)  # asked several times for each keystroke
def innermost(roots: tuple[Path, ...], path: Path) -> Path:
    """The innermost of the workspace folders that holds a file, else the file's own folder."""
    holding = [root for root in roots if path.is_relative_to(root)]
    return max(holding, key=lambda root: len(root.parts), default=path.parent)


def find_yaml(path: Path, root: Path, exists: Callable[[Path], bool]) -> Path:
    """The nearest valohai.yaml from the folder of `path` upwards; without one, the one to make in `root`.

    The search ends at `root`, or, for a file outside of it, at the top of its repository.
    """
    for folder in _upwards(path.parent, root, exists):
        for name in YAML_NAMES:
            if exists(folder / name):
                return folder / name
    return (root if path.is_relative_to(root) else path.parent) / YAML_NAME


def find_root(folder: Path) -> Path:
    """The workspace of somebody who works in `folder`: where its valohai.yaml or its settings are.

    Looked for upwards to the top of the repository, and no further than `folder` outside of one.
    """
    above: list[Path] = []
    for candidate in (folder, *folder.parents):
        above.append(candidate)
        if exists(candidate / ".git"):
            break
    else:
        return folder
    yaml = next((home for home in above if any(is_file(home / name) for name in YAML_NAMES)), folder)
    settings = next((home for home in above if _has_settings(home / "pyproject.toml")), folder)
    return min(yaml, settings, key=lambda home: len(home.parts))


def _has_settings(path: Path) -> bool:
    found = read_bytes(path, LARGEST_SETTINGS)
    return not isinstance(found, UnreadableFile) and b"tool.valohai-steps" in found


def find_upwards(name: str, path: Path, root: Path, exists: Callable[[Path], bool]) -> Path | None:
    """The nearest file called `name` from the folder of `path` upwards, within `root`."""
    found = (folder / name for folder in _upwards(path.parent, root, exists))
    return next((candidate for candidate in found if exists(candidate)), None)


def source_in_command(path: Path, yaml: Path) -> PurePosixPath:
    """The Python file as seen from the folder of valohai.yaml, in POSIX spelling."""
    return _relative(str(path), str(yaml.parent))


# Of many files that declare one step, each is named in the findings of all. By strings: on Windows paths that
# differ in case are equal.
@lru_cache(maxsize=4096)
def _relative(path: str, folder: str) -> PurePosixPath:
    try:
        relative = os.path.relpath(path, folder)
    except ValueError:  # another drive on Windows: there is no relative path
        relative = path
    return PurePosixPath(Path(relative).as_posix())


def is_yaml(path: Path) -> bool:
    """Whether a file is YAML by its name, and so a valohai.yaml where it is one of ours at all."""
    return path.suffix in YAML_SUFFIXES


def is_named_so(path: Path) -> bool:
    """Whether a file has the name that Valohai looks for."""
    return path.name in YAML_NAMES


def _upwards(folder: Path, root: Path, exists: Callable[[Path], bool]) -> Iterator[Path]:
    yield folder
    if folder == root:  # most of the time, and then no other path needs to be made
        return
    inside = folder.is_relative_to(root)
    if not inside and exists(folder / ".git"):
        return
    for candidate in folder.parents:
        yield candidate
        if candidate == root or (not inside and exists(candidate / ".git")):
            return
