"""`check` where there is nothing to read: no file at all, a notebook that is none, a huge file."""

import json
from pathlib import Path

import pytest

from valohai_steps.cli.main import main
from valohai_steps.project.disk.files import LARGEST_FILE
from valohai_steps.project.disk.scan import scan

CALL = 'import valohai\nvalohai.prepare(step="train", image="python")\n'
NOTEBOOKS = ["", "no json", "valohai", '{"cells": [', "[]", "{}", '{"cells": []} valohai', "1" * 5000]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("paths", [[], ["."], ["empty"], ["empty", "other"]])
def test_a_folder_with_nothing_to_check_is_said_and_no_failure(
    paths: list[str], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("empty", "other"):
        (project / name).mkdir()
        (project / name / "plain.py").write_text("pass\n")
    assert main(["check", *paths]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "warning: no valohai.yaml and no Python file that mentions valohai found here\n"


@pytest.mark.parametrize("text", NOTEBOOKS)
def test_a_notebook_that_is_none_is_said_as_unreadable(
    text: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "train.ipynb").write_text(text)
    (project / "other.py").write_text("import valohai\nvalohai.prepare(step='other', image=input())\n")
    assert main(["check", "train.ipynb", "other.py"]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert "VH101 error: this " in lines[0]
    assert lines[0].endswith("restore it, or save it again with Jupyter")
    assert any(line.startswith("other.py") for line in lines[1:])  # it keeps no other from being checked
    assert main(["update", "train.ipynb"]) == 2


def test_a_notebook_without_valohai_has_no_findings(project: Path) -> None:
    (project / "train.ipynb").write_text(json.dumps({"cells": [], "nbformat": 4}))
    assert main(["check", "train.ipynb"]) == 0


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [
        ("train.py", LARGEST_FILE, "50 MB"),
        ("valohai.yaml", LARGEST_FILE, "50 MB"),
        ("pyproject.toml", 1024**2, "1 MB"),
    ],
)
def test_a_file_that_is_too_large_is_refused_by_its_size(
    name: str, size: int, words: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "train.py").write_text(CALL)
    large = project / name
    with large.open("a") as file:
        file.truncate(size + 1)
    assert main(["check", "train.py"]) == 2
    assert f"{name}: the file is larger than {words}; it was not read" in capsys.readouterr().err
    assert list(scan(project)) == ([] if name == "train.py" else [project / "train.py"])


def test_a_file_that_cannot_be_decoded_keeps_no_other_from_being_checked_and_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "old.py").write_bytes(b"# valohai caf\xe9\n")
    (project / "train.py").write_text(CALL)
    why = (
        "old.py: byte 13 is not UTF-8; save the file as UTF-8, or name its encoding in the first line: "
        "# -*- coding: latin-1 -*-"
    )
    assert main(["check"]) == 2
    said = capsys.readouterr()
    assert said.out.startswith("train.py:2:22: VH201")
    assert said.err == f"1 information\n{why} (passed over)\n"
    assert main(["update"]) == 2
    assert f"{why} (passed over)\n" in capsys.readouterr().err
    assert "name: train" in (project / "valohai.yaml").read_text()
    assert main(["update", "old.py"]) == 2  # what is named is refused
    assert capsys.readouterr().err == f"valohai-steps: {why}\n"
    assert main(["check", "old.py"]) == 2
    assert capsys.readouterr().err == f"{why} (passed over)\n"


def test_a_valohai_yaml_that_cannot_be_decoded_is_said_once(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a", "b"):
        (project / f"{name}.py").write_text(CALL.replace("train", name))
    (project / "valohai.yaml").write_bytes(b"\xff\xfe\x00")
    assert main(["check"]) == 2
    assert (
        capsys.readouterr().err == "valohai.yaml: byte 0 is not UTF-8; save the file as UTF-8 (passed over)\n"
    )
