"""Where a file is not Python: what is half-typed is open in an editor, what is saved or on disk is to run."""

from pathlib import Path

from valohai_steps.model.finding import Finding
from valohai_steps.project.disk.files import readable
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.call_facts import first_break
from valohai_steps.source.python_file import PythonFile, read_module
from valohai_steps.source.tree.syntax import ExcessiveText


def break_to_tell(snapshot: Snapshot, path: Path, python: PythonFile) -> Finding | None:
    """VH101 at the first place where a file with a `prepare()` call is not Python, in the file's text.

    None while an open document is typed, and where the findings of the calls say what is broken.
    """
    document = snapshot.documents.get(path)
    return None if document is not None and not document.saved else break_now(snapshot, path, python)


def break_now(snapshot: Snapshot, path: Path, python: PythonFile) -> Finding | None:
    """The same, also of a document that is typed."""
    source = readable(snapshot.source(path)) if python.calls or python.steps else None
    if source is None:
        return None
    kept = any(step.stale for step in python.steps)  # then the findings are those of before
    if not kept and any(problem.code == "VH101" for problem in python.problems):
        return None
    try:
        found = first_break(source.syntax)
        if kept:  # nothing is known of before: what is broken is said of the call itself, where it is one
            problems = read_module(source.syntax.text).problems
            found = next((each for each in problems if each.code == "VH101"), found)
    except ExcessiveText:
        return None  # the reader says so
    return None if found is None else source.placed(found)
