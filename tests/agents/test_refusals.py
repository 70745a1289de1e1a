"""What the command line refuses, the tools refuse, in the same words; and nothing is written."""

import json
from pathlib import Path

import pytest

from tests.agents.conftest import ask, write
from tests.cli.conftest import Run, run, source
from valohai_steps.agents.answer import ToolError
from valohai_steps.project.disk.files import FileError
from valohai_steps.project.writing.journal import digest

__all__ = ["run"]

STEP = "- step:\n    name: train\n    image: python\n    command: python train.py {parameters}\n"
WITH_LR = f"{STEP}    parameters:\n      - name: lr\n        type: float\n"
PIPELINE = """\
- pipeline:
    name: p
    nodes:
      - name: n
        type: execution
        step: train
        override: {parameters: [{name: lr, default: 1}]}
    edges: []
"""
SCRIPT = """\
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--a")
parser.parse_args()
"""
CASES: dict[str, dict[str, str]] = {
    "a value that only running tells": {"train.py": "import valohai\nvalohai.prepare(step=unknown)\n"},
    "a half-typed file": {"train.py": "import valohai\nvalohai.prepare(step='train', image=\n"},
    "a valohai.yaml that cannot be read": {"train.py": source(lr=0.1), "valohai.yaml": "- step: {name: [\n"},
    "two steps of one name in valohai.yaml": {"train.py": source(lr=0.1), "valohai.yaml": STEP * 2},
    "a step in two files": {"train.py": source(lr=0.1), "other.py": source(lr=0.2)},
    "a parameter that is still read": {
        "train.py": "import valohai\nvalohai.prepare(step='train')\nprint(valohai.parameters('lr').value)\n",
        "valohai.yaml": WITH_LR,
    },
    "a parameter that a pipeline uses": {
        "train.py": "import valohai\nvalohai.prepare(step='train')\n",
        "valohai.yaml": WITH_LR + PIPELINE,
    },
    "a setting that leads outside": {
        "train.py": source(lr=0.1),
        "pyproject.toml": '[tool.valohai-steps]\nyaml = "../steps.yaml"\n',
    },
    "no folder for valohai.yaml": {
        "train.py": source(lr=0.1),
        "pyproject.toml": '[tool.valohai-steps]\nyaml = "no/steps.yaml"\n',
    },
    "two scripts without prepare()": {"train.py": SCRIPT, "other.py": SCRIPT},
    "a file without a call": {"train.py": "print('valohai')\n"},
}


@pytest.mark.parametrize("tool", ["update", "preview_update"])
@pytest.mark.parametrize("case", CASES)
def test_a_tool_refuses_in_the_words_of_the_command_line(
    case: str, tool: str, run: Run, tmp_path: Path
) -> None:
    write(tmp_path, CASES[case])
    paths = sorted(name for name in CASES[case] if name.endswith(".py"))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    options = ["--diff"] if tool == "preview_update" else []
    done = run("update", *options, *paths)
    assert done.code == 2
    with pytest.raises((ToolError, FileError)) as raised:
        ask(tmp_path, tool, paths=paths)
    said = str(raised.value).replace(f"{tmp_path.resolve()}/", "")
    assert said.splitlines() == [line.removeprefix("valohai-steps: ") for line in done.err.splitlines()]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_preview_shows_what_is_written_although_a_step_is_left_out(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": source("a", lr=0.1), "b.py": source(lr=0.1), "c.py": source(lr=0.2)})
    done = run("update", "--diff")
    with pytest.raises(ToolError) as raised:
        ask(tmp_path, "preview_update")
    said = str(raised.value).replace(f"{tmp_path.resolve()}/", "")
    assert "+    name: a\n" in done.out
    assert said.startswith(done.out)
    assert (
        [line for line in said.splitlines() if "(this step was not written)" in line]
        == [
            line.removeprefix("valohai-steps: ")
            for line in done.err.splitlines()
            if "(this step was not written)" in line
        ]
        != []
    )
    assert not (tmp_path / "valohai.yaml").exists()


def test_what_is_written_is_what_the_command_line_writes(run: Run, tmp_path: Path) -> None:
    files = {
        "train.py": source(lr=0.1),
        "valohai.yaml": f"# mine\n{STEP}",
        "sub/other.py": source("other", n=1),
    }
    write(tmp_path, files)
    shown = ask(tmp_path, "preview_update")[0]["diff"]
    assert shown == run("update", "--diff").out
    content, text = ask(tmp_path, "update")
    by_tool = (tmp_path / "valohai.yaml").read_bytes()
    (tmp_path / "requirements.txt").unlink()
    write(tmp_path, files)
    assert text == run("update").err
    assert (tmp_path / "valohai.yaml").read_bytes() == by_tool
    assert [each["path"] for each in content["written"]] == ["valohai.yaml", "requirements.txt"]
    assert ask(tmp_path, "update")[0]["written"] == []
    assert ask(tmp_path, "preview_update")[0]["up_to_date"] is True


@pytest.mark.parametrize(("text", "paths"), [(source(lr=0.1), []), (SCRIPT, ["train.py"])])
def test_a_journal_that_a_repository_carries_is_taken_away(
    text: str, paths: list[str], tmp_path: Path
) -> None:
    settings = '[tool.valohai-steps]\nrequirements = "pinned/requirements.txt"\n'
    write(tmp_path, {"train.py": text, "pyproject.toml": settings})
    for folder in (tmp_path, tmp_path / "pinned"):
        write(folder, {".valohai-steps.journal": "[]"})
    content, _ = ask(tmp_path, "update", paths=paths)
    by_prepare = ["valohai.yaml", "pinned/requirements.txt"]
    written = by_prepare if text != SCRIPT else by_prepare[:1]
    assert [each["path"] for each in content["written"]] == written
    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.journal"))
    assert left == ([] if text != SCRIPT else ["pinned/.valohai-steps.journal"])


def test_what_a_killed_run_has_left_beside_the_requirements_is_finished_first(tmp_path: Path) -> None:
    settings = '[tool.valohai-steps]\nrequirements = "pinned/requirements.txt"\n'
    temporary = ".valohai-steps-0123456789abcdef.tmp"
    old, new = b"torch\n", b"torch\nscipy\n"
    entry = {"target": "requirements.txt", "temporary": temporary, "base": digest(old), "new": digest(new)}
    pinned = {
        "requirements.txt": old.decode(),
        temporary: new.decode(),
        ".valohai-steps.journal": json.dumps([entry]),
    }
    write(tmp_path, {"train.py": source(lr=0.1), "pyproject.toml": settings})
    write(tmp_path / "pinned", pinned)
    with pytest.raises(ToolError) as raised:
        ask(tmp_path, "update")
    assert str(raised.value) == (
        "pinned/requirements.txt: the update that was interrupted is finished\n"
        "look at these files, then call update again"
    )
    assert not (tmp_path / "valohai.yaml").exists()
    ask(tmp_path, "update")
    names = [path.name for path in (tmp_path / "pinned").iterdir()]
    assert (names, (tmp_path / "pinned" / "requirements.txt").read_bytes()) == (
        ["requirements.txt"],
        new + b"valohai-utils\n",
    )
