"""Random declarations and command lines: what is meant by each argument is decided first, then it is spelled.

So the right values are known without reading the arguments: they are the oracle.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import valohai

from .conftest import Prepare

SETTINGS = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    max_examples=300,
)
LETTERS = st.text(st.sampled_from("abzAZ09_-é"), min_size=1, max_size=6)
NAMES = LETTERS.filter(lambda name: not name.startswith(("-", "no-", "no_")) and name != "help")
INTEGERS = st.integers(-(10**20), 10**20)
FLOATS = st.floats(allow_nan=False)
# No blank in front, so that no value looks like a sentence; what begins with a dash is spelled with `=`.
STRINGS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
WORDS = st.text(st.sampled_from("abc .=:/é"), max_size=6)
FLAG_WORDS = {True: ["true", "True", "yes", "YES", "on", "1"], False: ["false", "no", "off", "0", "FALSE"]}


def number_texts(value: float) -> st.SearchStrategy[str]:
    spelled = [str(value), f"{value!r}"]
    if isinstance(value, int):
        spelled += [f"{value:_}", f"{value}.0"] if abs(value) < 2**53 else [f"{value:_}"]
    elif math.isfinite(value):
        spelled += [f"{value:.17e}"]
    return st.sampled_from(spelled)


@st.composite
def declared_and_given(draw: st.DrawFn) -> tuple[Any, list[tuple[str | None, Any]]]:
    """A default, and what the command line gives: (text, value) each; the text None is a bare flag."""
    kind = draw(st.sampled_from(["int", "float", "str", "bool", "none", "ints", "strs", "tuple", "repeat"]))
    count = draw(st.integers(0, 3))
    if kind == "bool":
        values = draw(st.lists(st.booleans(), min_size=count, max_size=count))
        texts = [draw(st.sampled_from([*FLAG_WORDS[value], *([None] if value else [])])) for value in values]
        return draw(st.booleans()), list(zip(texts, values, strict=True))
    if kind in ("int", "float"):
        numbers = INTEGERS if kind == "int" else FLOATS
        given = draw(st.lists(numbers, min_size=count, max_size=count))
        return draw(numbers), [(draw(number_texts(value)), value) for value in given]
    if kind in ("str", "none"):
        texts_ = draw(st.lists(STRINGS, min_size=count, max_size=count))
        return (draw(STRINGS) if kind == "str" else None), [(text, text) for text in texts_]
    if kind in ("ints", "tuple"):
        lists = draw(st.lists(st.lists(INTEGERS, min_size=1, max_size=3), min_size=count, max_size=count))
        return [1, 2] if kind == "ints" else (3,), [(",".join(map(str, each)), each) for each in lists]
    words = draw(st.lists(st.lists(WORDS, min_size=1, max_size=3), min_size=count, max_size=count))
    if kind == "repeat":
        return {"default": ["x,y"], "multiple": "repeat"}, [(each[0], [each[0]]) for each in words]
    # A list of one empty string is spelled like an empty list.
    return ["x"], [(",".join(each), [] if each == [""] else each) for each in words]


def value_of(default: Any, given: list[tuple[str | None, Any]]) -> Any:
    """The rule: the last value of one, all the elements of several, else the default."""
    declared = default["default"] if isinstance(default, dict) else default
    if not given:
        return declared
    if isinstance(declared, (list, tuple)):
        return type(declared)(element for _, elements in given for element in elements)
    return given[-1][1]


def is_separate(text: str) -> bool:
    """Whether ``--name text`` needs no ``=``: it does not begin with a dash, or is a number."""
    return not text.startswith("-") or text == "-" or text.lstrip("-")[:1].isdigit()


@st.composite
def spelled(draw: st.DrawFn, name: str, text: str | None, value: Any) -> list[str]:
    """One way to write it."""
    swap = draw(st.sampled_from([("-", "_"), ("_", "-"), ("", "")]))
    flag = f"--{name.replace(*swap) if swap[0] else name}"
    if text is None:
        return [flag]
    if value is False and draw(st.booleans()):
        return [f"--no-{flag[2:]}"]
    separate = is_separate(text) and draw(st.booleans())
    return [flag, text] if separate else [f"{flag}={text}"]


AFTER_A_FLAG = "\ud800"  # no string of the generator's


@st.composite
def command_lines(draw: st.DrawFn) -> tuple[dict[str, Any], list[str], dict[str, Any]]:
    """Declared parameters, a command line, and the values."""
    names = draw(st.lists(NAMES, max_size=4, unique_by=lambda name: name.replace("-", "_")))
    declared, given = {}, {}
    for name in names:
        declared[name], given[name] = draw(declared_and_given())
    pieces = [(name, each) for name in names for each in given[name]]
    # In any order between the parameters; in the order meant for each of them.
    order = draw(st.permutations([name for name, _ in pieces]))
    rest = {name: iter(given[name]) for name in names}
    argv: list[str] = []
    for name in order:
        text, value = next(rest[name])
        written = draw(spelled(name, text, value))
        argv += written
        if text is None and len(written) == 1:
            argv.append(AFTER_A_FLAG)  # replaced below: a bare flag must not be followed by a word
    bare = [index for index, each in enumerate(argv) if each == AFTER_A_FLAG]
    for index in reversed(bare):
        argv[index : index + 1] = [] if index + 1 == len(argv) or argv[index + 1].startswith("--") else ["-"]
    return declared, argv, {name: value_of(declared[name], given[name]) for name in names}


def same(actual: Any, expected: Any) -> bool:
    return repr(actual) == repr(expected) and type(actual) is type(expected)


@SETTINGS
@given(case=command_lines())
def test_every_parameter_has_the_value_that_was_meant(
    case: tuple[dict[str, Any], list[str], dict[str, Any]], prepare: Prepare
) -> None:
    declared, argv, expected = case
    prepare(*argv, parameters=declared)
    actual = {name: valohai.parameters(name).value for name in declared}
    assert all(same(actual[name], expected[name]) for name in expected), (argv, actual, expected)


URIS = st.sampled_from(
    ["a.csv", "s3://bucket/*.csv", "http://x/y?a=b", "sub/**/z", "-1", "C:\\x", "datum://1"]
)


@SETTINGS
@given(
    uris=st.lists(st.lists(URIS, min_size=1, max_size=3), max_size=3),
    joined=st.booleans(),
    epochs=st.none() | st.integers(0, 9),
)
def test_inputs_have_the_uris_that_were_meant(
    uris: list[list[str]], joined: bool, epochs: int | None, prepare: Prepare
) -> None:
    argv: list[str] = []
    for each in uris:
        argv += [f"--my-data={uri}" for uri in each] if joined else ["--my_data", *each]
        if epochs is not None:
            argv += ["--epochs", str(epochs)]
    prepare(*argv, parameters={"epochs": 1}, inputs={"my-data": "default.csv", "other": "o.csv"})
    flat = [uri for each in uris for uri in each]
    assert valohai.inputs("my-data").uris() == (flat or ["default.csv"])
    assert valohai.inputs("other").uris() == ["o.csv"]
    assert valohai.parameters("epochs").value == (epochs if epochs is not None and uris else 1)


@SETTINGS
@given(
    argv=st.lists(st.text(max_size=4) | st.sampled_from(["-x", "--other=1", "--epoch", "5", "-"]), max_size=5)
)
def test_what_is_nobodys_changes_nothing_and_is_one_line(
    argv: list[str], prepare: Prepare, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = [token for token in argv if token not in ("-h", "--help")]
    prepare(*argv, parameters={"epochs": 3, "flag": True}, inputs={"data": "a"})
    assert (valohai.parameters("epochs").value, valohai.parameters("flag").value) == (3, True)
    assert valohai.inputs("data").uris() == ["a"]
    assert sys.argv == ["train.py", *argv]
    assert capsys.readouterr().err.count("\n") <= 1


VENDOR = Path(
    os.environ.get("VALOHAI_STEPS_VENDOR_PYTHON") or Path.home() / ".cache/valohai-steps/vendor/bin/python"
)
ASK_VENDOR = """
import contextlib, io, json, sys
import valohai
answers = []
for parameters, argv in json.load(sys.stdin):
    sys.argv = ["train.py", *argv]
    with contextlib.redirect_stderr(io.StringIO()):
        valohai.prepare(step="t", default_parameters=parameters)
    answers.append([valohai.parameters(name).value for name in parameters])
json.dump(answers, sys.stdout)
"""
SIMPLE: dict[str, Callable[[int], tuple[Any, str]]] = {
    "int": lambda seed: (seed, str(seed * 7)),
    "float": lambda seed: (seed / 4, f"{seed}e-3"),
    "str": lambda seed: ("default", f"word{seed}"),
    "list": lambda seed: (["a"], ",".join(f"w{number}" for number in range(seed % 4 + 1))),
    "flag": lambda seed: (seed % 2 == 0, "true" if seed % 3 else "false"),
}


@pytest.mark.vendor
def test_where_valohai_utils_is_right_both_agree(prepare: Prepare) -> None:
    """Names without a dash, plain values, each given once: what the vendor's parser is made for."""
    if not VENDOR.exists():
        reason = f"no environment with valohai-utils: {VENDOR} does not exist (VALOHAI_STEPS_VENDOR_PYTHON)"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    cases = []
    for seed in range(200):
        kinds = [kind for number, kind in enumerate(SIMPLE) if (seed >> number) % 2 or seed % 5 == number]
        rows = {kind: SIMPLE[kind](seed) for kind in kinds}
        argv = [
            f"--{kind}={text}" for number, (kind, (_, text)) in enumerate(rows.items()) if (seed + number) % 3
        ]
        cases.append(({kind: default for kind, (default, _) in rows.items()}, argv))
    asked = subprocess.run(
        [VENDOR, "-c", ASK_VENDOR],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    for (parameters, argv), expected in zip(cases, json.loads(asked.stdout), strict=True):
        prepare(*argv, parameters=parameters)
        actual = [valohai.parameters(name).value for name in parameters]
        assert [*map(type, actual), *actual] == [*map(type, expected), *expected], (parameters, argv)
