"""One change in Python is the least change in valohai.yaml, whatever style a person wrote it in."""

import difflib
from pathlib import Path

import pytest
from yaml import safe_load

from valohai_steps.ide.update.update import Refused, Update, plan_update
from valohai_steps.model.text import LineIndex
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
PYTHON = """\
import valohai

valohai.prepare(
    step="train",
    default_parameters={"learning-rate": 0.001, "epochs": 5},
    default_inputs={"images": "s3://bucket/images.zip"},
)
"""

STYLES = {
    "comments": """\
# The whole project.

- step:
    name: train  # the one that is used
    image: python:3.11-slim
    command: python train.py {parameters}
    # what may be tuned
    parameters:
      - name: learning-rate   # careful
        type: float
        default: 0.001   # tuned by hand
      # how long
      - name: epochs
        type: integer
        default: 5
    # what goes in
    inputs:
      - name: images
        default: s3://bucket/images.zip
# the end
""",
    "flush and odd indentation": """\
-  step:
       name: train
       image: python:3.11-slim
       command: python train.py {parameters}
       parameters:
       -   name: learning-rate
           type: float
           default: 0.001
       -   name: epochs
           type: integer
           default: 5
       inputs:
       -   name: images
           default: s3://bucket/images.zip
""",
    "flow": """\
- step:
    name: train
    image: python:3.11-slim
    command: python train.py {parameters}
    parameters:
      - {name: learning-rate, type: float, default: 0.001}
      - {name: epochs, type: integer, default: 5}
    inputs: [{name: images, default: "s3://bucket/images.zip"}]
""",
    "anchors": """\
- step:
    name: other
    image: &image python:3.11-slim
    command: &run python other.py
- step:
    name: train
    image: *image
    command: python train.py {parameters}
    parameters:
      - name: learning-rate
        type: float
        default: &rate 0.001
      - name: epochs
        type: integer
        default: 5
    inputs:
      - name: images
        default: s3://bucket/images.zip
""",
    "documents": """\
%YAML 1.1
---
- step:
    name: train
    image: python:3.11-slim
    command: python train.py {parameters}
    parameters:
      - name: learning-rate
        type: float
        default: 0.001
      - name: epochs
        type: integer
        default: 5
    inputs:
      - name: images
        default: s3://bucket/images.zip
...
""",
}
STYLES["CRLF"] = STYLES["comments"].replace("\n", "\r\n")
STYLES["no final line end"] = STYLES["flush and odd indentation"].rstrip("\n")
STYLES["byte order mark"] = "\ufeff" + STYLES["comments"]


def update(python: str, yaml: str) -> Update | Refused:
    workspace = Workspace([ROOT])
    workspace.put(ROOT / "train.py", python, None)
    workspace.put(ROOT / "valohai.yaml", yaml, None)
    return plan_update(workspace.snapshot, [ROOT / "train.py"])


def updated(python: str, yaml: str) -> str:
    result = update(python, yaml)
    assert isinstance(result, Update)
    return result.after


def changed_lines(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True))
    return [line for line in lines if line[:2] in ("- ", "+ ")]


@pytest.mark.parametrize("style", STYLES)
def test_what_agrees_is_left_alone(style: str) -> None:
    result = update(PYTHON, STYLES[style])
    assert isinstance(result, Update)
    assert (result.edits, result.summary) == ((), "")


@pytest.mark.parametrize("style", STYLES)
def test_one_default_is_one_line(style: str) -> None:
    before = STYLES[style]
    after = updated(PYTHON.replace("0.001", "0.02"), before)
    assert after == before.replace("0.001", "0.02")


@pytest.mark.parametrize("style", STYLES)
def test_a_new_parameter_adds_its_lines_only(style: str) -> None:
    before = STYLES[style]
    after = updated(PYTHON.replace('"epochs": 5', '"epochs": 5, "seed": 42'), before)
    changed = changed_lines(before, after)
    assert [line for line in changed if line.startswith("- ")] == []
    assert all(line.strip() for line in changed)
    added = "".join(changed)
    assert added.count("seed") == 1
    assert len(changed) == (1 if style == "flow" else 3)


@pytest.mark.parametrize("style", STYLES)
def test_a_parameter_that_python_drops_takes_its_lines_only(style: str) -> None:
    before = STYLES[style]
    after = updated(PYTHON.replace(', "epochs": 5', ""), before)
    changed = changed_lines(before, after)
    assert [line for line in changed if line.startswith("+ ")] == []
    assert "epochs" not in after
    assert "learning-rate" in after


@pytest.mark.parametrize("style", STYLES)
def test_adding_and_taking_back_returns_the_first_bytes(style: str) -> None:
    before = STYLES[style]
    there = updated(PYTHON.replace("0.001", "0.02").replace("images.zip", "other.zip"), before)
    assert updated(PYTHON, there) == before


def test_what_only_yaml_says_is_never_lost() -> None:
    before = """\
- step:
    name: train
    image: acme/train
    command: python train.py {parameters}
    x-own: {a: 1}
    time-limit: 3600
    mounts: [{source: /data, destination: /data}]
    parameters:
      - {name: learning-rate, type: float, default: 0.001, min: 0, description: How fast, pass-as: "-l {v}"}
      - {name: epochs, type: integer, default: 5, widget: {type: slider}}
    inputs:
      - {name: images, default: "s3://bucket/images.zip", filename: images.zip, keep-directories: full}
- pipeline: {name: p, nodes: [], edges: []}
"""
    assert updated(PYTHON, before) == before
    assert updated(PYTHON.replace("5}", "6}"), before) == before.replace("default: 5", "default: 6")


@pytest.mark.parametrize("style", ["comments", "flush and odd indentation"])
def test_a_parameter_that_is_renamed_by_typing_keeps_what_a_person_wrote_beside_it(style: str) -> None:
    before = STYLES[style]
    after = updated(PYTHON.replace("learning-rate", "rate"), before)
    assert after == before.replace("name: learning-rate", "name: rate")


def test_what_an_update_does_is_told_as_a_rename_where_it_is_one() -> None:
    renamed = PYTHON.replace("learning-rate", "rate")
    another = PYTHON.replace('"learning-rate": 0.001', '"rate": 0.1')
    for python, summary, kinds in (
        (renamed, "renamed learning-rate to rate", "1 change: parameter renamed"),
        (
            renamed.replace("5}", "6}"),
            "changed epochs; renamed learning-rate to rate",
            "2 changes: parameter renamed, default",
        ),
        (another, "added rate; removed learning-rate", "2 changes: new parameter, parameter removed"),
    ):
        result = update(python, STYLES["comments"])
        assert isinstance(result, Update)
        assert result.summary == summary
        assert result.title == f"Update valohai.yaml ({kinds})"


def test_a_rename_in_one_step_hides_no_removal_in_another() -> None:
    python = "import valohai\n" + "".join(
        f'valohai.prepare(step="{step}", default_parameters={{{parameters}}})\n'
        for step, parameters in (("a", '"rate": 1'), ("b", '"n": 2'), ("c", '"rate": 1'))
    )
    yaml = "".join(
        f"- step:\n    name: {step}\n    image: i\n    command: c\n    parameters:\n"
        f"      - {{name: lr, type: integer, default: 1}}\n{more}"
        for step, more in (("a", ""), ("b", "      - {name: n, type: integer, default: 2}\n"), ("c", ""))
    )
    result = update(python, yaml)
    assert isinstance(result, Update)
    assert result.summary == "removed lr; renamed lr to rate"
    assert result.title == "Update valohai.yaml (3 changes: parameter renamed, parameter removed)"


def test_a_parameter_of_another_default_or_place_is_another_parameter() -> None:
    before = STYLES["comments"]
    python = PYTHON.replace('"learning-rate": 0.001, "epochs": 5', '"epochs": 5, "rate": 0.001')
    for text in (python, PYTHON.replace('"learning-rate": 0.001', '"rate": 0.1')):
        assert "careful" not in updated(text, before)


def test_a_local_path_in_python_leaves_the_default_of_the_yaml() -> None:
    python = PYTHON.replace("s3://bucket/images.zip", "data/images.zip")
    assert updated(python, STYLES["comments"]) == STYLES["comments"]


def test_equal_values_in_another_spelling_are_no_difference() -> None:
    yaml = (
        STYLES["flow"]
        .replace("0.001", "1.0e-3")
        .replace('"s3://bucket/images.zip"', "[s3://bucket/images.zip]")
    )
    assert updated(PYTHON, yaml) == yaml


@pytest.mark.parametrize(
    ("yaml", "place", "reason"),
    [
        ("- step: {name: train\n", "valohai.yaml", "valohai.yaml"),
        (
            "- step: {name: train, image: x, command: y}\n- step: {name: train, image: x, command: z}\n",
            "valohai.yaml",
            "train",
        ),
        (
            "- step: &a {name: train, image: x, command: y, parameters: []}\n- task: *a\n",
            "valohai.yaml",
            "&a",
        ),
    ],
    ids=["unreadable", "two steps of one name", "shared by an alias"],
)
def test_what_cannot_be_edited_safely_is_refused_with_a_reason(yaml: str, place: str, reason: str) -> None:
    result = update(PYTHON, yaml)
    assert isinstance(result, Refused)
    assert result.path.name == place
    assert reason in result.reason or reason == place
    assert result.span is not None
    assert LineIndex(yaml).position(result.span.start, "utf-32")[0] <= 2


def test_a_type_that_becomes_a_flag_is_passed_as_one() -> None:
    python = 'import valohai\nvalohai.prepare(step="train", default_parameters={"fast": True})\n'
    parameter = "      - name: fast\n        default: 'yes'\n"
    before = f"- step:\n    name: train\n    image: x\n    command: y\n    parameters:\n{parameter}"
    after = updated(python, before)
    assert "pass-true-as: --fast=true" in after
    assert "pass-false-as: --fast=false" in after
    assert "type: flag" in after


LISTED = """\
- step:
    name: train
    image: python
    command: python ./train.py
    parameters:
      - name: words
        type: string
        multiple: separate
        default:
          # the usual ones
          - one  # first
          - two  # second
          # the odd one
          - three  # third
"""


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (["one", "2", "three"], ["usual", "first", "second", "odd", "third"]),
        (["one", "three"], ["usual", "first", "odd", "third"]),
        (["one", "two", "three", "four"], ["usual", "first", "second", "odd", "third"]),
        (["zero", "one", "two", "three"], ["usual", "first", "second", "odd", "third"]),
        (["a", "b", "c"], ["usual", "first", "second", "odd", "third"]),
        (["one", "two", ":x"], ["usual", "first", "second", "odd", "third"]),
    ],
)
@pytest.mark.parametrize("brackets", [False, True])
def test_comments_in_a_list_stay_with_the_elements_that_stay(
    words: list[str], kept: list[str], brackets: bool
) -> None:
    text = LISTED
    if brackets:
        head, _, items = LISTED.partition("          # the usual")
        flow = ("# the usual" + items).replace("- ", "").replace("one  ", "one,  ").replace("two  ", "two,  ")
        text = head.rstrip() + " [\n          " + flow + "        ]\n"
    python = f'import valohai\nvalohai.prepare(step="train", default_parameters={{"words": {words!r}}})\n'
    after = updated(python, text)
    assert safe_load(after)[0]["step"]["parameters"][0]["default"] == words
    assert [word for word in ("usual", "first", "second", "odd", "third") if word in after] == kept
    assert ":x" not in words or not brackets or '":x"' in after
