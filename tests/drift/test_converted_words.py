"""What `type=` makes of a word, an enumeration or a path: what is refused is what argparse itself refuses."""

import contextlib
import decimal
import io
from itertools import product
from pathlib import PurePath

import pytest

from tests.drift.test_taking import made
from valohai_steps.config.reader import read_yaml
from valohai_steps.drift.command_line.differences import ScriptRead
from valohai_steps.drift.command_line.judging import differences
from valohai_steps.source.command_line.reader import read_command_line

COLOR = """import argparse
import enum
import pathlib
import decimal
from pathlib import Path
class Color({bases}):
    red = "red"
    blue = "blue"
    {more}
parser = argparse.ArgumentParser()
"""
PLAIN = COLOR.format(bases="enum.Enum", more="def __str__(self): return self.value")
MIXED = COLOR.format(bases="str, enum.Enum", more="pass")
# A class that may take other words than the values of its members.
WIDE = (
    COLOR.format(bases="enum.Enum", more="@classmethod\n    def _missing_(cls, value): return cls.red"),
    COLOR.format(bases="enum.IntFlag", more="").replace('"red"', "1").replace('"blue"', "2"),
)
ARGUMENTS = (
    "type=Color",
    "type=Color, nargs='*'",
    "type=Color, nargs='?'",
    "type=Color, action='append'",
    "type=Color, choices=list(Color)",
    "type=Color, choices=['red', 'blue']",
    "type=lambda word: Color[word]",
    "type=pathlib.Path, choices=['red', 'b']",
    "type=Path, choices=[Path('red'), Path('b')]",
    "type=Path, choices=[Path('red'), 'b']",
    "type=Path",
    "type=str, choices=['red', 'b']",
    "type=complex, choices=['1', 'red']",
    "type=complex, choices=[1, 2]",
    "type=decimal.Decimal, choices=['1']",
)
STEP = """- step:
    name: train
    image: i
    command: python train.py {{parameters}}
    parameters:
      - {{name: c, type: string, default: {0}}}
"""
# Refused, and not found: of numbers only the text is compared.
NOT_FOUND = {("type=complex, choices=[1, 2]", "red"), ("type=complex, choices=[1, 2]", "green")}
NOT_FOUND |= {
    (argument, word) for argument, word in product(ARGUMENTS, ["red", "green"]) if "lambda" in argument
}


def is_refused(script: str, word: str) -> bool:
    """Whether argparse itself refuses the word."""
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            made(script).parse_args([f"--c={word}"])
        except (SystemExit, KeyError, decimal.DecimalException):
            return True
    return False


def codes(script: str, word: str) -> set[str]:
    """What is said of a step that passes the word."""
    text = STEP.format(word)
    (step,) = read_yaml(text).steps
    fact = read_command_line(f"{script}parser.parse_args()\n").fact
    assert fact is not None
    found = differences(text, step, [ScriptRead("train.py", PurePath("train.py"), fact)])
    return {each.code for each in found} & {"VH131", "VH132", "VH133"}


@pytest.mark.parametrize("argument", ARGUMENTS)
@pytest.mark.parametrize("word", ["red", "green"])
@pytest.mark.parametrize("classes", [PLAIN, MIXED, *WIDE])
def test_a_word_that_type_refuses_is_found(classes: str, word: str, argument: str) -> None:
    script = f"{classes}parser.add_argument('--c', {argument})\n"
    refused, found = is_refused(script, word), codes(script, word)
    assert found <= ({"VH133"} if refused else set())
    if classes not in WIDE and (argument, word) not in NOT_FOUND:
        assert bool(found) == refused


def test_words_beside_the_parameters_are_judged_with_them() -> None:
    script = f"{PLAIN}parser.add_argument('--c', type=Color, nargs='*')\nparser.add_argument('--lr')\n"
    text = STEP.format("green").replace("train.py", "train.py --lr 1")
    (step,) = read_yaml(text).steps
    fact = read_command_line(f"{script}parser.parse_args()\n").fact
    assert fact is not None
    (found,) = differences(text, step, [ScriptRead("train.py", PurePath("train.py"), fact)])
    assert found.message == (
        "--c of train.py takes one of red, blue, and not 'green'; change the value or its type"
    )


def test_choices_that_no_value_can_be_are_said_to_be_wrong() -> None:
    script = f"{PLAIN}parser.add_argument('--c', type=Path, choices=['red', 'b'])\n"
    text = STEP.format("red")
    (step,) = read_yaml(text).steps
    fact = read_command_line(f"{script}parser.parse_args()\n").fact
    assert fact is not None
    (found,) = differences(text, step, [ScriptRead("train.py", PurePath("train.py"), fact)])
    assert found.message == (
        "no value of --c of train.py is accepted: its choices are strings, and type= makes something else; "
        "change type= or the choices"
    )
