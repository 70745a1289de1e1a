"""``valohai.outputs(name)``: where to write files that Valohai keeps."""

from __future__ import annotations

import os

from .paths import get_outputs_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Union

__all__ = ["Output", "outputs"]


class Output:
    """A folder below the outputs folder; without a name, the outputs folder itself."""

    def __init__(self, name: str = "") -> None:
        self.name = str(name)

    def path(self, filename: str, makedirs: bool = True) -> str:
        """The absolute path of the output file ``filename``, whose folder is created if ``makedirs``.

        An absolute ``filename`` is returned as it is. Raises ValueError for a name or a relative filename
        that leaves the outputs folder.
        """
        path = self._path(os.fspath(filename))
        if makedirs:
            os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def live_upload(self, filename: str) -> None:
        """Have Valohai upload ``filename`` now rather than at the end, by making it read-only.

        ``filename`` may be a pattern (``*``, ``**``, ``?``, ``[...]``; none may match) or a folder, for the
        files in it. Raises FileNotFoundError if it is not a pattern and does not exist, ValueError if one of
        the files is outside the outputs folder, also through a link; then no file is changed.
        """
        from ._files.packing import make_read_only, matching_files, refuse_outside

        asked_by = f"live_upload({filename!r})"
        paths = [file.path for file in matching_files(self._path(os.fspath(filename)), asked_by)]
        refuse_outside(get_outputs_path(), paths, asked_by, "Valohai uploads only what is inside it")
        for path in paths:
            make_read_only(path)

    def compress(
        self,
        source: Union[str, list[str]],
        filename: str,
        live_upload: bool = False,
        remove_originals: bool = True,
    ) -> str:
        """Pack output files into one archive and return its absolute path.

        source: file, folder or pattern (``*``, ``**``, ``?``, ``[...]``) in this output, or a list of these.
            In the archive a file is named relative to its folder, or to the fixed part of its pattern.
        filename: name of the archive; its ending is the format:
            ``.zip .tar .tar.gz .tgz .tar.bz2 .tar.xz``. An archive of that name is replaced; files whose only
            copy is in it (packed earlier in this run, and removed then) stay in it.
        live_upload: have Valohai upload the archive now rather than at the end.
        remove_originals: remove the packed files, once the archive is complete. One that was written to
            meanwhile is kept, with a line on standard error.

        Raises ValueError if nothing matches, for another ending, for two files with one name, and if a file
        to be removed, or the archive that replaces it, is outside the outputs folder, also through a link.
        """
        from ._files.packing import make_read_only, pack, refuse_outside

        sources = [source] if isinstance(source, (str, os.PathLike)) else list(source)
        archive = self._path(os.fspath(filename))
        root = get_outputs_path()
        if live_upload or remove_originals:
            advice = "name one inside it, or pass remove_originals=False without live_upload"
            refuse_outside(root, [archive], "compress(): the archive", advice)
        paths = [self._path(os.fspath(each)) for each in sources]
        pack(paths, archive, removed_from=root if remove_originals else None)
        if live_upload:
            make_read_only(archive)
        return archive

    @property
    def dir_path(self) -> str:
        """The folder of all outputs, whatever this one's name, as in valohai-utils."""
        return get_outputs_path()

    def _path(self, filename: str) -> str:
        root = os.path.abspath(get_outputs_path())
        folder = os.path.normpath(os.path.join(root, self.name))
        _refuse_outside(root, folder, self.name)
        path = os.path.normpath(os.path.join(folder, filename))
        if not os.path.isabs(filename):
            _refuse_outside(root, path, filename)
        return path


outputs = Output


def _refuse_outside(root: str, path: str, name: str) -> None:
    if path != root and not path.startswith(root.rstrip(os.sep) + os.sep):
        raise ValueError(f"output {name!r} is outside the outputs folder, {root}; give a path inside it")
