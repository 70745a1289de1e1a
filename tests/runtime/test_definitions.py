"""Definitions that no value can satisfy, or that mean two things, are named; those that can be are taken."""

from __future__ import annotations

import decimal
import enum
import fractions
import math
import types
from pathlib import Path
from typing import Any

import pytest

import valohai
from valohai._step import attributes

from .conftest import Prepare


class Bytes:
    """A path whose spelling is bytes."""

    def __fspath__(self) -> bytes:
        return b"a"


def test_a_definition_has_the_keys_that_valohai_yaml_has() -> None:
    from valohai_yaml.schema_data import SCHEMATA

    for kind, rows in (("param", attributes._PARAMETER), ("input", attributes._INPUT)):
        properties = SCHEMATA[f"https://valohai.com/schemas/{kind}-item"]["properties"]
        assert set(rows) == set(properties)
        for key, stated in properties.items():
            row = rows[key]
            if row is not None:
                assert all(row[0](word) for word in stated.get("enum", ())), key


# (the definition of parameter `x`, what ValueError says of it)
PARAMETERS: list[tuple[Any, str]] = [
    ({"min": "a"}, "min is 'a'; it must be a number"),
    ({"default": 1, "max": "5"}, "max is '5'; it must be a number"),
    ({"default": 1, "min": True}, "min is True; it must be a number"),
    ({"default": 1, "min": math.nan}, "min is nan; it must be a number"),
    ({"default": 1, "min": [0]}, "min is [0]; it must be a number"),
    ({"type": "integer", "min": 5, "max": 3}, "min, 5, is greater than max, 3, so no value is possible"),
    ({"default": "a", "min": 0}, "min and max are for numbers, and its type is string; remove them"),
    ({"type": "flag", "max": 1}, "min and max are for numbers, and its type is flag; remove them"),
    ({"default": "a", "choices": "abc"}, "choices is 'abc'; it must be a list of at least one value"),
    ({"default": 1, "choices": 5}, "choices is 5; it must be a list"),
    ({"default": 1, "choices": []}, "choices is []; it must be a list of at least one value"),
    ({"default": 1, "choices": {"a": 1}}, "choices is {'a': 1}; it must be a list"),
    ({"default": 1, "choices": [1, "many"]}, "choices: 'many' is not an integer"),
    ({"default": 5, "choices": [1, 2]}, "5 is not one of 1, 2"),
    ({"default": 0, "min": 1}, "0 is less than the minimum, 1"),
    ({"default": [1, 9], "max": 5}, "9 is greater than the maximum, 5"),
    (
        {"default": 1, "type": ["integer"]},
        "type is ['integer']; it may be 'integer', 'float', 'string', 'flag'",
    ),
    ({"default": 1, "type": int}, "type is <class 'int'>; it may be"),
    ({"default": 1, "multiple": {"a": 1}}, "multiple is {'a': 1}; it may be 'separate', 'repeat'"),
    ({"default": 1, "multiple": True}, "multiple is True; it may be"),
    ({"default": [1], "multiple": "none"}, "multiple is 'none', and its default, [1], a list; change one"),
    ({"default": [1], "multiple-separator": 5}, "multiple-separator is 5; it must be a string"),
    ({"default": 1, "pass-as": 5}, "pass-as is 5; it must be a string"),
    ({"default": True, "pass-true-as": True}, "pass-true-as is True; it must be a string"),
    ({"default": 1, "pass-as": "-x {v}", "pass_as": "-y {v}"}, "pass-as is given twice, with - and with _"),
    ({"default": 1, "name": "y"}, "name is 'y'; remove it, for the name is given already"),
    ({"default": 1, 5: 1}, "unknown key 5; a definition may have: name, default"),
    ({"default": {"a": 1}, "type": "integer"}, "{'a': 1} is not an integer"),
    ({"default": [[1]], "type": "integer"}, "[1] is not an integer"),
    ({"default": "x" * 500, "type": "float"}, f"'{'x' * 99}...{'x' * 19}' is not a number"),
    (set(), "set() is a set; give an int, float, str, bool or a list of these"),
    (bytearray(b"a"), "bytearray(b'a') is a bytearray"),
    ([1, None], "[1, None] mixes types"),
]


@pytest.mark.parametrize(("declared", "message"), PARAMETERS, ids=[message for _, message in PARAMETERS])
def test_an_impossible_parameter_is_named(declared: Any, message: str, prepare: Prepare) -> None:
    with pytest.raises(ValueError, match=r"^prepare\(step='train'\): parameter 'x': ") as raised:
        prepare(parameters={"fine": 1, "x": declared})
    assert str(raised.value).startswith(f"prepare(step='train'): parameter 'x': {message}")
    assert "\n" not in str(raised.value)


INPUTS: list[tuple[Any, str]] = [
    ({"filename": 5}, "filename is 5; it must be the name of a file"),
    ({"filename": ""}, "filename is ''; it must be the name of a file"),
    (
        {"keep-directories": "all"},
        "keep-directories is 'all'; it may be 'none', 'suffix', 'full', True, False",
    ),
    ({"keep_directories": ["full"]}, "keep-directories is ['full']; it may be"),
    ({"default": "a", "name": "y"}, "name is 'y'; remove it"),
    ({"default": {"a": 1}}, "default is {'a': 1}; give a URI, a path, or a list of these"),
    (5, "default is 5; give a URI"),
    (b"a", "default is b'a'; give a URI"),
    ([b"a"], "default is [b'a']; give a URI"),
    (["a", ["b"]], "default is ['a', ['b']]; give a URI"),
    ({"a"}, "default is {'a'}; give a URI"),
]


@pytest.mark.parametrize(("declared", "message"), INPUTS, ids=[message for _, message in INPUTS])
def test_an_impossible_input_is_named(declared: Any, message: str, prepare: Prepare) -> None:
    with pytest.raises(ValueError, match=r"^prepare\(step='train'\): input 'x': ") as raised:
        prepare(inputs={"x": declared})
    assert str(raised.value).startswith(f"prepare(step='train'): input 'x': {message}")


def test_a_path_of_bytes_is_no_path(prepare: Prepare) -> None:
    with pytest.raises(ValueError, match=r"input 'x': default is <.*Bytes object .*; give a URI"):
        prepare(inputs={"x": Bytes()})


@pytest.mark.parametrize("argument", ["parameters", "inputs"])
@pytest.mark.parametrize("declared", [["lr"], "lr", 5, {"lr"}], ids=str)
def test_declarations_that_are_no_dict_are_named(argument: str, declared: Any) -> None:
    kind = type(declared).__name__
    message = rf"^prepare\(step='t'\): default_{argument} is a {kind}; give a dict of names and values$"
    with pytest.raises(ValueError, match=message):
        valohai.prepare(step="t", **{f"default_{argument}": declared})


def test_any_mapping_declares(prepare: Prepare) -> None:
    prepare(parameters=types.MappingProxyType({"x": 1}))
    assert valohai.parameters("x").value == 1


@pytest.mark.parametrize("name", ["../x", "a/../../b", "/etc", "\\x", "a/..", ".."])
def test_an_input_names_a_folder_of_its_own(name: str, prepare: Prepare) -> None:
    with pytest.raises(ValueError, match="cannot be the name of an input, whose folder it names; rename it"):
        prepare(inputs={name: None})


@pytest.mark.parametrize("step", ["../x", "a/..", "..", "x\0y"])
def test_a_step_names_a_folder_of_its_own(step: str) -> None:
    with pytest.raises(ValueError, match=r"the step needs a name, without '\.\.' between slashes"):
        valohai.prepare(step=step)


# (parameters, inputs, what is said of the clash on the command line)
SPELLINGS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    (
        {"a": {"default": 1, "pass-as": "-l {v}"}, "b": {"default": 2, "pass-as": "-l {v}"}},
        {},
        "parameter 'b' and parameter 'a' are both '-l' on the command line; change the pass-as, pass-true-as",
    ),
    (
        {"a": {"default": 1, "pass-as": "--b={v}"}, "b": 2},
        {},
        "parameter 'a' and parameter 'b' are both '--b'",
    ),
    (
        {"a": {"default": 1, "pass-as": "--my-data {v}"}},
        {"my_data": None},
        "'a' and input 'my_data' are both",
    ),
    ({"a": {"default": False, "pass-true-as": "-h"}}, {}, "parameter 'a' and --help are both '-h'"),
    ({"a": {"default": 1, "pass-as": "--help={v}"}}, {}, "parameter 'a' and --help are both '--help'"),
    (
        {"a": {"default": True, "pass-true-as": "--on", "pass-false-as": "--on"}},
        {},
        "parameter 'a': pass-true-as and pass-false-as are both '--on'; change one",
    ),
]


@pytest.mark.parametrize(("parameters", "inputs", "message"), SPELLINGS, ids=[row[2] for row in SPELLINGS])
def test_two_meanings_of_one_spelling_are_named(
    parameters: dict[str, Any], inputs: dict[str, Any], message: str, prepare: Prepare
) -> None:
    with pytest.raises(ValueError, match=r"^prepare\(step='train'\): ") as raised:
        prepare(parameters=parameters, inputs=inputs)
    assert message in str(raised.value)


# (definition of x, what is on the command line, the value)
PASSED: list[tuple[dict[str, Any], list[str], Any]] = [
    (
        {"default": False, "pass-true-as": "--mode=fast", "pass-false-as": "--mode=slow"},
        ["--mode=fast"],
        True,
    ),
    (
        {"default": True, "pass-true-as": "--mode=fast", "pass-false-as": "--mode=slow"},
        ["--mode=slow"],
        False,
    ),
    ({"default": True, "pass-true-as": "--x=ja", "pass-false-as": "--x=nein"}, ["--x=nein"], False),
    ({"default": False, "pass-true-as": "--x=ja", "pass-false-as": "--x=nein"}, ["--x=yes"], True),
    ({"default": 1, "pass-as": "--x={v}"}, ["--x=2"], 2),
    ({"default": "a", "pass-as": "-x {v}"}, ["-x", "-y"], "-y"),
    ({"default": 1, "pass-as": "--verbose"}, ["--x=2"], 2),
]


@pytest.mark.parametrize(("declared", "argv", "value"), PASSED, ids=str)
def test_what_valohai_is_asked_to_write_is_read(
    declared: dict[str, Any],
    argv: list[str],
    value: Any,
    prepare: Prepare,
    capsys: pytest.CaptureFixture[str],
) -> None:
    prepare(*argv, parameters={"x": declared})
    assert (valohai.parameters("x").value, capsys.readouterr().err) == (value, "")


class Color(enum.Enum):
    RED = "red"


class Number:
    """A number of numpy's: not Python's, and ``bool("false")`` of its class is true."""

    dtype = "bool"

    def __init__(self, value: Any) -> None:
        self.value = value

    def tolist(self) -> Any:
        return self.value

    def __repr__(self) -> str:  # of test ids, which are the same in every process
        return f"Number({self.value!r})"


POSSIBLE: list[tuple[Any, list[str], Any]] = [
    ({"default": 1, "min": 1, "max": 1}, [], 1),
    ({"default": 0.5, "min": decimal.Decimal("0.1"), "max": fractions.Fraction(3, 4)}, ["--x=0.7"], 0.7),
    ({"default": 3, "choices": range(5)}, ["--x=4"], 4),
    ({"default": "a", "choices": ("a", "b")}, ["--x=b"], "b"),
    ({"default": 1, "name": "x", "min": None, "choices": None, "type": None, "multiple": None}, ["--x=2"], 2),
    ({"default": 1, "multiple": "none"}, ["--x=2"], 2),
    ({"default": 1, "multiple": False}, ["--x=2"], 2),
    ({"default": ["a"], "multiple-separator": ""}, ["--x=a,b"], ["a", "b"]),
    (Number(True), ["--x=false"], False),
    (Number(True), [], True),
    (Number([1, 2]), ["--x=3"], [3]),
    ({"default": Number(2), "max": 5}, ["--x=3"], 3),
    (Path("a"), ["--x=b"], Path("b")),
    (Color.RED, ["--x=red"], Color.RED),
]


@pytest.mark.parametrize(("declared", "argv", "value"), POSSIBLE, ids=[str(row) for row in POSSIBLE])
def test_a_possible_parameter_is_taken(declared: Any, argv: list[str], value: Any, prepare: Prepare) -> None:
    prepare(*argv, parameters={"x": declared})
    actual = valohai.parameters("x").value
    assert (type(actual), actual) == (type(value), value)


def test_what_only_json_declares_takes_no_list_from_the_command_line(
    prepare: Prepare, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".valohai/config").mkdir(parents=True)
    (tmp_path / ".valohai/config/parameters.json").write_text('{"tree": {"a": 1}, "nested": [[1]]}')
    for name in ("tree", "nested"):
        with pytest.raises(SystemExit):
            prepare(f"--{name}=ab")
        assert "cannot be given on the command line" in capsys.readouterr().err
