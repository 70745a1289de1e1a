"""``parameters.json`` and ``inputs.json`` of any shape: taken, or one ValueError with the file's name."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import valohai

from .conftest import Prepare

Configuration = Callable[[str, Any], Path]
FILES = ["parameters.json", "inputs.json"]
DEEP = "[" * 100_000 + "]" * 100_000

# (content, what is said of it)
DAMAGED: list[tuple[bytes, str]] = [
    (b"", "not valid JSON: Expecting value"),
    (b"{", "not valid JSON: Expecting property name"),
    (b"\xff\xfe{}", "not valid JSON: not UTF-8 at byte 0"),
    (b'{"a": "\xe9"}', "not valid JSON: not UTF-8 at byte 7"),
    (b"{}{}", "not valid JSON: Extra data"),
    (b"null", "holds null, not an object of names and values"),
    (b"[]", "holds a list, not an object"),
    (b"[{}]", "holds a list, not an object"),
    (b'"text"', "holds a string, not an object"),
    (b"5", "holds a whole number, not an object"),
    (b"5.5", "holds a number, not an object"),
    (b"NaN", "holds a number, not an object"),
    (b"true", "holds true or false, not an object"),
    (DEEP.encode(), "cannot be read: maximum recursion depth exceeded"),
    (b'{"a": ' + DEEP.encode() + b"}", "cannot be read: maximum recursion depth exceeded"),
]


@pytest.mark.parametrize("filename", FILES)
@pytest.mark.parametrize(("content", "message"), DAMAGED, ids=[message for _, message in DAMAGED])
def test_a_damaged_file_is_named(
    filename: str, content: bytes, message: str, prepare: Prepare, configuration: Configuration
) -> None:
    path = configuration(filename, "")
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"json: ") as raised:
        prepare(parameters={"x": 1}, inputs={"y": None})
    assert str(raised.value).startswith(f"{path}: {message}")


@pytest.mark.skipif(not hasattr(sys, "get_int_max_str_digits"), reason="this Python reads any integer")
@pytest.mark.parametrize("filename", FILES)
def test_an_integer_that_python_will_not_read_is_named(
    filename: str, prepare: Prepare, configuration: Configuration
) -> None:
    path = configuration(filename, '{"x": %s}' % ("9" * 5000))
    with pytest.raises(ValueError, match=r"json: cannot be read: Exceeds the limit") as raised:
        prepare(parameters={"x": 1}, inputs={"y": None})
    assert str(raised.value).startswith(f"{path}: ")


@pytest.mark.parametrize("filename", FILES)
@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_what_is_no_file_is_named_and_not_waited_for(
    filename: str, make: Callable[[str], None], prepare: Prepare, configuration: Configuration
) -> None:
    path = configuration(filename, "")
    path.unlink()
    make(str(path))
    with pytest.raises(ValueError, match=r"json: is not a file") as raised:
        prepare(parameters={"x": 1}, inputs={"y": None})
    assert str(raised.value) == f"{path}: is not a file"


@pytest.mark.parametrize("filename", FILES)
def test_a_mark_at_the_beginning_is_no_damage(
    filename: str, prepare: Prepare, configuration: Configuration
) -> None:
    configuration(filename, "\ufeff" + json.dumps({"x": "5"}))
    prepare(parameters={"x": "1"}, inputs={})
    assert valohai.parameters("x").value == ("5" if filename == "parameters.json" else "1")


# (what inputs.json says of the input `data`, what is wrong with it)
WRONG_INPUTS: list[tuple[Any, str]] = [
    (5, "is a whole number; a URI, a list of URIs or an object with files is expected"),
    (True, "is true or false; a URI"),
    (1.5, "is a number; a URI"),
    (["a", 5], "lists a whole number where a URI or path is expected"),
    (["a", None], "lists null where"),
    ([["a"]], "lists a list where"),
    ([{}], "lists an object where"),
    ({"files": "a"}, "files is a string, not a list"),
    ({"files": {}}, "files is an object, not a list"),
    ({"files": ["a"]}, "file 1: is a string, not an object with name, path and uri"),
    ({"files": [None]}, "file 1: is null, not an object"),
    ({"files": [{"name": "a"}, []]}, "file 2: is a list, not an object"),
    ({"files": [{}]}, "file 1: has neither a name nor a path"),
    ({"files": [{"name": "", "path": None, "uri": "http://x"}]}, "file 1: has neither a name nor a path"),
    ({"files": [{"name": 5}]}, "file 1: name is a whole number, not a string"),
    ({"files": [{"name": ["a"]}]}, "file 1: name is a list, not a string"),
    ({"files": [{"name": "a", "path": 3}]}, "file 1: path is a whole number, not a string"),
    ({"files": [{"name": "a", "path": True}]}, "file 1: path is true or false, not a string"),
    ({"files": [{"name": "a", "uri": {}}]}, "file 1: uri is an object, not a string"),
    ({"files": [{"name": "a", "size": "big"}]}, "file 1: size is a string, not a whole number"),
    ({"files": [{"name": "a", "size": [1]}]}, "file 1: size is a list, not a whole number"),
    ({"files": [{"name": "a", "checksums": "x"}]}, "file 1: checksums is a string, not an object"),
    ({"files": [], "input_id": ["x"]}, "input_id is a list, not a string"),
    ({"files": None, "input_id": {}}, "input_id is an object, not a string"),
]


@pytest.mark.parametrize(("said", "wrong"), WRONG_INPUTS, ids=[wrong for _, wrong in WRONG_INPUTS])
def test_an_input_that_cannot_be_is_named(
    said: Any, wrong: str, prepare: Prepare, configuration: Configuration
) -> None:
    path = configuration("inputs.json", {"fine": "a.txt", "data": said})
    with pytest.raises(ValueError, match=r"inputs\.json: input 'data': ") as raised:
        prepare(inputs={"data": None})
    assert str(raised.value).startswith(f"{path}: input 'data': {wrong}")


RIGHT_INPUTS: list[Any] = [
    None,
    "here.txt",
    [],
    ["here.txt", "here.txt"],
    {},
    {"files": None},
    {"files": [], "input_id": 5, "more": [{}]},
    {"files": [{"path": "here.txt", "name": None, "size": None, "checksums": None, "metadata": [5]}]},
    {"files": [{"path": "here.txt", "name": "a/../../odd", "size": 0}], "input_id": None},
]


@pytest.mark.parametrize("said", RIGHT_INPUTS, ids=str)
def test_an_input_that_can_be_is_taken(
    said: Any, prepare: Prepare, configuration: Configuration, tmp_path: Path
) -> None:
    (tmp_path / "here.txt").write_text("x")
    configuration("inputs.json", {"data": said})
    prepare(inputs={"data": None})
    files = said.get("files") if isinstance(said, dict) else said if isinstance(said, list) else [said]
    assert list(valohai.inputs("data").paths()) == ["here.txt"] * len([file for file in files or () if file])
    assert valohai.inputs("data").uris() == [each for each in files or () if isinstance(each, str)]


def test_a_file_that_would_be_downloaded_outside_is_named(
    prepare: Prepare, configuration: Configuration
) -> None:
    configuration("inputs.json", {"data": {"files": [{"name": "../x", "uri": "http://127.0.0.1:9/x"}]}})
    prepare(inputs={"data": None})
    with pytest.raises(ValueError, match=r"^input 'data': inputs\.json: '\.\./x' reaches outside its folder"):
        valohai.inputs("data").path()


def test_a_long_list_is_gone_through_once(
    prepare: Prepare, configuration: Configuration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted: entries are compared with no others, though all but one must be looked for."""
    from valohai._files import listed

    class Entry(dict):  # type: ignore[type-arg]  # Python 3.9 has no dict[...] as a base
        def __eq__(self, other: object) -> bool:
            raise AssertionError("an entry is compared with another")

        __hash__ = None

    (tmp_path / "a").touch()
    entries = [Entry(name=str(number), path=str(tmp_path / "a")) for number in range(2000)]
    files = listed.listed_files("data", {"files": entries}, force_download=True)
    assert len(files) == 2000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["files", "name", "path", "uri", "size", "checksums", "input_id", "x"])
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
NAMES = st.sampled_from(["count", "rate", "flag", "names", "any", "data", "other", ""])
DECLARED = {"count": {"default": 1, "min": 0}, "rate": 0.5, "flag": True, "names": ["a"], "any": None}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(parameters=st.dictionaries(NAMES, JSON, max_size=4), inputs=st.dictionaries(NAMES, JSON, max_size=3))
def test_any_json_is_taken_or_named(
    parameters: dict[str, Any], inputs: dict[str, Any], prepare: Prepare, tmp_path: Path
) -> None:
    (tmp_path / ".valohai/config").mkdir(parents=True, exist_ok=True)
    (tmp_path / ".valohai/config/parameters.json").write_text(json.dumps(parameters))
    (tmp_path / ".valohai/config/inputs.json").write_text(json.dumps(inputs))
    try:
        prepare(parameters=DECLARED, inputs={"data": None})
    except ValueError as error:
        assert str(error).startswith(  # noqa: PT017  # either outcome is right
            (".valohai/config/parameters.json: parameter '", ".valohai/config/inputs.json: input '")
        )
        return
    for name in parameters:
        valohai.parameters(name).value  # noqa: B018  # to be read is the test
    for name in inputs:
        assert all(isinstance(uri, str) for uri in valohai.inputs(name).uris())
