"""The cases of click, typer and absl, run by the libraries themselves, in the vendor's environment."""

import json
import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.drift.command_line_cases import Case, cases, read_case
from tests.drift.test_real_parsers import words_of
from valohai_steps.drift.command_line.matching.taking import take

VENDOR = Path(
    os.environ.get("VALOHAI_STEPS_VENDOR_PYTHON") or Path.home() / ".cache/valohai-steps/vendor/bin/python"
)
pytestmark = pytest.mark.vendor
RUN = [case for case in cases("scripts") if case["family"] in ("click", "typer", "absl")]


def line_of(case: Case, word: str) -> list[str]:
    return shlex.split(case["command"].replace("{parameters}", shlex.quote(word)))[2:]


def argument_of(case: Case, flag: str) -> Any:
    fact = read_case(case).fact
    assert fact is not None
    assert fact.parser is not None
    return next(
        each for each in fact.parser.everything if flag in (each.name, *(known.text for known in each.flags))
    )


@pytest.fixture(scope="module")
def outcomes() -> dict[tuple[str, str], Any]:
    """What each library makes of each value and of each refused word."""
    asked: dict[tuple[str, str], dict[str, Any]] = {}
    for case in RUN:
        for flag, (passed, _) in case["values"].items():
            words = words_of(case, {argument_of(case, flag).name: passed}, flag)
            asked[case["id"], flag] = {"source": case["source"], "words": words}
        for word in case["refuses"]:
            asked[case["id"], word] = {"source": case["source"], "words": line_of(case, word)}
    driver = Path(__file__).with_name("library_driver.py")
    done = subprocess.run(
        [str(VENDOR), str(driver)],
        input=json.dumps(list(asked.values())),
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(zip(asked, json.loads(done.stdout), strict=True))


VALUES = [(case, flag) for case in RUN for flag in case["values"]]
REFUSED = [(case, word) for case in RUN for word in case["refuses"]]


@pytest.mark.parametrize(("case", "flag"), VALUES, ids=[f"{case['id']}{flag}" for case, flag in VALUES])
def test_a_value_arrives_as_it_should(case: Case, flag: str, outcomes: dict[tuple[str, str], Any]) -> None:
    got = outcomes[case["id"], flag]
    assert got is not None
    assert got[argument_of(case, flag).dest] == case["values"][flag][1]


@pytest.mark.parametrize(("case", "word"), REFUSED, ids=[f"{case['id']} {word}" for case, word in REFUSED])
def test_what_is_refused_is_refused(case: Case, word: str, outcomes: dict[tuple[str, str], Any]) -> None:
    assert outcomes[case["id"], word] is None
    fact = read_case(case).fact
    assert fact is not None
    assert fact.parser is not None
    assert take(fact.parser, fact.library, line_of(case, word)).refusals
