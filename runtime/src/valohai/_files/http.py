"""One file over http(s): retried, resumed, checked for length."""

from __future__ import annotations

import base64
import http.client
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from .errors import DownloadError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from http.client import HTTPResponse
    from typing import BinaryIO, Optional

TIMEOUT = 30.0  # seconds without a byte
RETRY_AFTER = (0.5, 1.0, 2.0)  # seconds to wait before each further attempt
_CHUNK = 1 << 20
# Asked too soon or too often, or the server's own fault: another attempt may succeed.
_PASSING_STATUS = (408, 425, 429, 500, 502, 503, 504)


class _Interrupted(OSError):
    """The transfer stopped before its end."""


def fetch(url: str, path: str, input_name: str, *, size: Optional[int] = None) -> None:
    """Download ``url`` to ``path``.

    An attempt that breaks off is continued where the server allows it (a ``Range`` of the same ``ETag`` or
    ``Last-Modified``), else begun again. ``size`` in bytes, if it is known, is compared at the end.

    Raises DownloadError when no attempt succeeds, at once for an answer such as 404.
    """
    shown = public_url(url)
    print(f"valohai: downloading {shown}", file=sys.stderr)  # noqa: T201  a line for the person who waits
    transfer = _Transfer(url, path)
    for wait in (*RETRY_AFTER, None):
        try:
            transfer.run()
            break
        except urllib.error.HTTPError as error:
            error.close()
            if wait is None or error.code not in _PASSING_STATUS:
                raise _failed(input_name, shown, f"the server answered {error.code} {error.reason}") from None
        except (OSError, http.client.HTTPException) as error:
            if wait is None:
                reason = getattr(error, "reason", None) or error
                raise _failed(input_name, shown, f"{str(reason) or type(reason).__name__}") from error
        time.sleep(wait)
    received = os.path.getsize(path)
    if size is not None and received != size:
        raise _failed(input_name, shown, f"it has {received} bytes, not {size}")


def public_url(url: str) -> str:
    """``url`` without user, password and query, which may be secrets."""
    parts = urllib.parse.urlsplit(url)
    return urllib.parse.urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def request_for(url: str, headers: Optional[dict[str, str]] = None) -> urllib.request.Request:
    """A request for ``url``; a user and password in it go to its own host only, not to where it redirects."""
    parts = urllib.parse.urlsplit(url)
    userinfo, _, host = parts.netloc.rpartition("@")
    # Blanks and other characters that a URL may not hold are escaped; what is escaped already stays.
    path = urllib.parse.quote(parts.path, safe="/%:@!$&'()*+,;=~")
    query = urllib.parse.quote(parts.query, safe="/%:@!$&'()*+,;=~?")
    bare = urllib.parse.urlunsplit((parts.scheme, host, path, query, ""))
    request = urllib.request.Request(bare, headers=headers or {})  # noqa: S310  callers pass http(s) only
    if userinfo:
        credentials = base64.b64encode(urllib.parse.unquote(userinfo).encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {credentials}")
    return request


def _failed(input_name: str, shown: str, reason: str) -> DownloadError:
    return DownloadError(
        f"input {input_name!r}: cannot download {shown}: {reason}. Check the address and the connection, "
        f"or give a local file: --{input_name}=PATH"
    )


class _Transfer:
    """The attempts to get one file; what is there already is in ``path``, and ``_same`` tells that it is
    part of it."""

    def __init__(self, url: str, path: str) -> None:
        self._url = url
        self._path = path
        self._same: Optional[str] = None

    def run(self) -> None:
        offset = os.path.getsize(self._path) if self._same and os.path.exists(self._path) else 0
        headers = {"Range": f"bytes={offset}-", "If-Range": self._same or ""} if offset else {}
        request = request_for(self._url, headers)
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310  as above
            if response.status != http.client.PARTIAL_CONTENT or not _continues(response, offset):
                offset = 0
            self._same = _validator(response)
            length = response.headers.get("Content-Length")
            total = offset + int(length) if length else None
            with open(self._path, "ab" if offset else "wb") as file:
                received = offset + _copy(response, file, offset, total)
        if total is not None and received != total:
            raise _Interrupted(f"the connection closed after {received} of {total} bytes")


def _validator(response: HTTPResponse) -> Optional[str]:
    etag = response.headers.get("ETag")
    if etag and not etag.startswith("W/"):  # a weak one does not vouch for each byte
        return str(etag)
    modified = response.headers.get("Last-Modified")
    return str(modified) if modified else None


def _continues(response: HTTPResponse, offset: int) -> bool:
    return str(response.headers.get("Content-Range", "")).startswith(f"bytes {offset}-")


def _copy(response: HTTPResponse, file: BinaryIO, offset: int, total: Optional[int]) -> int:
    progress = _Progress(os.path.basename(urllib.parse.urlsplit(response.url).path), total)
    received = 0
    try:
        for chunk in iter(lambda: response.read(_CHUNK), b""):
            file.write(chunk)
            received += len(chunk)
            progress.show(offset + received)
    finally:
        progress.clear()
    return received


class _Progress:
    """One line on a terminal, rewritten ten times a second; nothing where standard error is no terminal."""

    def __init__(self, name: str, total: Optional[int]) -> None:
        self._name = name
        self._total = f" of {total / 1e6:.1f}" if total else ""
        self._visible = sys.stderr is not None and sys.stderr.isatty()
        self._next = 0.0

    def show(self, received: int) -> None:
        if self._visible and time.monotonic() >= self._next:
            self._next = time.monotonic() + 0.1
            sys.stderr.write(f"\r\x1b[K{self._name} {received / 1e6:.1f}{self._total} MB")
            sys.stderr.flush()

    def clear(self) -> None:
        if self._visible:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
