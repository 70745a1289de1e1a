"""Random functions that typer runs: what is read of each parameter is what typer makes of it, or is open.

Others each week; `VALOHAI_STEPS_SEED` repeats an earlier run.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.drift.typer_programs import random_program
from tests.seeds import weekly_seed
from valohai_steps.model.command_line import ArgumentFact
from valohai_steps.model.step import Static
from valohai_steps.source.command_line.reader import read_command_line

VENDOR = Path(
    os.environ.get("VALOHAI_STEPS_VENDOR_PYTHON") or Path.home() / ".cache/valohai-steps/vendor/bin/python"
)
PROGRAMS = 200
pytestmark = pytest.mark.vendor


def as_read(argument: ArgumentFact) -> dict[str, object]:
    """A fact in the form in which the library's parameters are told."""
    switch = argument.is_switch or argument.action == "both"
    return {
        "dest": argument.dest,
        "flags": sorted(flag.text for flag in argument.flags),
        "off": sorted(argument.off_flags),
        "required": argument.required,
        "several": argument.action == "append" or argument.nargs in ("*", "+"),
        "words": argument.nargs if isinstance(argument.nargs, int) and argument.nargs > 1 else None,
        "switch": switch,
        "kind": None if switch else argument.conversion.kind,
        "choices": None if argument.choices is None else list(argument.choices),
        "low": argument.conversion.minimum,
        "high": argument.conversion.maximum,
    }


def differences(argument: ArgumentFact, made: dict[str, Any]) -> Iterator[str]:
    for key, value in as_read(argument).items():
        if value != made[key]:
            yield f"{key}: {value!r} is read, {made[key]!r} is made"
    default = argument.default
    if isinstance(default, Static):
        value = list(default.value) if isinstance(default.value, tuple) else default.value
        if value != made["default"] and not (value is None and made["default"] in ([], None, False)):
            yield f"default: {value!r} is read, {made['default']!r} is made"


def test_what_is_read_is_what_typer_makes() -> None:
    first = weekly_seed() * 1_000_000
    print(f"seed {weekly_seed()}, programs {first} to {first + PROGRAMS - 1}")
    programs = [random_program(seed) for seed in range(first, first + PROGRAMS)]
    driver = Path(__file__).with_name("typer_parameters.py")
    done = subprocess.run(
        [str(VENDOR), str(driver)],
        input=json.dumps(programs),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    wrong, compared = [], 0
    for program, made in zip(programs, json.loads(done.stdout), strict=True):
        fact = read_command_line(program).fact
        if not isinstance(made, list) or fact is None or fact.parser is None or fact.parser.open:
            continue
        compared += 1
        read = {each.dest: each for each in fact.parser.arguments if each.action != "help"}
        assert list(read) == [each["dest"] for each in made], program
        for each in made:
            wrong += [f"{each['dest']}: {said}\n{program}" for said in differences(read[each["dest"]], each)]
    assert wrong == []
    assert compared > PROGRAMS * 0.7
