"""The steps of the files that are open: a keystroke in one looks at that one, however many there are."""

from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.model.step import StepFact
from valohai_steps.project.disk.scan import SUFFIXES
from valohai_steps.project.document import Document
from valohai_steps.project.steps.closed_steps import ClosedSteps
from valohai_steps.project.steps.files import Files
from valohai_steps.source.python_file import PythonFile


class OpenSteps(Struct, frozen=True, eq=False):
    """The steps of one valohai.yaml in the open files, and in those that depend on one, in order of path.

    `named` are the same by name. `restless` are the files whose steps depend on another file: they are looked
    at each time. `homes` holds a file of each folder, with its valohai.yaml.
    """

    closed: ClosedSteps
    documents: Mapping[Path, Document]
    homes: Mapping[Path, Path]
    files: Mapping[Path, tuple[StepFact, ...]]
    named: Mapping[str, list[tuple[Path, StepFact]]]
    restless: frozenset[Path]

    @property
    def all(self) -> Iterator[tuple[Path, StepFact]]:
        """Each step with its file."""
        return ((path, step) for path, steps in self.files.items() for step in steps)


def open_steps(here: Files, yaml: Path, closed: ClosedSteps, before: OpenSteps | None) -> OpenSteps:
    """The steps now; of the files that were looked at `before`, those whose text changed are read.

    `closed` is the same as long as the same files are open, in the same order.
    """
    is_known = before is not None and before.closed is closed
    if (
        before is None
        or not is_known
        or any(here.yaml_path(path) != home for path, home in before.homes.items())
    ):
        return _listed(here, yaml, closed)
    documents = here.documents
    texts = zip(documents.items(), before.documents.values(), strict=True)
    changed = {path for (path, now), then in texts if now is not then}
    again = sorted(before.restless.union(path for path in changed if path in before.files))
    return _with_read(replace(before, documents=documents), _read(here, again))


def _listed(here: Files, yaml: Path, closed: ClosedSteps) -> OpenSteps:
    paths = sorted((*here.documents, *closed.restless), reverse=True)
    once = {here.real(path): path for path in paths if path.suffix in SUFFIXES}
    homes = {path: here.yaml_path(path) for path in {path.parent: path for path in once.values()}.values()}
    folders = {path.parent for path, home in homes.items() if home == yaml}
    read = dict(_read(here, sorted(path for path in once.values() if path.parent in folders)))
    files = {path: _steps(python) for path, python in read.items()}
    named: dict[str, list[tuple[Path, StepFact]]] = {}
    for path, steps in files.items():
        for step in steps:
            named.setdefault(step.name, []).append((path, step))
    restless = frozenset(path for path, python in read.items() if python is not None and python.imported)
    return OpenSteps(closed, here.documents, homes, files, named, restless)


def _read(here: Files, paths: Iterable[Path]) -> Iterator[tuple[Path, PythonFile | None]]:
    for path in paths:
        python = here.python(path)
        yield path, python if isinstance(python, PythonFile) else None


def _steps(python: PythonFile | None) -> tuple[StepFact, ...]:
    return () if python is None else python.steps


def _with_read(known: OpenSteps, read: Iterable[tuple[Path, PythonFile | None]]) -> OpenSteps:
    """The same, with what was read of some of the files in place of what was known of them."""
    files, named, restless = dict(known.files), dict(known.named), set(known.restless)
    for path, python in read:
        (restless.add if python is not None and python.imported else restless.discard)(path)
        old, new = files[path], _steps(python)
        if new is old:
            continue
        files[path] = new
        for name in {step.name for step in (*old, *new)}:
            others = [item for item in named.get(name, ()) if item[0] != path]
            mine = [(path, step) for step in new if step.name == name]
            named[name] = sorted((*others, *mine), key=itemgetter(0))
    return replace(known, files=files, named=named, restless=frozenset(restless))
