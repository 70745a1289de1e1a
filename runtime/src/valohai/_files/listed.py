"""Inputs as Valohai lists them in ``inputs.json``; what Valohai left to the code is downloaded on demand."""

from __future__ import annotations

import os

from .errors import MissingInput
from .input_file import InputFile
from .names import inside

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from .download import Download


def listed_files(name: str, listed: dict[str, Any], *, force_download: bool) -> list[InputFile]:
    """The files of the input ``name``.

    listed: what ``inputs.json`` has: ``{"files": [{"name", "path", "uri", ...}], "input_id"}``.

    A file that is not at its path is downloaded: from the address that Valohai gives for ``input_id``, else
    from its ``uri``. Raises MissingInput if it has neither, DownloadError when the download fails.
    """
    entries = listed.get("files") or []
    files = []
    wanted = {
        number
        for number, entry in enumerate(entries)
        if not _is_here(entry) or (force_download and _can_download(entry, listed))
    }
    addresses: dict[str, str] = {}
    download: Optional[Download] = None
    if wanted:
        from .download import Download  # with urllib, which most runs on Valohai do not need

        download = Download(name, {}, force=force_download, adopt=True)
        if listed.get("input_id"):
            addresses = _addresses(name, str(listed["input_id"]))
    for number, entry in enumerate(entries):
        if download is not None and number in wanted:
            files.append(_downloaded(name, entry, addresses, download))
        else:
            files.append(
                InputFile(str(entry.get("name") or os.path.basename(entry["path"])), str(entry["path"]))
            )
    return files


def _is_here(entry: dict[str, Any]) -> bool:
    return bool(entry.get("path")) and os.path.isfile(entry["path"])


def _can_download(entry: dict[str, Any], listed: dict[str, Any]) -> bool:
    return bool(listed.get("input_id")) or str(entry.get("uri") or "").startswith(("http://", "https://"))


def _addresses(name: str, input_id: str) -> dict[str, str]:
    """File name -> address, from Valohai's ``input_request`` endpoint; an address holds for a short time."""
    from valohai._platform.api import call_endpoint

    try:
        answer = call_endpoint("input_request", params={"inputs": input_id}).json()
        return {
            str(file["filename"]): str(file["url"])
            for request in answer
            for file in request["files"]
            if file.get("input_id") == input_id
        }
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise RuntimeError(f"input {name!r}: Valohai gave no address for its files: {error}") from error


def _downloaded(name: str, entry: dict[str, Any], addresses: dict[str, str], download: Download) -> InputFile:
    filename = str(entry.get("name") or "")
    uri = str(entry.get("uri") or "")
    address = addresses.get(filename)
    if address is None and not uri:
        raise MissingInput(
            f"input {name!r}: inputs.json names {filename!r} at {entry.get('path')!r}, which is not there, "
            "and gives no address to download it from"
        )
    try:
        inside("", filename)
    except ValueError as error:
        raise ValueError(f"input {name!r}: inputs.json: {error}; it cannot be downloaded") from None
    getter = _getter(name, entry, address or uri)
    return download.kept(filename, uri or f"{name}/{filename}", getter)


def _getter(name: str, entry: dict[str, Any], address: str) -> Callable[[str], None]:
    """What downloads the file ``entry``, now at ``address``, to a path, and checks what came."""
    size = int(entry.get("size") or 0) or None
    checksums = {str(kind): str(value) for kind, value in (entry.get("checksums") or {}).items() if value}

    def get(path: str) -> None:
        from .download import verify
        from .http import fetch

        if address.startswith(("http://", "https://")):
            fetch(address, path, name, size=size)
        else:
            from .cloud import fetch_from_store

            fetch_from_store(address, path, name)
        verify(path, checksums, f"input {name!r}: {entry.get('name')}")

    return get
