"""What can be written at a place of any file."""

from pathlib import Path

from valohai_steps.ide.completion.item import Completion
from valohai_steps.ide.completion.new_step import may_become_one
from valohai_steps.ide.completion.python import python_completions
from valohai_steps.ide.completion.yaml.completions import yaml_completions
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import readable
from valohai_steps.project.snapshot import Snapshot


def completions(snapshot: Snapshot, path: Path, offset: int) -> tuple[Completion, ...]:
    """What can be written at `offset`, in code points, the likeliest first; mostly nothing."""
    if is_yaml(path):
        return yaml_completions(snapshot, path, offset)
    return tuple(python_completions(snapshot, path, offset))


def is_incomplete(snapshot: Snapshot, path: Path, offset: int) -> bool:
    """Whether one more letter may change what is offered at `offset`, in code points."""
    text = readable(snapshot.text(path)) if path.suffix == ".py" else None
    return text is not None and may_become_one(text, offset)
