"""From what an input consists of (URIs, paths, Valohai's list of files) to files on this machine."""

from __future__ import annotations

import os

from valohai._step.state import current_step
from valohai.paths import get_inputs_path

from .errors import MissingInput
from .input_file import InputFile, glob_files, has_pattern, walk
from .names import is_half_a_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from .download import Download

# Named by Valohai only; what they mean is known to the platform, not to a laptop.
_PLATFORM_SCHEMES = ("dataset", "model")


def input_files(name: str, *, force_download: bool = False) -> list[InputFile]:
    """The files of the input ``name``, downloaded where needed; in the order stated, folders sorted by name.

    An input without any source, or of an undeclared name, consists of the files in ``$VH_INPUTS_DIR/name``.

    Raises MissingInput for a path that is not there, DownloadError when a download fails, ValueError for a
    URI that cannot be fetched here.
    """
    step = current_step()
    consists_of = step.inputs.get(name)
    if isinstance(consists_of, dict):
        from .listed import listed_files

        return listed_files(name, consists_of, force_download=force_download)
    if isinstance(consists_of, str):
        consists_of = [consists_of]
    if not consists_of:
        return _files_in_place(name)
    definition = step.input_definitions.get(name, {})
    download: Optional[Download] = None
    files: list[InputFile] = []
    for source in consists_of:
        if not _is_uri(source):
            files += _local_files(name, source)
            continue
        if download is None:
            from .download import Download

            download = Download(name, definition, force=force_download, adopt=name not in step.overridden)
        files += _remote_files(name, source, download)
    return files


def stated_uris(name: str) -> list[str]:
    """What the input ``name`` consists of: the URIs and paths stated, or those of Valohai's list of files."""
    consists_of = current_step().inputs.get(name)
    if isinstance(consists_of, dict):
        return [file["uri"] for file in consists_of.get("files") or () if file.get("uri")]
    return [consists_of] if isinstance(consists_of, str) else list(consists_of or ())


def _is_uri(source: str) -> bool:
    return "://" in source


def _files_in_place(name: str) -> list[InputFile]:
    # Only a folder that someone pointed to: the default one holds downloads of earlier runs.
    if not (os.environ.get("VH_INPUTS_DIR") or os.environ.get("VH_JOB_ID")):
        return []
    return [file for file in walk(get_inputs_path(name)) if not is_half_a_file(file.path)]


def _local_files(name: str, source: str) -> list[InputFile]:
    path = os.path.expanduser(source)
    if os.path.isfile(path):
        return [InputFile(os.path.basename(path), path)]
    if os.path.isdir(path):
        return list(walk(path))
    files = list(glob_files(path)) if has_pattern(path) else []
    if not files:
        what = "no file matches" if has_pattern(path) else "there is no file or folder"
        raise MissingInput(
            f"input {name!r}: {what} {source!r} (looked in {os.getcwd()!r}); "
            f"correct the path, or override it with --{name}=PATH"
        )
    return files


def _remote_files(name: str, uri: str, download: Any) -> list[InputFile]:
    scheme, _, rest = uri.partition("://")
    if scheme in ("http", "https"):
        return [download.http(uri)]
    if scheme == "file":
        from urllib.request import url2pathname

        return _local_files(name, url2pathname(rest))
    if scheme == "datum":
        from .datum import datum_file

        return [datum_file(rest, download)]
    if scheme in _PLATFORM_SCHEMES:
        raise ValueError(
            f"input {name!r}: {uri} exists on Valohai only; on this machine, give files: --{name}=PATH, or --{name}=https://..."
        )
    from .cloud import cloud_files

    return cloud_files(uri, download)
