"""The Python of a file or a notebook: where each part of it is in the file's text, and edits of it."""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.model.finding import Finding, Fix
from valohai_steps.model.relocation import relocated
from valohai_steps.model.text import Span, TextEdit
from valohai_steps.project.document import Document
from valohai_steps.project.python.notebooks import is_notebook
from valohai_steps.source.evaluation.imports import Imports
from valohai_steps.source.python_file import PythonFile, Syntax, read_module
from valohai_steps.source.text.ignore_comments import comment_findings, not_ignored, python_comments

if TYPE_CHECKING:
    from valohai_steps.source.text.notebook import Notebook


class PythonSource(Struct, frozen=True):
    """`text` is the file's. `syntax` is parsed when first used: of a notebook's JSON the joined code cells.

    Nobody else knows whether a file is JSON: its places and its Python are asked for here, and edits made.
    """

    text: str
    syntax: Syntax
    notebook: "Notebook | None" = None

    def into(self, span: Span) -> Span | None:
        """A span of the file's text in the tree's; None when it is no Python."""
        return span if self.notebook is None else self.notebook.to_source(span)

    def out(self, span: Span) -> Span:
        """A span of the tree's text in the file's."""
        return span if self.notebook is None else self.notebook.to_json(span)

    def python_at(self, span: Span) -> str:
        """The Python that a span of the file's text writes; empty when it writes none."""
        inside = self.into(span)
        return "" if inside is None else self.syntax.text[inside.start : inside.end]

    def edit(self, span: Span, python: str) -> TextEdit:
        """The edit of the file that writes Python in place of a span of its text, with JSON's escapes."""
        if self.notebook is not None:
            import json  # with the first notebook to write into

            python = json.dumps(python, ensure_ascii=False)[1:-1]
        return TextEdit(span, python)

    def fix(self, fix: Fix) -> Fix:
        """A fix of the tree's text as one of the file's."""
        if self.notebook is None:
            return fix
        return replace(fix, edits=tuple(self.edit(self.out(each.span), each.text) for each in fix.edits))

    def placed(self, finding: Finding) -> Finding:
        """A finding of the tree's text as one of the file's, with the number of its cell, from 1."""
        fixes = tuple(map(self.fix, finding.fixes))
        numbered = self._numbered(finding, finding.span)
        return replace(relocated(replace(numbered, fixes=()), self.out), fixes=fixes)

    def told(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings of the file that no comment in its Python switches off, with the numbers of their
        cells; and what is wrong with such comments (VH401)."""
        text = self.syntax.text
        comments = cache(lambda _: tuple(python_comments(text)))
        wrong = map(self.placed, comment_findings(text, comments))
        yield from not_ignored(text, chain(wrong, map(self._told, findings)), comments, self.into)

    def _told(self, finding: Finding) -> Finding:
        inside = self.into(finding.span)
        return finding if inside is None else self._numbered(finding, inside)

    def _numbered(self, finding: Finding, place: Span) -> Finding:
        """A finding with the number of its cell, from 1 as people count; `place` is in the tree's text."""
        cell = None if self.notebook is None else self.notebook.to_cell(place.start)
        return finding if cell is None else replace(finding, message=f"cell {cell[0] + 1}: {finding.message}")

    def typed(self, python: PythonFile) -> PythonFile | None:
        """The facts, when Python is what is typed into the file's text; None for JSON."""
        return python if self.notebook is None else None


def read_source(path: Path, text: str, document: Document | None) -> PythonSource:
    """The Python of a file's text; `document` is the open one, if it is open."""
    return _source_in_json(text) if _is_json(path, document) else PythonSource(text, Syntax(text))


def facts_in_json(path: Path, text: str, document: Document | None, imports: Imports) -> PythonFile | None:
    """The facts of a notebook's code cells, with spans of its JSON; None when the text is no JSON."""
    if not _is_json(path, document):
        return None
    source = _source_in_json(text)
    problems = () if source.notebook is None else source.notebook.problems
    if problems or "valohai" not in text:
        return PythonFile(text, problems=problems)
    python = read_module(source.syntax.text, imports)
    return PythonFile(
        text=text,
        steps=relocated(python.steps, source.out),
        calls=relocated(python.calls, source.out),
        reads=relocated(python.reads, source.out),
        read_callees=relocated(python.read_callees, source.out),
        problems=tuple(map(source.placed, python.problems)),
        imported=python.imported,
    )


def _is_json(path: Path, document: Document | None) -> bool:
    """Whether the text is a notebook's JSON; of one whose cells are open it is the cells."""
    return is_notebook(path) and not (document is not None and document.cells)


def _source_in_json(text: str) -> PythonSource:
    from valohai_steps.source.text.notebook import read_notebook  # where there is a notebook

    notebook = read_notebook(text)
    return PythonSource(text, Syntax(notebook.source), notebook)
