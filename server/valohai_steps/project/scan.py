"""The Python files of a folder that may hold steps: `.gitignore` and `exclude` honoured, nothing parsed."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from valohai_steps.project.files import LARGEST_FILE

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

SUFFIXES = (".py", ".ipynb")
_NEVER = frozenset({"node_modules", "__pycache__", "site-packages"})
_WORD = b"valohai"
_CHUNK = 1 << 16

_Rules = list[tuple[Path, "GitIgnoreSpec"]]
# For each path: when the file was changed, its size and its place on the disk, and what was found in it.
Known = dict[str, tuple[tuple[int, int, int], bool]]


def scan(
    root: Path,
    exclude: Sequence[str] = (),
    home: Path | None = None,
    entered: Callable[[Path], None] = lambda _: None,
    known: Known | None = None,
) -> Iterator[Path]:
    """Python files and notebooks below `root` whose bytes mention valohai, in order of path.

    `exclude` are globs as seen from `home` (default: `root`); `entered` hears of every folder. What is
    `known` from the scan before is not read again, and what is found is added to it.
    Hidden folders, virtual environments and what git ignores are passed over, as are files and folders
    that cannot be read. Links to folders are not followed, so that a loop cannot hold the scan.
    """
    rules = _rules_above(root)
    if exclude:
        rules.append((home or root, _rules(exclude)))
    yield from _scan_folder(root, rules, entered, known)


def mentions_valohai(path: Path) -> bool:
    """Whether the file's bytes hold the word without which there can be no step; False when unreadable."""
    return path.is_file() and _mentions(str(path))  # opening a pipe would wait for its writer


def _mentions(name: str) -> bool:
    try:
        file = os.open(name, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
    except OSError:
        return False
    try:
        return _WORD in _content(file)
    except OSError:
        return False
    finally:
        os.close(file)


def _content(file: int) -> bytes:
    data = os.read(file, _CHUNK)
    if len(data) < _CHUNK:  # nearly every file: one read, and nothing to join
        return data
    pieces = [data]
    while data and len(pieces) * _CHUNK < LARGEST_FILE:
        data = os.read(file, _CHUNK)
        pieces.append(data)
    return b"".join(pieces)


def _mentions_again(entry: "os.DirEntry[str]", known: Known | None) -> bool:
    """The same, of a file that the scan before may have read."""
    if known is None:
        return _mentions(entry.path)
    try:
        found = entry.stat()
    except OSError:
        return False
    signature = (found.st_mtime_ns, found.st_size, found.st_ino)
    before = known.get(entry.path)
    if before is None or before[0] != signature:
        before = known[entry.path] = (signature, _mentions(entry.path))
    return before[1]


def _rules_above(root: Path) -> _Rules:
    """What the folders above ignore, up to the top of the repository; the outermost first."""
    found: _Rules = []
    for folder in root.parents if not (root / ".git").exists() else ():
        if (folder / ".gitignore").is_file():
            found.insert(0, (folder, _read_gitignore(folder / ".gitignore")))
        if (folder / ".git").exists():
            return [] if _ignored(root, found, "/") else found  # an ignored folder that is asked for counts
    return []


def _scan_folder(
    folder: Path, rules: _Rules, entered: Callable[[Path], None], known: Known | None
) -> Iterator[Path]:
    entered(folder)
    try:
        entries = sorted(os.scandir(folder), key=attrgetter("name"))
    except OSError:
        return
    names = {entry.name for entry in entries}
    if "pyvenv.cfg" in names:
        return
    if ".gitignore" in names:
        rules = [*rules, (folder, _read_gitignore(folder / ".gitignore"))]
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            hidden = entry.name.startswith(".") or entry.name in _NEVER
            if not hidden and not _ignored(Path(entry.path), rules, "/"):
                yield from _scan_folder(Path(entry.path), rules, entered, known)
        elif entry.name.endswith(SUFFIXES) and not (rules and _ignored(Path(entry.path), rules)):
            found = entry.is_file() and _mentions_again(entry, known)  # opening a pipe would wait
            yield from (Path(entry.path),) if found else ()


def _read_gitignore(path: Path) -> "GitIgnoreSpec":
    try:
        return _rules(path.read_text("utf-8", "replace").splitlines())
    except OSError:
        return _rules(())


def _rules(lines: Iterable[str]) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec  # where there is anything to ignore

    return GitIgnoreSpec.from_lines(lines)


def _ignored(path: Path, rules: _Rules, tail: str = "") -> bool:
    """Whether git ignores the path; the rules of the innermost folder that decide win."""
    for folder, spec in reversed(rules):
        decision = spec.check_file(path.relative_to(folder).as_posix() + tail).include
        if decision is not None:
            return decision
    return False
