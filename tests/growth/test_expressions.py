"""No regular expression of the server takes more than steps in proportion to its text.

Each pattern is run over texts that are made of what it names, once with so many pieces and once with four
times as many: the steps may grow by four and a little. Steps are counted, see `regex_steps`.
"""

import ast
import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import valohai_steps
from tests.growth.regex_steps import Steps, TooManySteps, letters, literals
from valohai_steps.model.patterns import LatePattern

PIECES = 12
MORE = 4 * PIECES
LIMIT = 400_000  # of the shorter text; the longer one stops where it has grown too much
# What the server's own text or a bounded piece of one is searched with: it cannot grow.
BOUNDED = {
    "config.model.commands._FLAG_IN_FRONT": "the 80 characters in front of a brace",
}


SEARCHING = r"\.(?:search|finditer|findall|sub|subn|split)\(|, |\)"


def patterns() -> Iterator[tuple[str, tuple[Any, bool]]]:
    """Every pattern of every module, once, by its place, and whether it is searched for."""
    seen: set[int] = set()
    for module in pkgutil.walk_packages(valohai_steps.__path__, "valohai_steps."):
        if not module.name.endswith("__main__"):
            loaded = importlib.import_module(module.name)
            source = inspect.getsource(loaded)
            for name, late in late_patterns(loaded):
                if id(late) not in seen:
                    seen.add(id(late))
                    searched = re.search(rf"\b{name}(?:{SEARCHING})", source) is not None
                    place = f"{module.name.removeprefix('valohai_steps.')}.{name}"
                    place += f" {len(seen)}" if isinstance(vars(loaded)[name], Mapping) else ""
                    yield place, (late.compiled(), searched)


def late_patterns(module: ModuleType) -> Iterator[tuple[str, LatePattern]]:
    """Those of a module with the names they have there, also inside of its tables."""
    for name, value in vars(module).items():
        held = value.values() if isinstance(value, Mapping) else (value,)
        yield from ((name, each) for each in held if isinstance(each, LatePattern))


def written_patterns() -> int:
    """How many calls of `pattern` the server's modules hold."""
    files = Path(valohai_steps.__path__[0]).rglob("*.py")
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_bytes())))
    return sum(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "pattern"
        for node in nodes
    )


PATTERNS = dict(patterns())


def ingredients(pattern: Any) -> list[str]:
    """What texts are made of: the characters of the pattern, and its words."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    parsed = Steps(pattern, "", LIMIT).ops
    named = list(dict.fromkeys(letters(parsed)))[:16]
    words = [word for word in re.findall(r"[a-z]{3,}", source) if word not in ("alnum",)]
    phrases = [phrase for phrase in literals(parsed) if len(phrase) > 2]
    lines = [f"{phrase}\n" for phrase in phrases] if pattern.flags & re.MULTILINE else []
    known = dict.fromkeys((*named, *words, *phrases, *lines))
    return [*known, *(each for each in (" ", "a", "\n") if each not in known)]


def steps(pattern: Any, text: str, limit: int, *, searched: bool) -> int:
    """The number of steps; `limit` where there are more."""
    counted = Steps(pattern, text, limit)
    try:
        return counted.search_all() if searched else counted.match()
    except (TooManySteps, RecursionError):
        return limit


def grows(name: str, front: str, piece: str, back: str = "") -> bool:
    """Whether four times the pieces are more than about four times the steps."""
    pattern, searched = PATTERNS[name]
    some = steps(pattern, front + piece * PIECES + back, LIMIT, searched=searched)
    most = 6 * some + 100
    many = steps(pattern, front + piece * MORE + back, most + 1, searched=searched)
    return some == LIMIT or many > most


@pytest.fixture(autouse=True)
def recursion() -> Iterator[None]:
    """Our matcher recurses once for each step; the tests that come after have Python's limit again."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 20_000))
    yield
    sys.setrecursionlimit(before)


@pytest.mark.parametrize(
    ("source", "piece"),
    [
        (r'^# START\("[^"]*".*$[\s\S]*?^# END$', '# START("\n'),
        (r"(?:a|a)*b", "a"),
        (r"[^b]*b", "LONG PIECE "),
    ],
)
def test_a_pattern_that_grows_is_seen(source: str, piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pattern = re.compile(source, re.MULTILINE)
    monkeypatch.setitem(PATTERNS, "grows", (pattern, True))
    assert grows("grows", "", piece, "\0")
    assert piece in (*ingredients(pattern), "LONG PIECE ")


def test_the_patterns_are_found() -> None:
    assert len(PATTERNS) == written_patterns()


@pytest.mark.parametrize("name", PATTERNS)
def test_one_thing_again_and_again(name: str) -> None:
    made_of = ingredients(PATTERNS[name][0])
    found = [
        (front, piece)
        for piece in made_of
        for front in ("", *[each for each in made_of if len(each) > 2][:1])
        if grows(name, front, piece, "\0")
    ]
    assert not found or name in BOUNDED, f"{name} grows faster than its text: {found}"


@pytest.mark.long
@pytest.mark.parametrize("name", PATTERNS)
def test_two_things_again_and_again(name: str) -> None:
    made_of = ingredients(PATTERNS[name][0])
    found = [
        (one, other)
        for one in made_of
        for other in made_of
        if one != other and (grows(name, "", one + other, "\0") or grows(name, one, other, "\0"))
    ]
    assert not found or name in BOUNDED, f"{name} grows faster than its text: {found}"
