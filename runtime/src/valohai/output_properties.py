"""``valohai.output_properties()``: properties of output files, and the dataset versions they go to."""

from __future__ import annotations

import os
from pathlib import Path

from .paths import get_outputs_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, Optional, Union

__all__ = ["OutputProperties", "output_properties"]


class OutputProperties:
    """Properties by output file, saved to ``valohai.metadata.jsonl`` in the outputs folder.

    ::

        with valohai.output_properties() as properties:
            properties.add(file="model.pt", properties={"accuracy": 0.9})

    Properties that the file has already are kept, and added to.
    """

    def __init__(self) -> None:
        self.properties_file = Path(get_outputs_path()) / "valohai.metadata.jsonl"
        self._properties: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> OutputProperties:  # noqa: PYI034  Self is in typing from 3.11
        self._properties = _read(self.properties_file)
        return self

    def __exit__(
        self,
        exc_type: Optional[type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        _write(self.properties_file, self._properties)
        counts: dict[str, int] = {}
        for properties in self._properties.values():
            for version in properties.get(_DATASETS) or ():
                counts[version] = counts.get(version, 0) + 1
        for version, count in counts.items():
            files = "1 file" if count == 1 else f"{count:,} files"
            print(f"Created dataset version {version!r} with {files}")  # noqa: T201  for the execution's log

    def add(self, *, file: Union[str, os.PathLike[str]], properties: dict[str, Any]) -> None:
        """Set properties of ``file``, given relative to the outputs folder; its other properties stay."""
        self._properties.setdefault(os.fspath(file), {}).update(properties)

    def add_to_dataset(self, *, file: Union[str, os.PathLike[str]], dataset_version: str) -> None:
        """Add ``file`` to a dataset version, a URI as ``dataset_version_uri()`` makes it."""
        versions = self._properties.setdefault(os.fspath(file), {}).setdefault(_DATASETS, [])
        if dataset_version not in versions:
            versions.append(dataset_version)

    @staticmethod
    def dataset_version_uri(dataset: str, version: str) -> str:
        """The URI of a dataset's version."""
        return f"dataset://{dataset}/{version}"


output_properties = OutputProperties

_DATASETS = "valohai.dataset-versions"


def _read(path: Path) -> dict[str, dict[str, Any]]:
    import json

    found: dict[str, dict[str, Any]] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return found
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except ValueError as error:
            raise ValueError(
                f"{path}, line {number}: not valid JSON: {error}; correct or remove the line"
            ) from None
        if (
            isinstance(entry, dict)
            and isinstance(entry.get("file"), str)
            and isinstance(entry.get("metadata"), dict)
        ):
            found[entry["file"]] = entry["metadata"]
    return found


def _write(path: Path, properties: dict[str, dict[str, Any]]) -> None:
    import json

    from ._platform.metadata_json import plain

    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    lines = (
        json.dumps({"file": file, "metadata": plain(each)}, allow_nan=False)
        for file, each in properties.items()
    )
    try:
        part.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
