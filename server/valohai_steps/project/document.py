"""A document of the editor, as the workspace knows it."""

from msgspec import Struct


class Document(Struct, frozen=True):
    """A text an editor has open, as it is there, saved or not.

    `cells`: it is a notebook's code cells, joined (`source.text.notebook`), and not its JSON. `saved`:
    nothing was typed since it was saved, so what is broken in it is no moment of typing.
    """

    text: str
    version: int | None
    cells: bool = False
    saved: bool = False
