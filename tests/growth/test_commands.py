"""Four times the command lines of a step are four times the work: what is found in them, and their links."""

from functools import partial
from pathlib import Path

import pytest

from tests.growth.call_counts import calls
from valohai_steps.drift.commands.folders import commands_in_folders
from valohai_steps.ide.code_lens import code_lenses
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.navigation.links import links
from valohai_steps.project.disk.files import demand
from valohai_steps.project.workspace import Workspace

SOME = 15
SCRIPT = """\
import argparse
p = argparse.ArgumentParser()
p.add_argument("--lr", type=float)
p.add_argument("--epochs", type=int)
p.add_argument("--cache", action="store_true")
p.parse_args()
"""
HEAD = "- step:\n    name: s\n    image: i\n"
PARAMETERS = """\
    parameters:
      - {name: lr, type: float, default: 0.1}
      - {name: epochs, type: integer, choices: [1, 2, 3]}
      - {name: cache, type: flag}
"""
LONG = "a/../" * 8  # short lines are read once
LINES = (
    "python train.py {parameters}",
    "python train.py {parameter:lr} --epochs={parameter-value:epochs} {parameter:cache}",
    "python train.py --lr={parameter:lr}",
    "python train.py --typo=1 {parameters}",
    "python other.py {parameters}",
    "bash run.sh {parameters}",
    "(cd a && python train.py) && pip install -r r.txt",
    "python train.py " + "--x=/valohai/inputs/data/x " * 8,
    f"cd {LONG}a",
    f"(cd {LONG}a",
)
FORMS = {
    "a list": lambda lines: "    command:\n" + "".join(f"      - {line}\n" for line in lines),
    "a block": lambda lines: "    command: |\n" + "".join(f"      {line}\n" for line in lines),
    "one line": lambda lines: f"    command: {' && '.join(lines)}\n",
    "folded": lambda lines: "    command: >\n" + "".join(f"      {line} &&\n" for line in lines),
}


def workspace(folder: Path, line: str, form: str, count: int) -> tuple[Workspace, Path]:
    """A step of so many lines, and the scripts that they run; all is open but a shell script."""
    (folder / "run.sh").write_text('python train.py "$@"\n')
    (folder / "train.py").write_text(SCRIPT)
    found, yaml = Workspace([folder]), folder / "valohai.yaml"
    yaml.write_text(HEAD + FORMS[form]([line] * count) + PARAMETERS)
    found.put(yaml, yaml.read_text(), 1)
    found.put(folder / "train.py", SCRIPT, 1)
    return found, yaml


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("line", LINES)
def test_the_lines_of_a_command_are_judged_in_proportion_to_their_number(
    tmp_path: Path, line: str, form: str
) -> None:
    def judged(count: int) -> int:
        found, yaml = workspace(tmp_path, line, form, count)
        paths = (yaml, tmp_path / "train.py")
        return calls(
            lambda: [
                *(demand(diagnostics(found.snapshot, path)) for path in paths),
                list(links(found.snapshot, yaml)),
                *(list(code_lenses(found.snapshot, path)) for path in paths),
            ]
        )

    judged(1)  # what is loaded late
    some, many = judged(SOME), judged(4 * SOME)
    assert many <= 5 * some + 2_000, (some, many)


@pytest.mark.parametrize(
    "line",
    [
        *("cd a; ", "(", ")", "(cd a; ", "cd a & ", "cd a | ", "cd -; ", "cd ..; ", "cd a || ", "a() "),
        *(
            "{ cd a; ",
            "if cd a; then ",
            "for x in a; do break; ",
            "case a in a) ",
            "f() { cd a; ",
            "} ",
            "\nfi ",
        ),
    ],
)
def test_folders_are_followed_in_proportion_to_the_line(line: str) -> None:
    def followed(count: int) -> int:
        return sum(len(each.folder) for each in commands_in_folders([f"{line * count}ls"]))

    assert followed(200 * SOME) < 5_000  # no folder has a longer name
    some, many = (calls(partial(followed, count)) for count in (8 * SOME, 32 * SOME))
    assert many <= 5 * some + 2_000, (some, many)
