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
from .messages import say

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
    say(f"downloading {shown}")
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
        except ValueError as error:  # `http://[::1`, a host's name that cannot be
            raise _failed(input_name, shown, f"{error}") from None
        time.sleep(wait)
    received = os.path.getsize(path)
    if size is not None and received != size:
        raise _failed(input_name, shown, f"it has {received} bytes, not {size}")


def public_url(url: str) -> str:
    """``url`` without user, password and query, which may be secrets."""
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError:
        return f"{url.partition(':')[0]}://{url.rpartition('@')[2].rpartition('//')[2].partition('?')[0]}"
    return urllib.parse.urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def request_for(url: str, headers: Optional[dict[str, str]] = None) -> urllib.request.Request:
    """A request for ``url``; a user and password in it go to its own host only, not to where it redirects."""
    parts = urllib.parse.urlsplit(url)
    userinfo, _, host = parts.netloc.rpartition("@")
    # Blanks and other characters that a URL may not hold are escaped; what is escaped already stays.
    path = urllib.parse.quote(parts.path, safe="/%:@!$&'()*+,;=~")
    query = urllib.parse.quote(parts.query, safe="/%:@!$&'()*+,;=~?")
    bare = urllib.parse.urlunsplit((parts.scheme, host, path, query, ""))
    request = urllib.request.Request(bare, headers=headers or {})  # noqa: S310  # callers pass http(s) only
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
    """The attempts to get one file; ``path`` has what came so far, and ``_version`` says of which version."""

    def __init__(self, url: str, path: str) -> None:
        self._url = url
        self._path = path
        self._version: Optional[_Version] = None

    def run(self) -> None:
        """One attempt: the rest of what is there, else all of it. Raises OSError or HTTPException."""
        version = self._version
        offset = os.path.getsize(self._path) if version and version.condition else 0
        if version is None or not offset or not self._continue(version, offset):
            self._begin()

    def _continue(self, version: _Version, offset: int) -> bool:
        """Get the rest; False if the server has another version by now, or no rest of this one."""
        headers = {"Range": f"bytes={offset}-", "If-Range": version.condition or ""}
        try:
            response = self._open(headers)
        except urllib.error.HTTPError as error:
            if error.code != http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
                raise
            error.close()
            return False
        with response:
            if response.status != http.client.PARTIAL_CONTENT:
                self._take(response)
                return True
            first, total = _range(response)
            if first != offset or not version.is_that_of(response, total):
                return False
            length = _length(response)
            end = version.total if total is None else total
            if end is None and length is not None:
                end = offset + length
            self._write(response, offset, end)
        return True

    def _begin(self) -> None:
        with self._open({}) as response:
            if response.status == http.client.PARTIAL_CONTENT and _range(response)[0] != 0:
                raise _Interrupted("the server sent a part of the file that was not asked for")
            self._take(response)

    def _take(self, response: HTTPResponse) -> None:
        total = _length(response)
        if response.status == http.client.PARTIAL_CONTENT:
            total = _range(response)[1]
        self._version = _Version(response, total)
        self._write(response, 0, total)

    def _open(self, headers: dict[str, str]) -> HTTPResponse:
        request = request_for(self._url, headers)
        response: HTTPResponse = urllib.request.urlopen(request, timeout=TIMEOUT)  # noqa: S310  # as above
        return response

    def _write(self, response: HTTPResponse, offset: int, total: Optional[int]) -> None:
        with open(self._path, "ab" if offset else "wb") as file:
            received = offset + _copy(response, file, offset, total)
        if total is not None and received != total:
            raise _Interrupted(f"the connection closed after {received} of {total} bytes")


class _Version:
    """What a server says of the version of a file that it sends.

    A part of a file is the rest of this version only if nothing that both answers say differs. (RFC 9110,
    section 15.3.7: an answer of status 206 has the ETag that the whole would have; its Last-Modified may be
    left out.)
    """

    __slots__ = ("etag", "modified", "total")

    def __init__(self, response: HTTPResponse, total: Optional[int]) -> None:
        self.etag: Optional[str] = response.headers.get("ETag")
        self.modified: Optional[str] = response.headers.get("Last-Modified")
        self.total = total

    @property
    def condition(self) -> Optional[str]:
        """The value for ``If-Range``; None if the server gave none that vouches for each byte."""
        return self.modified if self.etag is None or self.etag.startswith("W/") else self.etag

    def is_that_of(self, response: HTTPResponse, total: Optional[int]) -> bool:
        """Whether ``response``, a part of a file of ``total`` bytes, belongs to this version."""
        part = _Version(response, total)
        return (
            part.etag == self.etag
            and part.modified in (None, self.modified)
            and (None in (part.total, self.total) or part.total == self.total)
        )


def _length(response: HTTPResponse) -> Optional[int]:
    """The length of the body in bytes, if it is stated, and stated rightly."""
    length = response.headers.get("Content-Length", "")
    # Where the body comes in chunks, a length beside them does not count (RFC 9112, section 6.3).
    return int(length) if length.isascii() and length.isdigit() and not response.chunked else None


def _range(response: HTTPResponse) -> tuple[Optional[int], Optional[int]]:
    """The first byte that a partial answer holds, and the length of the whole: ``bytes 5-9/10`` -> 5, 10."""
    unit, _, said = str(response.headers.get("Content-Range", "")).partition(" ")
    span, _, total = said.partition("/")
    first = span.partition("-")[0]
    if unit.lower() != "bytes" or not first.isdigit():
        return None, None
    return int(first), int(total) if total.isdigit() else None


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
