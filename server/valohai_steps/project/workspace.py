"""The one mutable thing: what the editor has open, where it looks, and which files hold steps."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from msgspec.structs import replace

from valohai_steps.model.text import Span
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.scan import SUFFIXES, Visit, mentions_valohai, scan
from valohai_steps.project.document import Document
from valohai_steps.project.memo import Memo
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.python_file import PythonFile


class Workspace:
    """Changes come in, immutable snapshots go out; a snapshot is made once for each state."""

    def __init__(self, roots: Iterable[Path] = ()) -> None:
        self.memo = Memo()
        self._roots = tuple(roots)
        self._documents: dict[Path, Document] = {}
        self._overrides: Mapping[str, object] = MappingProxyType({})
        self._sources: frozenset[Path] = frozenset()
        self._snapshot: Snapshot | None = None
        self._told: dict[tuple[str, Path], frozenset[tuple[str, bool, Span]]] = {}
        self._touched: set[Path] | None = None  # what changed while a scan runs

    @property
    def snapshot(self) -> Snapshot:
        """The workspace as it is now."""
        if self._snapshot is None:
            self._snapshot = Snapshot(
                self._roots, dict(self._documents), self._overrides, self._sources, self.memo
            )
        return self._snapshot

    @property
    def roots(self) -> tuple[Path, ...]:
        """The workspace folders."""
        return self._roots

    def set_roots(self, roots: Iterable[Path]) -> None:
        """Other workspace folders; a scan should follow."""
        self._roots = tuple(dict.fromkeys(roots))
        self._sources = frozenset(path for path in self._sources if _inside(path, self._roots))
        self._snapshot = None

    def set_overrides(self, overrides: Mapping[str, object]) -> None:
        """The editor's settings."""
        self._overrides = MappingProxyType(dict(overrides))
        self.memo.compared.clear()
        self._snapshot = None

    def put(self, path: Path, text: str, version: int | None, *, cells: bool = False) -> None:
        """A document was opened or changed; `cells` as in `Document`."""
        known = self._documents.get(path)
        if known is None:
            self.memo.look_again()  # there is a file more
        if (known is not None and known.cells != cells) or (known is None and cells):
            self.memo.forget(path)  # the JSON is no state of typing that the cells could follow
        self._documents[path] = Document(text, version, cells)
        self._snapshot = None

    def save(self, path: Path) -> None:
        """An open document was saved: until something is typed, it is what will run."""
        known = self._documents.get(path)
        if known is not None:
            self._documents[path] = replace(known, saved=True)
            self._snapshot = None

    def close(self, path: Path) -> None:
        """A document was closed; from now on the disk counts, and what was kept for typing goes."""
        if self._documents.pop(path, None) is not None:
            self.memo.forget(path)
            self.refresh([path])

    def begin_scan(self) -> Snapshot:
        """What to scan; files that change until `end_scan` are looked at again then."""
        self._touched = set()
        return self.snapshot

    def end_scan(self, sources: Iterable[Path], folders: Iterable[Path] | None = None) -> None:
        """The files that a scan has found to hold steps: all that there are in `folders` (by default the
        workspace folders). A folder that is no longer in the workspace is left out."""
        touched, self._touched = self._touched or (), None
        looked_at = self._roots if folders is None else tuple(folders)
        kept = {path for path in self._sources if not _inside(path, looked_at)}
        self._sources = frozenset(kept.union(path for path in sources if _inside(path, self._roots)))
        self.refresh(touched)

    def refresh(self, paths: Iterable[Path]) -> None:
        """Files were made, changed or deleted on disk."""
        for path in paths:
            if self._touched is not None:
                self._touched.add(path)
            if path.suffix in SUFFIXES and path not in self._documents:
                holds = _inside(path, self._roots) and mentions_valohai(path)
                self._sources = self._sources | {path} if holds else self._sources - {path}
            if path not in self._documents:
                self.memo.forget(path)
        self._snapshot = None

    def below(self, folders: Collection[Path]) -> tuple[Path, ...]:
        """The files in folders, at any depth, that were looked at on the disk."""
        gone = set(folders)
        known = self._sources.union(self.memo.disk, self.memo.modules) if gone else ()
        return tuple(path for path in known if not gone.isdisjoint(path.parents))

    def look_again(self) -> None:
        """What is named and was looked up on the disk is looked up anew; texts are read when they changed."""
        self.memo.look_again()
        self.memo.real.clear()
        self.memo.opened.clear()
        self._snapshot = None

    def known_files(self) -> tuple[Path, ...]:
        """Every file with steps, open or not, and every valohai.yaml that is open or belongs to one."""
        snapshot = self.snapshot
        sources = self._sources.union(path for path in self._documents if not is_yaml(path))
        yamls = {path for path in self._documents if is_yaml(path)} | set(map(snapshot.yaml_path, sources))
        return (*sorted(sources), *sorted(path for path in yamls if snapshot.exists(path)))

    def affected(self, path: Path) -> tuple[Path, ...]:
        """The open documents whose findings may change with `path`: itself and the other side."""
        yaml = self.snapshot.yaml_path(path)
        if is_yaml(path):
            others = [other for other in self._documents if self.snapshot.yaml_path(other) == path]
        else:
            others = [yaml, *self._importing(path)]
        return tuple(each for each in dict.fromkeys((path, *others)) if each in self._documents)

    def sharing(self, path: Path, asker: str = "") -> tuple[Path, ...]:
        """The other open documents whose findings tell of a step of `path` that has changed since the same
        `asker` asked last; at first, all that have a step of its names.

        One name in two files is a finding in both (VH108), and may be one step (`multifile`). The finding
        names the place in the other file: while that stays where it is, none is shown anew.
        """
        now, before = self._declared(path), self._told.get((asker, path), frozenset())
        self._told[asker, path] = now
        names = {name for name, *_ in now ^ before}
        return tuple(
            other
            for other in self._documents
            if names and other != path and any(name in names for name, *_ in self._declared(other))
        )

    def _declared(self, path: Path) -> frozenset[tuple[str, bool, Span]]:
        """The steps of a file, as far as other files tell of them."""
        python = None if is_yaml(path) else self.snapshot.python(path)
        if not isinstance(python, PythonFile):
            return frozenset()
        return frozenset((step.name, step.is_multifile, step.name_span) for step in python.steps)

    def _importing(self, path: Path) -> Iterator[Path]:
        """The files that import a file, or may when it is new."""
        for other, known in self.memo.python.items():
            if known.file.imported and any(each.may_be(path) for each in known.file.imported):
                yield other
        for other, script in self.memo.scripts.items():
            if script.watched and path in script.watched:
                yield other


def scan_roots(snapshot: Snapshot) -> set[Path]:
    """The files in the workspace folders that hold steps; slow, and safe to run in a thread of its own."""
    return set(scan_folders(snapshot, snapshot.roots))


def scan_folders(
    snapshot: Snapshot, folders: Iterable[Path], entered: Callable[[Path], None] = lambda _: None
) -> Iterator[Path]:
    """The files in these folders that hold steps; `entered` hears of every folder inside, and may raise."""
    for folder in folders:
        exclude = snapshot.settings(folder / "pyproject.toml").exclude
        yield from scan(folder, exclude, visit=Visit(entered, known=snapshot.memo.scanned))


def _inside(path: Path, folders: Iterable[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)
