"""Properties of output files: many of them, and whatever the file and the caller's values hold."""

from __future__ import annotations

import io
import json
import math
from pathlib import Path
from typing import Any

import pytest

import valohai
from valohai._platform import metadata_json


@pytest.fixture(autouse=True)
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the properties, in an outputs folder that is not there yet."""
    monkeypatch.setenv("VH_OUTPUTS_DIR", str(tmp_path / "outputs"))
    return tmp_path / "outputs/valohai.metadata.jsonl"


def entries(saved: Path) -> dict[str, Any]:
    lines = [json.loads(line) for line in saved.read_text("utf-8").splitlines()]
    return {line["file"]: line["metadata"] for line in lines}


def test_many_files_are_one_write_and_each_is_encoded_once(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 20_000
    opened: list[str] = []
    encoded: list[Any] = []
    open_, encode = io.open, metadata_json._encode

    def counting_open(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        opened.append(mode)
        return open_(file, mode, *args, **kwargs)

    def counting_encode(value: Any) -> str:
        encoded.append(value)
        return encode(value)

    def no_conversion(value: Any, holders: Any = ()) -> Any:
        raise AssertionError(f"{value!r} is JSON's own")

    def no_encoder(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("an encoder is made once, not for each file")

    with monkeypatch.context() as patched:
        patched.setattr(io, "open", counting_open)
        patched.setattr(metadata_json, "_encode", counting_encode)
        patched.setattr(metadata_json, "plain", no_conversion)
        patched.setattr(json.JSONEncoder, "__init__", no_encoder)
        with valohai.output_properties() as properties:
            for number in range(count):
                properties.add(file=f"{number}.jpg", properties={"n": number, "box": [1, 2.5], "label": "a"})
                properties.add_to_dataset(file=f"{number}.jpg", dataset_version="dataset://images/v1")
        with valohai.output_properties() as properties:
            properties.add(file="0.jpg", properties={"more": True})
    assert opened.count("w") == 2
    assert len(opened) == 4  # the first finds nothing to read
    assert len(encoded) == 2 * count
    found = entries(saved)
    assert len(found) == count
    assert found["0.jpg"] == {
        "n": 0,
        "box": [1, 2.5],
        "label": "a",
        "valohai.dataset-versions": ["dataset://images/v1"],
        "more": True,
    }


def test_values_are_converted_as_in_metadata(saved: Path) -> None:
    cycle: list[Any] = []
    cycle.append(cycle)
    values: dict[Any, Any] = {"nan": math.nan, "set": {1}, "path": Path("a"), "cycle": cycle, 1: 2}
    with valohai.output_properties() as properties:
        properties.add(file="a", properties=values)
        properties.add(file="b", properties={"fine": 1})
    converted = {"nan": None, "set": [1], "path": "a", "cycle": ["..."], "1": 2}
    assert entries(saved) == {"a": converted, "b": {"fine": 1}}


def test_lines_about_something_else_stay(saved: Path) -> None:
    saved.parent.mkdir()
    others = ['{"directory": "x", "metadata": {"a": 1}}', '{"file": "x"}', "[1,2]", '"word"', "null"]
    ours = '{"file": "a.txt", "metadata": {"old": "\u2028\x85"}}'
    saved.write_text("\n".join([*others, "", ours]), encoding="utf-8")
    with valohai.output_properties() as properties:
        properties.add(file="a.txt", properties={"new": 2})
    lines = saved.read_text("utf-8").split("\n")
    assert lines[:5] == others
    assert json.loads(lines[5]) == {"file": "a.txt", "metadata": {"old": "\u2028\x85", "new": 2}}
    assert lines[6:] == [""]


@pytest.mark.parametrize("line", [b"{", b"\xff\xfe", b"[" * 100_000, b'{"file": "a", "metadata": {}} x'])
def test_a_damaged_line_is_named_and_the_file_stays(line: bytes, saved: Path) -> None:
    saved.parent.mkdir()
    saved.write_bytes(b'{"file": "a", "metadata": {}}\n' + line + b"\n")
    with pytest.raises(ValueError, match=r"valohai\.metadata\.jsonl, line 2: not valid JSON"):
        valohai.output_properties().__enter__()
    assert saved.read_bytes().endswith(line + b"\n")


def test_a_list_that_several_files_were_given_stays_the_callers(
    saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    versions = ["dataset://images/v1"]
    with valohai.output_properties() as properties:
        for file in ("a", "b"):
            properties.add(file=file, properties={"valohai.dataset-versions": versions})
        properties.add_to_dataset(file="a", dataset_version="dataset://images/v2")
    assert versions == ["dataset://images/v1"]
    assert entries(saved) == {
        "a": {"valohai.dataset-versions": ["dataset://images/v1", "dataset://images/v2"]},
        "b": {"valohai.dataset-versions": ["dataset://images/v1"]},
    }
    assert capsys.readouterr().out.splitlines() == [
        "Created dataset version 'dataset://images/v1' with 2 files",
        "Created dataset version 'dataset://images/v2' with 1 file",
    ]


@pytest.mark.parametrize(
    ("stated", "saved_as"),
    [
        ("dataset://x/v0", ["dataset://x/v0", "dataset://x/v1"]),
        (("dataset://x/v0",), ["dataset://x/v0", "dataset://x/v1"]),
        ([{"uri": "dataset://x/v0"}], [{"uri": "dataset://x/v0"}, "dataset://x/v1"]),
        (None, ["dataset://x/v1"]),
    ],
)
def test_dataset_versions_in_any_form_that_valohai_takes(
    stated: Any, saved_as: list[Any], saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with valohai.output_properties() as properties:
        properties.add(file="a", properties={"valohai.dataset-versions": stated})
        properties.add_to_dataset(file="a", dataset_version="dataset://x/v1")
    assert entries(saved)["a"] == {"valohai.dataset-versions": saved_as}
    expected = ["dataset://x/v0"] if stated else []
    lines = [f"Created dataset version {uri!r} with 1 file" for uri in [*expected, "dataset://x/v1"]]
    assert capsys.readouterr().out.splitlines() == lines
