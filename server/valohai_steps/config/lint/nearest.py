"""What somebody meant who wrote a word that is not there."""

from collections.abc import Iterable

from valohai_steps.model.patterns import pattern

_CAMEL = pattern(r"(?<=[a-z0-9])(?=[A-Z])")
# Less alike than this is another word.
_ALIKE = 0.7
_SHORTEST_START = 3


def kebab(word: str) -> str:
    """`uploadStore` and `upload_store` as `upload-store`."""
    return _CAMEL.sub("-", word).replace("_", "-").lower()


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that is most like `word`; None when none is near."""
    import difflib  # for a mistake alone

    words = list(dict.fromkeys(known))
    plain = kebab(word.strip())
    for each in words:
        if kebab(each) == plain:
            return each
    close = difflib.get_close_matches(word, words, n=1, cutoff=_ALIKE)
    if close:
        return close[0]
    starts = [each for each in words if len(plain) >= _SHORTEST_START and kebab(each).startswith(plain)]
    return starts[0] if len(starts) == 1 else None


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
    return None, f"; the only {noun} is {words[0]}" if len(
        words
    ) == 1 else f"; the {noun}s are {all_of(words)}"


def all_of(words: Iterable[str]) -> str:
    """`a, b and c`."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def listed(words: Iterable[str]) -> str:
    """`a, b or c`."""
    found = list(words)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} or {found[-1]}"
