"""The Python of a file or a notebook, as one tree, and where each part of it is in the file's text."""

from typing import TYPE_CHECKING

from msgspec import Struct

from valohai_steps.model.text import Span
from valohai_steps.source.tree.syntax import Syntax

if TYPE_CHECKING:
    from valohai_steps.source.text.notebook import Notebook


class PythonSource(Struct, frozen=True):
    """`syntax` is parsed when it is first used. Of a notebook's JSON it is that of the joined code cells."""

    syntax: Syntax
    notebook: "Notebook | None" = None

    @property
    def in_json(self) -> bool:
        """Whether the file's text is the JSON of a notebook: names in it may need escapes."""
        return self.notebook is not None

    def into(self, span: Span) -> Span | None:
        """A span of the file's text in the tree's; None when it is no Python."""
        return span if self.notebook is None else self.notebook.to_source(span)

    def out(self, span: Span) -> Span:
        """A span of the tree's text in the file's."""
        return span if self.notebook is None else self.notebook.to_json(span)


def source_of_notebook(text: str) -> PythonSource:
    """The code cells of a notebook's JSON."""
    from valohai_steps.source.text.notebook import read_notebook  # where there is a notebook

    notebook = read_notebook(text)
    return PythonSource(Syntax(notebook.source), notebook)
