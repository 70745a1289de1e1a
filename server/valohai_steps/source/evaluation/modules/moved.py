"""Whether an import may mean another file than the one that is read: where Python looks is changed."""

from collections.abc import Iterator
from pathlib import PurePath

from msgspec import Struct

from valohai_steps.model.finding import Related
from valohai_steps.model.step import Cause, Unknown
from valohai_steps.model.text import Span
from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.outlines.search_path import FolderName, PathChange, path_changes


class Moved(Struct, frozen=True):
    """What changes where Python looks, in the file at `path` (None: the text that is run)."""

    path: PurePath | None
    change: PathChange

    def unknown(self, use: Span, name: str) -> Unknown:
        """What is then said of a name that comes from the module."""
        what = "the current folder" if self.change.moves else "sys.path"
        said = f"{what} is changed here, so {name} may be another file"
        cause = Cause.FOLDER if self.change.moves else Cause.MOVED
        return Unknown(use, cause, name, (Related(self.change.place, said, self.path),))


def moved_by(program: Evaluator, name: str, level: int) -> Moved | None:
    """What may make the import of a module mean another file. Raises ExcessiveText."""
    run, top = program.program_run, name.partition(".")[0]
    for path, change in run.path_changes:
        moved, folder = Moved(path, change), change.folder
        if folder is None:
            return moved
        found = None if level else run.first_in(path, folder, top)
        if found is not None and found != program.first_in(None, FolderName(0), top):
            return moved
    return None


def all_path_changes(
    program: Evaluator, *, is_notebook: bool
) -> Iterator[tuple[PurePath | None, PathChange]]:
    """Where a text (None) and the files that it may import change in which folders Python looks.

    Only in a notebook that is the current folder; after the second change nobody knows which that is.
    """
    found = [(None, change) for change in path_changes(program.scopes)]
    every = [*found, *((path, change) for path, said in program.outlines() for change in said.paths)]
    moves = sum(change.moves for _, change in every)
    for path, change in every:
        if not change.moves:
            yield path, change
        elif is_notebook:
            yield path, change if moves == 1 else PathChange(change.place, None, moves=True)
