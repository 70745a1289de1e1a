"""A workspace in memory: Python files by path, and the imports that lead from one to another."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from valohai_steps.source.python_file import Module, PythonFile, Syntax, read_module


@dataclass(frozen=True)
class Folder:
    """Finds modules as the project floor does: absolute ones from the root, relative ones from a package."""

    files: Mapping[str, str]
    package: PurePath
    is_notebook: bool = False

    def module(self, name: str, level: int) -> Module | None:
        """The file of a module; a package is its `__init__.py`."""
        base = PurePath()
        if level:
            if level - 1 > len(self.package.parts):
                return None
            base = PurePath(*self.package.parts[: len(self.package.parts) - (level - 1)])
        path = base.joinpath(*name.split(".")) if name else base
        for candidate in (path / "__init__.py", path.with_suffix(".py") if name else path):
            if str(candidate) in self.files:
                inner = Folder(self.files, candidate.parent)
                return Module(candidate, Syntax(self.files[str(candidate)]), inner)
        return None


def read_in(files: Mapping[str, str], name: str = "train.py") -> PythonFile:
    """Read one file of a workspace."""
    return read_module(files[name], Folder(files, PurePath(name).parent))
