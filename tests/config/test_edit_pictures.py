"""Pictures of edits: valohai.yaml, operations, valohai.yaml. `UPDATE_GOLDEN=1` writes what comes out.

Marks for what an eye does not see: `␍` is a carriage return, `⇥` a tab, `␄` a missing line end, `⌘` a byte
order mark, `·` a blank at the end of a line.
"""

import ast
import re
from pathlib import Path

import pytest

from tests.pictures import Picture, pictures_in
from valohai_steps.config.reader import read_yaml
from valohai_steps.config.writer import Append, Operation, Refusal, Remove, Set, edit_yaml
from valohai_steps.model.text import apply_edits

PICTURES = pictures_in(Path(__file__).parent / "edits")
KINDS: dict[str, type[Set] | type[Remove] | type[Append]] = {"Set": Set, "Remove": Remove, "Append": Append}
MARKS = {"␍": "\r", "⇥": "\t", "⌘": "\ufeff"}


def unmarked(picture: str) -> str:
    """The text that a picture shows."""
    for mark, character in MARKS.items():
        picture = picture.replace(mark, character)
    return re.sub(r"·(?=\r?\n)", " ", picture).replace("␄\n", "")


def marked(text: str) -> str:
    """The picture of a text."""
    for mark, character in MARKS.items():
        text = text.replace(character, mark)
    text = re.sub(r" (?=␍?\n)", "·", text)
    return text if not text or text.endswith("\n") else f"{text}␄\n"


def operations(source: str) -> list[Operation]:
    """`Set((0, 0, "step"), 1)`, one in a line, as operations."""
    found: list[Operation] = []
    for line in source.splitlines():
        call = ast.parse(line, mode="eval").body
        assert isinstance(call, ast.Call)
        assert isinstance(call.func, ast.Name)
        found.append(KINDS[call.func.id](*(ast.literal_eval(argument) for argument in call.args)))
    return found


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_the_edit_looks_like_its_picture(picture: Picture) -> None:
    text = unmarked(picture.sections["valohai.yaml"])
    result = edit_yaml(read_yaml(text), operations(picture.sections["operations"]))
    if isinstance(result, Refusal):
        place = "" if result.span is None else text[result.span.start : result.span.end].split("\n")[0]
        picture.check("expected", f"refused at `{place}`: {result.reason}\n")
    else:
        picture.check("expected", marked(apply_edits(text, result)))
