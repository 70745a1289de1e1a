"""Programs beside those of test_aliases that change nothing: their values are known, as Python has them."""

import json
from functools import lru_cache
from pathlib import Path

import pytest

from tests.source.facts import summary
from tests.source.oracle import Program, Run, differences, read_program, run_programs

FIXTURE = Path(__file__).parents[1] / "fixtures" / "neighbours.json"
# What is read of each, and the program.
CASES: dict[str, tuple[str, Program]] = {
    case["id"]: (case["known"], Program(case["source"], case.get("modules", {})))
    for case in json.loads(FIXTURE.read_text("utf-8"))
}


@lru_cache(maxsize=1)  # one process for all of them
def runs() -> dict[str, Run]:
    return dict(zip(CASES, run_programs([program for _, program in CASES.values()]), strict=True))


@pytest.mark.process
@pytest.mark.parametrize("name", CASES)
def test_what_only_looks_like_a_change_leaves_values_known(name: str) -> None:
    known, program = CASES[name]
    file = read_program(program)
    assert summary(file) == known
    assert all(step.complete for step in file.steps)
    assert runs()[name].calls
    assert list(differences(program, runs()[name], file)) == []
