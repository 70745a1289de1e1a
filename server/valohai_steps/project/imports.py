"""Finds the files of the workspace that a Python file imports; nothing is imported or run."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from valohai_steps.project.files import UnreadableFile
from valohai_steps.project.python_source import PythonSource
from valohai_steps.project.reach import outside
from valohai_steps.source.python_file import Module, Syntax


class WorkspaceImports(Struct, frozen=True):
    """Names of one file's imports, looked up beside it, upwards to its workspace folder, and in its `src`.

    `syntax` gives the parsed text of a file, None when there is none: open documents count before the disk.
    A file that is there and not read is the module that Python takes: no other is looked for.
    """

    path: Path
    root: Path
    syntax: Callable[[Path], Syntax | UnreadableFile | None]

    def module(self, name: str, level: int) -> Module | None:
        """The file of a module (see `Imports`)."""
        parts = name.split(".") if name else []
        for folder in self._folders(level):
            for candidate in _candidates(folder, parts):
                found = self.syntax(candidate) if candidate.is_relative_to(self.root) else None
                if isinstance(found, UnreadableFile):
                    return None
                if found is not None:
                    return Module(candidate, found, WorkspaceImports(candidate, self.root, self.syntax))
        return None

    def _folders(self, level: int) -> Iterator[Path]:
        """Where a module may lie: one folder for a relative import, several for an absolute one."""
        if level:
            upwards = (self.path.parent, *self.path.parent.parents)
            if level <= len(upwards):
                yield upwards[level - 1]
            return
        upwards = (self.path.parent, *self.path.parent.parents)
        yield from (folder for folder in upwards if folder.is_relative_to(self.root))
        yield self.root / "src"


def syntax_in_reach(
    path: Path, source: PythonSource | UnreadableFile | None, reach: Sequence[Path]
) -> Syntax | UnreadableFile | None:
    """The tree of a file that another one imports; none of what a link leads out of reach to."""
    if not isinstance(source, PythonSource):
        return source if path.is_file() else None  # Python passes over a folder, and a link to nothing
    found = outside(path, reach)
    return (
        source.syntax if found is None else UnreadableFile(path, f"leads to {found}, outside of this project")
    )


def _candidates(folder: Path, parts: list[str]) -> Iterator[Path]:
    base = folder.joinpath(*parts)
    yield base / "__init__.py"  # a package takes precedence, as in Python
    if parts:
        yield base.with_name(f"{base.name}.py")
