"""Which files are there for a valohai.yaml: in its folder, and from the top of its repository."""

import os
from pathlib import Path

from valohai_steps.project.snapshot import Snapshot


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


def repository_top(snapshot: Snapshot, yaml: Path) -> Path:
    """The nearest folder above with a `.git`; without one the folder of valohai.yaml."""
    known = snapshot.seen.tops.get(yaml)
    if known is None:
        above = (yaml.parent, *yaml.parent.parents)
        known = next((folder for folder in above if snapshot.exists(folder / ".git")), yaml.parent)
        snapshot.seen.tops[yaml] = known
    return known


def _submodules(snapshot: Snapshot, top: Path) -> tuple[str, ...]:
    """The folders of `.gitmodules`, as git writes them: `path = folder`."""
    text = snapshot.readable_text(top / ".gitmodules")  # what cannot be read names no folder
    pairs = (line.partition("=") for line in text.splitlines())
    return tuple(value.strip() for key, _, value in pairs if key.strip() == "path" and value.strip())
