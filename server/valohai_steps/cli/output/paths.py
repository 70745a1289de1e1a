"""Paths as a person names them, and whole."""

import os
from pathlib import Path

from valohai_steps.project.disk.files import real_path

_STEPS_UP = 2


def whole_path(path: Path) -> Path:
    """The path from the root of the disk, without `..`; a link at its end stays a link."""
    whole = Path.cwd() / path
    return _plain(whole.parent) / whole.name if ".." in whole.parts and whole.name != ".." else _plain(whole)


def shown(path: Path) -> str:
    """The path as a person in this folder writes it; from the root when that is far away."""
    whole = whole_path(path)
    try:
        near = Path(os.path.relpath(whole))
    except ValueError:  # another drive on Windows
        return str(whole)
    return str(whole if near.parts.count("..") > _STEPS_UP else near)


def _plain(path: Path) -> Path:
    return real_path(path) if ".." in path.parts else path
