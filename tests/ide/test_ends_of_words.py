"""A cursor is between two characters (LSP 3.17, "Position"): both ends of a word answer as it does."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from valohai_steps.ide.findings.code_actions import ActionKind, code_actions
from valohai_steps.ide.hover.hover import hover
from valohai_steps.ide.navigation.definition import definitions
from valohai_steps.ide.navigation.rename import prepare_rename
from valohai_steps.model.text import Span
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
YAML = """- step:
    name: train
    image: python:3.11
    environment: aws-eu
    command:
      - python train.py {parameters}
      - python other.py --x={parameter-value:lr} {parameter:epochs}
    parameters:
      - name: lr
        type: "float"  # c
        default: 0.1
        optional: true
      - name: "epochs"
        type: integer
        default: 5
        multiple: separate
    inputs:
      - name: data
        default: s3://b/x
        keep-directories: suffix
- step:
    name: 'eval'
    image: python:3.11
    command: python eval.py
    inputs:
      - {name: model, filename: m.pkl}
- task:
    name: tune
    type: grid-search
    step: 'train'
    parameters:
      - name: lr
        values: [1, 2]
        style: multiple
- pipeline:
    name: both
    nodes:
      - name: t
        type: execution
        step: 'train'
        override:
          parameters:
            - name: lr
              default: 3
      - name: e
        type: execution
        step: eval  # c
        on-error: "stop-all"
    edges:
      - [t.output.*, 'e.input.model']
      - source: "t.output.x"
        target: e.input.model
"""
PYTHON = """import valohai
from valohai import inputs

valohai.prepare(
    step="train",
    image="python:3.11",
    default_parameters={"lr": 0.2, "epochs": {"default": 5, "type": "integer"}},
    default_inputs={"data": "s3://b/x"},
)
a = valohai.parameters("lr").value
b = inputs("dat").path()
c = valohai.parameters('epochs').value
"""
WORD = re.compile(r"""'[^'\n]*'|"[^"\n]*"|[\w*-]+""")


def actions(snapshot: Snapshot, path: Path, offset: int) -> list[str]:
    kinds = set(ActionKind) - {ActionKind.FIX_ALL}
    return [each.title for each in code_actions(snapshot, path, Span(offset, offset), kinds)]


FEATURES: Mapping[str, Callable[[Snapshot, Path, int], object]] = {
    "hover": hover,
    "definition": definitions,
    "rename": prepare_rename,
    "actions": actions,
}


def workspace(newline: str) -> Snapshot:
    made = Workspace([ROOT])
    made.put(ROOT / "valohai.yaml", YAML.replace("\n", newline), None)
    made.put(ROOT / "train.py", PYTHON.replace("\n", newline), None)
    return made.snapshot


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("name", ["valohai.yaml", "train.py"])
@pytest.mark.parametrize("feature", FEATURES)
def test_both_ends_of_a_word_answer_as_its_middle_does(feature: str, name: str, newline: str) -> None:
    snapshot, path, ask = workspace(newline), ROOT / name, FEATURES[feature]
    text = (YAML if name == "valohai.yaml" else PYTHON).replace("\n", newline)
    answered = 0
    for word in WORD.finditer(text):
        inside = [bool(ask(snapshot, path, offset)) for offset in range(word.start() + 1, word.end())]
        if not inside or not any(inside):
            continue
        answered += 1
        ends = [bool(ask(snapshot, path, offset)) for offset in word.span()]
        where = f"{feature} at the ends of {word[0]} ({word.start()})"
        assert ends[0] >= inside[0], where
        assert ends[1] >= inside[-1], where
    assert answered > 2


def test_no_blank_in_front_of_a_name_is_taken_for_a_part_of_it() -> None:
    snapshot = workspace("\n")
    found = (hover(snapshot, ROOT / "valohai.yaml", offset) for offset in range(len(YAML)))
    assert [each.markdown for each in found if each is not None and "** " in each.markdown[:3]] == []
