"""Pictures: YAML, operations, YAML. Each file in edits/ holds several; `UPDATE_GOLDEN=1` writes what comes out.

Marks for what an eye does not see: `␍` is a carriage return, `⇥` a tab, `␄` a missing line end, `⌘` a byte order
mark, `·` a blank at the end of a line.
"""

import ast
import os
import re
from pathlib import Path

import pytest

from valohai_steps.config.reader import read_yaml
from valohai_steps.config.writer import Append, Operation, Refusal, Remove, Set, edit_yaml
from valohai_steps.model.text import apply_edits

FOLDER = Path(__file__).parent / "edits"
KINDS: dict[str, type[Set] | type[Remove] | type[Append]] = {"Set": Set, "Remove": Remove, "Append": Append}
MARKS = {"␍": "\r", "⇥": "\t", "⌘": "\ufeff"}
CASE = re.compile(
    r"^=== case (?P<name>.*)\n(?P<before>(?:(?!^=== ).*\n)*)=== operations\n(?P<asked>(?:(?!^=== ).*\n)*)"
    r"=== expected\n(?P<after>(?:(?!^=== ).*\n)*)",
    re.MULTILINE,
)


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


def outcome(before: str, asked: str) -> str:
    """The picture of the text after the operations, or the refusal."""
    text = unmarked(before)
    result = edit_yaml(read_yaml(text), operations(asked))
    if isinstance(result, Refusal):
        place = "" if result.span is None else text[result.span.start : result.span.end].split("\n")[0]
        return f"refused at `{place}`: {result.reason}\n"
    return marked(apply_edits(text, result))


CASES = [
    (path, found["name"])
    for path in sorted(FOLDER.glob("*.txt"))
    for found in CASE.finditer(path.read_text("utf-8"))
]


@pytest.mark.parametrize(("path", "name"), CASES, ids=[f"{path.stem}-{name}" for path, name in CASES])
def test_the_edit_looks_like_its_picture(path: Path, name: str) -> None:
    picture = path.read_text("utf-8")
    found = next(found for found in CASE.finditer(picture) if found["name"] == name)
    actual = outcome(found["before"], found["asked"])
    if os.environ.get("UPDATE_GOLDEN") == "1":
        path.write_text(picture[: found.start("after")] + actual + picture[found.end("after") :], "utf-8")
        return
    assert actual == found["after"]


def test_every_part_of_every_picture_is_used() -> None:
    for path in FOLDER.glob("*.txt"):
        assert CASE.sub("", path.read_text("utf-8")).strip() == "", path
