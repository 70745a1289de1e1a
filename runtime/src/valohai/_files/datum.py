"""``datum://`` inputs on a laptop: Valohai tells where the file is, as it does for ``vh``."""

from __future__ import annotations

import http.client
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

from .errors import DownloadError
from .http import TIMEOUT, fetch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .download import Download
    from .input_file import InputFile

_UUID_LENGTH = 36


def datum_file(datum: str, download: Download) -> InputFile:
    """The file of ``datum``, an id or an alias of the project that ``vh project link`` set for this folder.

    The login is ``VALOHAI_TOKEN`` (with ``VALOHAI_HOST``), else the one of ``vh login``.

    Raises DownloadError when there is no login, no such datum, or when the download fails.
    """
    from .download import verify

    api = _Api(download.name, datum)
    try:
        found = api.get(f"/api/v0/data/{datum}/") if _is_id(datum) else api.resolve_alias()
        identity, name = str(found["id"]), str(found["name"])
    except (LookupError, TypeError, AttributeError) as error:
        raise api.odd_answer(error) from error

    def get(path: str) -> None:
        try:
            url = str(api.get(f"/api/v0/data/{identity}/download/")["url"])
        except (LookupError, TypeError) as error:
            raise api.odd_answer(error) from error
        fetch(url, path, download.name)
        sums = {kind: str(found[kind]) for kind in ("md5", "sha1", "sha256") if found.get(kind)}
        verify(path, sums, f"input {download.name!r}: datum {identity}")

    return download.kept(download.filename or name, f"datum://{identity}", get)


def _is_id(datum: str) -> bool:
    return len(datum) == _UUID_LENGTH and datum.count("-") == 4


class _Api:
    """Valohai's API as the logged-in user."""

    def __init__(self, input_name: str, datum: str) -> None:
        self._where = f"input {input_name!r}: datum://{datum}"
        self._datum = datum
        login = _vh_settings()
        self._links: dict[str, Any] = login.get("links") or {}
        self._host = str(os.environ.get("VALOHAI_HOST") or login.get("host") or "https://app.valohai.com")
        self._token = os.environ.get("VALOHAI_TOKEN") or login.get("token")
        if not self._token:
            raise DownloadError(f"{self._where}: not logged in; set VALOHAI_TOKEN, or run `vh login`")

    def get(self, path: str) -> Any:
        url = urllib.parse.urljoin(self._host, path)
        request = urllib.request.Request(url)  # noqa: S310  # the host is the user's own setting
        request.add_unredirected_header("Authorization", f"Token {self._token}")
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310  # the same
                return json.load(response)
        except urllib.error.HTTPError as error:
            error.close()
            raise DownloadError(f"{self._where}: {self._host} answered {error.code} {error.reason}") from None
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise DownloadError(f"{self._where}: cannot reach {self._host}: {error}") from error

    def odd_answer(self, error: Exception) -> DownloadError:
        """What to raise for an answer that lacks what was asked for."""
        reason = f"{type(error).__name__}: {error}"
        return DownloadError(f"{self._where}: {self._host} gave an unexpected answer: {reason}")

    def resolve_alias(self) -> Any:
        project = os.environ.get("VALOHAI_PROJECT") or self._linked_project()
        query = urllib.parse.urlencode({"name": self._datum, "project": project})
        return self.get(f"/api/v0/datum-aliases/resolve/?{query}")["datum"]

    def _linked_project(self) -> str:
        folder = os.getcwd()
        while folder not in self._links:
            parent = os.path.dirname(folder)
            if parent == folder:
                raise DownloadError(
                    f"{self._where}: an alias belongs to a project, and this folder is linked to none; "
                    "set VALOHAI_PROJECT, run `vh project link`, or give the datum's id"
                )
            folder = parent
        return str(self._links[folder]["id"])


def _vh_settings() -> dict[str, Any]:
    """What ``vh login`` and ``vh project link`` wrote, if they were run."""
    folder = os.environ.get("VALOHAI_CONFIG_DIR")
    if not folder:
        folder = os.path.join(_user_settings(), "valohai-cli")
    try:
        from valohai._step.configuration import read_configuration

        return read_configuration(os.path.join(folder, "config.json"))
    except FileNotFoundError:
        return {}


def _user_settings() -> str:
    if sys.platform == "win32":
        return os.environ["LOCALAPPDATA"]
    if sys.platform == "darwin":
        return os.path.expanduser("~/Library/Application Support")
    return os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
