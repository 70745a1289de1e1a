"""The virtual environments of a workspace, looked at from outside: folders and names, nothing is run."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

_NAMES = (".venv", "venv", "env")
_BOTH = ("valohai_utils", "valohai_steps_runtime")


def clashing_environments(roots: tuple[Path, ...], environment: Mapping[str, str] = os.environ) -> list[Path]:
    """The environments that hold valohai-utils and valohai-steps-runtime, which overwrite each other.

    Looked at are the usual folders in `roots`, and the active one (`VIRTUAL_ENV`).
    """
    active = environment.get("VIRTUAL_ENV")
    folders = [root / name for root in roots for name in _NAMES] + ([Path(active)] if active else [])
    return [folder for folder in dict.fromkeys(folders) if _holds_both(folder)]


def _holds_both(folder: Path) -> bool:
    for packages in _site_packages(folder):
        installed = {path.name.partition("-")[0] for path in packages.glob("valohai_*.dist-info")}
        if installed.issuperset(_BOTH):
            return True
    return False


def _site_packages(folder: Path) -> Iterator[Path]:
    yield folder / "Lib" / "site-packages"  # Windows
    yield from folder.glob("lib/python3*/site-packages")
