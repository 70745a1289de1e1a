"""Calls that an execution may make to Valohai, as ``api.json`` describes them."""

from __future__ import annotations

import http.client
import json
import urllib.parse
import urllib.request

from valohai._step.configuration import read_configuration
from valohai.paths import get_api_config_path

from .metadata_json import json_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Optional

_TIMEOUT = 30.0  # seconds


class Answer:
    """The answer to an HTTP request, under the names that ``requests`` has for its parts."""

    __slots__ = ("content", "headers", "status_code", "url")

    def __init__(self, url: str, status_code: int, headers: Mapping[str, str], content: bytes) -> None:
        self.url = url
        self.status_code = status_code
        self.headers = headers
        self.content = content

    @property
    def ok(self) -> bool:
        """Whether the status is below 400."""
        return self.status_code < 400

    @property
    def text(self) -> str:
        """The content as UTF-8; what is not UTF-8 is replaced."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The content read as JSON. Raises ValueError if it is none."""
        return json.loads(self.content)


def call_endpoint(
    endpoint: str, *, params: Optional[dict[str, str]] = None, payload: Optional[dict[str, Any]] = None
) -> Answer:
    """Call the endpoint that ``api.json`` has under the name ``endpoint``; ``payload`` is sent as JSON.

    Raises FileNotFoundError where there is no ``api.json`` (outside Valohai), ValueError when it lacks the
    endpoint or has it in another form, OSError (``urllib.error.HTTPError`` for a status from 400) when the
    call fails.
    """
    path = get_api_config_path()
    call = read_configuration(path).get(endpoint)
    if not isinstance(call, dict) or not call.get("url"):
        raise ValueError(f"{path}: has no address for {endpoint!r}")
    for key in ("headers", "params"):
        if not isinstance(call.get(key) or {}, dict):
            raise ValueError(  # noqa: TRY004  # a file's content, not an argument's type
                f"{path}: the {key} of {endpoint!r} are not an object of names and values"
            )
    headers = {str(name): str(value) for name, value in (call.get("headers") or {}).items()}
    body = call.get("json") if payload is None else payload
    data = None
    if body is not None:
        data = json_text(body).encode()
        headers.setdefault("Content-Type", "application/json")
    url = with_query(str(call["url"]), {**(call.get("params") or {}), **(params or {})})
    return send(str(call.get("method") or "GET"), url, headers, data)


def send(method: str, url: str, headers: dict[str, str], data: Optional[bytes] = None) -> Answer:
    """Send one request. Raises OSError, as ``urllib.error.HTTPError`` for a status from 400."""
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"{url!r} is not an http(s) address")
    request = urllib.request.Request(url, data, method=method.upper())  # noqa: S310  # checked above
    for name, value in headers.items():
        # To this host only: a header may hold a token, and a redirect may lead elsewhere.
        request.add_unredirected_header(name.capitalize(), value)
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as response:  # noqa: S310  # an address of the platform's own
            return Answer(response.url, response.status, response.headers, response.read())
    except http.client.HTTPException as error:  # an answer that is not HTTP, or breaks off
        raise OSError(f"{type(error).__name__}: {error}") from error


def with_query(url: str, params: Mapping[str, Any]) -> str:
    """``url`` with ``params`` added to its query."""
    if not params:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urllib.parse.urlencode(params, doseq=True)}"
