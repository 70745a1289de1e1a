"""All names around one valohai.yaml: its own, and those of the Python files that belong to it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct, field

from valohai_steps.config.reader import YamlFile, YamlStep
from valohai_steps.ide.command_line.findings import state_of_scripts
from valohai_steps.ide.findings.both_sides.undeclared_reads import files_of, steps_with_command
from valohai_steps.ide.navigation.arguments.argument_names import ArgumentNames, argument_names
from valohai_steps.ide.navigation.names.command_names import names_folders
from valohai_steps.ide.navigation.names.occurrence import Occurrence, Symbol
from valohai_steps.ide.navigation.names.python_names import (
    DeclaredNames,
    PythonPage,
    declared_names,
    names_of_python,
    python_sides,
)
from valohai_steps.ide.navigation.names.yaml_names import names_of_yaml
from valohai_steps.ide.navigation.pipelines.pipeline_names import names_of_pipeline
from valohai_steps.model.step import StepFact
from valohai_steps.project.disk.files import readable
from valohai_steps.project.disk.scan import SUFFIXES
from valohai_steps.project.memo import KnownNames
from valohai_steps.project.python.imports import WorkspaceImports
from valohai_steps.project.readings.outlined_yaml import declarations, outlined_yaml
from valohai_steps.project.readings.pipelines import pipeline_file
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.evaluation.outlines.import_statements import imported_modules
from valohai_steps.source.pipelines.pipeline_file import PipelineFile
from valohai_steps.source.python_file import PythonFile

# The steps that a file has to do with.
_Steps: TypeAlias = Mapping[Path, tuple[StepFact | YamlStep, ...]]


class Index(Struct, frozen=True):
    """Every occurrence, file by file: the valohai.yaml first, then Python in order of path."""

    yaml: Path
    occurrences: tuple[Occurrence, ...]
    arguments: ArgumentNames = field(default_factory=ArgumentNames)

    def at(self, path: Path, offset: int) -> tuple[Occurrence, ...]:
        """What is named at an offset, in code points: several when one literal names it for several steps.

        A cursor behind a name, or on its quotes, counts; one in a name counts before it.
        """
        here = [each for each in self.occurrences if each.path == path]
        inside = tuple(each for each in here if each.span.start <= offset < each.span.end)
        touching = tuple(each for each in here if each.span.contains(offset))
        quoted = tuple(each for each in here if each.is_quoted_at(offset))
        return inside or touching or quoted

    def of(self, symbols: Iterable[Symbol]) -> tuple[Occurrence, ...]:
        """All places that name one of the symbols, each place once."""
        wanted = frozenset(symbols)
        found = {(each.path, each.span): each for each in reversed(self.occurrences) if each.symbol in wanted}
        return tuple(sorted(found.values(), key=lambda each: (each.path != self.yaml, each.path, each.span)))

    def tied(self, symbols: Iterable[Symbol]) -> frozenset[Symbol]:
        """The symbols, and all that share a place with one of them: they can only be renamed together.

        A place where no other name can be written ties nothing: it is the reason of a refusal.
        """
        group = set(symbols)
        sharing: dict[tuple[Path, int, int], set[Symbol]] = {}
        for each in self.occurrences:
            if each.fixed:
                continue
            sharing.setdefault((each.path, each.span.start, each.span.end), set()).add(each.symbol)
        together = [symbols for symbols in sharing.values() if len(symbols) > 1]
        return _grown(group, together + [set(pair) for pair in self.arguments.tied])

    def related(self, symbols: Iterable[Symbol]) -> frozenset[Symbol]:
        """The symbols, and what they set or are set by: a parameter and the argument that it is."""
        return _grown(set(symbols), [set(pair) for pair in self.arguments.linked])


def _grown(group: set[Symbol], waiting: list[set[Symbol]]) -> frozenset[Symbol]:
    """A group, and all sets that share something with it or with each other."""
    grown = True
    while grown:
        together = [symbols for symbols in waiting if symbols & group]
        waiting = [symbols for symbols in waiting if not symbols & group]
        grown = bool(together)
        group.update(*together)
    return frozenset(group)


def index_around(snapshot: Snapshot, path: Path) -> Index:
    """The index of the valohai.yaml that a file belongs to, or is; files that cannot be read are left out."""
    yaml = snapshot.yaml_path(path)
    steps = _with_imports(snapshot, _steps_around(snapshot, yaml, sources_of(snapshot, yaml)))
    arguments = _arguments(snapshot, yaml)
    names = (*_of_yaml(snapshot, yaml), *_of_python(snapshot, steps), *arguments.occurrences)
    return Index(yaml, names, arguments)


def index_of_file(snapshot: Snapshot, path: Path) -> Index:
    """The names of one file alone."""
    yaml = snapshot.yaml_path(path)
    arguments = _arguments(snapshot, yaml)
    own = [each for each in arguments.occurrences if each.path == path]
    if path == yaml:
        return Index(yaml, (*_of_yaml(snapshot, yaml), *own), arguments)
    steps = _steps_around(snapshot, yaml, [path])
    if steps.get(path) or not _names_some(snapshot, path):
        return Index(yaml, (*_of_python(snapshot, steps), *own), arguments)
    # Whose names it reads, only the files tell that import it.
    around = index_around(snapshot, path)
    return Index(yaml, tuple(each for each in around.occurrences if each.path == path), arguments)


def steps_read(snapshot: Snapshot, path: Path) -> tuple[StepFact | YamlStep, ...]:
    """The steps whose parameters and inputs a file can read: its own, and those of valohai.yaml that run it.

    Where there are none, those of the files that import it.
    """
    yaml = snapshot.yaml_path(path)
    own = _steps_around(snapshot, yaml, [path]).get(path, ())
    if own:
        return own
    imported: dict[Path, frozenset[Path]] = {}
    around = _steps_around(snapshot, yaml, sources_of(snapshot, yaml))
    importing = (other for other, steps in around.items() if steps and other != path)
    return tuple(
        step for other in importing if path in _reached(snapshot, other, imported) for step in around[other]
    )


def sources_of(snapshot: Snapshot, yaml: Path) -> list[Path]:
    """The known Python files and notebooks that belong to a valohai.yaml, in order of path."""
    known = snapshot.sources | set(snapshot.documents)
    return [path for path in sorted(known) if path.suffix in SUFFIXES and snapshot.yaml_path(path) == yaml]


def _readable(snapshot: Snapshot, yaml: Path) -> YamlFile | None:
    """A valohai.yaml, of one that is half-typed what can be read; None when there is none."""
    return outlined_yaml(snapshot, yaml)


def _of_yaml(snapshot: Snapshot, yaml: Path) -> Iterator[Occurrence]:
    file = _readable(snapshot, yaml)
    if file is not None:
        steps = ((str(snapshot.source_in(path, yaml)), step) for path, step in snapshot.steps_of(yaml))
        sides = python_sides(steps)
        gathered = partial(names_of_yaml, yaml, file, declarations(snapshot, yaml, file), sides)
        yield from _known_names(snapshot, yaml, (file,), sides, gathered)


def _arguments(snapshot: Snapshot, yaml: Path) -> ArgumentNames:
    """The arguments of the scripts that steps run."""
    file = _readable(snapshot, yaml)
    if file is None or not file.is_readable:
        return ArgumentNames()
    state, known = state_of_scripts(snapshot), snapshot.memo.arguments.get(yaml)
    if known is not None and known[0] is file and known[1] == state and isinstance(known[2], ArgumentNames):
        return known[2]  # a cursor that moves changes nothing
    found = argument_names(snapshot, yaml, file, lambda path: _is_imported(snapshot, yaml, path))
    snapshot.memo.arguments[yaml] = (file, state, found)
    snapshot.memo.count("names of arguments gathered")
    return found


def _is_imported(snapshot: Snapshot, yaml: Path, path: Path) -> bool:
    """Whether another file of the project imports a script, and may use what it makes."""
    for other in sources_of(snapshot, yaml):
        text = readable(snapshot.text(other)) if other != path else None
        if text is not None and path.stem in text and path in _imported(snapshot, other):
            return True
    return False


def _of_python(snapshot: Snapshot, steps: _Steps) -> Iterator[Occurrence]:
    for path, around in steps.items():
        python, source = readable(snapshot.python(path)), readable(snapshot.source(path))
        if python is not None and source is not None:
            page, pipelines = PythonPage(path, source), pipeline_file(snapshot, path)
            declared = declared_names(around)
            gathered = partial(_names_of_page, page, python, declared, pipelines)
            yield from _known_names(snapshot, path, (python, pipelines), declared, gathered)


def _names_of_page(
    page: PythonPage, python: PythonFile, declared: DeclaredNames, pipelines: PipelineFile | None
) -> Iterator[Occurrence]:
    yield from names_of_python(page, python, declared)
    if pipelines is not None and pipelines.pipeline is not None:
        yield from names_of_pipeline(page, pipelines.pipeline)


def _known_names(
    snapshot: Snapshot,
    path: Path,
    read: tuple[object, ...],
    others: object,
    gather: Callable[[], Iterable[Occurrence]],
) -> tuple[Occurrence, ...]:
    """The names of a file, gathered once for what was `read` of it and what `others` say of them."""
    known = snapshot.memo.named.get(path)
    same = known is not None and all(one is other for one, other in zip(known.read, read, strict=True))
    if known is not None and same and known.others == others and isinstance(known.names, tuple):
        return known.names
    names = tuple(gather())
    snapshot.memo.named[path] = KnownNames(read, others, names)
    snapshot.memo.count("names gathered")
    return names


def _steps_around(snapshot: Snapshot, yaml: Path, paths: list[Path]) -> _Steps:
    """The steps that each readable file declares, and those of valohai.yaml whose commands run it."""
    sources = {path: str(snapshot.source_in(path, yaml)) for path in paths}
    running = _steps_by_file(_readable(snapshot, yaml), set(sources.values()))
    steps: dict[Path, tuple[StepFact | YamlStep, ...]] = {}
    for path in paths:
        python = readable(snapshot.python(path))  # a rename asks for itself what cannot be read
        if python is not None:
            steps[path] = (*python.steps, *running.get(sources[path], ()))
    return steps


def _with_imports(snapshot: Snapshot, steps: _Steps) -> _Steps:
    """The same, and for a file that only uses names the steps of the files that import it."""
    found = dict(steps)
    readers = {path for path, own in steps.items() if not own and _names_some(snapshot, path)}
    imported: dict[Path, frozenset[Path]] = {}
    for path, own in steps.items() if readers else ():
        for reader in _reached(snapshot, path, imported) & readers if own else ():
            found[reader] = (*found[reader], *own)
    return found


def _names_some(snapshot: Snapshot, path: Path) -> bool:
    python = readable(snapshot.python(path))
    return python is not None and (bool(python.reads) or names_folders(python.text))


def _reached(snapshot: Snapshot, path: Path, known: dict[Path, frozenset[Path]]) -> set[Path]:
    """The files that a file imports, and those that they import; `known` are the imports of each."""
    reached: set[Path] = set()
    waiting = [path]
    while waiting:
        current = waiting.pop()
        if current not in known:
            known[current] = _imported(snapshot, current)
        waiting += known[current] - reached
        reached |= known[current]
    return reached


def _imported(snapshot: Snapshot, path: Path) -> frozenset[Path]:
    """The files of the workspace that a Python file imports."""
    source = readable(snapshot.source(path))
    finder = WorkspaceImports(path, snapshot.root(path), snapshot.syntax)
    meant = imported_modules(source.syntax) if source is not None else ()
    found = (finder.module(*each) for each in meant)
    return frozenset(Path(module.path) for module in found if module is not None)


def _steps_by_file(file: YamlFile | None, sources: set[str]) -> Mapping[str, list[YamlStep]]:
    """The steps whose commands run each of the files."""
    if file is None:
        return {}
    if len(sources) == 1:  # most commands need no look then
        return {source: list(steps_with_command(file, source)) for source in sources}
    found: dict[str, list[YamlStep]] = {}
    for step in file.steps:
        for source in files_of(step) & sources:
            found.setdefault(source, []).append(step)
    return found
