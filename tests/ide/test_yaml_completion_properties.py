"""Completion of valohai.yaml anywhere, in whole files and in broken ones; nothing is parsed for it."""

import random
from functools import partial
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.config.styled_yaml import styled_yaml
from tests.ide.test_yaml_completion import ROOT, YAML
from valohai_steps.ide.completion.item import Completion
from valohai_steps.ide.completion.offers import completions
from valohai_steps.model.text import TextEdit, apply_edits
from valohai_steps.project.workspace import Workspace

PROJECT = """\
- step:
    name: train
    image: python:3.11
    command:
      - pip install -r requirements.txt
      - python train.py {parameters} --x {parameter-value:lr}
    parameters: &common
      - name: lr
        type: float
        default: 0.1
      - name: mode
        choices: [fast, slow]
      - name: verbose
        type: flag
    inputs:
    - name: data
    outputs:
      - {name: model, description: "the model"}
- step: {name: other, image: "a:b", command: [run, "x {parameter:a}"], parameters: *common}
- task:
    name: sweep
    step: train
    parameters:
      - name: lr
        style: linear
        rules: {start: 1, end: 2, step: 1}
- task:
    name: by-hand
    step: train
    type: manual_search
    parameter-sets:
      - lr: 1
        mode: fast
      - {lr: 2}
- endpoint:
    name: predict
    image: a
    server-command: |
      set -e
      serve
    files:
      - name: model
        path: m
    resources:
      cpu: {min: 1}
      devices:
        nvidia.com/gpu: 1
    tolerations:
      - key: a
        effect: NoSchedule
- deployment:
    name: main
- pipeline:
    name: flow
    nodes:
      - name: fit
        type: execution
        step: train
        override:
          parameters:
            - name: lr
              default: 0.2
      - name: tune
        type: task
        task: sweep
        actions:
          - when: node-complete
            then: stop-pipeline
      - name: live
        type: deployment
        deployment: main
        endpoints: [predict]
    edges:
      - [fit.output.*, tune.input.data]
      - source: fit.output.model
        target: live.file.predict.model
      - - fit.parameter.lr
        - tune.parameter.lr
    parameters:
      - name: rate
        targets:
          - fit.parameters.lr
          - tune.parameters.lr
"""
compose: Any = partial(yaml.load, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
NOISE = (
    "",
    '"',
    "'",
    "[",
    "{",
    "]",
    "}",
    ":",
    ": ",
    "- ",
    "\n",
    "\n    ",
    "#",
    "&a ",
    "*",
    "|\n",
    "\t",
    "\r",
    "\\",
    "é",
)


def offered(text: str, offset: int) -> tuple[Completion, ...]:
    workspace = Workspace([ROOT])
    workspace.put(YAML, text, None)
    found = completions(workspace.snapshot, YAML, offset)
    assert not workspace.snapshot.memo.counts.get("yaml composes")
    return found


def broken(text: str, offset: int) -> list[str]:
    """The labels that, once accepted, leave a text that YAML cannot read."""
    found = offered(text, offset)
    after = [(each.label, apply_edits(text, (TextEdit(each.whole, each.text),))) for each in found[:9]]
    return [label for label, accepted in after if not is_yaml(accepted)]


def is_yaml(text: str) -> bool:
    try:
        compose(text)
    except yaml.YAMLError:
        return False
    return True


@pytest.mark.parametrize("text", [PROJECT, PROJECT.replace("\n", "\r\n"), "\ufeff# first\n\n---\n" + PROJECT])
def test_whatever_is_accepted_anywhere_in_a_whole_file_it_stays_yaml(text: str) -> None:
    for offset in range(0, len(text) + 1, 2 if text is PROJECT else 17):
        assert not broken(text, offset), text[:offset] + "▮"


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_so_it_is_in_files_of_any_style(seed: int, place: int) -> None:
    text = styled_yaml(seed, valid=True)
    assert not broken(text, place % (len(text) + 1))


@given(st.integers(0, 10**6))
def test_a_broken_file_is_completed_on_the_cursors_line_or_not_at_all(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    text = PROJECT
    for _ in range(chance.randrange(1, 4)):
        start = chance.randrange(len(text))
        end = min(len(text), start + chance.choice((0, 1, 5, 40, 400)))
        text = text[:start] + chance.choice(NOISE) + text[end:]
    for _ in range(8):
        offset = chance.randrange(len(text) + 1)
        for each in offered(text, offset):
            assert each.typed.start == each.whole.start <= offset == each.typed.end <= each.whole.end
            assert "\n" not in text[each.whole.start : each.whole.end]


@given(st.integers(1, len(PROJECT)))
def test_what_is_typed_up_to_here_is_completed_or_nothing_is(length: int) -> None:
    labels = [each.label for each in offered(PROJECT[:length], length)]
    assert len(labels) == len(set(labels))
