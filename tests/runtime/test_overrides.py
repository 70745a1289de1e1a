"""One table: what is declared, what the command line says, what the script gets."""

from __future__ import annotations

import enum
import math
import shlex
import sys
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import valohai
from valohai._step.definition import define

from .conftest import Prepare


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


# (declared, argv, value); the parameter is called learning-rate in all of them.
VALUES: list[tuple[Any, str, Any]] = [
    # nothing said: the default
    (0.001, "", 0.001),
    (None, "", None),
    ("", "", ""),
    ([], "", []),
    ((1, 2), "", (1, 2)),
    # spellings
    (0.001, "--learning-rate=.002", 0.002),
    (0.001, "--learning_rate=.002", 0.002),
    (0.001, "--learning-rate .002", 0.002),
    (0.001, "--learning_rate .002", 0.002),
    # the last one wins
    (1, "--learning-rate=2 --learning-rate=3", 3),
    # negative and exponent values
    (0.1, "--learning-rate -1e-5", -1e-5),
    (0.1, "--learning-rate=-1e-5", -1e-5),
    (0.1, "--learning-rate -.5", -0.5),
    (0.1, "--learning-rate -inf", -math.inf),
    (1, "--learning-rate -3", -3),
    ([1, 2], "--learning-rate -3,-4", [-3, -4]),
    # float
    (0.1, "--learning-rate=3", 3.0),
    (0.1, "--learning-rate=1_000.5", 1000.5),
    (0.1, "--learning-rate=inf", math.inf),
    # integer
    (1, "--learning-rate=1e3", 1000),
    (1, "--learning-rate=2.0", 2),
    (1, "--learning-rate=12345678901234567890", 12345678901234567890),
    # text
    ("a", "--learning-rate=", ""),
    ("a", "--learning-rate=a=b", "a=b"),
    ("a", "--learning-rate=--x", "--x"),
    ("a", "--learning-rate 5", "5"),
    ("a", "--learning-rate -", "-"),
    ("a", "--learning-rate '- a bullet'", "- a bullet"),
    ("a", "--learning-rate=é漢", "é漢"),
    (None, "--learning-rate=5", "5"),
    (None, "--learning-rate=true", "true"),
    # flags
    *[(False, f"--learning-rate={word}", True) for word in ("true", "True", "yes", "on", "1")],
    *[(True, f"--learning-rate={word}", False) for word in ("false", "FALSE", "no", "off", "0")],
    (False, "--learning-rate", True),
    (True, "--no-learning-rate", False),
    (True, "--no_learning_rate", False),
    (True, "--learning-rate false", False),
    (False, "--learning-rate rest.txt", True),
    # lists: the element type, separators, repeats
    ([1, 2], "--learning-rate=3,4", [3, 4]),
    ([1, 2], "--learning-rate=3 --learning-rate=4", [3, 4]),
    ([1, 2], "--learning-rate=3,4 --learning-rate 5", [3, 4, 5]),
    ([0.5], "--learning-rate=1,2e-1", [1.0, 0.2]),
    ([1, 2.5], "--learning-rate=3", [3.0]),
    (["a"], "'--learning-rate=b,c d,'", ["b", "c d", ""]),
    ([True], "--learning-rate=no,yes", [False, True]),
    (["a"], "--learning-rate=", []),
    ((1, 2), "--learning-rate=3,4", (3, 4)),
    ([], "--learning-rate=1,2", ["1", "2"]),
    # nested definitions
    ({"default": 1}, "", 1),
    ({"default": 1, "type": "float"}, "", 1.0),
    ({"default": 1, "type": "float"}, "--learning-rate=.5", 0.5),
    ({"type": "integer"}, "", None),
    ({"type": "integer"}, "--learning-rate=7", 7),
    ({"type": "flag"}, "", False),
    ({"default": 5, "type": "string"}, "", "5"),
    ({"default": 1, "min": 0, "max": 3}, "--learning-rate=3", 3),
    ({"default": "a", "choices": ["a", "b"]}, "--learning-rate=b", "b"),
    ({"default": 1, "choices": ["1", 2]}, "--learning-rate=2", 2),
    ({"default": 3, "multiple": "separate"}, "", [3]),
    ({"default": 3, "multiple": "repeat"}, "--learning-rate=4 --learning-rate=5", [4, 5]),
    ({"type": "string", "multiple": "separate"}, "", []),
    (
        {"default": ["a"], "multiple": "separate", "multiple-separator": ";"},
        "--learning-rate=b,c;d",
        ["b,c", "d"],
    ),
    ({"default": ["a"], "multiple_separator": "::"}, "--learning-rate=b::c", ["b", "c"]),
    ({"default": ["a"], "multiple": "repeat"}, "--learning-rate=b,c --learning-rate=d", ["b,c", "d"]),
    # the spelling that the definition asks Valohai for
    ({"default": 1, "pass-as": "--lr={v}"}, "--lr=2", 2),
    ({"default": 1, "pass-as": "-l {value}"}, "-l 2", 2),
    ({"default": 1, "pass-as": "-l {v}"}, "--learning-rate=2", 2),
    ({"default": False, "pass-true-as": "--fast", "pass-false-as": "--slow"}, "--fast", True),
    ({"default": True, "pass-true-as": "--fast", "pass-false-as": "--slow"}, "--slow", False),
    (
        {"default": True, "pass-true-as": "--{name}=yes", "pass-false-as": "--{name}=no"},
        "--learning-rate=no",
        False,
    ),
    # defaults of other classes keep them
    (Color.RED, "--learning-rate=blue", Color.BLUE),
    (PurePosixPath("a/b"), "", PurePosixPath("a/b")),
    (PurePosixPath("a/b"), "--learning-rate=c/d", PurePosixPath("c/d")),
    # after -- nothing is read
    (1, "-- --learning-rate=2", 1),
]


@pytest.mark.parametrize(("declared", "argv", "value"), VALUES)
def test_the_script_gets(declared: Any, argv: str, value: Any, prepare: Prepare) -> None:
    prepare(*shlex.split(argv), parameters={"learning-rate": declared})
    actual = valohai.parameters("learning-rate").value
    assert (type(actual), actual) == (type(value), value)


@pytest.mark.parametrize(
    "name", ["learning-rate", "learning_rate", "Learning-rate_2", "h", "x", "größe", "no-cache"]
)
@pytest.mark.parametrize("joined", [True, False])
def test_either_spelling_reaches_the_declared_name(name: str, joined: bool, prepare: Prepare) -> None:
    for spelled in (name, name.replace("-", "_"), name.replace("_", "-")):
        argv = [f"--{spelled}=7"] if joined else [f"--{spelled}", "7"]
        prepare(*argv, parameters={name: 1})
        assert valohai.parameters(name).value == 7


# (declared, argv, what the one line on stderr says)
REFUSED: list[tuple[Any, str, str]] = [
    (1, "--learning-rate=abc", "--learning-rate=abc: 'abc' is not an integer"),
    (1, "--learning-rate=0.5", "'0.5' is not an integer"),
    (1, "--learning-rate=", "'' is not an integer"),
    (1, "--learning-rate=nan", "'nan' is not an integer"),
    (1, "--learning-rate=1e400", "'1e400' is not an integer"),
    (1, "--learning-rate=1e17", "'1e17' is too large to be exact; write it out in digits"),
    (1, "--learning-rate=true", "'true' is not an integer"),
    (0.1, "--learning_rate=1,5", "--learning_rate=1,5: '1,5' is not a number"),
    (True, "--learning-rate=maybe", "'maybe' is neither true nor false"),
    (True, "--no-learning-rate=1", "--no-learning-rate=1: --no-learning-rate takes no value; leave out =1"),
    (1, "--learning-rate", "--learning-rate: no value given; write --learning-rate=VALUE"),
    ("a", "--learning-rate --x", "for a value that begins with a dash: --learning-rate=--x"),
    ([1], "--learning-rate=1,a", "'a' is not an integer"),
    ({"default": 1, "min": 0}, "--learning-rate=-1", "-1 is less than the minimum, 0"),
    ({"default": 1.0, "max": 2}, "--learning-rate=2.5", "2.5 is greater than the maximum, 2"),
    ({"default": 1.0, "max": 2}, "--learning-rate=nan", "nan is greater than the maximum, 2"),
    ({"default": "a", "choices": ["a", "b"]}, "--learning-rate=c", "'c' is not one of 'a', 'b'"),
    ({"default": ["a"], "choices": ["a", "b"]}, "--learning-rate=a,c", "'c' is not one of 'a', 'b'"),
    (Color.RED, "--learning-rate=pink", "'pink' is not a Color"),
    ("a\n", "--learning-rate", "no value given"),
    (1, "--learning-rate=a\nb", "--learning-rate=a\\nb: 'a\\nb' is not an integer"),
]


@pytest.mark.parametrize(("declared", "argv", "message"), REFUSED)
def test_a_value_that_cannot_be_is_one_line_and_exit_code_2(
    declared: Any, argv: str, message: str, prepare: Prepare, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        prepare(*argv.split(" "), parameters={"learning-rate": declared})
    out, err = capsys.readouterr()
    assert (stopped.value.code, out, err.count("\n")) == (2, "", 1)
    assert message in err
    assert err.startswith("train.py: error: ")
    assert err.endswith("(step 'train'; see --help)\n")


# (default_parameters, default_inputs, what ValueError says)
IMPOSSIBLE: list[tuple[dict[Any, Any], dict[Any, Any], str]] = [
    ({"a-b": 1, "a_b": 2}, {}, "parameter 'a_b' and parameter 'a-b' have the same name on the command line"),
    ({"data": 1}, {"data": "x"}, "input 'data' and parameter 'data' have the same name"),
    ({"my-data": 1}, {"my_data": "x"}, "input 'my_data' and parameter 'my-data' have the same name"),
    ({"help": 1}, {}, "parameter 'help' clashes with --help"),
    ({"": 1}, {}, "'' cannot be the name of a parameter"),
    ({1: 1}, {}, "1 cannot be the name of a parameter"),
    ({}, {"-x": "a"}, "'-x' cannot be the name of an input"),
    ({"a=b": 1}, {}, "'a=b' cannot be the name"),
    ({"x": {1, 2}}, {}, "parameter 'x': {1, 2} is a set"),
    ({"x": b"a"}, {}, "parameter 'x': b'a' is a bytes"),
    ({"x": 1j}, {}, "parameter 'x': 1j is a complex"),
    ({"x": [1, "a"]}, {}, "parameter 'x': [1, 'a'] mixes types"),
    ({"x": [True, 1]}, {}, "mixes types"),
    ({"x": [[1]]}, {}, "mixes types"),
    ({"x": {"default": "abc", "type": "integer"}}, {}, "parameter 'x': 'abc' is not an integer"),
    ({"x": {"default": 5, "max": 3}}, {}, "parameter 'x': 5 is greater than the maximum, 3"),
    ({"x": {"default": "c", "choices": ["a"]}}, {}, "parameter 'x': 'c' is not one of 'a'"),
    (
        {"x": {"default": 1, "type": "int"}},
        {},
        "type is 'int'; it may be 'integer', 'float', 'string', 'flag'",
    ),
    ({"x": {"default": 1, "multiple": "often"}}, {}, "multiple is 'often'"),
    ({"x": {"a": 1}}, {}, "unknown key 'a'; a definition may have: name, default, type"),
    (
        {},
        {"data": {"defualt": "a"}},
        "input 'data': unknown key 'defualt'; a definition may have: name, default,",
    ),
    ({}, {"data": 5}, "input 'data': default is 5; give a URI, a path, or a list of these"),
    ({}, {"data": ["a", None]}, "input 'data': default is ['a', None]"),
]


@pytest.mark.parametrize(("parameters", "inputs", "message"), IMPOSSIBLE)
def test_an_impossible_declaration_is_a_value_error_that_names_it(
    parameters: dict[Any, Any], inputs: dict[Any, Any], message: str, prepare: Prepare
) -> None:
    with pytest.raises(ValueError, match=r"^prepare") as raised:
        prepare(parameters=parameters, inputs=inputs)
    assert message in str(raised.value)
    assert str(raised.value).startswith("prepare(step='train'): ")


@pytest.mark.parametrize("step", ["", "  ", None, 5])
def test_a_step_needs_a_name(step: Any) -> None:
    with pytest.raises(ValueError, match="the step needs a name"):
        valohai.prepare(step=step)


# (default, argv, the paths)
INPUTS: list[tuple[Any, list[str], list[str]]] = [
    ("a.txt", [], ["a.txt"]),
    (["a.txt", "b.txt"], [], ["a.txt", "b.txt"]),
    (Path("a.txt"), [], ["a.txt"]),
    ({"default": "a.txt"}, [], ["a.txt"]),
    ({"default": ["a.txt", "b.txt"]}, [], ["a.txt", "b.txt"]),
    (None, [], []),
    ("", [], []),
    ([], [], []),
    ("a.txt", ["--training-set=b.txt"], ["b.txt"]),
    ("a.txt", ["--training_set", "b.txt"], ["b.txt"]),
    ("a.txt", ["--training-set", "b.txt", "c.txt"], ["b.txt", "c.txt"]),
    ("a.txt", ["--training-set=b.txt", "--training-set=c.txt"], ["b.txt", "c.txt"]),
    ("a.txt", ["--training-set="], []),
    (None, ["--training-set=b.txt"], ["b.txt"]),
]


@pytest.mark.parametrize(("default", "argv", "paths"), INPUTS)
def test_inputs_take_several_uris(
    default: Any, argv: list[str], paths: list[str], prepare: Prepare, tmp_path: Path
) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).touch()
    prepare(*argv, inputs={"training-set": default})
    assert list(valohai.inputs("training-set").paths()) == paths


def test_an_input_without_its_uri_is_refused(prepare: Prepare, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        prepare("--data", "--x", inputs={"data": "a"})
    assert "--data: no URI or path given; write --data=URI" in capsys.readouterr().err


TOKENS = st.one_of(
    st.sampled_from(
        ["--count", "--rate", "--flag", "--no-flag", "--names", "--data", "--", "-", "-h", "=", "1", "-1"]
    ),
    st.builds(
        "{}={}".format, st.sampled_from(["--count", "--rate", "--flag", "--names", "--other"]), st.text()
    ),
    st.text(),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(argv=st.lists(TOKENS, max_size=6))
def test_whatever_the_command_line_there_is_no_traceback(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    parameters = {"count": 1, "rate": 0.5, "flag": True, "names": ["a"]}
    before = sys.argv
    sys.argv = ["train.py", *argv]
    try:
        valohai.prepare(step="train", default_parameters=parameters, default_inputs={"data": None})
    except SystemExit as stopped:
        assert stopped.code in (0, 2)  # noqa: PT017  # either outcome is right
    else:
        values = [valohai.parameters(name).value for name in parameters]
        assert [type(value) for value in values] == [int, float, bool, list]
    finally:
        assert sys.argv == ["train.py", *argv]
        sys.argv = before
    assert len(capsys.readouterr().err.splitlines()) <= 1


@given(st.integers(-(2**53), 2**53))
def test_an_integer_is_read_in_every_notation(number: int) -> None:
    definition = define("x", 1)
    for text in (str(number), f"{number}.0", f" {number} ", f"{number:.16e}"):
        assert definition.from_text(text) == number


@given(st.floats(allow_nan=False))
def test_a_float_is_read_as_it_was_written(number: float) -> None:
    assert define("x", 0.5).from_text(repr(number)) == number
