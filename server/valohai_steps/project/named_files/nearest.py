"""Files that may be meant by names of a valohai.yaml that its repository does not have."""

import os
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path

from valohai_steps.project.disk.files import is_file
from valohai_steps.project.disk.ignored.scan_rules import NEVER_ENTERED

# More entries than this are not looked through for a name that is spelled differently.
_MOST_ENTRIES = 2_000
# Nor are names compared with those of files, at some 10 microseconds a pair, where all that are missing come
# to more pairs: as many as 300 names that are wrong in a folder of 300 files.
MOST_PAIRS = 100_000


class NearestFiles:
    """What is around a valohai.yaml, looked through once for all the names that are missing.

    `folders_listed` counts the folders that were looked into. `pairs` says of each name with how many files
    it is to be compared; without `compares` none is, nor beyond MOST_PAIRS of them.
    """

    def __init__(self, yaml: Path, *, compares: bool = True) -> None:
        self._home = yaml.parent
        self._left = MOST_PAIRS if compares else 0
        self._beside = cache(self._names)
        self._alike = cache(self._names_with)
        self.pairs: dict[str, int] = {}
        self.folders_listed = 0

    def nearest(self, name: str) -> str | None:
        """A file that may be meant: of nearly that name in its folder, else of that name elsewhere."""
        folder, _, last = name.rpartition("/")
        alike = self._alike(self._home / folder, Path(last).suffix)
        self.pairs[name] = len(alike)
        self._left -= len(alike)
        close = self._close(last, alike) if self._left >= 0 else None
        if close is not None:
            return f"{folder}/{close}" if folder else close
        return self._elsewhere.get(last)

    def _close(self, name: str, alike: list[str]) -> str | None:
        import difflib  # for a file that is not there

        return next(iter(difflib.get_close_matches(name, alike, n=1)), None)

    def _names_with(self, folder: Path, suffix: str) -> list[str]:
        return [each for each in self._beside(folder) if each.endswith(suffix)]

    @cached_property
    def _elsewhere(self) -> dict[str, str]:
        """The first path of each name, seen from the folder of the valohai.yaml."""
        paths = sorted(self._walk(), reverse=True)
        return {path.name: path.relative_to(self._home).as_posix() for path in paths}

    def _names(self, folder: Path) -> list[str]:
        self.folders_listed += 1
        try:
            return sorted(entry.name for entry in os.scandir(folder) if is_file(entry))
        except (OSError, ValueError):
            return []  # a folder that is not there, or cannot be, has no files

    def _walk(self) -> Iterator[Path]:
        """Files below the folder, the nearest first, as far as it is small."""
        waiting, seen = [self._home], 0
        while waiting and seen < _MOST_ENTRIES:
            here = waiting.pop(0)
            self.folders_listed += 1
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
