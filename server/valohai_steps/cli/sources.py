"""From the paths on the command line to a snapshot and the files to look at."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.cli.outcomes import UsageError
from valohai_steps.cli.output.paths import shown, whole_path
from valohai_steps.cli.output.terminal import Terminal
from valohai_steps.model.patterns import pattern
from valohai_steps.project.binding import find_root
from valohai_steps.project.disk.files import (
    FileError,
    UnreadableFile,
    demand,
    exists,
    is_folder,
    read_bytes,
    real_path,
)
from valohai_steps.project.disk.scan import Visit, scan
from valohai_steps.project.document import Document
from valohai_steps.project.memo import Memo
from valohai_steps.project.snapshot import Snapshot

_PROGRESS_EVERY = 100
_COMPUTED = pattern(rb"\bstep\s{0,99}=\s{0,99}[^\"'\s=]")


class ChosenFiles(Struct, frozen=True):
    """The files of one run: `named` stood on the command line, `found` were met in the folders `scanned`.

    `closed` are the folders among those that may not be looked into.
    """

    snapshot: Snapshot
    named: tuple[Path, ...]
    found: tuple[Path, ...]
    scanned: tuple[Path, ...]
    closed: tuple[UnreadableFile, ...] = ()

    @property
    def all(self) -> tuple[Path, ...]:
        """Named files first, each once."""
        return tuple(dict.fromkeys((*self.named, *self.found)))


def choose(
    paths: Sequence[Path],
    terminal: Terminal,
    documents: Mapping[Path, Document] | None = None,
    overrides: Mapping[str, object] | None = None,
) -> ChosenFiles:
    """The files and folders given, or the project at hand; a file that is given by two names counts once.

    `overrides` are settings from the command line. Raises FileError for a path that is not there.
    """
    root = find_root(Path.cwd())
    documents = dict(documents or {})
    named: list[Path] = []
    folders: list[Path] = []
    for path in paths or [Path()]:
        absolute = whole_path(path)
        if path == Path("-"):
            raise UsageError("- (standard input) is read by `valohai-steps check` alone; name a file here")
        if absolute not in documents and not exists(absolute):
            raise FileError(path, "no such file or folder; check the path")
        (folders if is_folder(absolute) else named).append(absolute)
    closed: list[UnreadableFile] = []
    found = [path for folder in folders for path in _scan(folder, root, terminal, closed.append)]
    one_each = {real_path(path): path for path in reversed((*named, *found))}
    kept = set(one_each.values())
    snapshot = Snapshot((root,), documents, overrides or {}, frozenset(kept), Memo())
    named, found = ([path for path in dict.fromkeys(paths) if path in kept] for paths in (named, found))
    return ChosenFiles(snapshot, tuple(named), tuple(found), tuple(folders), tuple(closed))


def with_neighbours(
    chosen: ChosenFiles, terminal: Terminal, names: frozenset[str] | None = None
) -> ChosenFiles:
    """The same choice, its snapshot knowing all Python files of each valohai.yaml concerned.

    So one file on the command line is judged as it is in the editor: a step may live in two files. With
    `names`, only those files are added that may declare a step of one of these names.
    """
    snapshot = chosen.snapshot
    yamls = ((path, snapshot.yaml_path(path)) for path in chosen.all)
    folders = dict.fromkeys(yaml.parent if exists(yaml) else path.parent for path, yaml in yamls)
    missing = [
        folder for folder in folders if not any(folder.is_relative_to(seen) for seen in chosen.scanned)
    ]
    known = {real_path(path) for path in chosen.all}
    more = [
        path
        for folder in missing
        for path in _scan(folder, snapshot.roots[0], terminal)
        if (names is None or _may_declare(path, names)) and real_path(path) not in known
    ]
    return replace(chosen, snapshot=replace(snapshot, sources=snapshot.sources.union(more)))


def _may_declare(path: Path, names: frozenset[str]) -> bool:
    """Whether a file holds one of the names, or a step with a computed name: cheaper than to read it."""
    data = read_bytes(path)
    if isinstance(data, UnreadableFile):
        return False
    return _COMPUTED.search(data) is not None or any(name.encode() in data for name in names)


def complain_of_settings(chosen: ChosenFiles, terminal: Terminal, *, refused: bool = True) -> None:
    """A warning for each setting that cannot be used; with `refused` also for those that refuse an update.

    Raises FileError for a pyproject.toml that cannot be read.
    """
    one_of_each_folder = {path.parent: path for path in (Path.cwd() / "any.py", *chosen.all)}
    said: dict[str, None] = {}
    for path in one_of_each_folder.values():
        home = chosen.snapshot.settings_path(path)
        if home is not None:
            demand(chosen.snapshot.text(home))
            problems = chosen.snapshot.settings_problems(path)
            place = f"{shown(home)}: warning:"
            said.update((f"{place} {problem.removeprefix('pyproject.toml ')}", None) for problem in problems)
            for each in chosen.snapshot.refused_settings(path) if refused else ():
                row = (chosen.snapshot.readable_text(home)).count("\n", 0, each.span.start) + 1
                said[f"{shown(home)}:{row}: warning: {each.reason}"] = None
    for line in said:
        terminal.complain(line)


def complain_of_unreadable(files: Iterable[UnreadableFile], terminal: Terminal) -> None:
    """A line for each file or folder that was met and cannot be read: the others are looked at."""
    for file in files:
        terminal.complain(f"{shown(file.path)}: {file.why} (passed over)")


def told(finished: Sequence[tuple[Path, str]], terminal: Terminal) -> bool:
    """Say what has become of files that a killed run had left; whether there was anything."""
    for path, done in finished:
        terminal.complain(f"{shown(path)}: {done}")
    return bool(finished)


def _scan(
    folder: Path, root: Path, terminal: Terminal, closed: Callable[[UnreadableFile], None] = lambda _: None
) -> list[Path]:
    probe = Snapshot((root,), {}, {}, frozenset(), Memo())
    home = probe.settings_path(folder / "any.py")
    exclude = probe.settings(folder / "any.py").exclude
    folders = 0

    def entered(inside: Path) -> None:
        nonlocal folders
        folders += 1
        if folders % _PROGRESS_EVERY == 0:
            terminal.show_progress(f"looking for steps: {folders} folders, now in {shown(inside)}")

    files = list(scan(folder, exclude, home.parent if home else folder, Visit(entered, closed)))
    if folders >= _PROGRESS_EVERY:
        terminal.show_progress("")
    return files
