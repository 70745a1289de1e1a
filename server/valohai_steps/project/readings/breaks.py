"""Where a file on disk is not Python: what is half-typed is open in an editor, what is on disk is to run."""

from pathlib import Path

from valohai_steps.model.finding import Finding
from valohai_steps.project.disk.files import readable
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.call_facts import first_break
from valohai_steps.source.python_file import PythonFile
from valohai_steps.source.tree.syntax import ExcessiveText


def break_on_disk(snapshot: Snapshot, path: Path, python: PythonFile) -> Finding | None:
    """VH101 at the first place where a closed file with a `prepare()` call is not Python, in the file's text.

    None of an open document, and where the calls themselves say what is broken.
    """
    source = None if path in snapshot.documents or not python.calls else readable(snapshot.source(path))
    if source is None or any(problem.code == "VH101" for problem in python.problems):
        return None
    try:
        found = first_break(source.syntax)
    except ExcessiveText:
        return None  # the reader says so
    return None if found is None else source.placed(found)
