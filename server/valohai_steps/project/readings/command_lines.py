"""The scripts that steps run, with what each takes from its command line; read until something changes."""

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from msgspec.structs import replace

from valohai_steps.project.disk.files import readable
from valohai_steps.project.memo import KnownScript
from valohai_steps.project.python.imports import WorkspaceImports
from valohai_steps.project.reach import leads_outside
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.evaluation.modules.evaluation_path import Route
from valohai_steps.source.evaluation.outlines.dependencies import Dependency, is_current
from valohai_steps.source.python_file import PythonFile

if TYPE_CHECKING:
    from valohai_steps.drift.command_line.differences import ScriptRead

_FILE_OF_ALL = "parameters.json"


def script_read(snapshot: Snapshot, yaml: Path, names: tuple[str, ...]) -> "ScriptRead | None":
    """The script that a step runs, named as seen from the folder of valohai.yaml: the first that is there."""
    for name in names:
        path = file_of_command(snapshot, yaml, name) if name.endswith(".py") else None
        if path is not None:
            found = _known(snapshot, path)
            if found.text is not None:
                return found.read
    return None


def deciding_files(snapshot: Snapshot, yaml: Path, names: tuple[str, ...]) -> frozenset[Path]:
    """The files that decide what `script_read` gives for these names, whether they are there or not."""
    paths = [file_of_command(snapshot, yaml, name) for name in names if name.endswith(".py")]
    found = frozenset(path for path in paths if path is not None)
    known = (snapshot.memo.scripts.get(path) for path in found)
    return found.union(*(script.watched for script in known if script is not None))


def shell_script(snapshot: Snapshot, yaml: Path, name: str) -> str | None:
    """The text of a shell script that a step runs; None when it is not there."""
    path = file_of_command(snapshot, yaml, name)
    return None if path is None else readable(snapshot.text(path))


def file_of_command(snapshot: Snapshot, yaml: Path, name: str) -> Path | None:
    """The file that a command names, as seen from the folder of valohai.yaml.

    None when that leads out of the workspace folder and its repository, links resolved: Valohai would not
    have it, and a cloned repository has no say in what is read elsewhere.
    """
    path = yaml.parent / name
    barred = name.startswith("/") or leads_outside(snapshot.real(path), snapshot.reach(yaml))
    return None if barred else path


def _known(snapshot: Snapshot, path: Path) -> KnownScript:
    """A file as it was read last; one that is open, or depends on an open one, as it is now."""
    known = snapshot.memo.scripts.get(path)
    if known is not None and _is_current(snapshot, path, known):
        return known
    snapshot.memo.count("command lines read")
    known = snapshot.memo.scripts[path] = _read(snapshot, path, _text(snapshot, path), known)
    return known


def _is_current(snapshot: Snapshot, path: Path, known: KnownScript) -> bool:
    """Whether the open documents leave a script what it was; what is closed was forgotten when it changed."""
    if path in snapshot.documents and known.text != _text(snapshot, path):
        return False
    unconcerned = snapshot.documents.keys().isdisjoint(known.watched)
    return unconcerned or is_current(known.imported, _imports(snapshot, path))


def _imports(snapshot: Snapshot, path: Path) -> WorkspaceImports:
    return WorkspaceImports(path, snapshot.root(path), snapshot.syntax)


def _watched(imports: WorkspaceImports, imported: Iterable[Dependency]) -> Iterator[Path]:
    """The files that the imports lead to, and where those would be that take precedence over them."""
    files: dict[Route, PurePath | None] = {(): imports.path}
    for dependency in sorted(imported, key=lambda each: len(each.route)):
        importing = files.get(dependency.route[:-1])
        files[dependency.route] = dependency.path
        places = None if importing is None else replace(imports, path=importing).places(*dependency.route[-1])
        for place in places or ():
            yield place
            if place == dependency.path:
                break


def _text(snapshot: Snapshot, path: Path) -> str | None:
    text = snapshot.text(path)
    return text if isinstance(text, str) else None


def _read(snapshot: Snapshot, path: Path, text: str | None, known: KnownScript | None) -> KnownScript:
    if text is None:
        return KnownScript(None, None)
    found = snapshot.python(path) if "valohai" in text else None
    python = found if isinstance(found, PythonFile) else None
    if python is not None and python.calls:
        return KnownScript(text, None)  # its parameters are those of prepare()
    from valohai_steps.drift.command_line.differences import ScriptRead  # with the first script to read
    from valohai_steps.source.command_line.reader import read_command_line

    imports = _imports(snapshot, path)
    before = known.read.fact if known is not None and known.read is not None else None
    line = read_command_line(text, imports, before, None if known is None else known.kept)
    kept = line.kept if path in snapshot.documents else None
    snapshot.memo.count("pieces of scripts read", 0 if line.kept is None else line.kept.words.pieces_read)
    watched = frozenset(_watched(imports, line.imported))
    if line.fact is None:
        return KnownScript(text, None, line.imported, watched, kept)
    named = (
        frozenset(read.name for read in python.reads if read.kind == "parameter") if python else frozenset()
    )
    read = ScriptRead(path.name, path, line.fact, named, _FILE_OF_ALL in text)
    return KnownScript(text, read, line.imported, watched, kept)
