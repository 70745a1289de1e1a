"""Names in texts that no disk can hold: too long, with a null byte, with half a character."""

import json
from pathlib import Path

import pytest

from valohai_steps.cli.main import main

CALL = 'import valohai\nvalohai.prepare(step="train", image="python", default_parameters={"x": X})\n'
NAMES = {"long": "n" * 300, "deep": "d/" * 3000 + "e", "null": "a\0b", "half": "a\ud800b"}
PLACES = {
    "script": '"command": "python NAME.py {parameters}"',
    "shell script": '"command": "bash NAME.sh"',
    "requirements": '"command": ["pip install -r NAME.txt", "python train.py {parameters}"]',
    "folder": '"command": "cd NAME && python train.py {parameters}"',
    "source-path": '"source-path": "NAME.py", "command": "python train.py"',
    "input": '"inputs": [{"name": "i", "default": "NAME.csv"}], "command": "python train.py"',
}
FORMS = ["import {0}", "from {0} import X", "from . import {0}", "import a.{0} as b"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "other.py").write_text("import valohai\nvalohai.prepare(step='other', image=input())\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "form", ["import {0}", "from {0} import X", "from . import {0}", "import a.{0} as b"]
)
def test_an_import_of_a_name_that_is_too_long_is_none_of_the_workspace(
    form: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "train.py").write_text(form.format(NAMES["long"]) + "\n" + CALL.replace("X", "1"))
    assert main(["check"]) == 1
    said = capsys.readouterr()
    assert "internal error" not in said.err
    assert "other.py" in said.out  # the other files are looked at all the same
    assert main(["update", "train.py", "--no-requirements"]) == 0


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("command", ["check", "update --check", "show", "graph"])
def test_a_name_in_valohai_yaml_ends_no_command(
    place: str, kind: str, command: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = json.dumps(NAMES[kind])[1:-1]  # JSON is YAML, escapes included
    step = f'"name": "train", "image": "python", {PLACES[place].replace("NAME", name)}'
    (project / "valohai.yaml").write_text(f"[{{step: {{{step}}}}}]")
    (project / "train.py").write_text(CALL.replace("X", "1"))
    words = command.split()
    main([*words, *(["train.py"] if words[0] in ("update", "show") else [])])
    said = capsys.readouterr()
    assert "internal error" not in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize(
    "words", ["check {0}", "update {0}", "show {0}", "graph --file {0}", "update train.py --yaml {0}.yaml"]
)
def test_a_name_on_the_command_line_is_refused_in_a_line(
    words: str, kind: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "train.py").write_text(CALL.replace("X", "1"))
    assert main([word.replace("{0}", NAMES[kind]) for word in words.split()]) == 2
    said = capsys.readouterr().err
    assert "internal error" not in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("name", ["x.txt", "train.py", "valohai", "valohai.yaml.bak"])
@pytest.mark.parametrize("text", ["import argparse\nargparse.ArgumentParser().parse_args()\n", CALL])
def test_update_writes_nothing_but_yaml(
    name: str, text: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "train.py").write_text(text.replace("X", "1"))
    assert main(["update", "train.py", "--yaml", name]) == 2
    said = capsys.readouterr().err
    assert said == f"{name}: not a .yaml file; name one such as valohai.yaml (nothing was written)\n"
    assert sorted(path.name for path in project.iterdir()) == [".git", "other.py", "train.py"]
