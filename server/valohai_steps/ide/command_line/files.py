"""The files that a step of valohai.yaml runs: half of all projects declare theirs in no Python."""

from pathlib import Path

from valohai_steps.config.reader import YamlStep
from valohai_steps.drift.commands.runs import files_run
from valohai_steps.project.snapshot import Snapshot


def existing_files_run(snapshot: Snapshot, yaml: Path, step: YamlStep) -> list[str]:
    """The files that a step's command runs and that are there, relative to the folder of `yaml`."""
    command, stated = step.get("command"), step.get("source-path")
    if command is None:
        return []
    source = stated.value if stated is not None and isinstance(stated.value, str) else None
    return [name for name in sorted(files_run(command.value, source)) if snapshot.exists(yaml.parent / name)]
