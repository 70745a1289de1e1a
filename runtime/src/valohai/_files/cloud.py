"""Object stores (``s3://``, ``gs://``, ``azure://`` and whatever else fsspec knows)."""

from __future__ import annotations

import os

from .errors import DownloadError
from .names import filename_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from .download import Download
    from .input_file import InputFile


def cloud_files(uri: str, download: Download) -> list[InputFile]:
    """The files at ``uri``, several if it has ``*``; named as its input's ``keep-directories`` says.

    ``none``: by the last part of the path; ``suffix``: by the path after the fixed part before ``*``;
    ``full``: by the path in the store
    (https://docs.valohai.com/reference-guides/valohai-yaml/step-inputs/).

    Raises DownloadError if fsspec or its backend is missing, and when the download fails.
    """
    try:
        store, path = _open(uri, download.name)
        found = _matching(store, path) if "*" in path else [path]
    except DownloadError:
        raise
    except Exception as error:  # each store has its own exceptions
        raise _failed(uri, download.name, error) from error
    if not found:
        raise DownloadError(f"input {download.name!r}: nothing matches {uri}; correct the pattern")
    files = []
    for each in found:
        name = download.filename or _name(path, str(each), download.keep_directories)
        key = uri if each == path else f"{uri}#{each}"
        files.append(download.kept(name, key, _getter(store, str(each), uri, download.name)))
    return files


def fetch_from_store(uri: str, path: str, input_name: str) -> None:
    """Download the one object ``uri`` to the file ``path``. Raises DownloadError."""
    store, remote = _open(uri, input_name)
    _get(store, remote, path, uri, input_name)


def _open(uri: str, input_name: str) -> tuple[Any, str]:
    try:
        import fsspec  # type: ignore[import-not-found,import-untyped,unused-ignore]  # optional
    except ImportError:
        raise DownloadError(
            f"input {input_name!r}: {uri} is in an object store, which needs fsspec: "
            f"pip install 'valohai-steps-runtime[cloud]', or give a local file: --{input_name}=PATH"
        ) from None
    options: dict[str, str] = {}
    address = uri
    if uri.startswith("azure://"):
        # Valohai: azure://account/container/blob; fsspec: abfs://container/blob and the account beside it.
        account, _, rest = uri[len("azure://") :].partition("/")
        options, address = {"account_name": account}, f"abfs://{rest}"
    try:
        store, path = fsspec.core.url_to_fs(address, **options)
    except ImportError as error:
        raise DownloadError(
            f"input {input_name!r}: {uri}: {error}; pip install 'valohai-steps-runtime[cloud]' has it"
        ) from None
    except Exception as error:  # each store has its own exceptions
        raise _failed(uri, input_name, error) from error
    return store, str(path)


def _matching(store: Any, pattern: str) -> list[str]:
    # A store's pattern also matches what it shows as folders.
    found = store.glob(pattern, detail=True)
    return sorted(str(name) for name, info in found.items() if info.get("type") != "directory")


def _getter(store: Any, remote: str, uri: str, input_name: str) -> Callable[[str], None]:
    return lambda path: _get(store, remote, path, uri, input_name)


def _get(store: Any, remote: str, path: str, uri: str, input_name: str) -> None:
    try:
        store.get_file(remote, path)
    except Exception as error:  # each store has its own exceptions
        raise _failed(uri, input_name, error) from error


def _failed(uri: str, input_name: str, error: Exception) -> DownloadError:
    reason = str(error) or type(error).__name__
    return DownloadError(
        f"input {input_name!r}: cannot download {uri}: {reason}. Check the address and your credentials "
        f"for the store, or give a local file: --{input_name}=PATH"
    )


def _name(pattern: str, found: str, keep_directories: str) -> str:
    fixed = os.path.dirname(pattern.partition("*")[0])
    if keep_directories == "full":
        return found.lstrip("/").partition("/")[2] or filename_of(f"x://{found}")
    if keep_directories == "suffix" and fixed and found.startswith(f"{fixed}/"):
        return found[len(fixed) + 1 :]
    return filename_of(f"x://x/{found}")
