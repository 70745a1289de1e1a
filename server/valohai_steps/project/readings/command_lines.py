"""The scripts that steps run, with what each takes from its command line; read until something changes."""

from collections.abc import Iterable
from pathlib import Path

from valohai_steps.drift.command_line.differences import ScriptRead
from valohai_steps.project.disk.files import readable
from valohai_steps.project.memo import KnownScript
from valohai_steps.project.python.imports import WorkspaceImports
from valohai_steps.project.reach import leads_outside
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.evaluation.modules.dependencies import Dependency
from valohai_steps.source.python_file import PythonFile

_FILE_OF_ALL = "parameters.json"


def script_read(snapshot: Snapshot, yaml: Path, names: tuple[str, ...]) -> ScriptRead | None:
    """The script that a step runs, named as seen from the folder of valohai.yaml: the first that is there."""
    for name in names:
        path = file_of_command(snapshot, yaml, name) if name.endswith(".py") else None
        if path is not None:
            found = _known(snapshot, path)
            if found.text is not None:
                return found.read
    return None


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
    """A file as it was read last; one that is open, or imports an open one, as it is now."""
    known = snapshot.memo.scripts.get(path)
    is_open = path in snapshot.documents
    if known is not None and known.opened != _opened(snapshot, known.missing):
        known = None  # what it imports may be there now, in a file that is not saved yet
    if known is not None and not is_open and snapshot.documents.keys().isdisjoint(known.imported):
        return known
    text = _text(snapshot, path)
    if known is None or known.text != text or _is_outdated(snapshot, known):
        snapshot.memo.count("command lines read")
        known = snapshot.memo.scripts[path] = _read(snapshot, path, text, known)
    return known


def _opened(snapshot: Snapshot, files: frozenset[Path]) -> frozenset[Path]:
    return frozenset(path for path in files if path in snapshot.documents)


def _missing(snapshot: Snapshot, path: Path, imported: Iterable[Dependency]) -> frozenset[Path]:
    """Where the modules would be that the script imports and that are not there."""
    found: set[Path] = set()
    for name, level in {each.route[-1] for each in imported if each.path is None}:
        above = [path.parents[level - 1]] if 0 < level <= len(path.parents) else []
        for folder in above if level else (path.parent, snapshot.root(path)):
            whole = folder.joinpath(*name.split("."))
            found.update((whole.with_name(f"{whole.name}.py"), whole / "__init__.py"))
    return frozenset(found)


def _is_outdated(snapshot: Snapshot, known: KnownScript) -> bool:
    """Whether a file that the script imports is another text than when it was read."""
    files = known.imported.items()
    return any(_text(snapshot, path) != text for path, text in files if path in snapshot.documents)


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
    from valohai_steps.source.command_line.reader import read_command_line  # with the first script to read

    imports = WorkspaceImports(path, snapshot.root(path), snapshot.syntax)
    before = known.read.fact if known is not None and known.read is not None else None
    line = read_command_line(text, imports, before)
    missing = _missing(snapshot, path, line.imported)
    opened = _opened(snapshot, missing)
    if line.fact is None:
        return KnownScript(text, None, {}, missing, opened)
    named = (
        frozenset(read.name for read in python.reads if read.kind == "parameter") if python else frozenset()
    )
    everything = _FILE_OF_ALL in text
    imported = {Path(each.path): each.text for each in line.imported if each.path is not None}
    read = ScriptRead(path.name, path, line.fact, named, everything)
    return KnownScript(text, read, imported, missing, opened)
