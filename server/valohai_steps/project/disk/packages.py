"""What a project or wheel of this machine requires, read from its files; nothing of it is run."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from valohai_steps.model.patterns import pattern
from valohai_steps.project.disk.files import LARGEST_SETTINGS, UnreadableFile, read_bytes

_QUOTED = pattern(r"[\"']([^\"'\n]{1,200})[\"']")
_REQUIRES = pattern(r"^Requires-Dist:[ \t]*(.+)$", re.MULTILINE)


def is_project(text: str) -> bool:
    """Whether a pyproject.toml describes something that `pip install .` installs."""
    return re.search(r"^[ \t]*\[(?:project|build-system|tool\.poetry)\]", text, re.MULTILINE) is not None


def requirements_of(path: Path) -> Iterator[str]:
    """The requirements of a project's folder or of a wheel; none where nothing can be read."""
    if path.suffix == ".whl":
        yield from _of_wheel(path)
        return
    yield from _of_pyproject(_text(path / "pyproject.toml"))
    for line in _text(path / "setup.cfg").splitlines():
        yield line.strip()
    yield from _QUOTED.findall(_text(path / "setup.py"))


def _of_pyproject(text: str) -> Iterator[str]:
    if sys.version_info >= (3, 11):  # imported where a project is looked at
        import tomllib
    else:
        import tomli as tomllib

    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError):  # its syntax, or a number that Python does not read
        return
    project = table.get("project")
    listed = project.get("dependencies") if isinstance(project, dict) else None
    yield from (each for each in listed if isinstance(each, str)) if isinstance(listed, list) else ()
    tool = table.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    named = poetry.get("dependencies") if isinstance(poetry, dict) else None
    yield from named if isinstance(named, dict) else ()


def _of_wheel(path: Path) -> Iterator[str]:
    import zipfile  # where there is a wheel

    try:
        with zipfile.ZipFile(path) as wheel:
            for entry in wheel.infolist():
                if entry.filename.endswith(".dist-info/METADATA") and entry.file_size <= LARGEST_SETTINGS:
                    with wheel.open(entry) as file:
                        yield from _REQUIRES.findall(file.read(LARGEST_SETTINGS).decode("utf-8", "replace"))
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return


def _text(path: Path) -> str:
    found = read_bytes(path, LARGEST_SETTINGS)
    return "" if isinstance(found, UnreadableFile) else found.decode("utf-8", "replace")
