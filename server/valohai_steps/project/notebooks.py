"""Notebooks on disk, or open as JSON: read as Python, with every place in the JSON text."""

from pathlib import PurePath
from typing import TYPE_CHECKING

from msgspec.structs import replace

from valohai_steps.model.finding import Finding
from valohai_steps.model.relocation import relocated
from valohai_steps.source.evaluation.imports import Imports
from valohai_steps.source.python_file import PythonFile, read_module

if TYPE_CHECKING:
    from valohai_steps.source.text.notebook import Notebook

NOTEBOOK_SUFFIX = ".ipynb"


def is_notebook(path: PurePath) -> bool:
    """Whether the file is a notebook by its name."""
    return path.suffix == NOTEBOOK_SUFFIX


def read_python_of_notebook(text: str, imports: Imports) -> PythonFile:
    """The facts of a notebook's code cells; `text` of the result is the JSON, and its spans count there.

    Quick fixes are left out: an edit of the JSON would have to mind its quotes and escapes.
    """
    if "valohai" not in text:
        return PythonFile(text)
    from valohai_steps.source.text.notebook import read_notebook  # where there is a notebook

    notebook = read_notebook(text)
    python = read_module(notebook.source, imports)
    return PythonFile(
        text=text,
        steps=relocated(python.steps, notebook.to_json),
        calls=relocated(python.calls, notebook.to_json),
        reads=relocated(python.reads, notebook.to_json),
        read_callees=relocated(python.read_callees, notebook.to_json),
        problems=(*notebook.problems, *_placed(python.problems, notebook)),
        imported=python.imported,
    )


def _placed(problems: tuple[Finding, ...], notebook: "Notebook") -> tuple[Finding, ...]:
    """The findings, each with the number of its cell, counted from 1 as people do."""
    placed: list[Finding] = []
    for problem in problems:
        cell = notebook.to_cell(problem.span.start)
        named = problem.message if cell is None else f"cell {cell[0] + 1}: {problem.message}"
        plain = replace(problem, message=named, fixes=())
        here = [related for related in plain.related if related.path is None]
        moved = relocated(replace(plain, related=tuple(here)), notebook.to_json)
        elsewhere = [related for related in plain.related if related.path is not None]
        placed.append(replace(moved, related=(*moved.related, *elsewhere)))
    return tuple(placed)
