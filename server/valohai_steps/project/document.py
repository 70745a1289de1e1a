"""A document of the editor, as the workspace knows it."""

from msgspec import Struct


class Document(Struct, frozen=True):
    """A text an editor has open, as it is there, saved or not.

    `cells`: it is a notebook's code cells, joined (`source.notebook`), and not its JSON.
    """

    text: str
    version: int | None
    cells: bool = False
