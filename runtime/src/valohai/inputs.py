"""``valohai.inputs(name)``: the files of an input."""

from __future__ import annotations

from ._files.errors import DownloadError, MissingInput
from ._files.sources import input_files, stated_uris
from .paths import get_inputs_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO, Optional, Union

__all__ = ["DownloadError", "Input", "MissingInput", "inputs"]


class Input:
    """An input of the current step, by its declared name."""

    def __init__(self, name: str, default: Union[str, list[str], None] = None) -> None:
        """``default`` is kept as an attribute and has no effect, as in valohai-utils."""
        self.name = str(name)
        self.default = default

    def paths(
        self,
        path_filter: Optional[str] = None,
        default: Optional[Iterable[str]] = None,
        process_archives: bool = True,
        force_download: bool = False,
    ) -> Iterator[str]:
        """The paths of the input's files; files that are not on this machine are downloaded first.

        path_filter: a pattern over names within the input, as in ``fnmatch``: ``*``, ``?`` and ``[...]``
            match any characters, ``/`` among them; ``**/`` also matches no folder at all.
        default: paths to use if there is no file, instead of an error about a missing path.
        process_archives: give the files inside ``.zip .tar .tar.gz .tgz .tar.bz2 .tar.xz`` archives, unpacked
            one by one to a temporary folder of this process, instead of the archive.
        force_download: download again, even if the file was downloaded before.

        Raises MissingInput (a FileNotFoundError) for a path that does not exist or a pattern that matches
        nothing, DownloadError (an OSError) when a download fails, ValueError for an archive that is broken,
        contains a link or a device, or reaches outside its folder.
        """
        from ._files.archive_formats import archive_ending

        found = False
        try:
            files = input_files(self.name, force_download=force_download)
        except MissingInput:
            if default is None:
                raise
            files = []
        for file in files:
            if process_archives and archive_ending(file.name):
                from ._files.archives import unpacked

                for path in unpacked(file, path_filter):
                    found = True
                    yield path
            elif path_filter is None or _matches(file.name, path_filter):
                found = True
                yield file.path
        if not found and default is not None:
            yield from default

    def path(
        self,
        path_filter: Optional[str] = None,
        default: Optional[str] = None,
        process_archives: bool = True,
        force_download: bool = False,
    ) -> Optional[str]:
        """The path of the first file that ``paths()`` gives; ``default`` if there is none."""
        fallback = None if default is None else [default]
        return next(self.paths(path_filter, fallback, process_archives, force_download), None)

    def streams(
        self,
        path_filter: Optional[str] = None,
        process_archives: bool = True,
        force_download: bool = False,
    ) -> Iterator[BinaryIO]:
        """The files that ``paths()`` gives, open for reading bytes; each can be used in ``with``."""
        for path in self.paths(path_filter, None, process_archives, force_download):
            yield open(path, "rb")  # noqa: SIM115  # the caller's to close

    def stream(
        self,
        path_filter: Optional[str] = None,
        process_archives: bool = True,
        force_download: bool = False,
    ) -> Optional[BinaryIO]:
        """The first file that ``streams()`` gives, or None if there is none."""
        return next(self.streams(path_filter, process_archives, force_download), None)

    def uris(self) -> list[str]:
        """The URIs, patterns and local paths of the input, as stated; nothing is downloaded.

        (An addition of ours: valohai-utils offers only the downloaded files.)
        """
        return stated_uris(self.name)

    def dir_path(self) -> str:
        """The folder of this input on Valohai, and of its downloads elsewhere; it may not exist yet."""
        return get_inputs_path(self.name)


inputs = Input


def _matches(name: str, pattern: str) -> bool:
    from ._files.names import matches

    return matches(name, pattern)
