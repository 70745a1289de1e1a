"""The Python files of a folder that may hold steps: `.gitignore` and `exclude` honoured, nothing parsed."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pathspec

SUFFIXES = (".py", ".ipynb")
_NEVER = frozenset({"node_modules", "__pycache__", "site-packages"})

_Rules = list[tuple[Path, pathspec.GitIgnoreSpec]]


def scan(
    root: Path,
    exclude: Sequence[str] = (),
    home: Path | None = None,
    entered: Callable[[Path], None] = lambda _: None,
) -> Iterator[Path]:
    """Python files and notebooks below `root` whose bytes mention valohai, in order of path.

    `exclude` are globs as seen from `home` (default: `root`); `entered` hears of every folder.
    Hidden folders, virtual environments and what git ignores are passed over, as are files and folders
    that cannot be read. Links to folders are not followed, so that a loop cannot hold the scan.
    """
    rules = _rules_above(root)
    if exclude:
        rules.append((home or root, pathspec.GitIgnoreSpec.from_lines(exclude)))
    yield from _scan_folder(root, rules, entered)


def mentions_valohai(path: Path) -> bool:
    """Whether the file's bytes hold the word without which there can be no step; False when unreadable."""
    try:
        if not path.is_file():  # opening a pipe would wait for its writer
            return False
        with path.open("rb", buffering=0) as file:
            return b"valohai" in file.read()
    except OSError:
        return False


def _rules_above(root: Path) -> _Rules:
    """What the folders above ignore, up to the top of the repository; the outermost first."""
    found: _Rules = []
    for folder in root.parents if not (root / ".git").exists() else ():
        if (folder / ".gitignore").is_file():
            found.insert(0, (folder, _read_gitignore(folder / ".gitignore")))
        if (folder / ".git").exists():
            return [] if _ignored(root, found, "/") else found  # an ignored folder that is asked for counts
    return []


def _scan_folder(folder: Path, rules: _Rules, entered: Callable[[Path], None]) -> Iterator[Path]:
    entered(folder)
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
                yield from _scan_folder(path, rules, entered)
        elif entry.name.endswith(SUFFIXES) and not _ignored(path, rules) and mentions_valohai(path):
            yield path


def _read_gitignore(path: Path) -> pathspec.GitIgnoreSpec:
    try:
        return pathspec.GitIgnoreSpec.from_lines(path.read_text("utf-8", "replace").splitlines())
    except OSError:
        return pathspec.GitIgnoreSpec([])


def _ignored(path: Path, rules: _Rules, tail: str = "") -> bool:
    """Whether git ignores the path; the rules of the innermost folder that decide win."""
    for folder, spec in reversed(rules):
        decision = spec.check_file(path.relative_to(folder).as_posix() + tail).include
        if decision is not None:
            return decision
    return False
