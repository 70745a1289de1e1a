"""What steps are read from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from valohai_steps.project.disk.files import UnreadableFile
from valohai_steps.project.document import Document
from valohai_steps.source.python_file import PythonFile


class Files(Protocol):
    """What the steps are read from: a snapshot."""

    @property
    def roots(self) -> tuple[Path, ...]:
        """The workspace folders."""

    @property
    def overrides(self) -> Mapping[str, object]:
        """The settings of the editor."""

    @property
    def sources(self) -> frozenset[Path]:
        """The Python files known to hold steps."""

    @property
    def documents(self) -> Mapping[Path, Document]:
        """The open texts."""

    def python(self, path: Path) -> PythonFile | UnreadableFile | None:
        """The facts of a Python file."""

    def yaml_path(self, path: Path) -> Path:
        """The valohai.yaml that a file belongs to, by its folder."""

    def real(self, path: Path) -> Path:
        """The file that a path leads to."""
