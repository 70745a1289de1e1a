"""Which files are scripts: they declare no step and read their own command line."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from valohai_steps.project.disk.files import readable
from valohai_steps.project.snapshot import Snapshot

if TYPE_CHECKING:
    from valohai_steps.drift.command_line.differences import ScriptRead


def script_of(snapshot: Snapshot, path: Path) -> "ScriptRead | None":
    """What a script takes; None when that is not known."""
    yaml = snapshot.yaml_path(path)
    python = readable(snapshot.python(path)) if path.suffix == ".py" else None
    if python is None or python.calls:
        return None
    from valohai_steps.project.readings.command_lines import script_read  # for a file without a call

    read = script_read(snapshot, yaml, (str(snapshot.source_in(path, yaml)),))
    return read if read is not None and read.fact.parser is not None and not read.fact.stale else None


def scripts_among(snapshot: Snapshot, named: Iterable[Path]) -> list[Path]:
    """The files that declare no step and read their own command line."""
    found = (path for path in named if path.suffix == ".py")
    return [path for path in found if script_of(snapshot, path) is not None]
