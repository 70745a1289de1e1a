"""Finds the files of the workspace that a Python file imports; nothing is imported or run."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from valohai_steps.project.disk.files import UnreadableFile, is_file
from valohai_steps.project.python.notebooks import is_notebook
from valohai_steps.project.python.python_source import PythonSource
from valohai_steps.project.reach import leads_outside
from valohai_steps.source.python_file import Module, Syntax

_MOST_PLACES = 2_000


class WorkspaceImports(Struct, frozen=True):
    """Names of one file's imports, looked up beside it, upwards to its workspace folder, and in its `src`.

    `syntax` gives the parsed text of a file, None when there is none: open documents count before the disk.
    A file that is there and not read is the module that Python takes: no other is looked for.
    """

    path: Path
    root: Path
    syntax: Callable[[Path], Syntax | UnreadableFile | None]

    @property
    def is_notebook(self) -> bool:
        """Whether the file is a notebook (see `Imports`)."""
        return is_notebook(self.path)

    def module(self, name: str, level: int) -> Module | None:
        """The file of a module (see `Imports`)."""
        for place in self.places(name, level):
            found = self.syntax(place)
            if isinstance(found, UnreadableFile):
                return None
            if found is not None:
                return Module(place, found, WorkspaceImports(place, self.root, self.syntax))
        return None

    def places(self, name: str, level: int) -> tuple[Path, ...]:
        """Where the file of a module may be, the first that counts first."""
        return _places(self.path.parent, self.root, name, level)


class ModuleFile(Struct, frozen=True):
    """What is at the path of a file that another one may import, and where the path leads, links resolved."""

    real: Path
    found: PythonSource | UnreadableFile

    def syntax(self, path: Path, reach: Sequence[Path]) -> Syntax | UnreadableFile:
        """The tree of the file; none of what a link leads out of reach to."""
        if isinstance(self.found, UnreadableFile):
            return self.found
        if leads_outside(self.real, reach):
            return UnreadableFile(path, f"leads to {self.real}, outside of this project")
        return self.found.syntax


def module_file(
    path: Path, source: PythonSource | UnreadableFile | None, real: Callable[[Path], Path]
) -> ModuleFile | None:
    """The file at a path where a module may be, given what was read of it; None where Python finds none.

    Python passes over a folder, and over a link to nothing.
    """
    if isinstance(source, PythonSource):
        return ModuleFile(real(path), source)
    return ModuleFile(path, source) if source is not None and is_file(path) else None


@lru_cache(maxsize=_MOST_PLACES)
def _places(home: Path, root: Path, name: str, level: int) -> tuple[Path, ...]:
    """Where a module may be that a file in the folder `home` imports; each keystroke asks for the same."""
    parts = name.split(".") if name else []
    return tuple(
        candidate
        for folder, is_inside in _folders(home, root, level)
        for candidate in _candidates(folder, parts)
        if is_inside or candidate.is_relative_to(root)
    )


def _folders(home: Path, root: Path, level: int) -> Iterator[tuple[Path, bool]]:
    """Where a module may lie, and whether that is inside of the workspace folder: one folder for a relative
    import, several for an absolute one."""
    upwards = (home, *home.parents)
    inside = upwards[: upwards.index(root) + 1] if root in upwards else ()
    if not level:
        yield from ((folder, True) for folder in (*inside, root / "src"))
    elif level <= len(upwards):
        yield upwards[level - 1], level <= len(inside)


def _candidates(folder: Path, parts: list[str]) -> Iterator[Path]:
    base = folder.joinpath(*parts)
    yield base / "__init__.py"  # a package takes precedence, as in Python
    if parts:
        yield base.with_name(f"{base.name}.py")
