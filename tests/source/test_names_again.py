"""A name that held a value before, and gets it again where it is used: what was changed through it counts."""

from functools import lru_cache
from itertools import product

import pytest

from tests.source.oracle import Program, Run, differences, is_known, read_program, run_programs

START = 'import valohai\np = {"x": 1}\n'
# How the name `q` comes by the value of `p` at first.
BEFORE = {
    "a name": "q = p",
    "two names": "q = r = p",
    "two names, the other way round": "r = q = p",
    "a function": "def f(a):\n    global q\n    q = a\nf(p)",
    "a loop": "for q in [p]: pass",
    "unpacking": "q, r = p, 1",
    "a list": "h = [p]\nq = h[0]",
    "a class": "class K: p = p\nq = K.p",
}
CHANGES = {
    "key": 'q["x"] = 2',
    "update": "q.update(x=2)",
    "another name": 's = q\ns["x"] = 2',
    "function": 'def g(a): a["x"] = 2\ng(q)',
    "del": 'del q["x"]',
}
AGAIN = {
    "in the call": 'valohai.prepare(step="s", default_parameters=(q := p))',
    "above the call": 'P = (q := p)\nvalohai.prepare(step="s", default_parameters=P)',
    "in a dict": 'valohai.prepare(step="s", default_parameters={**(q := p)})',
    "with another name": 'q = P = p\nvalohai.prepare(step="s", default_parameters=P)',
    "before its own name": 'q = p\nvalohai.prepare(step="s", default_parameters=p)',
}
PROGRAMS = {
    f"{before}, {change}, {again}": Program(f"{START}{first}\n{second}\n{third}\n")
    for (before, first), (change, second), (again, third) in product(
        BEFORE.items(), CHANGES.items(), AGAIN.items()
    )
}


@lru_cache(maxsize=1)  # one process for all of them
def runs() -> dict[str, Run]:
    return dict(zip(PROGRAMS, run_programs(list(PROGRAMS.values())), strict=True))


@pytest.mark.process
@pytest.mark.parametrize("name", PROGRAMS)
def test_what_was_changed_by_the_name_is_seen(name: str) -> None:
    assert list(differences(PROGRAMS[name], runs()[name])) == []


@pytest.mark.parametrize("again", AGAIN)
def test_without_a_change_the_value_is_known(again: str) -> None:
    assert is_known(read_program(Program(f"{START}q = p\n{AGAIN[again]}\n")))
