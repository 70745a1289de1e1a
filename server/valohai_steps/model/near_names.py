"""Names that are like another one: what is searched stays small however many names there are."""

from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache

# Up to so many names all are compared; of more, those next to the word in order: read from the front, and
# from the end. A misspelt word keeps one of its ends.
_MOST_COMPARED = 100
_NEXT = 16


def close_name(word: str, names: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The name most like `word`, as `difflib.get_close_matches` has it; None when none is.

    `cutoff` is a ratio of 0 to 1. The order of names does not matter, nor what was asked before.
    """
    import difflib  # for a mistake alone

    among = frozenset(names)
    if len(among) > _MOST_COMPARED:
        among = _next_to(word, among)
    return next(iter(difflib.get_close_matches(word, sorted(among), n=1, cutoff=cutoff)), None)


def _next_to(word: str, names: frozenset[str]) -> frozenset[str]:
    forward, backward = _in_order(names)
    found = _around(word, forward)
    return frozenset((*found, *(each[::-1] for each in _around(word[::-1], backward))))


def _around(word: str, names: list[str]) -> list[str]:
    place = bisect_left(names, word)
    return names[max(0, place - _NEXT) : place + _NEXT]


@lru_cache(maxsize=8)
def _in_order(names: frozenset[str]) -> tuple[list[str], list[str]]:
    """The names in order, and in order of what they are from the end."""
    return sorted(names), sorted(each[::-1] for each in names)
