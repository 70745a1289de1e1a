"""Typing states of valohai.yaml as data: what must be offered, what must not, and the file once accepted."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.pictures import CURSOR, without_cursor
from valohai_steps.ide.completion.item import Completion
from valohai_steps.ide.completion.offers import completions
from valohai_steps.model.text import TextEdit, apply_edits
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
YAML = ROOT / "valohai.yaml"
CASES = json.loads((Path(__file__).parents[1] / "fixtures" / "yaml" / "completion.json").read_text("utf-8"))


def offered(state: str, **files: str) -> tuple[Completion, ...]:
    """What is offered at the mark of a valohai.yaml, beside other files of its folder."""
    workspace = Workspace([ROOT])
    for name, text in files.items():
        workspace.put(ROOT / name, text, None)
    workspace.put(YAML, without_cursor(state), None)
    return completions(workspace.snapshot, YAML, state.index(CURSOR))


def labels(state: str, **files: str) -> list[str]:
    return [each.label for each in offered(state, **files)]


def accepted(state: str, label: str, **files: str) -> str:
    """The text once an editor without snippets has accepted a label."""
    found = [each for each in offered(state, **files) if each.label == label]
    assert found, f"{label} is not offered: {labels(state, **files)}"
    return apply_edits(without_cursor(state), (*found[0].also, TextEdit(found[0].whole, found[0].text)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_what_is_offered_while_a_file_is_typed(case: dict[str, Any]) -> None:
    state, files = case["text"], case.get("files") or {}
    found = labels(state, **files)
    assert set(case["expect_labels"]) <= set(found)
    assert not set(case["forbid_labels"]) & set(found)
    if case.get("only"):
        assert set(found) == set(case["expect_labels"])
    if case.get("insert"):
        assert accepted(state, case["insert"]["label"], **files) == case["insert"]["after"]


STEPS = """\
- step: &base
    name: train
    image: python:3.11
    command: python train.py {parameters}
    parameters:
      - name: lr
        type: float
      - name: mode
        choices: [fast, "1"]
    inputs:
      - name: data
- task:
    name: sweep
    step: train
- pipeline:
    name: flow
    nodes:
      - name: fit
        type: execution
        step: train
      - name: tune
        type: task
        task: sweep
"""


@pytest.mark.parametrize(
    ("state", "label", "after"),
    [
        ("▮", "step", "- step:\n    name: "),
        ("pi▮", "pipeline", "- pipeline:\n    name: "),
        ("- st▮\n    name: a\n", "step", "- step:\n    name: a\n"),
        ("- step:\n  ▮", "name", "- step:\n    name: "),
        (
            "- step:\n      name: a\n      ▮",
            "resources",
            "- step:\n      name: a\n      resources:\n          ",
        ),
        ("- step:\n    inputs:\n      ▮", "name", "- step:\n    inputs:\n      - name: "),
        (
            "- step:\n    inputs:\n    - name: a\n    im▮",
            "image",
            "- step:\n    inputs:\n    - name: a\n    image: ",
        ),
        (
            "- step:\n    inputs:\n    - name: a\n    ▮",
            "parameters",
            "- step:\n    inputs:\n    - name: a\n    parameters:\n    - name: ",
        ),
        (
            "- step:\r\n    name: a\r\n    ▮\r\n",
            "outputs",
            "- step:\r\n    name: a\r\n    outputs:\r\n      - name: \r\n",
        ),
        ("- step:\n    image:▮", "python:3.11-slim", "- step:\n    image: python:3.11-slim"),
        ("- step:\n    autorestart: t▮rue", "false", "- step:\n    autorestart: false"),
        ("- step: {name: a, ▮}", "parameters", "- step: {name: a, parameters: []}"),
        ("- step:\n    'im▮age': a", "image", "- step:\n    'image': a"),
        ('- step:\n    "im▮"', "image", '- step:\n    "image": '),
    ],
)
def test_what_is_accepted_is_written_as_the_file_is(state: str, label: str, after: str) -> None:
    assert accepted(state, label) == after


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        ("    edges:\n      - source: ▮", ["fit", "tune"]),
        ("    edges:\n      - [fit.▮", ["output", "metadata", "parameter", "input"]),
        ("    edges:\n      - [fit.output.*, tune.▮", ["input", "parameter"]),
        ("    edges:\n      - [fit.output.*, tune.parameter.▮", ["lr", "mode"]),
        ("    edges:\n      - ['fi▮, tune.input.data]", ["fit", "tune"]),
        ("    edges:\n      - [fit.output.*, tune.input.data, ▮", []),
        ("    edges:\n      - [fit.metadata.▮", []),
        (
            "      - name: n\n        type: execution\n        ▮",
            ["step", "override", "actions", "on-error", "edge-merge-mode", "commit", "<<"],
        ),
        ("        override:\n          inputs:\n            - name: ▮", ["data"]),
        (
            "        override:\n          parameters:\n            - name: lr\n            - name: ▮",
            ["mode"],
        ),
        (
            "        override:\n          parameters:\n          - name: mode\n            default: ▮",
            ["fast", '"1"'],
        ),
        (
            "    parameters:\n      - name: a\n        targets: [fit.parameters.lr, fit▮",
            ["fit.parameters.mode", "tune.parameters.lr", "tune.parameters.mode"],
        ),
        ("- task:\n    name: b\n    step: train\n    parameters:\n      - name: ▮", ["lr", "mode"]),
        ("- task:\n    step: train\n    parameter-sets:\n      - {lr: 1, ▮}", ["mode"]),
        ("- step:\n    <<: *base\n    command: run {parameter:▮", ["lr", "mode"]),
        ("- step:\n    command: awk ${▮", []),
        ("- step:\n    command: echo {{▮", []),
        ("- step:\n    command: ls ▮", []),
        ("- step:\n    description: |\n      some {▮", []),
        ("- step:\n    command: |\n      ls\n      cat /valohai/inputs/▮\n    inputs:\n    - name: a", ["a"]),
        ("- step:\n    command: >-\n      pip install -r ▮\n    image: b", ["requirements.txt", "src/"]),
        ("- step:\n    command: |\n      python ▮\n\n      ls\n", ["train.py", "src/"]),
        ("- step:\n    command: python train.py\n      {▮\n    image: b", ["parameters"]),
        ("- step:\n    command: sort -r ▮", []),
        ("- step:\n    parameters:\n      - name: a\n        type: float ▮", []),
        ("- step:\n    name: ▮", []),
        ("- step:\n    name: a\n        ▮", []),
        ("- step:\n    name: a\n   ▮", []),
    ],
)
def test_names_come_from_the_items_around_finished_or_not(tail: str, expected: list[str]) -> None:
    files = {"train.py": "", "src/other.py": "", "requirements.txt": ""}
    assert labels(STEPS + tail, **files) == expected


@pytest.mark.parametrize(
    ("tail", "label", "written"),
    [
        ("    edges:\n      - - fit.output.*\n        ▮", "tune", "- tune."),
        ("    edges:\n      - - fit.output.*\n        tune.in▮", "input", "- tune.input."),
        ("    parameters:\n      - targets:\n          ▮", "fit.parameters.lr", "- fit.parameters.lr"),
        ("    parameters:\n      - targets:\n          fit▮", "fit.parameters.lr", "- fit.parameters.lr"),
        ("      - name: n\n      ty▮", "type", "  type: "),
        ("      - name: n\n      na▮", "name", "- name: "),
    ],
)
def test_a_dash_or_blanks_that_are_missing_come_along(tail: str, label: str, written: str) -> None:
    head, _, typed = tail.rpartition(" ")
    assert accepted(STEPS + tail, label) == f"{STEPS}{head} {written}"
    assert typed.endswith(CURSOR)


def test_a_word_of_a_list_is_not_offered_twice() -> None:
    tail = "        actions:\n          - when: [node-complete, ▮]"
    assert labels(STEPS + tail) == ["node-starting", "node-error"]


SCRIPT = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1, help="How far each step goes")
parser.add_argument("--mode", default="fast", choices=["fast", "slow"])
parser.add_argument("--verbose", action="store_true")
args = parser.parse_args()
"""


_FIT = "- pipeline:\n    nodes:\n      - name: fit\n        step: train\n        type: execution\n"
_OVERRIDE = f"{STEPS.partition('- pipeline')[0]}{_FIT}        override:\n          "


@pytest.mark.parametrize(
    ("state", "label", "goes_on"),
    [
        ("- step:\n    command: python train.py\n    par▮", "parameters", True),
        ("- step:\n    command: python train.py\n    parameters:\n      - ▮", "name", True),
        ("- step:\n    command: python other.py\n    par▮", "parameters", False),
        ("- step:\n    command: python other.py\n    parameters:\n      - ▮", "name", False),
        (f"{_OVERRIDE}▮", "parameters", True),
        (f"{_OVERRIDE}image: a\n          ▮", "parameters", True),
        (f"{_OVERRIDE}parameters:\n            - ▮", "name", True),
        (f"{_OVERRIDE}parameters:\n            - default: 1\n              ▮", "name", True),
        (f"{_OVERRIDE}environment-variables:\n            - ▮", "name", False),
        (
            f"{_OVERRIDE}parameters:\n            - name: lr\n            - name: mode\n            - ▮",
            "name",
            False,
        ),
        ("- task:\n    step: none\n    ▮", "parameters", False),
        (f"{STEPS.partition('- pipeline')[0]}- task:\n    step: train\n    ▮", "parameters", True),
        (f"{STEPS.partition('- pipeline')[0]}{_FIT}    edges:\n      - ▮", "fit", True),
    ],
)
def test_a_key_goes_on_where_a_name_can_be_chosen_behind_it(state: str, label: str, goes_on: bool) -> None:
    """An editor asks again then, and never for an empty list."""
    found = {each.label: each for each in offered(state, **{"train.py": SCRIPT})}
    assert found[label].goes_on is goes_on


@pytest.mark.parametrize(
    ("command", "name", "label", "written"),
    [
        ("python train.py {parameters}", "▮", "lr", "lr\n        type: float\n        default: 0.1"),
        ("python train.py {parameters}", "m▮", "mode", "mode\n        type: string\n        default: fast"),
        ("python train.py {parameters}", '"v▮"', "verbose", None),
        (
            "[pip list, python train.py]",
            "▮",
            "verbose",
            "verbose\n        type: flag\n        default: false",
        ),
    ],
)
def test_a_parameter_gets_its_name_from_the_script(
    command: str, name: str, label: str, written: str | None
) -> None:
    head = f"- step:\n    name: a\n    image: b\n    command: {command}\n    parameters:\n      - name: "
    files = {"train.py": SCRIPT}
    assert labels(f"{head}{name}", **files) == ["lr", "mode", "verbose"]
    after = accepted(f"{head}{name}", label, **files)
    if written is None:
        assert after.startswith(f'{head}"verbose"')
    else:
        assert after == f"{head}{written}"


def test_what_goes_on_in_the_next_line_gets_no_quotes() -> None:
    state = "- step:\n    command: python train.py\n      {▮\n    image: b\n"
    assert accepted(state, "parameters") == state.replace("{▮", "{parameters}")


def test_arguments_that_are_parameters_already_are_not_offered_again() -> None:
    state = (
        "- step:\n    command: python train.py\n    parameters:\n"
        "      - {name: lr}\n      - name: ▮\n        type: float\n"
    )
    assert labels(state, **{"train.py": SCRIPT}) == ["mode", "verbose"]
    assert accepted(state, "mode", **{"train.py": SCRIPT}).endswith(
        "      - name: mode\n        default: fast\n        type: float\n"
    )
