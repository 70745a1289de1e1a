"""Programs that change values by roundabout ways: what is read is what Python gives, or Unknown."""

import json
from functools import lru_cache
from pathlib import Path, PurePath

import pytest

from tests.source.oracle import Program, Run, differences, read_program, run_programs
from tests.source.workspace import Folder
from valohai_steps.source.incremental.reader import start_reading

CASES: dict[str, Program] = {
    f"{name}: {case['id']}": Program(case["source"], case.get("modules", {}))
    for name in (
        "aliases",
        "aliases_spelling",
        "aliases_later",
        "aliases_imports",
        "aliases_more",
        "aliases_modules",
        "aliases_containers",
        "aliases_hidden",
        "aliases_texts",
        "aliases_reached",
        "aliases_methods",
        "aliases_kept",
    )
    for case in json.loads((Path(__file__).parents[1] / "fixtures" / f"{name}.json").read_text("utf-8"))
}


@lru_cache(maxsize=1)  # one process for all of them
def runs() -> dict[str, Run]:
    return dict(zip(CASES, run_programs(list(CASES.values())), strict=True))


@pytest.mark.process
@pytest.mark.parametrize("name", CASES)
def test_a_roundabout_change_is_seen(name: str) -> None:
    assert list(differences(CASES[name], runs()[name])) == []


@pytest.mark.parametrize("name", CASES)
def test_reading_while_typing_says_the_same(name: str) -> None:
    program = CASES[name]
    whole = read_program(program)
    folder = Folder({"train.py": program.source, **program.modules}, PurePath())
    typed = start_reading(program.source, folder).file
    assert (typed.steps, typed.problems) == (whole.steps, whole.problems)
