"""A workspace at one moment: open documents over the disk. Immutable; parsing is memoised by content."""

import os
from collections.abc import Iterator, Mapping
from heapq import merge
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from msgspec import Struct, field

from valohai_steps.config.reader import YamlFile, read_yaml
from valohai_steps.drift.declaration import DEFAULT_IMAGE
from valohai_steps.model.step import StepFact
from valohai_steps.model.text import replacement
from valohai_steps.project.binding import (
    find_upwards,
    find_yaml,
    innermost,
    is_named_so,
    is_yaml,
    source_in_command,
)
from valohai_steps.project.disk import files
from valohai_steps.project.disk.files import UnreadableFile, readable
from valohai_steps.project.disk.scan import SUFFIXES
from valohai_steps.project.document import Document
from valohai_steps.project.memo import FileRecord, Memo
from valohai_steps.project.python.imports import ModuleFile, WorkspaceImports, module_file
from valohai_steps.project.python.python_source import PythonSource, facts_in_json, read_source
from valohai_steps.project.reach import EffectiveSettings, RefusedSetting, effective_settings, reach_of, veto
from valohai_steps.project.settings.settings import Settings
from valohai_steps.project.steps.closed_steps import ClosedSteps, closed_steps
from valohai_steps.project.steps.open_steps import OpenSteps, open_steps
from valohai_steps.source.incremental.reader import PythonReader, start_reading
from valohai_steps.source.python_file import PythonFile, Syntax, is_current

if TYPE_CHECKING:
    from valohai_steps.config.items.file import ItemFile


class Snapshot(Struct, frozen=True):
    """The workspace as all requests of one moment see it.

    `roots` are the workspace folders, `documents` the open texts, `overrides` the editor's settings,
    `sources` the Python files known to hold steps. `seen` is what was looked up of the disk for it. With
    `confines` (links resolved) no other file is read but settings, whatever names it.
    """

    roots: tuple[Path, ...]
    documents: Mapping[Path, Document]
    overrides: Mapping[str, object]
    sources: frozenset[Path]
    memo: Memo
    seen: FileRecord = field(default_factory=FileRecord)
    confines: tuple[Path, ...] = ()

    def text(self, path: Path) -> str | UnreadableFile | None:
        """The text of a file: the open document, else the disk; None when there is none."""
        document = self.documents.get(path)
        if document is not None:
            return document.text
        return veto(path, self.confines) or self._read(path)

    def readable_text(self, path: Path) -> str:
        """The same, for places in it; empty when there is none that can be read."""
        return readable(self.text(path)) or ""

    def python(self, path: Path) -> PythonFile | UnreadableFile | None:
        """The facts of a Python file; None when there is no such file."""
        seen = self.seen.python.get(path)
        if seen is not None:
            return seen
        text = self.text(path)
        if not isinstance(text, str):
            return text
        known = self.memo.python.get(path)
        imports = WorkspaceImports(path, self.root(path), self.syntax)
        if known is None or known.file.text != text or not is_current(known.file.imported, imports):
            before, known = known, self._read_python(path, text, known, imports)
            self.memo.python[path] = known
            self.memo.count("python parses")
            if before is None or not known.shares_reading(before):
                self.memo.count("characters parsed", known.characters_read)
        if path in self.documents:
            self.seen.python[path] = known.file
        return known.file

    def source(self, path: Path) -> PythonSource | UnreadableFile | None:
        """The tree of a Python file; None when there is no such file."""
        text = self.text(path)
        if not isinstance(text, str):
            return text
        known = self.memo.source.get(path)
        if known is None or known.text != text:
            known = self.memo.source[path] = read_source(path, text, self.documents.get(path))
        return known

    def typed_python(self, path: Path) -> PythonFile | None:
        """The facts of a file into which Python is typed as it is; None of JSON or what cannot be read."""
        source, python = readable(self.source(path)), readable(self.python(path))
        return None if source is None or python is None else source.typed(python)

    def yaml(self, path: Path) -> YamlFile | UnreadableFile | None:
        """A valohai.yaml; None when there is no such file."""
        text = self.text(path)
        if not isinstance(text, str):
            return text
        known = self.memo.yaml.get(path)
        if known is None or known.text != text:
            self.memo.count("yaml composes")
            self.memo.count("characters composed", len(text))
            known = self.memo.yaml[path] = read_yaml(text)
        return known

    def sound_yaml(self, path: Path) -> YamlFile | None:
        """The same, where something is to be found in it; None also of one that is no YAML, or unreadable."""
        file = readable(self.yaml(path))
        return file if file is not None and file.is_readable else None

    def items(self, path: Path) -> "ItemFile | UnreadableFile | None":
        """A valohai.yaml item by item; None when there is no such file."""
        from valohai_steps.config.items.reading import read_items  # with the first valohai.yaml to judge

        text = self.text(path)
        if not isinstance(text, str):
            return text
        known, image = self.memo.items.get(path), self.settings(path).image or DEFAULT_IMAGE
        if known is None or known.text != text or known.image != image:
            known = self.memo.items[path] = read_items(text, image, known)
            self.memo.count("yaml items read", known.parts_read)
            self.memo.count("references judged", int(known.judged))
        return known

    def is_ours(self, path: Path) -> bool:
        """Whether a file is Python, a notebook or a valohai.yaml, by its name or by the settings."""
        if path.suffix in SUFFIXES or is_named_so(path):
            return True
        return is_yaml(path) and self.settings(path).yaml is not None and self._yaml_path(path) == path

    def yaml_path(self, path: Path) -> Path:
        """The valohai.yaml that belongs to a file, whether it is there or not."""
        if is_yaml(path):
            return path
        folder = path.parent
        known = self.seen.yamls.get(folder)
        if known is None:
            known = self.seen.yamls[folder] = self._yaml_path(path)
        return known

    def source_in(self, path: Path, yaml: Path) -> PurePosixPath:
        """The Python file as the commands of this valohai.yaml name it."""
        return source_in_command(path, yaml)

    def root(self, path: Path) -> Path:
        """The innermost workspace folder that holds the file, else the file's own folder."""
        return innermost(self.roots, path)

    def settings_path(self, path: Path) -> Path | None:
        """The pyproject.toml whose settings count for a file."""
        folder = path.parent
        if folder not in self.seen.homes:
            self.seen.homes[folder] = find_upwards("pyproject.toml", path, self.root(path), self.exists)
        return self.seen.homes[folder]

    def settings(self, path: Path) -> Settings:
        """The settings for a file: its pyproject.toml, and the editor's over it."""
        return self._settings(path).settings

    def settings_problems(self, path: Path) -> tuple[str, ...]:
        """A sentence for each setting that could not be used."""
        return self._settings(path).problems

    def refused_settings(self, path: Path) -> tuple[RefusedSetting, ...]:
        """The settings for a file that nothing may be written by."""
        return self._settings(path).refused

    def reach(self, path: Path) -> tuple[Path, ...]:
        """The folders, links resolved, that a file named by `path` may lie in."""
        root = self.root(path)
        if root not in self.seen.reaches:
            self.seen.reaches[root] = reach_of(root)
        return self.seen.reaches[root]

    def exists(self, path: Path) -> bool:
        """Whether there is such a file, open or on disk."""
        if path in self.documents:
            return True
        known = self.seen.exists.get(path)
        if known is None:
            known = self.seen.exists[path] = files.exists(path)
        return known

    def steps_of(self, yaml: Path) -> Iterator[tuple[Path, StepFact]]:
        """Every step of the known Python files that belong to this valohai.yaml, in order of path."""
        closed = self._closed_steps(yaml)
        yield from closed.with_open(self._open_steps(yaml, closed).all)

    def steps_named(self, yaml: Path, name: str) -> Iterator[tuple[Path, StepFact]]:
        """The same, of one name: a look-up, however many files there are."""
        closed = self._closed_steps(yaml)
        now = self._open_steps(yaml, closed).named.get(name, ())
        return merge(closed.named.get(name, ()), now, key=itemgetter(0))

    def real(self, path: Path) -> Path:
        """The file that a path leads to: two names of one file are one file."""
        known = self.memo.real.get(path)
        if known is None:
            known = self.memo.real[path] = files.real_path(path)
        return known

    def _open_steps(self, yaml: Path, closed: ClosedSteps) -> OpenSteps:
        """The steps of open files, and of those that depend on one."""
        known = self.seen.opened.get(yaml)
        if known is None:
            known = open_steps(self, yaml, closed, self.memo.opened.get(yaml))
            self.seen.opened[yaml] = self.memo.opened[yaml] = known
        return known

    def _closed_steps(self, yaml: Path) -> ClosedSteps:
        known = self.memo.closed.get(yaml)
        now = closed_steps(self, yaml, known)
        if now is not known:
            self.memo.count("source listings")
            self.memo.closed[yaml] = now
        return now

    def _yaml_path(self, path: Path) -> Path:
        stated = self.settings(path).yaml
        if stated is not None:
            home = self.settings_path(path)
            return Path(os.path.normpath((home.parent if home else self.root(path)) / stated))
        return find_yaml(path, self.root(path), self.exists)

    def _read_python(
        self, path: Path, text: str, known: PythonReader | None, imports: WorkspaceImports
    ) -> PythonReader:
        in_json = facts_in_json(path, text, self.documents.get(path), imports)
        if in_json is not None:
            return PythonReader(in_json)
        # Only what is being typed is read on top of the state before; a file on disk stands for itself.
        if known is None or path not in self.documents:
            return start_reading(text, imports)
        edits = (replacement(known.file.text, text),) if known.file.text != text else ()
        return known.after(text, edits, imports)

    def syntax(self, path: Path) -> Syntax | UnreadableFile | None:
        """The tree of a file that another one imports; parsed when it is looked into."""
        if path not in self.seen.syntaxes:
            module = self._module(path)
            self.seen.syntaxes[path] = None if module is None else module.syntax(path, self.reach(path))
        return self.seen.syntaxes[path]

    def _module(self, path: Path) -> ModuleFile | None:
        """What is there to import: of a closed file as it was last heard of, so that no keystroke looks."""
        if path in self.documents:
            return module_file(path, self.source(path), self.real)
        if path not in self.memo.modules:
            self.memo.modules[path] = module_file(path, self.source(path), files.real_path)
        return self.memo.modules[path]

    def _read(self, path: Path) -> str | UnreadableFile | None:
        text = self.memo.text_on_disk(path)
        if isinstance(text, UnreadableFile):
            self.seen.unreadable[path] = text
        return text

    def _settings(self, path: Path) -> EffectiveSettings:
        home = self.settings_path(path)
        known = self.seen.settings.get(home)
        if known is None:
            stated = self._pyproject(home) if home else None
            reach = self.reach(home) if home is not None else ()  # nothing is refused then
            known = self.seen.settings[home] = effective_settings(home, stated, self.overrides, reach)
        return known

    def _pyproject(self, path: Path) -> tuple[str, Settings, tuple[str, ...]] | UnreadableFile:
        text = self.text(path) or ""
        return text if isinstance(text, UnreadableFile) else self.memo.stated(path, text)
