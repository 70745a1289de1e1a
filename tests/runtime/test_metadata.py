"""Metadata lines: valid JSON, one batch at a time."""

from __future__ import annotations

import contextlib
import decimal
import io
import json
import math
import sys
from pathlib import Path
from typing import Any

import pytest

import valohai
from valohai import metadata

from .conftest import RunScript


class Scalar:
    """As numpy and torch have them: one number behind ``item()``."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def item(self) -> Any:
        return self.value


class Array:
    """Several numbers: ``item()`` refuses, ``tolist()`` gives them."""

    def item(self) -> Any:
        raise ValueError("can only convert an array of size 1 to a Python scalar")

    def tolist(self) -> list[Any]:
        return [1, [2.5, math.nan]]


class Tensor:
    """As tensorflow has it: an array behind ``numpy()``."""

    def numpy(self) -> Any:
        return Scalar(0.5)


class Odd:
    def __str__(self) -> str:
        return "odd"


VALUES: list[tuple[Any, Any]] = [
    (1, 1),
    (0.5, 0.5),
    (True, True),
    (None, None),
    ("text", "text"),
    (math.nan, None),
    (math.inf, None),
    (-math.inf, None),
    ([1, math.nan, (2,)], [1, None, [2]]),
    ({"a": math.inf, 1: "b"}, {"a": None, "1": "b"}),
    ({1}, [1]),
    (Scalar(0.25), 0.25),
    (Scalar(math.nan), None),
    (Array(), [1, [2.5, None]]),
    (Tensor(), 0.5),
    (decimal.Decimal("0.5"), 0.5),
    (Odd(), "odd"),
    (Path("a/b"), "a/b"),
]


@pytest.mark.parametrize(("value", "printed"), VALUES)
def test_a_value_is_printed_as_valid_json(
    value: Any, printed: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with valohai.logger() as logger:
        logger.log("epoch", 1)
        logger.log(value=value)
    out = capsys.readouterr().out
    assert out[0] == "\n"
    assert out[-1] == "\n"
    assert out.count("\n") == 2

    def no_constant(name: str) -> None:
        raise AssertionError(name)

    assert json.loads(out, parse_constant=no_constant) == {"epoch": 1, "value": printed}


def test_batches(capsys: pytest.CaptureFixture[str]) -> None:
    logger = valohai.logger()
    logger.log("a", 1, "b", 2)
    logger.log(c=3)
    logger.flush()
    logger.flush()
    with logger:
        logger.log(5, "six")
    assert capsys.readouterr().out == '\n{"a": 1, "b": 2, "c": 3}\n\n{"5": "six"}\n'


def test_a_batch_is_printed_although_the_block_fails(capsys: pytest.CaptureFixture[str]) -> None:
    with contextlib.suppress(RuntimeError), valohai.logger() as logger:
        logger.log(loss=1)
        raise RuntimeError
    assert capsys.readouterr().out == '\n{"loss": 1}\n'


def test_a_name_without_a_value_is_refused() -> None:
    with pytest.raises(ValueError, match="'b' has no value"):
        valohai.logger().log("a", 1, "b")


def test_a_line_is_out_at_once(run_script: RunScript) -> None:
    # After os._exit() nothing is flushed any more.
    script = "import os, valohai\nwith valohai.logger() as l: l.log(a=1)\nos._exit(0)\n"
    assert run_script(script).stdout == '\n{"a": 1}\n'


def test_in_a_deployment_the_line_is_wrapped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VALOHAI_PORT", "8000")
    with valohai.metadata.logger() as logger:
        logger.log(a=1)
    assert capsys.readouterr().out == '\n{"vh_metadata": {"a": 1}}\n'


@pytest.mark.parametrize("variable", ["JPY_PARENT_PID", "JPY_SESSION_NAME", "VALOHAI_NOTEBOOK_INSTANCE_ID"])
def test_in_a_notebook_the_line_goes_to_the_real_output(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, real = io.StringIO(), io.StringIO()
    monkeypatch.setenv(variable, "1")
    monkeypatch.setattr(sys, "stdout", page)
    monkeypatch.setattr(sys, "__stdout__", real)
    with metadata.Logger() as logger:
        logger.log(a=1)
    assert (page.getvalue(), real.getvalue()) == ("", '\n{"a": 1}\n')
