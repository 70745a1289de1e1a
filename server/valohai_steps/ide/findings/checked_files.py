"""Which files a check looks at: those that are named or hold steps, each valohai.yaml, what its steps run."""

from collections.abc import Iterable
from pathlib import Path

from valohai_steps.ide.command_line.findings import files_concerned
from valohai_steps.project.binding import YAML_NAMES, is_yaml
from valohai_steps.project.disk.files import readable
from valohai_steps.project.disk.scan import scan_yaml
from valohai_steps.project.snapshot import Snapshot


def files_to_check(snapshot: Snapshot, files: Iterable[Path], folders: Iterable[Path]) -> tuple[Path, ...]:
    """The files, each valohai.yaml of the folders, and those that a file with steps belongs to."""
    files = tuple(files)
    yamls = dict.fromkeys(yaml for folder in folders for yaml in yaml_files(folder, snapshot))
    for path in files:
        python = None if is_yaml(path) else readable(snapshot.python(path))
        if python is not None and python.steps:
            yamls[snapshot.yaml_path(path)] = None
    there = [
        path
        for path in dict.fromkeys((*(path for path in files if is_yaml(path)), *yamls))
        if snapshot.exists(path)
    ]
    scripts = (script for yaml in there for script in files_concerned(snapshot, yaml))
    return tuple(dict.fromkeys((*files, *there, *scripts)))


def yaml_files(folder: Path, snapshot: Snapshot) -> list[Path]:
    """Every valohai.yaml in a folder, whether Python declares a step or not; also the one of the settings."""
    inside = folder / "any.py"
    home, settings = snapshot.settings_path(inside), snapshot.settings(inside)
    found = list(scan_yaml(folder, YAML_NAMES, settings.exclude, home.parent if home else folder))
    stated = snapshot.yaml_path(inside)
    if settings.yaml is not None and stated.is_relative_to(folder) and snapshot.exists(stated):
        found.append(stated)
    return list(dict.fromkeys(found))
