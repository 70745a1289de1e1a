"""One name between two slashes against a glob, as git's wildmatch compares them.

The time is never worse than the product of both lengths.
"""

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

_STAR, _ANY = "*", "?"
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
_DIGITS = frozenset("0123456789")
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")

# A character, or those that `[...]` stands for and whether all others are meant.
_Set: TypeAlias = tuple[frozenset[str], bool]
Token: TypeAlias = str | _Set


def _classes() -> dict[str, frozenset[str]]:
    upper = frozenset(letter.upper() for letter in _LETTERS)
    alphabet = _LETTERS | upper
    return {
        "alpha": alphabet,
        "digit": _DIGITS,
        "alnum": alphabet | _DIGITS,
        "lower": _LETTERS,
        "upper": upper,
        "xdigit": _DIGITS | frozenset("abcdefABCDEF"),
        "space": frozenset(" \t\n\r\v\f"),
        "blank": frozenset(" \t"),
        "punct": _PUNCTUATION,
        "graph": alphabet | _DIGITS | _PUNCTUATION,
        "print": alphabet | _DIGITS | _PUNCTUATION | {" "},
        "cntrl": frozenset(map(chr, (*range(32), 127))),
    }


class Segment(Struct, frozen=True):
    """A glob in tokens. `name` is the one name that it stands for, `ends` are both sides of its only `*`."""

    tokens: tuple[Token, ...]
    name: str | None = None
    ends: tuple[str, str] | None = None

    def matches(self, name: str) -> bool:
        """Whether the glob matches the whole name."""
        if self.name is not None:
            return name == self.name
        if self.ends is not None:
            start, end = self.ends
            return len(name) >= len(start) + len(end) and name.startswith(start) and name.endswith(end)
        return _matches(self.tokens, name)


def read_segment(text: str) -> Segment | None:
    """The glob as read; None when it ends inside `[...]` or an escape, and so matches nothing."""
    tokens: list[Token] = []
    place = 0
    while place < len(text):
        character = text[place]
        place += 1
        if character == "\\":
            if place == len(text):
                return None
            tokens.append(f"\\{text[place]}")
            place += 1
        elif character == "[":
            read = _read_set(text, place)
            if read is None:
                return None
            token, place = read
            tokens.append(token)
        elif character != _STAR or tokens[-1:] != [_STAR]:
            tokens.append(character if character in (_STAR, _ANY) else f"\\{character}")
    return _segment(tuple(tokens))


def _segment(tokens: tuple[Token, ...]) -> Segment:
    stars = tokens.count(_STAR)
    at = tokens.index(_STAR) if stars else len(tokens)
    start, end = _literal(tokens[:at]), _literal(tokens[at + 1 :])
    if stars > 1 or start is None or end is None:
        return Segment(tokens)
    return Segment(tokens, None, (start, end)) if stars else Segment(tokens, start)


def _literal(tokens: tuple[Token, ...]) -> str | None:
    if any(not isinstance(token, str) or token in (_STAR, _ANY) for token in tokens):
        return None
    return "".join(str(token)[1:] for token in tokens)


def _matches(tokens: tuple[Token, ...], name: str) -> bool:
    """From each `*` on, its last place is all that may move: no way is tried twice."""
    at = place = 0
    star, resumed = -1, 0
    while place < len(name):
        if at < len(tokens) and tokens[at] == _STAR:
            star, resumed = at, place
            at += 1
        elif at < len(tokens) and _is_one(tokens[at], name[place]):
            at += 1
            place += 1
        elif star >= 0:
            resumed += 1
            at, place = star + 1, resumed
        else:
            return False
    return all(token == _STAR for token in tokens[at:])


def _is_one(token: Token, character: str) -> bool:
    if isinstance(token, tuple):
        return (character in token[0]) != token[1]
    return token == _ANY or token[1:] == character


def _read_set(text: str, place: int) -> tuple[_Set, int] | None:
    """What stands behind `[`, and the offset behind its `]`."""
    negated = text[place : place + 1] in ("!", "^") and place < len(text)
    place += negated
    found: set[str] = set()
    first = place
    while place < len(text):
        if text[place] == "]" and place > first:
            return (frozenset(found), negated), place + 1
        named = text.find(":]", place + 2) if text.startswith("[:", place) else -1
        if named >= 0:
            members = _classes().get(text[place + 2 : named])
            if members is None:
                return None
            found |= members
            place = named + 2
            continue
        low, place = _character(text, place)
        if text.startswith("-", place) and text[place + 1 : place + 2] not in ("", "]"):
            high, place = _character(text, place + 1)
            found.update(_range(low, high))
        else:
            found.add(low)
    return None


def _character(text: str, place: int) -> tuple[str, int]:
    """A character of a set, which may be escaped, and the offset behind it."""
    if text[place] == "\\" and place + 1 < len(text):
        place += 1
    return text[place], place + 1


def _range(low: str, high: str) -> Iterator[str]:
    return map(chr, range(ord(low), ord(high) + 1))
