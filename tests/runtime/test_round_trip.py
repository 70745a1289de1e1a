"""There and back: Valohai's own command builder writes the command line of a step, the script reads it.

A row is what Python declares, the parameter as ``valohai-steps show`` writes it, and a value that
someone sets on Valohai.
"""

# ruff: noqa: E501
# A row of a table is one line.

from __future__ import annotations

import json
import math
import shlex
import subprocess
import sys
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


def written(row: Row) -> str:
    """The step's YAML, as the row has it."""
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


SHOW = """
import contextlib, io, json, sys
from valohai_steps.cli.main import main
answers = []
for file in sys.argv[1:]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["show", file])
    answers.append([code, err.getvalue(), out.getvalue()])
print(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Declaration -> exit code, errors and output of ``valohai-steps show``; all rows in one process."""
    pytest.importorskip("valohai_steps", reason="needs Python 3.10 and the server's distribution")
    files = []
    for row in ROWS:
        path = tmp_path_factory.mktemp("shown") / "train.py"
        declared = {"learning-rate": row.declared}
        call = f"import valohai\nvalohai.prepare(step='train', default_parameters={declared!r})\n"
        path.write_text(call, encoding="utf-8")
        files.append(str(path))
    result = subprocess.run(
        [sys.executable, "-c", SHOW, *files], capture_output=True, text=True, check=True, timeout=60
    )
    answers = json.loads(result.stdout)
    return {repr(row.declared): answer for row, answer in zip(ROWS, answers, strict=True)}


def command_line(text: str, value: Any) -> list[str]:
    """The script's arguments, as a shell on Valohai passes them, with the parameter set to ``value``."""
    step = valohai_yaml.parse(text).steps["train"]
    value = list(value) if isinstance(value, tuple) else value
    parameters = ParameterMap(parameters=step.parameters, values={"learning-rate": value})
    words = shlex.split(build_command(step.command, parameters)[1])
    assert words[:2] == ["python", "./train.py"]
    return words[2:]


def check(text: str, row: Row, prepare: Prepare) -> None:
    """Every value of the row, and the default, through the command line that ``text`` makes."""
    declared = {"learning-rate": row.declared}
    for value in row.values:
        prepare(*command_line(text, value), parameters=declared)
        actual = valohai.parameters("learning-rate").value
        assert (type(actual), repr(actual)) == (type(value), repr(value))
    default = valohai_yaml.parse(text).steps["train"].parameters["learning-rate"].default
    prepare(*command_line(text, default), parameters=declared)
    from_command_line = valohai.parameters("learning-rate").value
    prepare(parameters=declared)
    assert valohai.parameters("learning-rate").value == from_command_line


@pytest.mark.parametrize("row", ROWS, ids=lambda row: repr(row.declared))
def test_through_the_step_as_it_should_be_written(row: Row, prepare: Prepare) -> None:
    check(written(row), row, prepare)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: repr(row.declared))
def test_through_the_step_that_valohai_steps_writes(
    row: Row, shown: dict[str, Any], prepare: Prepare
) -> None:
    code, errors, text = shown[repr(row.declared)]
    assert (code, errors) == (0, "")
    check(text, row, prepare)
