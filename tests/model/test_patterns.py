"""Patterns that are compiled late: none at import, each of them valid, with the same answers."""

import importlib
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from valohai_steps.model.patterns import LatePattern, pattern

SERVER = Path(__file__).parents[2] / "server" / "valohai_steps"
MODULES = sorted(
    ".".join(path.relative_to(SERVER.parent).with_suffix("").parts)
    for path in SERVER.rglob("*.py")
    if path.name not in ("__init__.py", "__main__.py")
)
# Imports the modules that it is given, and prints those of them that compiled a pattern meanwhile.
PROBE = """\
import importlib, re, sys
compile_pattern, compiled_by = re.compile, set()
def counted(*arguments):
    compiled_by.add(sys._getframe(1).f_globals["__name__"])
    return compile_pattern(*arguments)
re.compile = counted
for name in sys.argv[1:]:
    importlib.import_module(name)
print(*(name for name in compiled_by if name.startswith("valohai_steps")))
"""


@pytest.mark.process
def test_no_module_of_ours_compiles_a_pattern_when_it_is_imported() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE, *MODULES], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_every_pattern_of_ours_can_be_compiled() -> None:
    counted = 0
    for name in MODULES:
        for value in vars(importlib.import_module(name)).values():
            for each in value.values() if isinstance(value, Mapping) else (value,):
                if isinstance(each, LatePattern):
                    counted += each.compiled() is not None
    assert counted > 200


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("match", ("ab1",)),
        ("fullmatch", ("AB",)),
        ("search", ("1 ab", 1)),
        ("findall", ("ab, cd",)),
        ("split", ("1ab2",)),
        ("sub", ("-", "ab1cd")),
        ("subn", ("-", "ab1cd")),
    ],
)
def test_it_answers_like_the_compiled_pattern(method: str, arguments: tuple[object, ...]) -> None:
    def plain(answer: object) -> object:
        return answer.span() if isinstance(answer, re.Match) else answer

    late, compiled = pattern("[a-z]+", re.IGNORECASE), re.compile("[a-z]+", re.IGNORECASE)
    expected = plain(getattr(compiled, method)(*arguments))
    assert plain(getattr(late, method)(*arguments)) == expected
    assert plain(getattr(late, method)(*arguments)) == expected  # and when it is compiled
    assert [match.span() for match in late.finditer("ab cd")] == [(0, 2), (3, 5)]


def test_it_is_compiled_once() -> None:
    late = LatePattern("a", 0)
    assert late.compiled() is late.compiled()
    with pytest.raises(re.error):
        pattern("(").match("a")
