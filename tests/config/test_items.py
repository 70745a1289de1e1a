"""A file read item by item says what reading it anew says, and costs what an edit touches."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valohai_steps.config.items.file import ItemFile
from valohai_steps.config.items.reading import read_items
from valohai_steps.model.finding import Finding
from valohai_steps.model.text import apply_edits

FIXTURES = Path(__file__).parents[1] / "fixtures" / "yaml"
TEXTS = [case["text"] for case in json.loads((FIXTURES / "findings.json").read_text("utf-8"))]
TEXTS += [case["text"] for case in json.loads((FIXTURES / "valid.json").read_text("utf-8"))]
IMAGE = "python:3.11-slim"
STEP = """\
- step:
    name: step-{0}
    image: python:3.11-slim
    command: python m{0}.py {{parameters}}
    parameters:
      - name: rate
        type: float
        default: 0.1  # rate {0}
        description: rate-{0}
"""
PIECES = [
    "- ",
    "\n",
    "\n- ",
    "  ",
    "x",
    '"',
    "'",
    "*a",
    "&a ",
    "# c",
    "---\n",
    "\r\n",
    ": ",
    "[",
    "é",
    "\n...\n",
]


def said(file: ItemFile) -> list[Finding]:
    """All findings, in order."""
    return sorted(file.findings(), key=lambda finding: (finding.span, finding.code, finding.message))


def steps(count: int) -> str:
    """A file of some steps."""
    return "".join(STEP.format(number) for number in range(count))


@st.composite
def sessions(draw: st.DrawFn) -> list[str]:
    """A text, and what it becomes by some edits."""
    text = draw(st.sampled_from(TEXTS)) + draw(st.sampled_from(["", steps(2), "\n# end\n"]))
    texts = [text]
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(text)))
        end = min(start + draw(st.sampled_from([0, 0, 0, 1, 2, 30])), len(text))
        text = text[:start] + draw(st.sampled_from([*PIECES, ""])) + text[end:]
        texts.append(text)
    return texts


@given(sessions())
def test_an_edit_leads_to_what_reading_anew_gives(texts: list[str]) -> None:
    file = read_items(texts[0], IMAGE)
    for text in texts[1:]:
        file = read_items(text, IMAGE, file)
        fresh = read_items(text, IMAGE)
        assert said(file) == said(fresh)
        assert [part.text for part in file.parts] == [part.text for part in fresh.parts]
        assert file.facts == fresh.facts


@pytest.mark.parametrize(
    ("old", "new", "judged"),
    [
        ("rate-150", "rate-150b", False),  # a description
        ("# rate 150", "# another comment", False),
        ("name: step-150\n", "# a line more\n    name: step-150\n", False),
        ("name: step-150\n", "name: step-150b\n", True),
        ("m150.py {parameters}", "m150.py {parameter:rate}", True),
        ("    name: step-299", "    nam: step-299", True),
    ],
)
def test_an_edit_reads_one_item(old: str, new: str, judged: bool) -> None:
    text = steps(300)
    assert text.count(old) == 1
    file = read_items(text, IMAGE)
    after = read_items(text.replace(old, new), IMAGE, file)
    assert after.parts_read == 1
    assert after.judged is judged


def test_a_broken_item_leaves_the_others_their_findings() -> None:
    image = "image: python:3.11-slim\n    command: python m1"
    text = steps(3).replace(image, f"  {image}")
    file = read_items(text.replace("default: 0.1", "default: fast"), IMAGE)
    codes = [finding.code for finding in said(file)]
    assert codes == ["VH305", "VH301", "VH305"]
    (problem,) = (finding for finding in said(file) if finding.code == "VH301")
    line = text.count("\n", 0, text.index(f"  {image}")) + 1
    assert f"Line {line} " in problem.message or f"line {line} " in problem.message


def test_a_string_in_quotes_may_look_like_an_item() -> None:
    text = '- step:\n    name: a\n    image: x\n    command: "one\n- two"\n' + steps(1)
    file = read_items(text, IMAGE)
    assert said(file) == []
    assert len(file.parts) == 2


def test_what_a_command_names_can_be_declared() -> None:
    text = steps(2).replace("m1.py {parameters}", "m1.py {parameter:speed} < /valohai/inputs/data/x")
    first, second = said(read_items(text, IMAGE))
    for finding, after in (
        (first, text + "      - name: speed\n"),
        (second, text + "    inputs:\n      - name: data\n"),
    ):
        (fix,) = finding.fixes
        assert not fix.preferred
        assert apply_edits(text, fix.edits) == after


BOMB = "- &a0 [{step: {name: a}}]\n" + "".join(
    f"- &a{number} [{', '.join([f'*a{number - 1}'] * 4)}]\n" for number in range(1, 13)
)
TIED = {
    "too much": (BOMB, ["- &a9 ["]),
    "a mistake below": ("- step: &x {name: a}\n- step: {<<: *x}\n- step: {name: [}\n", ["- step: {name: [}"]),
    "an anchor that is not there": ("- step: &x {name: a}\n- step: {<<: *x}\n- step: *y\n", ["- step: *y"]),
    "both": ("- step: *y\n- step: &y {name: a}\n- step: {name: [}\n", ["- step: *y", "- step: {name: [}"]),
    "two of one name": ("- step: &x {name: a}\n- step: *x\n- step: &x {name: b}\n", ["- step: &x {name: b}"]),
    "an anchor in a comment alone": ("- step: {name: a} # &x\n- step: *x\n", ["- step: *x"]),
}


@pytest.mark.parametrize("case", TIED)
def test_an_anchor_of_another_item_is_not_missed_where_the_file_cannot_be_read(case: str) -> None:
    text, lines = TIED[case]
    broken = [found for found in read_items(text, IMAGE).findings() if found.code == "VH301"]
    starts = [text.rfind("\n", 0, found.span.start) + 1 for found in broken]
    assert len(starts) == len(lines)
    assert all(text.startswith(*each) for each in zip(lines, sorted(starts), strict=True))
