"""Programs that change values by roundabout ways: what is read is what Python gives, or Unknown."""

import json
from functools import lru_cache
from pathlib import Path, PurePath

import pytest

from tests.source.oracle import Program, Run, differences, read_program, run_programs
from tests.source.workspace import Folder
from valohai_steps.source.incremental.reader import start_reading

CASES: dict[str, str] = {
    f"{name}: {case['id']}": case["source"]
    for name in ("aliases", "aliases_more")
    for case in json.loads((Path(__file__).parents[1] / "fixtures" / f"{name}.json").read_text("utf-8"))
}


@lru_cache(maxsize=1)  # one process for all of them
def runs() -> dict[str, Run]:
    return dict(zip(CASES, run_programs([Program(source) for source in CASES.values()]), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_a_roundabout_change_is_seen(name: str) -> None:
    assert list(differences(Program(CASES[name]), runs()[name])) == []


@pytest.mark.parametrize("name", CASES)
def test_reading_while_typing_says_the_same(name: str) -> None:
    whole = read_program(Program(CASES[name]))
    typed = start_reading(CASES[name], Folder({}, PurePath())).file
    assert (typed.steps, typed.problems) == (whole.steps, whole.problems)
