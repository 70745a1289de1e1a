"""Which files are there for a valohai.yaml: in its folder, and from the top of its repository."""

import os
from collections.abc import Iterator
from pathlib import Path

from valohai_steps.project.disk.files import is_file
from valohai_steps.project.disk.ignored.scan_rules import NEVER_ENTERED
from valohai_steps.project.snapshot import Snapshot

# More entries than this are not looked through for a name that is spelled differently.
_MOST_ENTRIES = 2_000


def is_there(snapshot: Snapshot, yaml: Path, name: str) -> bool:
    """Whether the repository has a file, as seen from the folder of valohai.yaml or from its top.

    What is in a submodule may be there without being checked out here.
    """
    top = repository_top(snapshot, yaml)
    if any(snapshot.exists(folder / name) for folder in dict.fromkeys((yaml.parent, top))):
        return True
    inside = os.path.relpath(yaml.parent / name, top).replace(os.sep, "/")
    folders = _submodules(snapshot, top)
    return any(path.startswith(f"{folder}/") for path in (name, inside) for folder in folders)


def nearest_file(snapshot: Snapshot, yaml: Path, name: str) -> str | None:
    """A file that may be meant: one of nearly that name in its folder, else one of that name elsewhere."""
    import difflib  # for a file that is not there

    folder, _, last = name.rpartition("/")
    suffix = Path(last).suffix
    beside = [each for each in _names(yaml.parent / folder) if each.endswith(suffix)]
    close = difflib.get_close_matches(last, beside, n=1)
    if close:
        return f"{folder}/{close[0]}" if folder else close[0]
    elsewhere = sorted(path for path in _walk(yaml.parent) if path.name == last)
    return elsewhere[0].relative_to(yaml.parent).as_posix() if elsewhere else None


def repository_top(snapshot: Snapshot, yaml: Path) -> Path:
    """The nearest folder above with a `.git`; without one the folder of valohai.yaml."""
    for folder in (yaml.parent, *yaml.parent.parents):
        if snapshot.exists(folder / ".git"):
            return folder
    return yaml.parent


def _submodules(snapshot: Snapshot, top: Path) -> tuple[str, ...]:
    """The folders of `.gitmodules`, as git writes them: `path = folder`."""
    text = snapshot.readable_text(top / ".gitmodules")  # what cannot be read names no folder
    pairs = (line.partition("=") for line in text.splitlines())
    return tuple(value.strip() for key, _, value in pairs if key.strip() == "path" and value.strip())


def _names(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in os.scandir(folder) if is_file(entry))
    except (OSError, ValueError):
        return []  # a folder that is not there, or cannot be, has no files


def _walk(folder: Path) -> Iterator[Path]:
    """Files below a folder, the nearest first, as far as it is small."""
    waiting, seen = [folder], 0
    while waiting and seen < _MOST_ENTRIES:
        here = waiting.pop(0)
        try:
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError:
            continue  # nobody may look there
        for entry in entries:
            seen += 1
            if entry.is_dir(follow_symlinks=False):
                if not entry.name.startswith(".") and entry.name not in NEVER_ENTERED:
                    waiting.append(Path(entry.path))
            else:
                yield Path(entry.path)
