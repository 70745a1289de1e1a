"""There and back: Valohai's own command builder writes the command line of a step, the script reads it.

A row is what Python declares, the parameter as ``valohai-steps show`` writes it (DESIGN section 3), and a value
that someone sets on Valohai. ``shown`` gives the YAML of a row.
"""

# ruff: noqa: E501
# A row of a table is one line.

from __future__ import annotations

import math
import shlex
from dataclasses import dataclass
from typing import Any

import pytest
import valohai_yaml
from valohai_yaml.commands import build_command
from valohai_yaml.objs.parameter_map import ParameterMap

import valohai

from .conftest import Prepare

SEPARATE = 'multiple: separate, multiple-separator: ","'


@dataclass(frozen=True)
class Row:
    """``values``: on Valohai, each of which must reach the script exactly."""

    declared: Any
    parameter: str
    values: tuple[Any, ...]


ROWS = [
    Row(1, "type: integer, default: 1, optional: false", (1, 0, -3, 10**18)),
    Row(0.001, "type: float, default: 0.001, optional: false", (0.001, 1e-05, -1e-5, 1.0, 1e300, math.inf, -math.inf)),
    Row("a", "type: string, default: a, optional: false", ("a", "", "b c", "--x", "-1", "it's", 'a"b', "$HOME", "é漢", "a=b", "a\nb", "{x}", "*")),
    Row(True, "type: flag, default: true, pass-true-as: --learning-rate=true, pass-false-as: --learning-rate=false", (True, False)),
    Row(False, "type: flag, default: false, pass-true-as: --learning-rate=true, pass-false-as: --learning-rate=false", (True, False)),
    Row({"default": False}, "type: flag, default: false, pass-true-as: --learning-rate=true, pass-false-as: --learning-rate=false", (True, False)),
    Row({"default": False, "pass-true-as": "--fast", "pass-false-as": "--slow"}, "type: flag, default: false, pass-true-as: --fast, pass-false-as: --slow", (True, False)),
    Row({"type": "flag"}, "type: flag", (True, False)),
    Row(None, "type: string, optional: true", ("text", "5", None)),
    Row({"type": "integer"}, "type: integer, optional: true", (5, None)),
    Row({"default": 1, "type": "float"}, "type: float, default: 1, optional: false", (0.5, 2.0)),
    Row({"default": "a", "pass-as": "--lr={v}"}, 'type: string, default: a, pass-as: "--lr={v}"', ("b c", "-1", "")),
    Row({"default": 1, "pass-as": "-l {v}"}, 'type: integer, default: 1, pass-as: "-l {v}"', (2, -2)),
    Row({"default": "a", "pass-as": "-l {v}"}, 'type: string, default: a, pass-as: "-l {v}"', ("-x", "--help", "")),
    Row({"default": 1, "pass-as": "--learning_rate {value}"}, 'type: integer, default: 1, pass-as: "--learning_rate {value}"', (2, -2)),
    Row([1, 2], f"type: integer, default: [1, 2], {SEPARATE}, optional: false", ([3], [3, 4], [-3, -4])),
    Row([0.5], f"type: float, default: [0.5], {SEPARATE}, optional: false", ([1e-05, -2.0], [1.0])),
    Row(["a"], f"type: string, default: [a], {SEPARATE}, optional: false", (["b"], ["b c", "d"], ["--x", "-1"], ["é", ""])),
    Row((1, 2), f"type: integer, default: [1, 2], {SEPARATE}, optional: false", ((3, 4),)),
    Row({"default": ["a"], "multiple-separator": ";"}, 'type: string, default: [a], multiple: separate, multiple-separator: ";"', (["b,c", "d"],)),
    Row({"default": ["a"], "multiple": "separate", "multiple-separator": " | "}, 'type: string, default: [a], multiple: separate, multiple-separator: " | "', (["b", "c"],)),
    Row({"default": ["a"], "multiple": "repeat"}, "type: string, default: [a], multiple: repeat", (["b"], ["b,c", "d"], ["", "-1"])),
    Row({"default": [1], "multiple": "repeat"}, "type: integer, default: [1], multiple: repeat", ([2], [2, -3])),
    Row({"default": [0.5], "multiple": "repeat"}, "type: float, default: [0.5], multiple: repeat", ([1e-05, -2.0],)),
    Row({"default": 1, "multiple": "repeat"}, "type: integer, default: [1], multiple: repeat", ([2, 3],)),
    Row({"default": ["a"], "multiple": "repeat", "pass-as": "-l {v}"}, 'type: string, default: [a], multiple: repeat, pass-as: "-l {v}"', (["b", "c,d"],)),
]  # fmt: skip


def shown(row: Row) -> str:
    """The step's YAML."""
    return f"""
- step:
    name: train
    image: python:3.11-slim
    command:
      - pip install -r requirements.txt
      - python ./train.py {{parameters}}
    parameters:
      - {{name: learning-rate, {row.parameter}}}
"""


def command_line(text: str, value: Any) -> list[str]:
    """The script's arguments, as a shell on Valohai passes them, with the parameter set to ``value``."""
    step = valohai_yaml.parse(text).steps["train"]
    value = list(value) if isinstance(value, tuple) else value
    parameters = ParameterMap(parameters=step.parameters, values={"learning-rate": value})
    words = shlex.split(build_command(step.command, parameters)[1])
    assert words[:2] == ["python", "./train.py"]
    return words[2:]


CASES = [(row, value) for row in ROWS for value in row.values]


@pytest.mark.parametrize(("row", "value"), CASES, ids=[f"{row.declared!r}-{value!r}" for row, value in CASES])
def test_the_script_gets_exactly_the_value(row: Row, value: Any, prepare: Prepare) -> None:
    prepare(*command_line(shown(row), value), parameters={"learning-rate": row.declared})
    actual = valohai.parameters("learning-rate").value
    assert (type(actual), repr(actual)) == (type(value), repr(value))


@pytest.mark.parametrize("row", ROWS, ids=[repr(row.declared) for row in ROWS])
def test_the_defaults_of_the_step_are_those_of_the_script(row: Row, prepare: Prepare) -> None:
    step = valohai_yaml.parse(shown(row)).steps["train"]
    prepare(
        *command_line(shown(row), step.parameters["learning-rate"].default),
        parameters={"learning-rate": row.declared},
    )
    from_command_line = valohai.parameters("learning-rate").value
    prepare(parameters={"learning-rate": row.declared})
    assert valohai.parameters("learning-rate").value == from_command_line
