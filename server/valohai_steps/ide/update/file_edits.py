"""Edits that an editor applies: what a fix, an update or a rename makes of the files."""

from pathlib import Path

from msgspec import Struct

from valohai_steps.model.text import TextEdit


class FileEdits(Struct, frozen=True):
    """The edits of one file, in its text as the snapshot has it.

    `creates`: there is no such file yet. `destructive` are those of the edits that a person should confirm.
    `typed`: a person has set the path, so that it may lie outside of the project.
    """

    path: Path
    edits: tuple[TextEdit, ...]
    creates: bool = False
    destructive: tuple[TextEdit, ...] = ()
    typed: bool = False
