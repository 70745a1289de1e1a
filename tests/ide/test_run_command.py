"""The command line that runs a step: the runtime reads each value back as the default it stands for."""

import json
import shlex
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from valohai_steps.ide.running.run_command import RunCommand, in_folder, run_command
from valohai_steps.ide.running.script_run import how_to_run
from valohai_steps.ide.update.update import Refused
from valohai_steps.project.workspace import Workspace

EXAMPLE = (Path(__file__).parents[2] / "examples" / "train.py").read_text("utf-8")
# Prints what the runtime made of its command line, and nothing of what it warned about.
SCRIPT = """\
import json

import valohai

names = {names}
valohai.prepare(step="train", default_parameters={declared})
print(json.dumps({{name: valohai.parameters(name).value for name in names}}))
"""


def command_of(text: str, path: Path, name: str | None = None, yaml: Path | None = None) -> RunCommand:
    workspace = Workspace([(yaml or path).parent])
    workspace.put(path, text, None)
    if yaml is not None:
        workspace.put(yaml, "- step: {name: other, image: x, command: y}\n", None)
    found = run_command(workspace.snapshot, path, name)
    assert isinstance(found, RunCommand)
    return found


def test_the_documented_example() -> None:
    found = command_of(EXAMPLE, Path("/workspace/train.py"))
    assert found.command == "python train.py --learning-rate=0.001"
    assert found.vh == "vh execution run --adhoc train"
    assert (found.file, found.folder) == (Path("/workspace/train.py"), Path("/workspace"))
    learning_rate, training_set = found.overrides
    assert (learning_rate.name, learning_rate.type, learning_rate.default) == (
        "learning-rate",
        "float",
        "0.001",
    )
    assert (training_set.kind, training_set.type) == ("input", None)
    assert training_set.default == "http://example.com/training_set.zip"


def test_the_file_is_named_as_seen_from_the_folder_of_valohai_yaml() -> None:
    found = command_of(EXAMPLE, Path("/workspace/my src/train.py"), yaml=Path("/workspace/valohai.yaml"))
    assert found.command == "python 'my src/train.py' --learning-rate=0.001"
    assert found.line == ("python", "my src/train.py", "--learning-rate=0.001")
    assert found.folder == Path("/workspace")


def test_a_step_is_found_by_its_name() -> None:
    text = EXAMPLE + 'valohai.prepare(step="my test", default_parameters={"n": 5})\n'
    found = command_of(text, Path("/workspace/train.py"), "my test")
    assert found.command == "python train.py --n=5"
    assert found.vh == "vh execution run --adhoc 'my test'"


def test_a_step_of_valohai_yaml_is_run_by_the_file_that_declares_it() -> None:
    workspace = Workspace([Path("/workspace")])
    workspace.put(Path("/workspace/train.py"), EXAMPLE, None)
    workspace.put(Path("/workspace/valohai.yaml"), "[]\n", None)
    found = run_command(workspace.snapshot, Path("/workspace/valohai.yaml"), "train")
    assert isinstance(found, RunCommand)
    assert found.file == Path("/workspace/train.py")
    missing = run_command(workspace.snapshot, Path("/workspace/valohai.yaml"), "nope")
    assert isinstance(missing, Refused)
    assert missing.reason == "no Python file declares the step 'nope'; check its name"


def test_a_file_without_steps_is_refused() -> None:
    workspace = Workspace([Path("/workspace")])
    workspace.put(Path("/workspace/train.py"), "import valohai\n", None)
    assert isinstance(run_command(workspace.snapshot, Path("/workspace/train.py")), Refused)


def test_a_notebook_runs_with_its_defaults() -> None:
    cell = {"cell_type": "code", "source": EXAMPLE.splitlines(keepends=True), "metadata": {}, "outputs": []}
    text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    found = command_of(text, Path("/workspace/train.ipynb"))
    assert found.command == "papermill -k python3 train.ipynb train.output.ipynb"
    assert found.overrides == ()


def test_a_path_that_begins_with_a_dash_is_no_option() -> None:
    assert command_of(EXAMPLE, Path("/workspace/-c.py")).command.startswith("python ./-c.py ")


def test_what_cannot_be_known_keeps_its_default() -> None:
    text = EXAMPLE.replace("0.001", "rate").replace('{"learning', '{"epochs": 5, "learning')
    found = command_of(text, Path("/workspace/train.py"))
    assert found.command == "python train.py --epochs=5"
    assert [override.default for override in found.overrides[:2]] == ["5", None]


@pytest.mark.process
@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ('{"lr": 1e-5, "big": 1e17, "n": -3}', {"lr": 1e-05, "big": 1e17, "n": -3}),
        ('{"fast": True, "slow": False}', {"fast": True, "slow": False}),
        ('{"text": "it\'s $HOME; `ls`", "blank": "", "dash": "--x"}', None),
        ('{"several": [1, 2], "floats": [0.5, 2], "none": None, "empty": []}', None),
        ('{"comma": ["a,b", "c"], "same": ["a", ""]}', None),
        ('{"parts": {"default": ["a", "b,c"], "multiple": "repeat"}}', {"parts": ["a", "b,c"]}),
        ('{"parts": {"default": ["a", "b"], "multiple-separator": ";"}}', {"parts": ["a", "b"]}),
        ('{"x": {"default": 5, "type": "string", "description": "a number"}}', {"x": "5"}),
    ],
)
def test_the_runtime_reads_the_defaults_back(
    declared: str, expected: dict[str, object] | None, tmp_path: Path
) -> None:
    names = sorted(eval(declared))  # noqa: S307  # the test's own literal
    script = SCRIPT.format(names=names, declared=declared)
    (tmp_path / "train.py").write_text(script)
    found = command_of(script, tmp_path / "train.py")
    words = shlex.split(found.command)
    without = _printed([sys.executable, "train.py"], tmp_path)
    assert _printed([sys.executable, *words[1:]], tmp_path) == without
    assert expected is None or without == expected


def _printed(words: list[str], folder: Path) -> object:
    done = subprocess.run(words, cwd=folder, check=True, capture_output=True, text=True)
    assert done.stderr == ""
    return json.loads(done.stdout)


PARSER = """\
import argparse
import json

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("-r", "--rate", type=float)
parser.add_argument("--fast", action="store_true")
print(json.dumps(vars(parser.parse_args())))
"""
STEPS = """\
- step:
    name: train
    image: python:3.11
    command: python src/train.py --fast {parameters}
    parameters:
      - {name: epochs, type: integer, default: 50, description: how long, min: 1}
      - {name: rate, type: float, default: 0.5, pass-as: "-r {v}"}
- step:
    name: shell
    image: python:3.11
    command: python src/train.py --epochs=$EPOCHS {parameters}
    parameters:
      - {name: rate, type: float, default: 0.5}
- step:
    name: module
    image: python:3.11
    command: python -m src.train
"""


def of_script(root: Path, name: str | None) -> RunCommand | Refused:
    workspace = Workspace([root])
    workspace.put(root / "src" / "train.py", PARSER, None)
    workspace.put(root / "valohai.yaml", STEPS, None)
    return how_to_run(workspace.snapshot, root / "src" / "train.py", name)


@pytest.mark.process
def test_a_script_runs_with_what_valohai_yaml_passes(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "train.py").write_text(PARSER)
    found = of_script(tmp_path, None)
    assert isinstance(found, RunCommand)
    assert (found.step, found.runtime) == ("train", False)
    assert found.command == "python src/train.py --fast --epochs=50 -r 0.5"
    assert [(each.name, each.default, each.minimum) for each in found.overrides] == [
        ("epochs", "50", 1),
        ("rate", "0.5", None),
    ]
    program = [sys.executable, *shlex.split(found.command)[1:], "--epochs=7"]
    done = subprocess.run(program, cwd=found.folder, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {"epochs": 7, "rate": 0.5, "fast": True}


NEEDY = """\
import argparse
import json

parser = argparse.ArgumentParser()
parser.add_argument("--threshold", type=float, required=True)
parser.add_argument("--size", type=int, nargs=2, required=True)
parser.add_argument("--epochs", type=int)
parser.add_argument("-r", "--rate", type=float)
parser.add_argument("--fast", action="store_true")
parser.add_argument("--cache", action=argparse.BooleanOptionalAction)
parser.add_argument("--layers", type=int, action="append")
parser.add_argument("--given", required=True)
print(json.dumps(vars(parser.parse_args())))
"""
NEEDY_STEP = """\
- step:
    name: train
    image: python:3.11
    command: python train.py --given=x {parameters}
    parameters:
      - {name: epochs, type: integer}
      - {name: rate, type: float, default: 0.5, pass-as: "-r {v}"}
      - {name: fast, type: flag, default: true}
      - {name: cache, type: flag, pass-true-as: --cache, pass-false-as: --no-cache}
      - {name: layers, type: integer, default: [1, 2], multiple: repeat}
"""


def _words(run: RunCommand, values: dict[str, str]) -> list[str]:
    """The words as the extension writes them."""
    changed = [each for each in run.overrides if each.name in values]
    replaced = {place for each in changed for place in each.replaces}
    words = [word for place, word in enumerate(run.words) if place not in replaced]
    for each in changed:
        value = values[each.name]
        if each.on is not None and each.off is not None:
            words += each.on if value == "true" else each.off
            continue
        parts = value.split(each.separator) if each.repeats and each.separator else [value]
        spelled = each.spelled or (f"--{each.name}={{v}}",)
        words += [*each.before, *(word.replace("{v}", part) for part in parts for word in spelled)]
    return words


@pytest.mark.process
def test_every_parameter_and_every_needed_argument_of_a_script_can_be_given(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(NEEDY)
    (tmp_path / "valohai.yaml").write_text(NEEDY_STEP)
    found = how_to_run(Workspace([tmp_path]).snapshot, tmp_path / "train.py")
    assert isinstance(found, RunCommand)
    defaults = {each.name: each.default for each in found.overrides}
    assert defaults == {
        "epochs": None,
        "rate": "0.5",
        "fast": "true",
        "cache": None,
        "layers": "1,2",
        "threshold": None,
        "size": None,
    }
    needed = {each.name for each in found.overrides if each.default is None and not each.optional}
    assert {"threshold", "size"} <= needed
    values = {"threshold": "0.7", "size": "3,4", "epochs": "9", "rate": "0.1", "fast": "false"}
    values |= {"cache": "false", "layers": "5,6,7"}
    program = [sys.executable, "train.py", *_words(found, values)]
    assert _printed(program, tmp_path) == {
        "threshold": 0.7,
        "size": [3, 4],
        "epochs": 9,
        "rate": 0.1,
        "fast": False,
        "cache": False,
        "layers": [5, 6, 7],
        "given": "x",
    }
    program = [sys.executable, "train.py", *_words(found, {"threshold": "1", "size": "1,1", "cache": "true"})]
    assert _printed(program, tmp_path) == {
        "threshold": 1.0,
        "size": [1, 1],
        "epochs": None,
        "rate": 0.5,
        "fast": True,
        "cache": True,
        "layers": [1, 2],
        "given": "x",
    }


def test_a_folder_is_named_where_no_line_would_do() -> None:
    folder = PurePosixPath("/a b")
    assert in_folder(folder, "python a.py", windows=True) == "in /a b: python a.py"
    assert in_folder(folder, "python a.py", windows=False) == "cd '/a b' && python a.py"


@pytest.mark.parametrize("name", ["shell", "module"])
def test_what_only_the_shell_of_the_step_knows_is_not_run_here(name: str, tmp_path: Path) -> None:
    assert isinstance(of_script(tmp_path, name), Refused)
