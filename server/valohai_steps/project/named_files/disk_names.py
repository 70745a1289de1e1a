"""Which files of the disk the open valohai.yaml name, so that others may come and go unheard."""

import posixpath
from collections.abc import Collection
from pathlib import Path

from valohai_steps.drift.commands.named_files import named_files
from valohai_steps.project.snapshot import Snapshot


def listed_names(snapshot: Snapshot) -> frozenset[str]:
    """The last parts of all requirements files that commands name."""
    return frozenset(
        posixpath.basename(named.path)
        for missing in snapshot.memo.missing.values()
        for lines in missing.commands
        for named in named_files(lines)
        if named.use == "requirements"
    )


def is_list(path: Path, named: Collection[str]) -> bool:
    """Whether a file lists requirements: by the name that is usual, or because a command names it."""
    return path.name in named or path.name.startswith("requirements")
