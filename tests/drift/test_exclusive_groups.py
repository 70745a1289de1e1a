"""Exclusive groups with switches in them: what is refused is what argparse itself refuses."""

import contextlib
import io
from itertools import product
from pathlib import PurePath

import pytest

from tests.drift.test_taking import made, read
from valohai_steps.config.reader import read_yaml
from valohai_steps.drift.command_line.differences import ScriptRead
from valohai_steps.drift.command_line.judging import differences
from valohai_steps.drift.command_line.matching.taking import take
from valohai_steps.drift.command_line.passing.parameter_words import default_flags
from valohai_steps.drift.command_line.passing.passed_lines import built_command
from valohai_steps.source.command_line.reader import read_command_line

SWITCHES = (
    "action='store_true'",
    "action='store_true', default=True",
    "action='store_false'",
    "action='store_const', const=1",
    "action='count'",
    "action=argparse.BooleanOptionalAction",
    "action=argparse.BooleanOptionalAction, default=True",
)
GROUP = """import argparse
parser = argparse.ArgumentParser()
group = parser.add_mutually_exclusive_group()
"""
STEP = """- step:
    name: train
    image: i
    command: python train.py {{parameters}}
    parameters:
      - {0}
      - {1}
"""
ON, OFF = "{name: opt, type: flag, default: true}", "{name: opt, type: flag, default: false}"
RATE = "{name: lr, type: float, default: 0.5}"
FLAG = "{name: other, type: flag, default: true}"


def is_refused(script: str, words: list[str]) -> bool:
    """Whether argparse itself refuses the words."""
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            made(script).parse_args(words)
        except SystemExit:
            return True
    return False


@pytest.mark.parametrize("switch", SWITCHES)
@pytest.mark.parametrize("words", ["--opt", "--lr=2", "--opt --lr=2", "--lr=2 --opt", "--opt --opt"])
def test_a_switch_counts_in_its_group_whatever_its_default(switch: str, words: str) -> None:
    script = f"{GROUP}group.add_argument('--opt', {switch})\ngroup.add_argument('--lr', default=1)\n"
    refusals = take(read(script), "argparse", words.split()).refusals
    assert [each.kind for each in refusals] == ["exclusive"] * is_refused(script, words.split())


@pytest.mark.parametrize("switch", SWITCHES)
@pytest.mark.parametrize(
    "parameters", [*product([ON, OFF], [RATE]), (RATE, ON), (ON, FLAG), (OFF, FLAG), (FLAG, OFF)]
)
def test_a_step_whose_defaults_clash_is_found(switch: str, parameters: tuple[str, str]) -> None:
    script = GROUP + "".join(
        f"group.add_argument('--{name}', {how})\n"
        for name, how in (("opt", switch), ("other", switch), ("lr", "type=float"))
    )
    text = STEP.format(*parameters)
    (step,) = read_yaml(text).steps
    fact = read_command_line(f"{script}parser.parse_args()\n").fact
    assert fact is not None
    found = differences(text, step, [ScriptRead("train.py", PurePath("train.py"), fact)])
    (line,) = built_command(step, default_flags(step))
    assert any(each.code == "VH131" for each in found) == is_refused(script, line.split()[2:]), line
