"""From the paths on the command line to a snapshot and the files to look at."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from valohai_steps.cli.terminal import Terminal
from valohai_steps.project.binding import find_upwards
from valohai_steps.project.files import FileError
from valohai_steps.project.scan import scan
from valohai_steps.project.snapshot import Document, Memo, Snapshot

_PROGRESS_EVERY = 50


class UsageError(Exception):
    """The command line asks for something that cannot be; the message says what to do instead."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The files of one run: `named` stood on the command line, `found` were met in a folder."""

    snapshot: Snapshot
    named: tuple[Path, ...]
    found: tuple[Path, ...]

    @property
    def all(self) -> tuple[Path, ...]:
        """Named files first, each once."""
        return tuple(dict.fromkeys((*self.named, *self.found)))


def choose(
    paths: Sequence[Path], terminal: Terminal, documents: Mapping[Path, Document] | None = None
) -> Chosen:
    """The files and folders given, or the project at hand. Raises FileError for a path that is not there."""
    here = Path.cwd()
    named: list[Path] = []
    found: list[Path] = []
    for path in paths or [here]:
        absolute = here / path
        if absolute.is_dir():
            found += _scan(absolute, here, terminal)
        elif documents and absolute in documents:
            named.append(absolute)
        elif not absolute.exists():
            raise FileError(path, "no such file or folder; check the path")
        else:
            named.append(absolute)
    snapshot = Snapshot((here,), dict(documents or {}), {}, frozenset((*named, *found)), Memo())
    return Chosen(snapshot, tuple(dict.fromkeys(named)), tuple(dict.fromkeys(found)))


def shown(path: Path) -> str:
    """The path as a person in this folder writes it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _scan(folder: Path, here: Path, terminal: Terminal) -> Iterable[Path]:
    probe = Snapshot((here,), {}, {}, frozenset(), Memo())
    inside = folder / "pyproject.toml"
    exclude = probe.settings(inside).exclude if find_upwards(inside.name, inside, here, Path.exists) else ()
    files: list[Path] = []
    for path in scan(folder, exclude):
        files.append(path)
        if len(files) % _PROGRESS_EVERY == 0:
            terminal.show_progress(f"reading {shown(folder)}: {len(files)} files with steps so far")
    terminal.show_progress("")
    return files
