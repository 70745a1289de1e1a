"""What somebody meant who wrote a word that is not there."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from valohai_steps.model.patterns import pattern

_CAMEL = pattern(r"(?<=[a-z0-9])(?=[A-Z])")
# Less alike than this is another word.
_ALIKE = 0.7
_SHORTEST_START = 3
_LISTED = 20


def kebab(word: str) -> str:
    """`uploadStore` and `upload_store` as `upload-store`."""
    return _CAMEL.sub("-", word).replace("_", "-").lower()


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that is most like `word`; None when none is near."""
    plain, words = kebab(word.strip()), tuple(known)
    spelled = _by_kebab(words)
    if plain in spelled:
        return spelled[plain]
    from valohai_steps.model.near_names import close_name  # for a mistake alone

    close = close_name(word, words, cutoff=_ALIKE)
    if close is not None:
        return close
    in_order = _in_order(words)
    place = bisect_left(in_order, plain)
    starts = [each for each in in_order[place : place + 2] if each.startswith(plain)]
    return spelled[starts[0]] if len(starts) == 1 and len(plain) >= _SHORTEST_START else None


@lru_cache(maxsize=8)
def _by_kebab(words: tuple[str, ...]) -> Mapping[str, str]:
    """The first word of each spelling."""
    return MappingProxyType({kebab(each): each for each in reversed(words)})


@lru_cache(maxsize=8)
def _in_order(words: tuple[str, ...]) -> list[str]:
    return sorted({kebab(each) for each in words})


def hint(word: str, known: Iterable[str], noun: str = "") -> tuple[str | None, str]:
    """The nearest, and the end of a sentence that names it, or else those that there are."""
    words = list(dict.fromkeys(known))
    near = nearest(word, words)
    if near is not None:
        return near, f"; did you mean {near}?"
    if not words:
        return None, f", and no other {noun}; declare it first" if noun else ""
    if not noun:
        return None, f"; use {listed(words)}"
    if len(words) == 1:
        return None, f"; the only {noun} is {words[0]}"
    more = [f"{len(words) - _LISTED} more"] if len(words) > _LISTED + 1 else []
    return None, f"; the {noun}s are {all_of([*words[: _LISTED if more else None], *more])}"


def all_of(words: Iterable[str]) -> str:
    """`a, b and c`."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def listed(words: Iterable[str]) -> str:
    """`a, b or c`."""
    found = list(words)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} or {found[-1]}"
