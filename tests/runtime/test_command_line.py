"""Whole processes: what a person sees, and what is left to the script."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import valohai

from .conftest import SOURCE, Prepare, RunScript

TRAIN = """
import json, sys, valohai
before = list(sys.argv)
valohai.prepare(
    step="train",
    default_parameters={"learning-rate": 0.001, "epochs": 3},
    default_inputs={"training-set": "http://example.com/training_set.zip"},
)
assert sys.argv == before
values = [valohai.parameters(name).value for name in ("learning-rate", "epochs")]
print(json.dumps([*values, sys.argv[1:]]))
"""


def test_a_bad_value_is_one_line_and_exit_code_2(run_script: RunScript) -> None:
    result = run_script(TRAIN, "--epochs=abc")
    message = "train.py: error: --epochs=abc: 'abc' is not an integer (step 'train'; see --help)\n"
    assert (result.returncode, result.stdout, result.stderr) == (2, "", message)


def test_an_unknown_argument_is_one_warning_with_the_nearest_name_and_stays(run_script: RunScript) -> None:
    argv = ["--learning-rat=1", "--unknown", "5", "--Training-Set=a", "stray", "-v", "--epochs=4"]
    result = run_script(TRAIN, *argv)
    assert result.returncode == 0
    assert json.loads(result.stdout) == [0.001, 4, argv]
    assert result.stderr == (
        "train.py: warning: unknown arguments --learning-rat (did you mean --learning-rate?), --unknown, "
        "--Training-Set (did you mean --training-set?), stray, -v; ignored by prepare(), kept in sys.argv\n"
    )


def test_names_are_never_abbreviated(run_script: RunScript) -> None:
    result = run_script(TRAIN, "--epoch=5")
    assert json.loads(result.stdout)[1] == 3
    assert "unknown argument --epoch (did you mean --epochs?)" in result.stderr


def test_the_users_own_parser_reads_the_same_command_line(run_script: RunScript) -> None:
    script = TRAIN + (
        "import argparse\n"
        "parser = argparse.ArgumentParser()\n"
        "parser.add_argument('--verbose', action='store_true')\n"
        "parser.add_argument('--epochs', type=int)\n"
        "print(parser.parse_known_args()[0])\n"
    )
    result = run_script(script, "--verbose", "--epochs=7")
    assert result.stdout.splitlines()[1] == "Namespace(verbose=True, epochs=7)"


HELP = """\
usage: python train.py [--NAME=VALUE ...]

Runs the step 'train' (on Valohai, in the image tensorflow/tensorflow:gpu).

parameters:
  --learning-rate=FLOAT
      How fast the weights follow the gradient; a small one is slower and more
      stable than a large one.
      at least 0, at most 1
      default: 0.001
  --epochs=INTEGER
      default: 3
  --use-gpu, --no-use-gpu
      default: true
  --layers=INTEGER
      several values: --layers=A --layers=B, or --layers=A,B
      default: 64, 32
  --note=STRING
      one of a, b
      default: none

inputs (each takes one or more URIs, paths, folders or patterns):
  --training-set=URI
      Pictures.
      default: http://example.com/training_set.zip
  --extra=URI
      default: none
"""


def test_help_lists_every_parameter_and_input(run_script: RunScript) -> None:
    description = (
        "How fast the weights follow the gradient; a small one is slower and more stable than a large one."
    )
    script = f"""
import valohai
valohai.prepare(
    step="train", image="tensorflow/tensorflow:gpu",
    default_parameters={{
        "learning-rate": {{"default": 0.001, "min": 0, "max": 1, "description": {description!r}}},
        "epochs": 3, "use-gpu": True, "layers": [64, 32], "note": {{"choices": ["a", "b"]}},
    }},
    default_inputs={{
        "training-set": {{"default": "http://example.com/training_set.zip", "description": "Pictures."}},
        "extra": None,
    }},
)
raise AssertionError("--help ends the process")
"""
    for flag in ("--help", "-h"):
        result = run_script(script, "--epochs=5", flag)
        assert (result.returncode, result.stdout, result.stderr) == (0, HELP, "")
    assert max(map(len, HELP.splitlines())) <= 80


FOREIGN = [
    ["/venv/bin/pytest", "-q", "--epochs=9", "--help"],
    ["/venv/lib/python3.11/site-packages/pytest/__main__.py", "--epochs=abc"],
    ["C:\\venv\\Scripts\\pytest.exe", "--epochs=abc"],
    ["python -m unittest", "-v", "--epochs=abc"],
    ["/venv/lib/python3.11/site-packages/ipykernel_launcher.py", "-f", "/run/kernel.json", "--epochs=abc"],
    ["/usr/lib/python3/dist-packages/colab_kernel_launcher.py", "-f", "kernel.json"],
    ["/venv/bin/torchrun", "--nproc-per-node=2", "train.py", "--epochs=abc"],
    ["/venv/bin/accelerate", "launch", "train.py", "--epochs=abc"],
    ["/venv/bin/jupyter-nbconvert", "--epochs=abc"],
    ["/venv/bin/uvicorn", "app:app", "--port", "8000"],
    [""],
    [],
]


@pytest.mark.parametrize("argv", FOREIGN, ids=lambda argv: argv[0] if argv else "no argv")
def test_a_foreign_command_line_is_not_read(
    argv: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", argv)
    valohai.prepare(step="train", default_parameters={"epochs": 3})
    assert (valohai.parameters("epochs").value, *capsys.readouterr()) == (3, "", "")


@pytest.mark.parametrize("flag", ["--local_rank=1", "--local-rank=1"])
def test_a_launchers_flag_is_no_unknown_argument(
    flag: str, prepare: Prepare, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(flag, "--epochs=4", parameters={"epochs": 3})
    assert (valohai.parameters("epochs").value, capsys.readouterr().err) == (4, "")


def test_inside_pytest_a_test_may_import_a_training_script(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(TRAIN)
    (tmp_path / "test_train.py").write_text("import train\ndef test(): assert train.valohai\n")
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--maxfail=1", "test_train.py"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "1 passed" in result.stdout
    assert "prepare()" not in result.stderr


def test_a_second_prepare_replaces_the_first(prepare: Prepare) -> None:
    prepare("--epochs=5", parameters={"epochs": 3, "only-first": 1})
    valohai.prepare(step="evaluate", default_parameters={"epochs": 4})
    assert valohai.parameters("epochs").value == 5
    assert valohai.parameters("only-first", default="gone").value == "gone"
    assert valohai.paths.get_inputs_path() == ".valohai/inputs/evaluate"


def test_reading_before_prepare_and_without_it(prepare: Prepare) -> None:
    read_early = valohai.parameters("epochs", default=1)
    assert read_early.value == 1
    assert list(valohai.inputs("training-set").paths()) == []
    assert valohai.inputs("training-set").path() is None
    prepare("--epochs=5", parameters={"epochs": 3})
    assert read_early.value == 5


def test_without_prepare_the_command_line_is_the_users_own(run_script: RunScript) -> None:
    script = "import valohai\nprint(valohai.parameters('a', default=1).value)\n"
    result = run_script(script, "--a=5", "--help", "stray")
    assert (result.returncode, result.stdout, result.stderr) == (0, "1\n", "")


def test_a_default_that_none_has_is_returned_for_unknown_names_only(prepare: Prepare) -> None:
    prepare(parameters={"note": None})
    assert valohai.parameters("note", default="x").value is None
    assert valohai.parameters("other", default="x").value == "x"


def test_the_readme_runs_as_it_says(run_script: RunScript, tmp_path: Path) -> None:
    readme = (SOURCE.parent / "README.md").read_text(encoding="utf-8")
    script = readme.partition("```python\n")[2].partition("```")[0]
    (tmp_path / "pictures.csv").touch()
    script += "print(rate, path, valohai.parameters('layers').value, valohai.parameters('augment').value)\n"
    result = run_script(
        script, "--learning-rate=.002", "--layers=128,64", "--no-augment", "--training-set=pictures.csv"
    )
    assert (result.returncode, result.stderr) == (0, "")
    lines = [line for line in result.stdout.splitlines() if line]
    assert [json.loads(line) for line in lines[:3]] == [{"epoch": epoch, "loss": 0.1} for epoch in range(3)]
    assert lines[3:] == ["0.002 pictures.csv [128, 64] False"]
