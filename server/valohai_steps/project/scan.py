"""The Python files of a folder that may hold steps: `.gitignore` and `exclude` honoured, nothing parsed."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pathspec

SUFFIXES = (".py", ".ipynb")
_NEVER = frozenset({"node_modules", "__pycache__", "site-packages"})


def scan(root: Path, exclude: Sequence[str] = ()) -> Iterator[Path]:
    """Python files and notebooks below `root` whose bytes mention valohai, in order of path.

    Hidden folders, virtual environments and what git ignores are passed over, as are files and folders
    that cannot be read. Links to folders are not followed, so that a loop cannot hold the scan.
    """
    rules = [(root, pathspec.GitIgnoreSpec.from_lines(exclude))] if exclude else []
    yield from _scan_folder(root, rules)


def mentions_valohai(path: Path) -> bool:
    """Whether the file's bytes hold the word without which there can be no step; False when unreadable."""
    try:
        with path.open("rb", buffering=0) as file:
            return b"valohai" in file.read()
    except OSError:
        return False


def _scan_folder(folder: Path, rules: list[tuple[Path, pathspec.GitIgnoreSpec]]) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    names = {entry.name for entry in entries}
    if "pyvenv.cfg" in names:
        return
    if ".gitignore" in names:
        rules = [*rules, (folder, _read_gitignore(folder / ".gitignore"))]
    for entry in entries:
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            if not (entry.name.startswith(".") or entry.name in _NEVER or _ignored(path, rules, "/")):
                yield from _scan_folder(path, rules)
        elif entry.name.endswith(SUFFIXES) and not _ignored(path, rules) and mentions_valohai(path):
            yield path


def _read_gitignore(path: Path) -> pathspec.GitIgnoreSpec:
    try:
        return pathspec.GitIgnoreSpec.from_lines(path.read_text("utf-8", "replace").splitlines())
    except OSError:
        return pathspec.GitIgnoreSpec([])


def _ignored(path: Path, rules: list[tuple[Path, pathspec.GitIgnoreSpec]], tail: str = "") -> bool:
    """Whether git ignores the path; the rules of the innermost folder that decide win."""
    for folder, spec in reversed(rules):
        decision = spec.check_file(path.relative_to(folder).as_posix() + tail).include
        if decision is not None:
            return decision
    return False
