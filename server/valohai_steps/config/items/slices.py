"""Where the top-level items of a valohai.yaml start, without reading it."""

from msgspec import Struct

from valohai_steps.model.patterns import pattern

_FIRST = pattern(r"(?:[ \t]*(?:#[^\n]*)?\r?\n|\ufeff|---[ \t]*\r?\n)*(?P<indent> *)-(?=[ \t\r\n]|\Z)")
_OTHER_BREAK = pattern(r"\r(?!\n)|[\x85\u2028\u2029]")


class Slices(Struct, frozen=True):
    """The starts of the items, each at the start of its line, and what stands before the first `-`."""

    starts: tuple[int, ...]
    indent: str


def slices(text: str) -> Slices | None:
    """The items of a text; None when it is no plain list of them.

    Then it has more documents than one, or line ends that only YAML knows, or does not begin with an item.
    """
    found = _FIRST.match(text)
    if found is None or not is_plain(text, found.start("indent"), len(text)):
        return None
    indent = found["indent"]
    return Slices(
        (found.start("indent"), *later_starts(text, indent, found.start("indent"), len(text))), indent
    )


def later_starts(text: str, indent: str, start: int, end: int) -> tuple[int, ...]:
    """Where items start behind `start` and before `end`."""
    starts: list[int] = []
    dash = f"\n{indent}-"
    place = text.find(dash, start, end)
    while place >= 0:
        if text[place + len(dash) : place + len(dash) + 1] in " \t\r\n":
            starts.append(place + 1)
        place = text.find(dash, place + 1, end)
    return tuple(starts)


def starts_item(text: str, indent: str, place: int) -> bool:
    """Whether an item starts at the start of a line."""
    behind = place + len(indent) + 1
    return text.startswith(f"{indent}-", place) and text[behind : behind + 1] in " \t\r\n"


def is_plain(text: str, start: int, end: int) -> bool:
    """Whether no document starts or ends between two offsets, and lines end as everywhere."""
    if text.find("\n---", start, end) >= 0 or text.find("\n...", start, end) >= 0:
        return False
    if text.startswith("---", start):
        return False
    if text.find("\r", start, end) < 0 and text.isascii():
        return True
    return _OTHER_BREAK.search(text, start, end) is None
