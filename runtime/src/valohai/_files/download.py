"""Downloads of one input to its folder, kept from run to run by the URI they came from."""

from __future__ import annotations

import hashlib
import os

from valohai.paths import get_inputs_path

from .errors import DownloadError
from .http import fetch
from .input_file import InputFile
from .messages import say
from .names import distinct, filename_of, folded, half_a_file, inside

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional


class Download:
    """Where the downloads of one input go.

    A file is kept in the input's folder under the name in its URI; a record beside the inputs says which
    URI it came from, so that another URI of the same name does not get its content. Two URIs of one name in
    one input get distinct names. ``force`` downloads anew. A file that is there without a record (placed by
    hand, or by valohai-utils) is taken as it is if ``adopt``; else it stays, and the download gets a name
    of its own.
    """

    def __init__(self, name: str, definition: dict[str, Any], *, force: bool, adopt: bool) -> None:
        self.name = name
        self.folder = get_inputs_path(name)
        self.filename: Optional[str] = definition.get("filename")
        keep = definition.get("keep-directories") or "none"
        self.keep_directories = "full" if keep is True else str(keep)  # as valohai-yaml has it
        self._force = force
        self._adopt = adopt
        self._taken: set[str] = set()

    def http(self, uri: str) -> InputFile:
        """The file at an ``http(s)://`` URI. Raises DownloadError."""
        return self.kept(self.filename or filename_of(uri), uri, lambda path: fetch(uri, path, self.name))

    def kept(self, filename: str, uri: str, get: Callable[[str], None]) -> InputFile:
        """The file of ``uri`` in the input's folder; ``get`` writes it to a path, if it is not there yet."""
        if folded(filename) in self._taken:
            filename = distinct(filename, uri)
        path = inside(self.folder, filename)
        record = self._record(path)
        came_from = _read(record)
        if came_from is None and os.path.exists(path) and not self._force:
            if self._adopt:
                self._taken.add(folded(filename))
                hint = "force_download=True replaces it"
                say(f"input {self.name!r}: using {path}, which exists already ({hint})")
                return InputFile(filename, path)
            filename = distinct(filename, uri)
            path = inside(self.folder, filename)
            record = self._record(path)
            came_from = _read(record)
        self._taken.add(folded(filename))
        if self._force or came_from != _key(uri) or not os.path.isfile(path):
            # Between the two the record is empty: a process that ends there leaves a file of no known URI.
            _write_file(path, get, before=lambda: _write_record(record, ""))
            _write_record(record, _key(uri))
        return InputFile(filename, path)

    def _record(self, path: str) -> str:
        root = get_inputs_path()
        return os.path.join(root, ".downloads", _key(os.path.relpath(path, root))[:32])


def verify(path: str, checksums: dict[str, str], what: str) -> None:
    """Compare the file with its checksums, by algorithm (``md5``, ``sha1``, ...; unknown ones are ignored).

    Raises DownloadError for one that differs.
    """
    for algorithm, expected in checksums.items():
        kind = algorithm.lower().replace("-", "")
        if kind not in hashlib.algorithms_guaranteed or kind.startswith("shake"):
            continue
        digest = hashlib.new(kind)
        with open(path, "rb") as file:
            for chunk in iter(lambda: file.read(1 << 20), b""):
                digest.update(chunk)
        if digest.hexdigest() != expected.lower():
            raise DownloadError(
                f"{what}: its {kind} is {digest.hexdigest()}, not {expected}: it was changed or damaged "
                "on the way; download it again, or correct the checksum"
            )


def _write_record(path: str, key: str) -> None:
    _write_file(path, lambda part: _write(part, key))


def _write_file(path: str, get: Callable[[str], None], before: Optional[Callable[[], None]] = None) -> None:
    """Have ``get`` write beside ``path``, call ``before``, and move it there: nobody sees half a file."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    part = half_a_file(path)
    try:
        get(part)
        if before is not None:
            before()
        os.replace(part, path)
    finally:
        if os.path.exists(part):
            os.remove(part)


def _key(text: str) -> str:
    # Not the URI itself: it may hold a password or a signature.
    return hashlib.sha256(text.encode()).hexdigest()


def _read(path: str) -> Optional[str]:
    try:
        with open(path, encoding="ascii") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
