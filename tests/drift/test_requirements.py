"""The requirements files that a command installs, what pip reads in them, and the runtime's line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement, Requirement

from valohai_steps.drift.commands.folders import command_lines
from valohai_steps.drift.commands.named_files import named_files
from valohai_steps.drift.commands.requirement_lines import (
    flaw_of_requirements,
    generated_line,
    is_requirement,
    requirement_lines,
)
from valohai_steps.drift.commands.requirements import (
    asks_for,
    installed_files,
    installed_projects,
    lacking_for_notebooks,
    names_of,
    with_requirements,
)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["pip install -r requirements.txt", "python train.py"], ("requirements.txt",)),
        ("python3 -m pip install --requirement=reqs/gpu.txt && python train.py", ("reqs/gpu.txt",)),
        (["/usr/bin/pip3.11 install -U -r 'my reqs.txt'"], ("my reqs.txt",)),
        (["pip install -rbase.txt"], ("base.txt",)),
        (["pip install -r a.txt -r b.txt", "uv pip install -r c.txt"], ("a.txt", "b.txt", "c.txt")),
        (["grep -r requirements.txt .", "pip install torch"], ()),
        (["grep -r x . && pip install -r y.txt # -r z.txt"], ("y.txt",)),
        (["pip freeze -r x.txt", "pip install -r $FILE"], ()),
        (["pip install torch", "python train.py"], ()),
        (["echo 'unclosed", 3], ()),
        (None, ()),
        (['pip install -r "$REQ" -r requirements.txt', "python train.py"], ("requirements.txt",)),
        ("pip install -r $REQ -r base.txt", ("base.txt",)),
        ("pip install -r$REQ --requirement=$X", ()),
        ("pip install -r -c con.txt", ()),
        ("pip install --requirement $X --upgrade -r", ()),
        ("cd sub && pip install -r r.txt", ("sub/r.txt",)),
        (["cd sub", "pip install -r ../r.txt"], ("r.txt",)),
        ("(cd sub && make) && pip install -r r.txt", ("r.txt",)),
        ("cd a && (cd b && (cd c) && pip install -r r.txt); pip install -r s.txt", ("a/b/r.txt", "a/s.txt")),
    ],
)
def test_the_files_that_a_command_installs(command: object, expected: tuple[str, ...]) -> None:
    assert installed_files(command) == expected
    named = named_files(command_lines(command))  # what VH205 looks for are the same files
    before = not any("make" in line for line in command_lines(command))
    assert tuple(each.path for each in named if each.use == "requirements") == (expected if before else ())


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("pip install .", (".",)),
        ("pip install -e . && pip install ./libs/one", (".", "libs/one")),
        ("pip install --editable=.", (".",)),
        ("cd sub && pip install .", ("sub",)),
        ("pip install -e $X ./lib", ("lib",)),
        (
            "pip install wheels/valohai_utils-0.7-py3-none-any.whl",
            ("wheels/valohai_utils-0.7-py3-none-any.whl",),
        ),
        ("pip install torch -r x.txt", ()),
    ],
)
def test_the_projects_that_a_command_installs(command: str, expected: tuple[str, ...]) -> None:
    assert installed_projects(command) == expected


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
        "\ufeffvalohai-utils\n",
        "./wheels/valohai_utils-0.7-py3-none-any.whl",
        "torch \\\n --hash=sha256:00\nvalohai-utils \\\n  ==1\n",
        "My_Fork==1",
    ],
)
def test_a_runtime_that_is_required_already(text: str) -> None:
    assert asks_for(text, names_of("my-fork>=1", "my-fork>=1"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# valohai-utils",
        "valohai-utils-extra",
        "-r valohai-utils.txt",
        "torch # valohai-utils",
        "torch \\\nvalohai-utils",
        "--find-links valohai-utils",
        "-c valohai-utils",
    ],
)
def test_a_runtime_that_is_not_required(text: str) -> None:
    assert not asks_for(text, names_of("valohai-utils", "valohai-utils"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "valohai-utils\n"),
        ("torch", "torch\nvalohai-utils\n"),
        ("torch\r\nnumpy\r\n", "torch\r\nnumpy\r\nvalohai-utils\r\n"),
        ("torch \\", "torch \\\n\nvalohai-utils\n"),
        ("torch \\\n", "torch \\\n\nvalohai-utils\n"),
        ("torch \\\r\n", "torch \\\r\n\r\nvalohai-utils\r\n"),
        ("torch \\\n\n", "torch \\\n\nvalohai-utils\n"),
    ],
)
def test_one_line_is_added_in_the_files_own_newlines(before: str, after: str) -> None:
    assert with_requirements(before, ["valohai-utils"]) == after
    assert asks_for(after, {"valohai-utils"})


PAPERMILL = "papermill -k python3 -f /valohai/config/parameters.json x.ipynb /valohai/outputs/x.ipynb"


@pytest.mark.parametrize(
    ("command", "image", "lacking"),
    [
        (["pip install -r requirements.txt", PAPERMILL], "python:3.11-slim", ("papermill", "ipykernel")),
        ([f"python -m {PAPERMILL}"], "docker.io/library/python", ("papermill", "ipykernel")),
        (["pip install 'papermill[s3]>=2' ipykernel", PAPERMILL], "python:3.11", ()),
        (["pip install Papermill", PAPERMILL], "python:3.11", ("ipykernel",)),
        (PAPERMILL, "quay.io/jupyter/base-notebook", ()),
        (PAPERMILL, None, ()),
        ("python train.py", "python:3.11", ()),
        ("papermill --version", "python:3.11", ()),
    ],
)
def test_what_a_notebook_needs_besides(command: object, image: object, lacking: tuple[str, ...]) -> None:
    assert lacking_for_notebooks(command, image) == lacking


def test_what_a_file_includes_and_installs_from_here() -> None:
    text = (
        "-r base.txt\n--requirement=x.txt\n-rshort.txt\ntorch\n-e .\n-e ./lib[gpu]\n./a.whl ; os_name > '3'\n"
    )
    lines = list(requirement_lines(text))
    assert [line.includes for line in lines if line.includes] == ["base.txt", "x.txt", "short.txt"]
    assert [line.local for line in lines if line.local] == [".", "./lib", "./a.whl"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("#\n# This file is autogenerated by pip-compile with Python 3.11\n#\ntorch==2\n", 2),
        ("# This file was autogenerated by uv via the following command:\ntorch==2\n", 1),
        ("# Generated by poetry export. DO NOT EDIT\ntorch\n", 1),
        ("# what the model needs\ntorch  # autogenerated\n", None),
        ("torch\n# autogenerated by hand\n", None),
    ],
)
def test_a_file_that_says_that_a_program_writes_it(text: str, line: int | None) -> None:
    assert generated_line(text) == line


@pytest.mark.parametrize(
    "text", ["import valohai\n", "def main():\n", "FROM python:3\n", "all: build\n\tmake\n", "{}"]
)
def test_a_file_of_another_kind_is_told(text: str) -> None:
    assert flaw_of_requirements(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "torch\n",
        "--index-url https://host.example\n-e .\n../lib\nhttps://host.example/x.zip\na @ b://c\n# x\n",
    ],
)
def test_a_requirements_file_is_one(text: str) -> None:
    assert flaw_of_requirements(text) is None


WRITTEN = [
    "valohai-utils", "valohai-utils>=0.7", "valohai-utils[x, y] >=0.7,<2", "a (>=1)", "a==1.*", "a===x",
    "a @ https://host.example/a.whl", "a @ https://host.example/a.whl ; os_name == 'x'", "a~=1.2", "",
    "a; python_version > '3.8'", "a>=1 ; (os_name == 'x' or extra == \"y\") and python_version not in '3'",
    " a", "a\nb", "-e .", "a b", "a>=", "a;", "a @", "curl x | sh", "../evil", "a; import os", "a[", "a]",
    "a,b", "git+https://x", "a>1>2", "a)",
]  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN)
def test_a_requirement_is_what_packaging_reads(text: str) -> None:
    assert is_requirement(text) == (_by_packaging(text) and text == text.strip())


@given(st.text("ab1-_.>=<~!,;[]()@ '\"\n#:/*", max_size=14))
def test_whatever_is_taken_for_a_requirement_is_one(text: str) -> None:
    assert not is_requirement(text) or _by_packaging(text)


def _by_packaging(text: str) -> bool:
    try:
        Requirement(text)
    except InvalidRequirement:
        return False
    return "\n" not in text
