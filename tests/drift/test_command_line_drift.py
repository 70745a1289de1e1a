"""Steps and the scripts that they run: what is said of them, every case as data, one test each."""

from itertools import product
from pathlib import PurePath

import pytest

from tests.drift.command_line_cases import Case, cases
from valohai_steps.config.reader import read_yaml
from valohai_steps.drift.command_line.differences import ScriptRead
from valohai_steps.drift.command_line.judging import differences
from valohai_steps.drift.command_line.passing.passed_lines import passed_lines, settled_files
from valohai_steps.source.command_line.reader import read_command_line

PAIRS = [case for case in cases("drift") if not any(find[0] in ("VH121", "VH304") for find in case["finds"])]


def said(case: Case) -> list[list[str]]:
    """Code, side and text of every difference, as the cases have them."""
    file = read_yaml(case["yaml"])
    (step,) = file.steps
    fact = read_command_line(case["source"]).fact
    named = frozenset({"seed"}) if "valohai.parameters" in case["source"] else frozenset()
    script = None
    if fact is not None:
        everything = "parameters.json" in case["source"]
        script = ScriptRead("train.py", PurePath("train.py"), fact, named, everything)
    lines = passed_lines(step)
    scripts = [script if "train.py" in line.run.files else None for line in lines]
    found = []
    for each in differences(case["yaml"], step, scripts):
        found.append([each.code, "yaml", case["yaml"][each.yaml.start : each.yaml.end]])
        if each.python is not None:
            found.append([each.code, "python", case["source"][each.python.start : each.python.end]])
    return sorted(found)


@pytest.mark.parametrize("case", PAIRS, ids=[case["id"] for case in PAIRS])
def test_what_is_said_of_a_step_and_its_script(case: Case) -> None:
    assert said(case) == sorted(case["finds"])


BOTH = "import argparse\np = argparse.ArgumentParser()\n"
CACHE = BOTH + "p.add_argument('--cache', action=argparse.BooleanOptionalAction)\np.parse_args()\n"
SWITCH = BOTH + "p.add_argument('--cache', action='store_true')\np.add_argument('--lr')\np.parse_args()\n"
ON_ALONE = BOTH + "p.add_argument('--cache', action='store_true', default=True)\np.parse_args()\n"
SET_ON = BOTH + "p.add_argument('--cache', action='store_true')\np.set_defaults(cache=True)\np.parse_args()\n"
NO_COLOR = BOTH + "p.add_argument('--no-color', action='store_true')\np.parse_args()\n"
CLICK = (
    "import click\n@click.command()\n@click.option('--shout/--quiet', default=False)\n"
    "def main(shout): ...\nmain()\n"
)


@pytest.mark.parametrize(
    ("source", "flag", "advice"),
    [
        (CACHE, "--no-cahce", "did you mean --no-cache?"),
        (CACHE, "--nocache", "did you mean --no-cache?"),
        (CACHE, "--cahce", "did you mean --cache?"),
        (SWITCH, "--no-cache", "--cache is off when it is left out; remove this flag"),
        (SWITCH, "--no_cache", "--cache is off when it is left out; remove this flag"),
        (ON_ALONE, "--no-cache", "it takes --cache"),
        (SET_ON, "--no-cache", "it takes --cache"),
        (SWITCH, "--no-lr", "it takes --cache, --lr"),
        (SWITCH, "--cashe", "did you mean --cache?"),
        (NO_COLOR, "--no-colour", "did you mean --no-color?"),
        (CLICK, "--quite", "did you mean --quiet?"),
        (CLICK, "--shuot", "did you mean --shout?"),
    ],
)
def test_a_flag_that_switches_off_is_never_taken_for_one_that_switches_on(
    source: str, flag: str, advice: str
) -> None:
    text = f"- step:\n    name: train\n    image: python\n    command: python train.py {flag}\n"
    (step,) = read_yaml(text).steps
    fact = read_command_line(source).fact
    assert fact is not None
    (found,) = differences(text, step, [ScriptRead("train.py", PurePath("train.py"), fact)])
    assert found.message == f"train.py takes no {flag}; {advice}"


BEGINNINGS = ("", "cd src", "cd {parameter-value:p}", "P={parameters} python c.py", "echo 'a")
PROGRAMS = ("python a.py", "python -m pkg.a", "torchrun {parameter-value:p} a.py", "bash a.sh", "uv run a.py")
ENDINGS = (
    "",
    " {parameters}",
    " {parameter-value:p} && python b.py",
    " '{parameters}; python b.py",
    " --p={parameter-value:p}",
    "{parameters}",
)


@pytest.mark.parametrize(
    ("words", "shown"), [("--epochs five", "five"), ("--epochs=five", "five"), ("--epochs a=b", "a=b")]
)
def test_a_value_that_is_refused_is_shown_as_it_is(words: str, shown: str) -> None:
    source = BOTH + "p.add_argument('--epochs', type=int)\np.add_argument('--lr')\np.parse_args()\n"
    text = (
        f"- step:\n    name: s\n    image: i\n    command: python train.py {words} {{parameter:lr}}\n"
        "    parameters:\n      - {name: lr, type: float, default: 0.1}\n"
    )
    (step,) = read_yaml(text).steps
    fact = read_command_line(source).fact
    assert fact is not None
    (found,) = differences(text, step, [ScriptRead("train.py", PurePath("train.py"), fact)])
    assert found.message == (
        f"--epochs of train.py takes an integer, and not {shown!r}; change the value or its type"
    )


def test_the_files_of_a_command_are_settled_only_where_no_value_changes_them() -> None:
    settled = 0
    for first, program, ending in product(BEGINNINGS, PROGRAMS, ENDINGS):
        lines = "".join(f"      - {line!r}\n" for line in (first, program + ending))
        yaml = f"- step:\n    name: s\n    image: i\n    command:\n{lines}    parameters: [{{name: p}}]\n"
        (step,) = read_yaml(yaml).steps
        found = settled_files(step)
        settled += found is not None
        for value in (
            ("1", "b.py", "x y", "it's", "; python b.py", "$(python b.py)") if found is not None else ()
        ):
            assert [line.run.files for line in passed_lines(step, {"p": value})] == found, yaml
    assert settled > 20
