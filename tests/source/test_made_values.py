"""Values that functions, builtins, comparisons and objects make: what Python gives, or Unknown."""

import json
from functools import lru_cache
from pathlib import Path

import pytest

from tests.source.facts import summary
from tests.source.oracle import Program, Run, differences, read_program, run_programs

FIXTURE = Path(__file__).parents[1] / "fixtures" / "made_values.json"
CASES = {case["id"]: case for case in json.loads(FIXTURE.read_text("utf-8"))}
PROGRAMS = {name: Program(case["source"], case["modules"]) for name, case in CASES.items()}


@lru_cache(maxsize=1)  # one process for all of them
def runs() -> dict[str, Run]:
    return dict(zip(PROGRAMS, run_programs(list(PROGRAMS.values())), strict=True))


@pytest.mark.process
@pytest.mark.parametrize("name", CASES)
def test_what_is_made_is_what_python_makes(name: str) -> None:
    file = read_program(PROGRAMS[name])
    assert runs()[name].calls
    assert list(differences(PROGRAMS[name], runs()[name], file)) == []
    assert summary(file) == CASES[name]["read"]
