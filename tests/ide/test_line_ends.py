"""Line ends: each fix of a file with CRLF or CR gives what it gives with LF, with that line end."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.pictures import pictures_in
from valohai_steps.ide.findings.code_actions import ActionKind, code_actions
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.model.text import apply_edits
from valohai_steps.project.disk.files import demand
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
TESTS = Path(__file__).parents[1]
USELESS = """\
- step:
    name: train
    image: i
    command: python train.py {parameters}
    parameters:
      - name: seed
        type: flag
        default: true
        optional: true
- step:
    name: o
    image: i
    command: x
"""
REPEATED = """\
- step:
    name: train
    image: a
    image: b
    command: x
- step:
    name: o
    image: i
    command: |
      x
      y
    command: x
"""


def yaml_texts() -> Iterator[Any]:
    yield pytest.param("valohai.yaml", USELESS, id="useless")
    yield pytest.param("valohai.yaml", REPEATED, id="repeated")
    for name in ("findings", "more_findings"):
        for case in json.loads((TESTS / "fixtures" / "yaml" / f"{name}.json").read_text("utf-8")):
            if "\r" not in case["text"]:
                yield pytest.param("valohai.yaml", case["text"], id=case["id"])


def python_texts() -> Iterator[Any]:
    for picture in pictures_in(TESTS / "source" / "pictures"):
        for name, text in picture.sources.items():
            if "␍" not in text and name.endswith(".py"):  # a picture of a carriage return has its own test
                yield pytest.param("train.py", text, id=f"{picture.name}-{name}")


def mended(name: str, text: str) -> list[tuple[str, str]]:
    """Each fix of the file alone, a comment that ignores the finding among them: its title, and the text."""
    workspace, path = Workspace([ROOT]), ROOT / name
    workspace.put(path, text, 1)
    spans = dict.fromkeys(item.finding.span for item in demand(diagnostics(workspace.snapshot, path)))
    return [
        (action.title, apply_edits(text, edits.edits))
        for span in spans
        for action in code_actions(workspace.snapshot, path, span, {ActionKind.QUICK_FIX})
        for edits in action.edits
        if edits.path == path
    ]


@pytest.mark.parametrize(("name", "text"), [*yaml_texts(), *python_texts()])
def test_each_fix_is_the_same_whatever_ends_the_lines(name: str, text: str) -> None:
    expected = mended(name, text)
    for newline in ("\r\n", "\r"):
        found = mended(name, text.replace("\n", newline))
        if (
            name.endswith(".py") and newline == "\r"
        ):  # what is inserted may end its lines as Python reads them
            found = [(title, result.replace("\n", newline)) for title, result in found]
        assert found == [(title, result.replace("\n", newline)) for title, result in expected]


@pytest.mark.parametrize("text", [USELESS, REPEATED])
def test_one_other_line_end_above_what_is_removed_takes_nothing_with_it(text: str) -> None:
    lines = text.splitlines()
    for number in range(1, len(lines)):
        mixed = "\n".join(lines[:number]) + "\r" + "\n".join(lines[number:]) + "\n"
        found = [(title, result.splitlines()) for title, result in mended("valohai.yaml", mixed)]
        assert found == [(title, result.splitlines()) for title, result in mended("valohai.yaml", text)]
