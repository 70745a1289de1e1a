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
        self._other_lines: list[str] = []

    def __enter__(self) -> OutputProperties:  # noqa: PYI034  # Self is in typing from 3.11
        self._properties, self._other_lines = _read(self.properties_file)
        return self

    def __exit__(
        self,
        exc_type: Optional[type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        _write(self.properties_file, self._properties, self._other_lines)
        counts: dict[str, int] = {}
        for properties in self._properties.values():
            for version in _versions(properties):
                uri = str(version.get("uri") if isinstance(version, dict) else version)
                counts[uri] = counts.get(uri, 0) + 1
        for version, count in counts.items():
            files = "1 file" if count == 1 else f"{count:,} files"
            print(f"Created dataset version {version!r} with {files}")  # noqa: T201  # for the execution's log

    def add(self, *, file: Union[str, os.PathLike[str]], properties: dict[str, Any]) -> None:
        """Set properties of ``file``, given relative to the outputs folder; its other properties stay."""
        self._properties.setdefault(os.fspath(file), {}).update(properties)

    def add_to_dataset(self, *, file: Union[str, os.PathLike[str]], dataset_version: str) -> None:
        """Add ``file`` to a dataset version, a URI as ``dataset_version_uri()`` makes it."""
        properties = self._properties.setdefault(os.fspath(file), {})
        versions = _versions(properties)
        if dataset_version not in versions:
            versions.append(dataset_version)
        properties[_DATASETS] = versions

    @staticmethod
    def dataset_version_uri(dataset: str, version: str) -> str:
        """The URI of a dataset's version."""
        return f"dataset://{dataset}/{version}"


output_properties = OutputProperties

_DATASETS = "valohai.dataset-versions"


def _versions(properties: dict[str, Any]) -> list[Any]:
    """The dataset versions in ``properties``, URIs or objects with a ``uri``, as a list of its own.

    (The list that ``add()`` was given may belong to many files.)
    """
    stated = properties.get(_DATASETS) or []
    return list(stated) if isinstance(stated, (list, tuple, set, frozenset)) else [stated]


def _read(path: Path) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """The properties by file, and the lines that hold something else, which stay as they are.

    Raises ValueError that names the line which is not JSON.
    """
    import json

    found: dict[str, dict[str, Any]] = {}
    others: list[str] = []
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return found, others
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            text = line.decode("utf-8")
            entry = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ValueError(
                f"{path}, line {number}: not valid JSON: {error}; correct or remove the line"
            ) from None
        if _is_about_a_file(entry):
            found[entry["file"]] = entry["metadata"]
        else:
            others.append(text)
    return found, others


def _is_about_a_file(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("file"), str)
        and isinstance(entry.get("metadata"), dict)
    )


def _write(path: Path, properties: dict[str, dict[str, Any]], others: list[str]) -> None:
    from ._platform.metadata_json import json_text

    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    lines = [*others, *(json_text({"file": file, "metadata": each}) for file, each in properties.items())]
    try:
        part.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
