"""Edits that an editor applies: what a fix, an update or a rename makes of the files."""

from dataclasses import dataclass
from pathlib import Path

from valohai_steps.model.text import TextEdit


@dataclass(frozen=True, slots=True)
class FileEdits:
    """The edits of one file, in its text as the snapshot has it.

    `creates`: there is no such file yet. `destructive` are those of the edits that a person should confirm.
    """

    path: Path
    edits: tuple[TextEdit, ...]
    creates: bool = False
    destructive: tuple[TextEdit, ...] = ()
