"""A script that reads its own command line: one command gives the step, and Valohai's builder runs it."""

from pathlib import Path

import pytest
import valohai_yaml

from tests.cli.conftest import Run

SCRIPT = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("data", help="Where from")
parser.add_argument("--epochs", type=int, default=3, help="How many (default: %(default)s)")
parser.add_argument("--fast", action="store_true")
parser.add_argument("--opt", choices=["adam", "sgd"], default="adam")
args = parser.parse_args()
images = open("/valohai/inputs/images/a.png")
"""
STEP = """\
- step:
    name: train
    image: python:3.11-slim
    command: python train.py {parameters}
    parameters:
      - name: data
        type: string
        description: Where from
        pass-as: "{v}"
      - name: epochs
        type: integer
        description: How many
        default: 3
      - name: fast
        type: flag
        default: false
      - name: opt
        type: string
        default: adam
        choices:
          - adam
          - sgd
    inputs:
      - name: images
        optional: true
"""

PREP = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--rows", type=int, default=2)
parser.add_argument("--opt")
args = parser.parse_args()
"""
PREP_YAML = """\
- step:
    name: prep
    image: i
    command: {}
    parameters:
      - name: seed
        type: integer
        default: 1
"""


def test_show_prints_the_step(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    result = run("show", "train.py")
    assert (result.code, result.out, result.err) == (0, STEP, "")
    assert not (tmp_path / "valohai.yaml").exists()


def test_update_writes_the_step_and_check_is_silent(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    assert run("update", "--check", "train.py").code == 1
    assert run("update", "train.py").code == 0
    assert (tmp_path / "valohai.yaml").read_text() == STEP
    assert run("check").code == 0
    step = valohai_yaml.parse(STEP).steps["train"]
    built = step.build_command({"data": "x y", "fast": True})
    assert built == ["python train.py 'x y' --epochs=3 --fast --opt=adam"]


def test_a_step_that_runs_the_script_is_left_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    yaml = "- step:\n    name: fit\n    image: i\n    command: python train.py x {parameters}\n"
    (tmp_path / "valohai.yaml").write_text(yaml)
    result = run("update", "train.py")
    missing = "3 of 4 arguments are not parameters (epochs, fast, opt); --add all adds them"
    said = f"valohai.yaml: step fit runs train.py; {missing}\n"
    assert (result.code, result.err) == (0, said)
    assert (tmp_path / "valohai.yaml").read_text() == yaml


def test_arguments_are_added_by_name(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT.partition("images =")[0])
    yaml = "- step:\n    name: fit\n    image: i\n    command: python train.py x {parameters}\n"
    (tmp_path / "valohai.yaml").write_text(yaml)
    assert run("update", "train.py", "--add", "epochs,fast").code == 0
    added = [
        "    parameters:",
        "      - name: epochs",
        "        type: integer",
        "        description: How many",
        "        default: 3",
        "      - name: fast",
        "        type: flag",
        "        default: false",
        "",
    ]
    assert (tmp_path / "valohai.yaml").read_text() == yaml + "\n".join(added)
    assert run("update", "train.py", "--add", "rate").code == 2
    assert run("update", "train.py", "--add", "all").code == 0
    assert run("check").code == 0


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("python p.py --seed={parameter-value:seed}", " --rows={parameter-value:rows} {parameter:opt}"),
        ("python p.py --seed {parameter-value:seed} > log", " --rows {parameter-value:rows} {parameter:opt}"),
        ("python p.py {parameter:seed} && echo done", " {parameter:rows} {parameter:opt}"),
        ("python p.py --seed={parameter-value:seed} {parameter:seed}", " {parameter:rows} {parameter:opt}"),
        ("python p.py {parameters}", ""),
    ],
)
def test_what_is_added_is_passed_as_its_neighbours_are(
    command: str, expected: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "p.py").write_text(PREP)
    (tmp_path / "valohai.yaml").write_text(PREP_YAML.format(command))
    assert run("update", "p.py", "--add", "rows,opt").err == "valohai.yaml: updated: added rows, opt\n"
    end = len(command.partition(" >")[0].partition(" &&")[0])
    line = f"    command: {command[:end]}{expected}{command[end:]}\n"
    assert line in (tmp_path / "valohai.yaml").read_text()
    result = run("check")
    assert (result.code, result.out) == (0, "")


@pytest.mark.parametrize(
    "command",
    ["python p.py {parameter:seed} && python p.py {parameter:seed}", "bash r.sh {parameter:seed}"],
)
def test_where_it_is_not_sure_how_to_pass_what_is_added_it_is_said(
    command: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "p.py").write_text(PREP)
    (tmp_path / "r.sh").write_text('python p.py "$@"\n')
    (tmp_path / "valohai.yaml").write_text(PREP_YAML.format(command))
    said = run("update", "p.py", "--add", "rows", "--diff").err
    assert "add {parameter:rows} to the command, which does not pass it yet" in said


def test_a_parameter_that_no_placeholder_passes_is_found(run: Run, tmp_path: Path) -> None:
    (tmp_path / "p.py").write_text(PREP)
    more = "      - name: rows\n        type: integer\n        default: 2\n"
    yaml = PREP_YAML.format("python p.py {parameter:seed}") + more
    (tmp_path / "valohai.yaml").write_text(yaml)
    found = [line for line in run("check").out.splitlines() if "VH134" in line]
    assert found
    assert found[0].endswith(
        "step 'prep' does not pass parameter rows to p.py; add {parameter:rows} to the command"
    )
    (tmp_path / "valohai.yaml").write_text(yaml.replace("{parameter:seed}", "--rows 3 {parameter:seed}"))
    assert "VH134" not in run("check").out  # it is set by hand there


def test_where_python_owns_the_parameters_an_update_adds_them_all(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT.partition("images =")[0])
    (tmp_path / "pyproject.toml").write_text('[tool.valohai-steps]\narguments = "own"\n')
    yaml = "- step:\n    name: fit\n    image: i\n    command: python train.py x {parameters}\n"
    (tmp_path / "valohai.yaml").write_text(yaml)
    assert run("update", "--check", "train.py").code == 1
    assert run("update", "train.py").code == 0
    assert (tmp_path / "valohai.yaml").read_text().count("- name:") == 3
    assert run("update", "--check", "train.py").code == 0


def test_check_shows_both_files_even_without_the_word_valohai(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT.partition("images =")[0])
    yaml = "- step:\n    name: fit\n    image: i\n    command: python train.py x --rounds=3\n"
    (tmp_path / "valohai.yaml").write_text(yaml)
    result = run("check")
    assert result.code == 1
    assert [line.split(" ")[1] for line in result.out.splitlines()] == ["VH131", "VH131"]
    assert {line.partition(":")[0] for line in result.out.splitlines()} == {"train.py", "valohai.yaml"}


def test_a_script_with_sub_commands_gets_a_step_for_each(run: Run, tmp_path: Path) -> None:
    script = (
        "import argparse\nparser = argparse.ArgumentParser()\nsub = parser.add_subparsers(required=True)\n"
        "fit = sub.add_parser('fit')\nfit.add_argument('--n', type=int, default=1)\n"
        "sub.add_parser('score').add_argument('--m')\nparser.parse_args()\n"
    )
    (tmp_path / "model.py").write_text(script)
    assert run("update", "model.py").code == 0
    config = valohai_yaml.parse((tmp_path / "valohai.yaml").read_text())
    assert {name: step.build_command({}) for name, step in config.steps.items()} == {
        "model-fit": ["python model.py fit --n=1"],
        "model-score": ["python model.py score"],
    }
    assert run("check").code == 0


def test_a_misspelt_name_of_the_runtime_hides_no_arguments(run: Run, tmp_path: Path) -> None:
    """A warning is no step: the script is shown and written as it is without the warning."""
    (tmp_path / "train.py").write_text(f'import valohai\n{SCRIPT}valohai.outputs().paht("x")\n')
    assert run("check", "train.py").out.startswith("train.py:11:19: VH123 warning")
    assert run("show", "train.py").out == STEP
    assert run("update", "train.py").code == 0
    assert (tmp_path / "valohai.yaml").read_text() == STEP


OWNED = """import argparse
import os
parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--mode", choices=["fast", "slow"], default="fast")
parser.add_argument("--cache", action=argparse.BooleanOptionalAction, default=True)
parser.add_argument("--free")
parser.add_argument("--by-hand", type=int)
args = parser.parse_args()
images = os.path.join(os.environ["VH_INPUTS_DIR"], "images")
open("/valohai/inputs/labels/all.csv")
"""
OWNED_YAML = """- step:
    name: fit
    image: i
    command: python train.py {parameters}
    parameters:
      - name: epochs
        type: string
        default: 7
        description: Ours
      - name: mode
        choices: [fast]
      - name: cache
        type: flag
      - name: free
        type: float
      - name: hand
        pass-as: --by-hand={v}
    inputs:
      - name: labels
        default: s3://labels
"""


def test_where_python_owns_the_parameters_types_choices_and_inputs_follow(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(OWNED)
    (tmp_path / "pyproject.toml").write_text('[tool.valohai-steps]\narguments = "own"\n')
    (tmp_path / "valohai.yaml").write_text(OWNED_YAML)
    assert run("update", "--check", "train.py").code == 1
    done = run("update", "train.py")
    assert done.code == 0
    assert "added images; changed epochs, mode, cache" in done.err
    expected = OWNED_YAML.replace("type: string", "type: integer").replace("[fast]", "[fast, slow]")
    ways = "        pass-false-as: --no-cache\n        pass-true-as: --cache\n"  # the keys there are in order
    expected = expected.replace("        type: flag\n", f"{ways}        type: flag\n")
    expected += "      - name: images\n        optional: true\n"
    assert (tmp_path / "valohai.yaml").read_text() == expected
    assert run("update", "--check", "train.py").code == 0


def test_nothing_of_it_changes_where_python_owns_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(OWNED)
    (tmp_path / "valohai.yaml").write_text(OWNED_YAML)
    assert run("update", "train.py").code == 0
    assert (tmp_path / "valohai.yaml").read_text() == OWNED_YAML


LEFT = """- step:
    name: fit
    image: i
    command:
      - python train.py {parameters}
      - python report.py {parameter:title}
    parameters:
      - name: epochs
        type: integer
        default: 3
      # as long as nothing gets better
      - name: patience
        type: integer
        default: 5
      - name: fit-fast
        type: flag
      - name: title
        type: string
        default: a
      - name: warm
        pass-as: --warmup={v}
"""
TAKING = "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--epochs', type=int)\n"


def written_as_owned(tmp_path: Path, script: str, yaml: str) -> None:
    (tmp_path / "train.py").write_text(script)
    (tmp_path / "pyproject.toml").write_text('[tool.valohai-steps]\narguments = "own"\n')
    (tmp_path / "valohai.yaml").write_text(yaml)


def test_where_python_owns_the_parameters_those_go_that_it_takes_no_longer(run: Run, tmp_path: Path) -> None:
    written_as_owned(tmp_path, f"{TAKING}parser.parse_args()\n", LEFT)
    assert run("update", "--check", "train.py").code == 1
    done = run("update", "train.py")
    assert done.code == 0
    assert "removed patience, fit-fast" in done.err
    first, last = LEFT.index("      # as long"), LEFT.index("      - name: title")
    assert (tmp_path / "valohai.yaml").read_text() == LEFT[:first] + LEFT[last:]
    assert run("update", "--check", "train.py").code == 0


def test_nothing_goes_that_may_be_taken(run: Run, tmp_path: Path) -> None:
    for ending in ("parser.parse_known_args()\n", "more(parser)\nparser.parse_args()\n"):
        written_as_owned(tmp_path, TAKING + ending, LEFT)
        assert run("update", "train.py").code == 0
        assert (tmp_path / "valohai.yaml").read_text() == LEFT
    commands = "sub = parser.add_subparsers()\nsub.add_parser('fit')\n"
    commands += "sub.add_parser('tune').add_argument('--patience')\n"
    written_as_owned(
        tmp_path, f"{TAKING}{commands}parser.parse_args()\n", LEFT.replace("train.py {", "train.py fit {")
    )
    assert "removed fit-fast" in run("update", "train.py").err
    assert "- name: patience" in (tmp_path / "valohai.yaml").read_text()


def test_what_is_still_used_goes_only_by_force(run: Run, tmp_path: Path) -> None:
    node = "      - name: n\n        type: execution\n        step: fit\n        override:\n"
    values = "          parameters:\n            - name: patience\n              default: 9\n"
    pipeline = f"- pipeline:\n    name: p\n    nodes:\n{node}{values}    edges: []\n"
    written_as_owned(tmp_path, f"{TAKING}parser.parse_args()\n", LEFT + pipeline)
    refused = run("update", "train.py")
    assert refused.code == 2
    assert "uses parameter 'patience' of step 'fit'" in refused.err
    assert "--force removes it" in refused.err
    assert (tmp_path / "valohai.yaml").read_text() == LEFT + pipeline
    assert run("update", "--force", "train.py").code == 0
    assert "as long as" not in (tmp_path / "valohai.yaml").read_text()


def test_a_step_that_runs_the_script_twice_is_changed_once(run: Run, tmp_path: Path) -> None:
    twice = LEFT.replace(
        "      - python train.py {parameters}\n", "      - python train.py {parameters}\n" * 2
    )
    script = f"{TAKING}parser.parse_args()\nopen('/valohai/inputs/labels/all.csv')\n"
    written_as_owned(tmp_path, script, twice)
    assert run("update", "train.py").code == 0
    assert (tmp_path / "valohai.yaml").read_text().count("name: labels") == 1
    assert run("update", "--check", "train.py").code == 0


def test_a_step_whose_last_parameter_goes_has_none(run: Run, tmp_path: Path) -> None:
    yaml = "- step:\n    name: fit\n    image: i\n    command: python train.py {parameters}\n"
    yaml += "    parameters:\n      - name: old\n"
    written_as_owned(tmp_path, "import argparse\nargparse.ArgumentParser().parse_args()\n", yaml)
    assert run("update", "train.py").code == 0
    assert "parameters:" not in (tmp_path / "valohai.yaml").read_text()
