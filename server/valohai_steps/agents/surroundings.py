"""Where a tool looks: a snapshot, the folders that it may not leave, and the files that are meant."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from valohai_steps.agents.answer import ToolError
from valohai_steps.ide.findings.checked_files import files_to_check
from valohai_steps.model.text import LineIndex, Span
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import exists, is_folder, name_flaw, real_path
from valohai_steps.project.disk.scan import SUFFIXES
from valohai_steps.project.reach import leads_outside
from valohai_steps.project.snapshot import Snapshot


class Surroundings(Struct, frozen=True):
    """`folder` is where paths are counted from; `roots` are the workspace folders, links resolved.

    `named` are the files that were asked for by name, `files` all that are looked at: those, and the Python
    files of `folders` that mention Valohai.
    """

    snapshot: Snapshot
    folder: Path
    roots: tuple[Path, ...]
    named: tuple[Path, ...]
    files: tuple[Path, ...]
    folders: tuple[Path, ...]

    def shown(self, path: Path) -> str:
        """The path as an answer names it: as seen from the folder, with `/`."""
        near = path.relative_to(self.folder) if path.is_relative_to(self.folder) else path
        return near.as_posix()

    def line(self, path: Path, span: Span) -> int:
        """The line of a place, from 1."""
        return LineIndex(self.snapshot.readable_text(path)).position(span.start, "utf-32")[0] + 1

    def checked(self) -> tuple[Path, ...]:
        """The files, every valohai.yaml of the folders, the scripts that its steps run."""
        found = files_to_check(self.snapshot, self.files, self.folders)
        return tuple(path for path in found if not self.leaves(path))

    def yaml_files(self) -> tuple[Path, ...]:
        """Every valohai.yaml of the folders, and those that the files belong to."""
        of_files = (self.snapshot.yaml_path(path) for path in self.files if not is_yaml(path))
        found = (*filter(is_yaml, self.checked()), *of_files)
        return tuple(path for path in dict.fromkeys(found) if not self.leaves(path))

    def leaves(self, path: Path) -> bool:
        """Whether a path leads out of the workspace folders, or to what git keeps for itself."""
        return leads_outside(real_path(path), self.roots)


def look_at(
    snapshot: Snapshot, names: Iterable[str], folder: Path, roots: Sequence[Path], *, whole: bool = False
) -> Surroundings:
    """What a call is about: the files and folders that it names, else all that the snapshot knows.

    `roots` have their links resolved; with `whole`, the workspace is looked at whatever is named.
    Raises ToolError for a path that may not be looked at.
    """
    named = [resolved(name, folder, roots) for name in names]
    for path in named:
        if not is_folder(path) and path.suffix not in SUFFIXES and not is_yaml(path):
            raise ToolError(f"{path.name}: not a Python file, notebook or valohai.yaml; name one of those")
    files = [path for path in named if not is_folder(path)]
    folders = [path for path in named if is_folder(path)]
    if whole or not named:
        folders = list(snapshot.roots)
    known = sorted(snapshot.sources.union(path for path in snapshot.documents if path.suffix in SUFFIXES))
    everywhere = whole or not named
    inside = [path for path in known if everywhere or any(path.is_relative_to(each) for each in folders)]
    inside = [path for path in inside if not leads_outside(real_path(path), roots)]
    real = {real_path(path): path for path in reversed((*files, *inside))}
    kept = set(real.values())
    chosen = tuple(path for path in dict.fromkeys((*files, *inside)) if path in kept)
    return Surroundings(snapshot, folder, tuple(roots), tuple(files), chosen, tuple(folders))


def resolved(name: str, folder: Path, roots: Sequence[Path]) -> Path:
    """The file or folder that an agent names, from `folder`; a link at its end stays a link.

    Like what a file of the repository names, it may not leave the workspace. Raises ToolError.
    """
    whole = folder / name
    flaw = name_flaw(whole)
    if flaw is not None:
        raise ToolError(f"{name!r} is not a path: {flaw}")
    path = real_path(whole.parent) / whole.name if ".." in whole.parent.parts else whole
    path = real_path(path) if path.name == ".." else path
    real = real_path(path)
    if leads_outside(real, roots):
        raise ToolError(f"{name}: leads to {real}, outside of {named_roots(roots)}; name a path inside of it")
    if not exists(path):
        raise ToolError(f"{name}: no such file or folder; check the path")
    return path


def named_roots(roots: Iterable[Path]) -> str:
    """The workspace in words."""
    return f"the workspace ({', '.join(map(str, roots))})"
