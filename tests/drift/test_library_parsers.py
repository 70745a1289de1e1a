"""Twenty ways to make a command line with click, typer and absl: what is read is what the library has."""

import json
import os
import random
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.drift.library_lines import random_line
from tests.seeds import weekly_seed
from valohai_steps.drift.command_line.matching.taking import take
from valohai_steps.model.command_line import ParserFact
from valohai_steps.source.command_line.reader import read_command_line

FIXTURE = Path(__file__).parents[1] / "fixtures" / "command_lines" / "libraries.txt"
VENDOR = Path(
    os.environ.get("VALOHAI_STEPS_VENDOR_PYTHON") or Path.home() / ".cache/valohai-steps/vendor/bin/python"
)
# Then the parser is open, and nothing is said of it.
NOT_FOLLOWED = {
    "click-names": "flags that begin with other signs",
    "click-params-append": "what is done with the parts of a command",
    "click-params-set": "what is done with the parts of a command",
    "click-class-of-command": "a command of the script's own class",
    "click-chain": "several commands behind each other",
    "typer-without-name": "an app whose commands are those of the app around it",
}
# What typer brings, and nobody passes on Valohai.
BROUGHT = ("--install-completion", "--show-completion")
# What click and absl themselves take and end with.
ENDING = ("--version", "-h --help")
SCRIPTS = {
    part.partition("\n")[0]: part.partition("\n")[2]
    for part in re.split(r"^=== ", FIXTURE.read_text("utf-8"), flags=re.MULTILINE)[1:]
}
pytestmark = pytest.mark.vendor


def made(source: str) -> dict[str, Any]:
    """What the library has."""
    driver = Path(__file__).with_name("library_parameters.py")
    done = subprocess.run(
        [str(VENDOR), str(driver)], input=source, capture_output=True, encoding="utf-8", check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return {name: values for name, values in found.items() if name not in (*BROUGHT, *ENDING)}


def as_read(parser: ParserFact, words: tuple[str, ...] = ()) -> Iterator[tuple[str, dict[str, object]]]:
    """The same of what was read."""
    for each in parser.arguments:
        flags = [flag.text for flag in each.flags]
        values = {
            "dest": each.dest,
            "off": sorted(each.off_flags),
            "required": each.required,
            "several": each.action in ("append", "extend") or each.nargs in ("*", "+"),
            "switch": each.is_switch and not each.off_flags,
        }
        if each.action != "help":
            yield " ".join([*words, *(flags or [each.dest])]), values
    for command in parser.commands:
        for word in command.names:
            yield from as_read(command.parser, (*words, word))


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_command_line_is_read_as_the_library_has_it(name: str) -> None:
    fact = read_command_line(SCRIPTS[name]).fact
    assert fact is not None
    assert fact.parser is not None
    assert fact.parser.open == (name in NOT_FOLLOWED)
    if name in NOT_FOLLOWED:
        return
    read = dict(as_read(fact.parser))
    if fact.library == "absl":  # each flag by itself, with two dashes
        flags = {f"--{flag.lstrip('-')}" for names in read for flag in names.split()}
        assert flags == set(made(SCRIPTS[name]))
    else:
        assert read == made(SCRIPTS[name])


LINES = 12


def test_no_line_is_refused_that_the_library_takes() -> None:
    print(f"seed {weekly_seed()}")
    asked = []
    for name, source in SCRIPTS.items():
        fact = read_command_line(source).fact
        if fact is not None and fact.parser is not None and name not in NOT_FOLLOWED:
            chance = random.Random(f"{name} {weekly_seed()}")  # noqa: S311  # a test
            lines = (random_line(chance, fact.parser) for _ in range(LINES))
            asked += [(name, source, fact, line) for line in lines]
    driver = Path(__file__).with_name("library_driver.py")
    done = subprocess.run(
        [str(VENDOR), str(driver)],
        input=json.dumps([{"source": source, "words": line} for _, source, _, line in asked]),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    taken = 0
    for (name, _, fact, line), got in zip(asked, json.loads(done.stdout), strict=True):
        if isinstance(got, dict) and fact.parser is not None:
            taken += 1
            assert not take(fact.parser, fact.library, line).refusals, (name, line)
    assert taken > len(asked) / 3


TYPER = "import typer\ndef main(a: list[int] = []):\n    pass\n"
CLAMPING = "import click\n@click.command()\n@click.option('--a', type=click.IntRange(0, 9, clamp=True))\n"
CLAMPING += "def main(a):\n    pass\nmain()\n"
ABSL = "from absl import app, flags\nflags.DEFINE_float('a', 0.1, '')\nflags.DEFINE_string('b', None, '')\n"


@pytest.mark.parametrize(
    ("source", "line", "refused"),
    [
        (SCRIPTS["click-list-of-options"], ["--b", "--a"], []),
        (SCRIPTS["click-list-of-options"], ["--b"], ["no-value"]),
        (f"{ABSL}flags.mark_flag_as_required('a')\napp.run(print)\n", [], []),
        (f"{ABSL}flags.mark_flag_as_required('b')\napp.run(print)\n", [], ["missing"]),
        (f"{ABSL}app.run(print)\n", ["word", "--a", "1"], []),
        (SCRIPTS["click-list-of-options"], ["--a", "bad", "--a", "1"], []),
        (SCRIPTS["click-list-of-options"], ["--a", "1", "--a", "bad"], ["value"]),
        (SCRIPTS["click-list-of-options"], ["--a", "bad", "--a"], ["value", "no-value"]),
        (SCRIPTS["click-options"], ["data", "--size", "1", "x", "--size", "1", "2"], []),
        (SCRIPTS["click-list-of-options"], ["--b", "--", "--a=1"], []),
        (SCRIPTS["click-list-of-options"], ["--b", "--", "--", "--a=1"], ["extra"]),
        (SCRIPTS["absl-flags"], ["--data", "--", "--epochs=0"], ["value"]),
        (CLAMPING, ["--a", "12"], []),
        (f"{TYPER.replace('[int]', '[int] | None')}typer.run(main)\n", ["--a", "1", "--a", "x"], ["value"]),
        (SCRIPTS["typer-run"], ["name", "--lr", "bad", "--lr", "1"], []),
        (f"{TYPER}typer.run(main)\n", ["--a", "bad", "--a", "1"], ["value"]),
        (f"{ABSL}app.run(print)\n", ["--a", "bad", "--a", "1"], ["value"]),
        (SCRIPTS["absl-flags"], ["--l=0.2", "-l", "0.3", "--data=x"], []),
    ],
)
def test_words_are_taken_as_each_library_does(source: str, line: list[str], refused: list[str]) -> None:
    fact = read_command_line(source).fact
    assert fact is not None
    assert fact.parser is not None
    assert [each.kind for each in take(fact.parser, fact.library, line).refusals] == refused
