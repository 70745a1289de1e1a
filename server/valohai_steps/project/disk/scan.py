"""The Python files of a folder that may hold steps: `.gitignore` and `exclude` honoured, nothing parsed."""

import os
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from pathlib import Path

from msgspec import Struct

from valohai_steps.project.disk.files import LARGEST_FILE, READING, UnreadableFile, is_file, reason
from valohai_steps.project.disk.ignored.scan_rules import NEVER_ENTERED, ScanRules, rules_above

SUFFIXES = (".py", ".ipynb")
_WORD = b"valohai"
_CHUNK = 1 << 16

# For each path: when the file was changed, its size and its place on the disk, and what was found in it.
Known = dict[str, tuple[tuple[int, int, int], bool]]


class Visit(Struct, frozen=True):
    """What a scan tells and keeps: `entered` hears of every folder, `closed` of each that is closed to us.

    What is `known` from the scan before is not read again, and what is found is added to it. `wanted` are
    names of files; without any, Python that mentions valohai is looked for.
    """

    entered: Callable[[Path], None] = lambda _: None
    closed: Callable[[UnreadableFile], None] = lambda _: None
    known: Known | None = None
    wanted: Sequence[str] = ()


_QUIET = Visit()


def scan_yaml(
    root: Path,
    names: Sequence[str],
    exclude: Sequence[str] = (),
    home: Path | None = None,
) -> Iterator[Path]:
    """Files of these names below `root`, in order of path, by the same rules as `scan`."""
    yield from _scan_folder(root, rules_above(root, exclude, home or root), Visit(wanted=names))


def scan(
    root: Path,
    exclude: Sequence[str] = (),
    home: Path | None = None,
    visit: Visit = _QUIET,
) -> Iterator[Path]:
    """Python files and notebooks below `root` whose bytes mention valohai, in order of path; links come last,
    and only those whose file has no other name here.

    `exclude` are globs as seen from `home` (default: `root`). A file that may not be read may hold a step:
    it is among those found.
    Hidden folders, virtual environments and what git ignores and does not track are passed over. Links to
    folders are not followed: a loop cannot hold the scan.
    """
    links: list[Path] = []
    met: set[str] = set()
    for path in _scan_folder(root, rules_above(root, exclude, home or root), visit):
        if path.is_symlink():
            links.append(path)
        else:
            met.add(os.path.realpath(path))
            yield path
    for path in links:  # one file under two names is one file
        real = os.path.realpath(path)
        if real not in met:
            met.add(real)
            yield path


def mentions_valohai(path: Path) -> bool:
    """Whether there may be a step: the file's bytes hold the word without which there is none, or are closed
    to whoever asks; False when there is no file, and for one that is too large."""
    return is_file(path) and _mentions(str(path))  # opening a pipe would wait for its writer


def _mentions(name: str) -> bool:
    try:
        file = os.open(name, READING)
    except PermissionError:
        return True  # whoever reads it says so
    except OSError:
        return False
    try:
        return _WORD in _content(file)
    except OSError:
        return False
    finally:
        os.close(file)


def _content(file: int) -> bytes:
    if os.fstat(file).st_size > LARGEST_FILE:
        return b""  # it is not read either when it is asked for
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


def _scan_folder(folder: Path, above: ScanRules, visit: Visit) -> Iterator[Path]:
    """The files of one folder and those inside."""
    visit.entered(folder)
    try:
        entries = sorted(os.scandir(folder), key=attrgetter("name"))
    except PermissionError as error:
        visit.closed(UnreadableFile(folder, reason(error)))
        return
    except OSError:  # it was removed meanwhile
        return
    names = {entry.name for entry in entries}
    if "pyvenv.cfg" in names:
        return
    rules = above.inside(folder, names)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            hidden = entry.name.startswith(".") or entry.name in NEVER_ENTERED
            inside = None if hidden else rules.entered(Path(entry.path))
            if inside is not None:
                yield from _scan_folder(Path(entry.path), inside, visit)
        elif visit.wanted:
            if entry.name in visit.wanted and is_file(entry) and rules.takes(entry.path):
                yield Path(entry.path)
        elif entry.name.endswith(SUFFIXES) and rules.takes(entry.path):
            found = is_file(entry) and _mentions_again(entry, visit.known)  # opening a pipe would wait
            yield from (Path(entry.path),) if found else ()
