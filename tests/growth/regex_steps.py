"""How many steps a regular expression takes: a plain backtracking matcher that counts.

It reads what `re` itself makes of a pattern, so it knows every pattern of the server. It knows none of the
shortcuts of `re`, so it counts too much rather than too little, and never by more than a factor.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

_parser: Any = getattr(re, "_parser", None) or __import__("sre_parse")
_Done = Callable[[int], bool]
_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}
_WIDTH_ONE = ("LITERAL", "NOT_LITERAL", "ANY", "IN")


class TooManySteps(Exception):  # noqa: N818  # an outcome, not an error
    """The count has passed its limit."""


class Steps:
    """Counts the steps of one pattern over one text."""

    def __init__(self, pattern: "re.Pattern[str] | re.Pattern[bytes]", text: str, limit: int) -> None:
        source = pattern.pattern
        plain = source if isinstance(source, str) else source.decode("latin-1")
        flags = pattern.flags & ~re.UNICODE if isinstance(source, bytes) else pattern.flags
        self.ops = list(_parser.parse(plain, flags & ~re.DEBUG))
        self.text = text
        self.flags = pattern.flags
        self.limit = limit
        self.count = 0
        self.groups: dict[int, tuple[int, int]] = {}

    def search_all(self) -> int:
        """The steps of finding every match, one after another."""
        place = 0
        while place <= len(self.text):
            ends: list[int] = []
            self.groups.clear()

            def done(end: int, ends: list[int] = ends) -> bool:
                ends.append(end)
                return True

            self._step()
            matched = self._run(self.ops, 0, place, done)
            place = max(ends[-1], place + 1) if matched else place + 1
        return self.count

    def match(self) -> int:
        """The steps of one try at the start."""
        self._run(self.ops, 0, 0, lambda _end: True)
        return self.count

    def _step(self) -> None:
        self.count += 1
        if self.count > self.limit:
            raise TooManySteps

    def _run(self, ops: list[Any], number: int, place: int, done: _Done) -> bool:
        while number < len(ops):
            name, value = str(ops[number][0]), ops[number][1]
            self._step()
            if name in _WIDTH_ONE:
                if not self._fits(name, value, place):
                    return False
                place, number = place + 1, number + 1
                continue

            def rest(end: int, after: int = number + 1) -> bool:
                return self._run(ops, after, end, done)

            return self._special(name, value, place, rest)
        return done(place)

    def _special(self, name: str, value: Any, place: int, rest: _Done) -> bool:
        match name:
            case "AT":
                return self._is_at(str(value), place) and rest(place)
            case "BRANCH":
                return any(self._run(list(branch), 0, place, rest) for branch in value[1])
            case "SUBPATTERN":
                return self._group(value[0], list(value[3]), place, rest)
            case "ASSERT" | "ASSERT_NOT":
                return self._looks(value[0], list(value[1]), place) is (name == "ASSERT") and rest(place)
            case "MAX_REPEAT" | "MIN_REPEAT":
                low, high, item = value
                return self._repeat(int(low), int(high), list(item), place, rest, lazy=name == "MIN_REPEAT")
            case "GROUPREF":
                start, end = self.groups.get(value, (0, 0))
                known = self.text[start:end]
                self.count += len(known)
                return self.text.startswith(known, place) and rest(place + len(known))
        raise AssertionError(f"{name} is not known here: add it")

    def _group(self, number: int | None, item: list[Any], place: int, rest: _Done) -> bool:
        def closed(end: int) -> bool:
            if number is not None:
                self.groups[number] = (place, end)
            return rest(end)

        return self._run(item, 0, place, closed)

    def _looks(self, direction: int, item: list[Any], place: int) -> bool:
        if direction > 0:
            return self._run(item, 0, place, lambda _end: True)
        low, high = _parser.SubPattern(_parser.State(), item).getwidth()
        return any(
            self._run(item, 0, place - width, lambda end: end == place)
            for width in range(int(low), min(int(high), place) + 1)
        )

    def _repeat(self, low: int, high: int, item: list[Any], place: int, rest: _Done, *, lazy: bool) -> bool:
        if len(item) == 1 and str(item[0][0]) in _WIDTH_ONE:
            return self._run_of_one(low, high, item[0], place, rest, lazy=lazy)

        def again(taken: int, at: int) -> bool:
            def more(end: int) -> bool:
                return (end > at or taken < low) and again(taken + 1, end)

            if taken < low:
                return self._run(item, 0, at, more)
            if lazy:
                return rest(at) or (taken < high and self._run(item, 0, at, more))
            return (taken < high and self._run(item, 0, at, more)) or rest(at)

        return again(0, place)

    def _run_of_one(self, low: int, high: int, item: Any, place: int, rest: _Done, *, lazy: bool) -> bool:
        name, value, taken = str(item[0]), item[1], 0
        if lazy:
            while True:
                if taken >= low and rest(place + taken):
                    return True
                self._step()
                if taken >= high or not self._fits(name, value, place + taken):
                    return False
                taken += 1
        while taken < high and self._fits(name, value, place + taken):
            self._step()
            taken += 1
        return any(rest(place + number) for number in range(taken, low - 1, -1))

    def _fits(self, name: str, value: Any, place: int) -> bool:
        if not 0 <= place < len(self.text):
            return False
        character = self.text[place]
        if name == "ANY":
            return bool(self.flags & re.DOTALL) or character != "\n"
        if name == "IN":
            return self._is_in(value, character)
        same = self._same(chr(value), character)
        return same if name == "LITERAL" else not same

    def _is_in(self, items: Any, character: str) -> bool:
        negated = str(items[0][0]) == "NEGATE"
        return any(self._is_one(str(kind), value, character) for kind, value in items) is not negated

    def _is_one(self, kind: str, value: Any, character: str) -> bool:
        match kind:
            case "LITERAL":
                return self._same(chr(value), character)
            case "RANGE":
                low, high = value
                cases = (character, character.lower(), character.upper())
                tried = cases if self.flags & re.IGNORECASE else cases[:1]
                return any(len(each) == 1 and low <= ord(each) <= high for each in tried)
            case "CATEGORY":
                return re.fullmatch(_CATEGORIES[str(value)], character) is not None
        return False

    def _same(self, one: str, other: str) -> bool:
        return one.lower() == other.lower() if self.flags & re.IGNORECASE else one == other

    def _is_at(self, where: str, place: int) -> bool:
        text = self.text
        if where == "AT_BEGINNING" and self.flags & re.MULTILINE:
            return place == 0 or text[place - 1] == "\n"
        if where == "AT_END":
            multiline = bool(self.flags & re.MULTILINE) and text[place : place + 1] == "\n"
            return place == len(text) or multiline or (place == len(text) - 1 and text[place] == "\n")
        if where in ("AT_BEGINNING", "AT_BEGINNING_STRING"):
            return place == 0
        if where == "AT_END_STRING":
            return place == len(text)
        around = [
            re.fullmatch(r"\w", text[at]) is not None for at in (place - 1, place) if 0 <= at < len(text)
        ]
        return (sum(around) == 1) is (where == "AT_BOUNDARY")


def letters(ops: Any) -> Iterator[str]:
    """The characters that a pattern names."""
    for name, value in ops:
        kind = str(name)
        if kind in ("LITERAL", "NOT_LITERAL"):
            yield chr(value)
        elif kind == "RANGE":
            yield chr(value[0])
        elif kind == "CATEGORY":
            yield {"DIGIT": "1", "SPACE": " "}.get(str(value).rsplit("_", 1)[-1], "a")
        elif kind in ("IN",):
            yield from letters(value)
        elif kind == "BRANCH":
            for branch in value[1]:
                yield from letters(branch)
        elif kind == "SUBPATTERN":
            yield from letters(value[3])
        elif kind in ("MAX_REPEAT", "MIN_REPEAT"):
            yield from letters(value[2])
        elif kind in ("ASSERT", "ASSERT_NOT"):
            yield from letters(value[1])


def literals(ops: Any) -> Iterator[str]:
    """The strings that a pattern names, each as long as it goes."""
    word = ""
    for name, value in ops:
        kind = str(name)
        if kind == "LITERAL":
            word += chr(value)
            continue
        yield from (word,) if word else ()
        word = ""
        if kind == "BRANCH":
            for branch in value[1]:
                yield from literals(branch)
        elif kind == "SUBPATTERN":
            yield from literals(value[3])
        elif kind in ("MAX_REPEAT", "MIN_REPEAT"):
            yield from literals(value[2])
        elif kind in ("ASSERT", "ASSERT_NOT"):
            yield from literals(value[1])
    yield from (word,) if word else ()
