"""Programs that change values by roundabout ways: what is read is what Python gives, or Unknown."""

import json
from functools import lru_cache
from pathlib import Path

import pytest

from tests.source.oracle import Program, Run, differences, run_programs

CASES: dict[str, str] = {
    case["id"]: case["source"]
    for case in json.loads((Path(__file__).parents[1] / "fixtures" / "aliases.json").read_text("utf-8"))
}


@lru_cache(maxsize=1)  # one process for all of them
def runs() -> dict[str, Run]:
    return dict(zip(CASES, run_programs([Program(source) for source in CASES.values()]), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_a_roundabout_change_is_seen(name: str) -> None:
    assert list(differences(Program(CASES[name]), runs()[name])) == []
