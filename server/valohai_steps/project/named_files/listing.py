"""What is in a folder: on disk, and among the documents that an editor has open and not yet saved."""

import os
from collections.abc import Iterator
from pathlib import Path

from valohai_steps.project.disk.files import exists, is_folder
from valohai_steps.project.disk.ignored.scan_rules import NEVER_ENTERED
from valohai_steps.project.snapshot import Snapshot

_MOST = 500  # nobody reads further in a list of names


def names_in_folder(snapshot: Snapshot, folder: Path) -> tuple[str, ...]:
    """The files of a folder, and its folders with a `/` behind, in order; none when it cannot be read.

    What is hidden, virtual environments and the caches of tools are left out.
    """
    folder = Path(os.path.normpath(folder))
    names = {*_on_disk(folder), *_open(snapshot, folder)}
    return tuple(sorted(names, key=lambda name: (name.endswith("/"), name)))[:_MOST]


def _on_disk(folder: Path) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.name in NEVER_ENTERED:
                    continue
                if not is_folder(entry):
                    yield entry.name
                elif not exists(Path(entry.path) / "pyvenv.cfg"):
                    yield f"{entry.name}/"
    except (OSError, ValueError):  # no such folder, or nobody may look: then there is nothing to offer
        return


def _open(snapshot: Snapshot, folder: Path) -> Iterator[str]:
    for path in snapshot.documents:
        if path.is_relative_to(folder) and path != folder:
            first, *more = path.relative_to(folder).parts
            yield f"{first}/" if more else first
