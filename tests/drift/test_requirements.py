"""The requirements file a command installs, and whether a runtime is required there."""

import pytest

from valohai_steps.drift.requirements import has_runtime, included_files, installed_file, with_runtime


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["pip install -r requirements.txt", "python train.py"], "requirements.txt"),
        ("python3 -m pip install --requirement=reqs/gpu.txt && python train.py", "reqs/gpu.txt"),
        (["/usr/bin/pip3.11 install -U -r 'my reqs.txt'"], "my reqs.txt"),
        (["pip install -rbase.txt"], "base.txt"),
        (["grep -r requirements.txt ."], None),
        (["pip install torch", "python train.py"], None),
        (["echo 'unclosed", 3], None),
        (None, None),
    ],
)
def test_the_file_that_a_command_installs(command: object, expected: str | None) -> None:
    assert installed_file(command) == expected


@pytest.mark.parametrize(
    "text",
    [
        "valohai-utils",
        "torch\nValohai_Utils>=0.4 # pinned later\n",
        "valohai.utils[extra]==1; python_version > '3.8'",
        "valohai-steps-runtime",
        "valohai-utils @ https://host.example/wheel.whl",
        "git+https://host.example/org/valohai-utils.git@main",
        "-e git+https://host.example/x.git#egg=valohai-utils",
    ],
)
def test_a_runtime_that_is_required_already(text: str) -> None:
    assert has_runtime([text], "valohai-utils")


@pytest.mark.parametrize(
    "text", ["", "# valohai-utils", "valohai-utils-extra", "-r valohai-utils.txt", "torch # valohai-utils"]
)
def test_a_runtime_that_is_not_required(text: str) -> None:
    assert not has_runtime([text], "valohai-utils")


def test_the_runtime_of_the_settings_counts_as_one() -> None:
    assert has_runtime(["my-fork==1"], "My_Fork>=1")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "valohai-utils\n"),
        ("torch", "torch\nvalohai-utils\n"),
        ("torch\r\nnumpy\r\n", "torch\r\nnumpy\r\nvalohai-utils\r\n"),
    ],
)
def test_one_line_is_added_in_the_files_own_newlines(before: str, after: str) -> None:
    assert with_runtime(before, "valohai-utils") == after


def test_included_files_are_found_as_they_are_written() -> None:
    assert list(included_files("-r base.txt\n--requirement=x.txt\ntorch\n")) == ["base.txt", "x.txt"]
