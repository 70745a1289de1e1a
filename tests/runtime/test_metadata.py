"""Metadata lines: valid JSON, one batch at a time."""

from __future__ import annotations

import contextlib
import decimal
import enum
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


class Raises:
    """Raises from wherever it is touched."""

    def __getattr__(self, name: str) -> Any:
        raise OSError(name)

    def __str__(self) -> str:
        raise KeyError


class OddNumbers:
    """As an array whose device is gone: its own error from each conversion."""

    class GoneError(Exception):
        pass

    def item(self) -> Any:
        raise self.GoneError

    tolist = numpy = __float__ = item

    def __str__(self) -> str:
        return "gone"


class Restless:
    """Another object each time it is asked for its number."""

    def item(self) -> Any:
        return type("Restless", (Restless,), {})()


class BadInt(int):
    def __int__(self) -> int:
        raise RuntimeError

    __index__ = __int__


class BadFloat(float):
    def __sub__(self, other: Any) -> Any:
        raise RuntimeError

    def __float__(self) -> float:
        raise RuntimeError


class BadDict(dict):  # type: ignore[type-arg]  # Python 3.9 has no dict[...] as a base
    def items(self) -> Any:
        raise RuntimeError

    def __str__(self) -> str:
        return "bad"


class Color(enum.IntEnum):
    RED = 3


def in_itself() -> list[Any]:
    inner: dict[str, Any] = {"n": 1}
    outer = [0, inner, inner]
    inner["outer"] = outer
    return outer


def nested(levels: int) -> Any:
    value: Any = math.nan
    for _ in range(levels):
        value = [value]
    return value


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
    (in_itself(), [0, {"n": 1, "outer": "..."}, {"n": 1, "outer": "..."}]),
    (10**4000, 10**4000),
    (Raises(), "<Raises without a string>"),
    ([1, Raises()], [1, "<Raises without a string>"]),
    ({Raises(): 1}, {"<Raises without a string>": 1}),
    (OddNumbers(), "gone"),
    (BadInt(7), 7),
    (BadFloat(0.5), 0.5),
    (BadFloat(math.nan), None),
    (BadDict(a=1, b=math.nan), "bad"),
    (Color.RED, 3),
    ({None: 1, True: 2, 3: 4, 0.5: 6, (1,): 7}, {"null": 1, "true": 2, "3": 4, "0.5": 6, "(1,)": 7}),
    ("\ud800", "\ud800"),
    (float, "<class 'float'>"),
    (Scalar, str(Scalar)),
]


@pytest.mark.parametrize(("value", "printed"), VALUES, ids=[type(value).__name__ for value, _ in VALUES])
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


@pytest.mark.skipif(not hasattr(sys, "get_int_max_str_digits"), reason="this Python writes any integer")
def test_an_integer_that_python_will_not_write_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    with valohai.logger() as logger:
        logger.log("top", 10**5000, "in", [-(10**5000), 1], "key", {10**5000: 1, "b": 2})
        logger.log(10**5000, 1)
    assert json.loads(capsys.readouterr().out) == {
        "top": None,
        "in": [None, 1],
        "key": {"<int without a string>": 1, "b": 2},
        "<int without a string>": 1,
    }


@pytest.mark.parametrize("levels", [99, 100, 5_000, 100_000])
def test_what_is_nested_too_deep_is_cut(levels: int, capsys: pytest.CaptureFixture[str]) -> None:
    valohai.logger().log(deep=nested(levels), loss=1)
    logger = valohai.logger()
    logger.log(deep=nested(levels), loss=1)
    logger.flush()
    printed = json.loads(capsys.readouterr().out)
    assert printed["loss"] == 1
    depth = 0
    while isinstance(printed := printed["deep"] if depth == 0 else printed[0], list):
        depth += 1
    assert (depth, printed) == ((levels, None) if levels < 99 else (99, "..."))


def test_an_object_that_is_never_a_number_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    logger = valohai.logger()
    logger.log(value=Restless())
    logger.flush()
    assert json.loads(capsys.readouterr().out) == {"value": "..."}


def test_a_batch_that_another_thread_changes_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    shared: dict[str, Any] = {"a": Scalar(1), "b": Scalar(2)}

    class Adds:
        def item(self) -> float:
            shared[f"new{len(shared)}"] = 1  # as if by another thread, while the dict is being printed
            return 0.5

    shared["c"] = Adds()
    with valohai.logger() as logger:
        logger.log(shared=shared)
    assert json.loads(capsys.readouterr().out) == {"shared": {"a": 1, "b": 2, "c": 0.5}}


def test_names_of_any_kind(capsys: pytest.CaptureFixture[str]) -> None:
    with valohai.logger() as logger:
        logger.log(Raises(), 1, 5, 2, self=3, args=4)
    assert json.loads(capsys.readouterr().out) == {
        "<Raises without a string>": 1,
        "5": 2,
        "self": 3,
        "args": 4,
    }


class BrokenStream:
    def __init__(self, error: Exception) -> None:
        self.error = error

    def write(self, text: str) -> None:
        raise self.error


@pytest.mark.parametrize(
    "error", [BrokenPipeError(32, "Broken pipe"), OSError(28, "No space left"), ValueError("closed file")]
)
def test_output_that_nobody_reads_does_not_end_a_training(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", BrokenStream(error))
    logger = valohai.logger()
    logger.log(loss=1)
    with pytest.warns(UserWarning, match=f"^metadata not printed: {type(error).__name__}: "):
        logger.flush()
    assert logger.partial_logs == {}


def test_an_interrupt_is_no_value(capsys: pytest.CaptureFixture[str]) -> None:
    class Interrupted:
        def item(self) -> Any:
            raise KeyboardInterrupt

    logger = valohai.logger()
    logger.log(value=Interrupted())
    with pytest.raises(KeyboardInterrupt):
        logger.flush()


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
