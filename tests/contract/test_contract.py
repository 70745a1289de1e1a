"""One table ties extractor and runtime together: what Python says is what YAML gets and the run gets."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from valohai_steps.cli.main import main

# Python literal | YAML type | YAML default | argv text | run-time value
TABLE = """
0.001                   | float   | 0.001          | --x=.002          | 0.002
0.001                   | float   | 0.001          | --x -1e-5         | -1e-05
1e-5                    | float   | 1.0e-05        | --x=3             | 3.0
5                       | integer | 5              | --x=1e3           | 1000
-5                      | integer | -5             | --x -7            | -7
1_000                   | integer | 1000           |                   | 1000
"adam"                  | string  | adam           | --x=sgd           | 'sgd'
"yes"                   | string  | "yes"          |                   | 'yes'
"1"                     | string  | "1"            | --x=2             | '2'
"a: b #c"               | string  | "a: b #c"      | --x 'd: e'        | 'd: e'
""                      | string  | ""             |                   | ''
"größe"                 | string  | größe          | --x=漢            | '漢'
True                    | flag    | true           | --x=false         | False
False                   | flag    | false          | --x               | True
True                    | flag    | true           | --no-x            | False
[1, 2]                  | integer | [1, 2]         | --x=3,4           | [3, 4]
[0.5, 1]                | float   | [0.5, 1]       | --x=3 --x=4       | [3.0, 4.0]
("a", "b")              | string  | [a, b]         | --x=c             | ('c',)
None                    | string  | ~              | --x=text          | 'text'
None                    | string  | ~              |                   | None
{"default": 3}          | integer | 3              | --x=4             | 4
{"default": True}       | flag    | true           | --x=no            | False
{"type": "float"}       | float   | ~              | --x=1             | 1.0
"""

ROWS = [tuple(cell.strip() for cell in line.split("|")) for line in TABLE.strip().splitlines()]

SCRIPT = """\
import valohai

valohai.prepare(step="train", default_parameters={{"x": {literal}}})
print(repr(valohai.parameters("x").value))
"""


def script(folder: Path, literal: str) -> Path:
    path = folder / "train.py"
    path.write_text(SCRIPT.format(literal=literal), "utf-8")
    return path


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[3]}")
def test_one_row(row: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    literal, yaml_type, yaml_default, arguments, value = row
    path = script(tmp_path, literal)
    assert main(["show", str(path)]) == 0
    (parameter,) = yaml.safe_load(capsys.readouterr().out)[0]["step"]["parameters"]
    assert parameter["type"] == yaml_type
    assert parameter.get("default") == yaml.safe_load(yaml_default)
    assert run(path, *words(arguments)) == value


def words(arguments: str) -> list[str]:
    import shlex

    return shlex.split(arguments)


def run(path: Path, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, str(path), *arguments],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


def test_the_platforms_files_stand_between_command_line_and_defaults(tmp_path: Path) -> None:
    path = script(tmp_path, "5")
    (tmp_path / "parameters.json").write_text(json.dumps({"x": 6}))
    assert run(path, VH_CONFIG_DIR=str(tmp_path)) == "6"
    assert run(path, "--x=7", VH_CONFIG_DIR=str(tmp_path)) == "7"


EXAMPLE = Path(__file__).parents[2] / "examples" / "train.py"


@pytest.mark.parametrize("spelling", ["learning-rate", "learning_rate"])
def test_the_documented_example_in_both_spellings(spelling: str) -> None:
    said = run(EXAMPLE, f"--{spelling}=.002", "--training-set=https://alt.com/training_set_2.zip")
    assert said == "learning-rate: 0.002\ntraining-set: https://alt.com/training_set_2.zip"
