"""Between our words and the protocol's: the only place where spans become ranges."""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lsprotocol import types as lsp

from valohai_steps.model.text import LineIndex, PositionEncoding, Span, TextEdit

_VIRTUAL = os.environ.get("JP_LSP_VIRTUAL_DIR") or ".virtual_documents"  # as jupyter-lsp looks it up


def path_of(uri: str) -> Path | None:
    """The file that a URI names, one path for all spellings of it.

    None for what is no file: an untitled document, a remote one, a name that no file can have.
    """
    path = _named(uri)
    if path is None or _VIRTUAL not in path.parts:
        return path
    # Older versions of jupyterlab-lsp call a notebook ROOT/.virtual_documents/PATH, and the root accordingly.
    # What its cells hold of other languages (`train.ipynb.html`) is a document too, and no file.
    at = path.parts.index(_VIRTUAL)
    real = Path(*path.parts[:at], *path.parts[at + 1 :])
    return real if at + 1 == len(path.parts) or real.suffix == ".ipynb" else None


def without_drive(path: Path) -> Path:
    """The file of a document in the drive of jupyter-collaboration: ROOT/RTC:PATH is ROOT/PATH.

    From 4.0 on (JupyterLab 4.4) jupyter-collaboration has no drive of its own.
    """
    return Path(*(part.removeprefix("RTC:") for part in path.parts))


def _named(uri: str) -> Path | None:
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    name = unquote(parts.path, errors="surrogateescape")
    if parts.scheme != "file" or not name.startswith("/") or "\0" in name:
        return None
    host = "" if parts.netloc == "localhost" else unquote(parts.netloc)
    if os.name == "nt":
        return Path(os.path.normpath(windows_name(host, name)))
    return None if host else Path(os.path.normpath("/" + name.lstrip("/")))


def windows_name(host: str, name: str) -> str:
    """The file of a URI in the words of Windows: a drive, else a share of another machine."""
    return f"//{host}{name}" if host else re.sub(r"^/+(?=[A-Za-z]:)", "", name)


def uri_of(path: Path) -> str:
    """The URI of a file."""
    return path.as_uri()


def offsets_of(index: LineIndex, place: lsp.Range, encoding: PositionEncoding) -> tuple[int, int]:
    """Start and end of a range, in order also where the client has them turned round."""
    start = index.offset(place.start.line, place.start.character, encoding)
    end = index.offset(place.end.line, place.end.character, encoding)
    return min(start, end), max(start, end)


def changed_index(
    index: LineIndex, changes: Iterable[lsp.TextDocumentContentChangeEvent], encoding: PositionEncoding
) -> LineIndex:
    """The text after a notification's changes, each counted in the text after the one before it.

    Its positions are far cheaper to keep than to count again.
    """
    for change in changes:
        if isinstance(change, lsp.TextDocumentContentChangePartial):
            span = Span(*offsets_of(index, change.range, encoding))
            index = index.edited(TextEdit(span, change.text))
        else:
            index = LineIndex(change.text)
    return index
