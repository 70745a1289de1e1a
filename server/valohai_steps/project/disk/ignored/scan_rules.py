"""Which files and folders a scan passes over: what git ignores and does not track, what is excluded."""

import os
from bisect import bisect_left
from collections.abc import Container, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.project.disk.files import LARGEST_SETTINGS, UnreadableFile, exists, is_file, read_bytes
from valohai_steps.project.disk.ignored.git_index import tracked_paths
from valohai_steps.project.disk.ignored.ignore_rules import IgnoreFile, ignore_file, read_ignore_file

# Folders of tools, which hold nobody's own files, whatever git says of them.
NEVER_ENTERED = frozenset({"node_modules", "__pycache__", "site-packages"})
_LARGEST_INDEX = 64 * 1024 * 1024
_IGNORE = ".gitignore"


class Tracked(Struct):
    """The paths that a repository tracks, read when something is ignored for the first time."""

    top: Path
    _paths: list[str] | None = None

    def holds(self, path: Path) -> bool:
        """Whether git tracks the file, or one in the folder."""
        if self._paths is None:
            self._paths = sorted(os.fsdecode(each) for each in tracked_paths(_index(self.top)))
        name = path.relative_to(self.top).as_posix()
        at = bisect_left(self._paths, name)
        if self._paths[at : at + 1] == [name]:
            return True
        inside = bisect_left(self._paths, f"{name}/")
        return any(each.startswith(f"{name}/") for each in self._paths[inside : inside + 1])


class ScanRules(Struct, frozen=True):
    """The `.gitignore` files of a folder and those above it, outermost first; `excluded` are the settings'.

    `only_tracked`: the folder is ignored, and holds files that git tracks all the same.
    """

    files: tuple[tuple[Path, IgnoreFile], ...] = ()
    tracked: Tracked | None = None
    excluded: tuple[Path, IgnoreFile] | None = None
    only_tracked: bool = False

    def inside(self, folder: Path, names: Container[str]) -> "ScanRules":
        """The rules for what a folder with these names holds."""
        files, tracked = self.files, self.tracked
        if ".git" in names:
            tracked = Tracked(folder)
        if _IGNORE in names:
            files = (*files, (folder, _read(folder / _IGNORE)))
        return replace(self, files=files, tracked=tracked)

    def takes(self, name: str) -> bool:
        """Whether the file of this full name is looked at."""
        if not self.files and self.excluded is None and not self.only_tracked:
            return True
        path = Path(name)
        return not self._excludes(path, is_folder=False) and (
            not self.ignores(path, is_folder=False) or self._holds(path)
        )

    def entered(self, folder: Path) -> "ScanRules | None":
        """The rules for what is in a folder; None when it is passed over."""
        if self._excludes(folder, is_folder=True):
            return None
        if not self.ignores(folder, is_folder=True):
            return self
        return replace(self, only_tracked=True) if self._holds(folder) else None

    def ignores(self, path: Path, *, is_folder: bool) -> bool:
        """Whether git would ignore the path if it did not track it: the innermost decision counts."""
        if self.only_tracked:
            return True
        for folder, rules in reversed(self.files):
            decision = rules.decision(path.relative_to(folder), is_folder=is_folder)
            if decision is not None:
                return decision
        return False

    def _excludes(self, path: Path, *, is_folder: bool) -> bool:
        if self.excluded is None or not path.is_relative_to(self.excluded[0]):
            return False
        home, globs = self.excluded
        return globs.decision(path.relative_to(home), is_folder=is_folder) is True

    def _holds(self, path: Path) -> bool:
        return self.tracked is not None and self.tracked.holds(path)


def rules_above(root: Path, exclude: Sequence[str], home: Path) -> ScanRules:
    """What the folders above say, up to the repository's top; `exclude` are globs as seen from `home`."""
    globs = ignore_file(spelt.decode("latin-1") for glob in exclude if (spelt := _encoded(glob)))
    excluded = (home, globs) if exclude else None
    above = _repository_above(root)
    rules = ScanRules((), None, excluded)
    for folder in above:
        rules = rules.inside(folder, [name for name in (_IGNORE, ".git") if exists(folder / name)])
    if above and any(rules.ignores(each, is_folder=True) for each in (*_between(root, above[0]), root)):
        return ScanRules((), rules.tracked, excluded)  # an ignored folder that is asked for counts
    return rules


def _encoded(glob: str) -> bytes | None:
    """A glob as the disk spells names; None for one that no name can match."""
    try:
        return os.fsencode(glob)
    except UnicodeError:
        return None


def _repository_above(root: Path) -> list[Path]:
    """The folders above `root` in its repository, the top first; none when `root` is the top."""
    found: list[Path] = []
    for folder in root.parents if not exists(root / ".git") else ():
        found.insert(0, folder)
        if exists(folder / ".git"):
            return found
    return []


def _between(root: Path, top: Path) -> list[Path]:
    return [folder for folder in root.parents if folder != top and folder.is_relative_to(top)]


def _read(path: Path) -> IgnoreFile:
    """The rules of a `.gitignore`; git does not follow a link there, and neither do we."""
    if path.is_symlink():
        return ignore_file(())
    found = read_bytes(path, LARGEST_SETTINGS)
    return ignore_file(()) if isinstance(found, UnreadableFile) else read_ignore_file(found)


def _index(top: Path) -> bytes:
    """The bytes of the index; `.git` may be a file that names the folder (a worktree, a submodule)."""
    git = top / ".git"
    try:
        if is_file(git):
            stated = read_bytes(git, LARGEST_SETTINGS)
            if isinstance(stated, UnreadableFile):
                return b""
            git = top / os.fsdecode(stated).strip().removeprefix("gitdir:").strip()
        found = read_bytes(git / "index", _LARGEST_INDEX)
    except (OSError, ValueError):
        return b""
    return b"" if isinstance(found, UnreadableFile) else found
