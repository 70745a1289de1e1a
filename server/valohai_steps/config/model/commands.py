"""Places in a command that Valohai fills in, or that name the folder of an input."""

import re
from collections.abc import Iterator

from msgspec import Struct

from valohai_steps.config.model.names import Places
from valohai_steps.config.tree.node import Node
from valohai_steps.config.tree.scalar_places import ScalarPlaces, letters
from valohai_steps.model.patterns import pattern

# Braces on one line, not those of the shell (`${X}`), of Jinja (`{{ x }}`), or empty ones.
_BRACES = pattern(r"(?<![${])\{([^{}\n]+)\}(?!\})")
_FLAG_IN_FRONT = pattern(r"--?[\w-]+=[\"']?\Z")
_LONGEST_FLAG = 80
_APART = ("", " ", "\t", "\n", "=")
_FOLDER = pattern(
    r"(?:/valohai/inputs|\$VH_INPUTS_DIR|\$\{VH_INPUTS_DIR\})/([^/\s\"'*?;&|<>(){}$\\`\[\],:]+)"
)


class Placeholder(Struct, frozen=True):
    """`{content}` in a command. `whole` is its place with the braces, `inner` between them.

    `head` and `tail` are the places before and behind the first `:`; `wrapped` tells that `--flag=` is in
    front, `alone` that blanks, `=` or an end of the text are on both sides.
    """

    content: str
    whole: int
    inner: int
    head: int
    tail: int
    wrapped: bool = False
    alone: bool = False


class Folder(Struct, frozen=True):
    """The name of an input behind `/valohai/inputs/`."""

    name: str
    place: int


Use = Placeholder | Folder


def uses_in(places: Places, node: Node) -> Iterator[Use]:
    """The placeholders and folders that a string names."""
    text = str(node.value)
    if "{" not in text and "inputs/" not in text and "VH_INPUTS_DIR" not in text:
        return
    known = letters(places.text, node)
    for found in _BRACES.finditer(text):
        yield _placeholder(places, node, known, found)
    for found in _FOLDER.finditer(text):
        name = places.part(node, known, *found.span(1))
        yield Folder(name.text, name.place)


def _placeholder(places: Places, node: Node, known: ScalarPlaces, found: re.Match[str]) -> Placeholder:
    content = found[1]
    start, end = found.span(1)
    colon = content.find(":")
    middle = end if colon < 0 else start + colon

    def place(first: int, last: int) -> int:
        return places.part(node, known, first, last).place

    front = found.string[max(found.start() - _LONGEST_FLAG, 0) : found.start()]
    return Placeholder(
        content,
        place(*found.span()),
        place(start, end),
        place(start, middle),
        place(min(middle + 1, end), end),
        _FLAG_IN_FRONT.search(front) is not None,
        front[-1:] in _APART and found.string[found.end() : found.end() + 1] in _APART,
    )
