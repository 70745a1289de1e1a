"""What can be written at a place of any file."""

from collections.abc import Iterable
from pathlib import Path

from valohai_steps.ide.completion.item import Completion
from valohai_steps.ide.completion.new_step import may_become_one
from valohai_steps.ide.completion.python import python_completions
from valohai_steps.ide.completion.yaml.completions import yaml_completions
from valohai_steps.model.text import line_end
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import readable
from valohai_steps.project.snapshot import Snapshot


def completions(snapshot: Snapshot, path: Path, offset: int) -> tuple[Completion, ...]:
    """What can be written at `offset`, in code points, the likeliest first; mostly nothing.

    Nothing where a whole word ends its line: an editor would take Enter for the choice of it, or of a longer
    one.
    """
    found = _completions(snapshot, path, offset)
    text = readable(snapshot.text(path)) or ""
    whole = _ends_line(text, offset) and any(each.is_written(text, offset) for each in found)
    return () if whole else found


def _completions(snapshot: Snapshot, path: Path, offset: int) -> tuple[Completion, ...]:
    if is_yaml(path):
        return yaml_completions(snapshot, path, offset)
    return tuple(python_completions(snapshot, path, offset))


def is_incomplete(snapshot: Snapshot, path: Path, offset: int, offered: Iterable[Completion]) -> bool:
    """Whether one more letter may change what is `offered` at `offset`, in code points."""
    text = readable(snapshot.text(path)) or ""
    if _ends_line(text, offset) and any(each.is_plain for each in offered):
        return True
    return not offered and path.suffix == ".py" and may_become_one(text, offset)


def _ends_line(text: str, offset: int) -> bool:
    return not text[offset : line_end(text, offset)].strip(" \t")
