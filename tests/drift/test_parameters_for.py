"""What each argument of a script becomes in valohai.yaml: every case as data, one test each."""

import json
from typing import Any

import msgspec
import pytest

from tests.drift.command_line_cases import Case, cases, forms_of, read_case
from valohai_steps.drift.command_line.parameters_for import ParameterForm

# The others ask for what a file reads, or use a library that is only detected.
SCRIPTS = [case for case in cases("scripts") if case["family"] not in ("paths", "pydantic_settings")]
_ALWAYS = ("name", "type", "optional", "required")


def stated(form: ParameterForm) -> dict[str, Any]:
    """A form as the cases have it: only what is not as usual."""
    found = json.loads(json.dumps(msgspec.structs.asdict(form)))
    usual = {"hidden": False, "conditional": False, "cannot": False}
    return {key: value for key, value in found.items() if key in _ALWAYS or value is not usual.get(key)}


@pytest.mark.parametrize("case", SCRIPTS, ids=[case["id"] for case in SCRIPTS])
def test_the_parameters_of_a_script(case: Case) -> None:
    line = read_case(case)
    assert {flag: stated(form) for flag, form in forms_of(case, line).items()} == case["expect"]


@pytest.mark.parametrize("case", SCRIPTS, ids=[case["id"] for case in SCRIPTS])
def test_what_is_not_known_of_a_script(case: Case) -> None:
    line = read_case(case)
    unknowns = [] if line.fact is None else line.fact.unknowns
    found = sorted((each.span.start, each.span.end) for each in unknowns)
    assert [case["source"][start:end] for start, end in found] == [each["text"] for each in case["unknown"]]
    is_open = line.fact is not None and line.fact.parser is not None and line.fact.parser.open
    assert is_open == bool(case["open"])


def test_a_library_that_is_only_detected_is_named() -> None:
    (case,) = (case for case in cases("scripts") if case["family"] == "pydantic_settings")
    fact = read_case(case).fact
    assert fact is not None
    assert (fact.library, fact.parser) == ("pydantic_settings", None)
