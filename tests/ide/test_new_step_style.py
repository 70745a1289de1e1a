"""A new step and a new parameter are written like those beside them, behind the last step."""

from pathlib import Path

import pytest

from valohai_steps.ide.update.update import Update, plan_update
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
PYTHON = """\
import valohai
valohai.prepare(step="eval", default_parameters={"lr": 0.1, "names": ["a", "b"]}, default_inputs={"m": "s3://b/c"})
"""
PIPELINE = """\

- pipeline:
    name: p
    nodes:
      - {name: a, type: execution, step: train}
    edges:
      - [a.output.*, b.input.images]
# the end
"""
SIBLING = """\
# all of it

- step:
    name: train
    command:
      - pip install -r requirements.txt
      - python ./train.py {parameters}
    image: python
    inputs:
      - name: images
        default: s3://b/x
    parameters:
      - name: epochs
        type: integer
        default: 5
"""
AS_SIBLING = """
- step:
    name: eval
    command:
      - pip install -r requirements.txt
      - python ./eval.py {parameters}
    image: python:3.11-slim
    inputs:
      - name: m
        default: s3://b/c
    parameters:
      - name: lr
        type: float
        default: 0.1
      - name: names
        type: string
        default:
          - a
          - b
        multiple: separate
"""
FLOW = """\
- step:
    name: train
    image: python
    command: [pip install -r requirements.txt, "python ./train.py {parameters}"]
    parameters:
      - {name: epochs, type: integer, default: 5, optional: false}
"""
AS_FLOW = """\
- step:
    name: eval
    image: python:3.11-slim
    command: [pip install -r requirements.txt, "python ./eval.py {parameters}"]
    parameters:
      - {name: lr, type: float, default: 0.1, optional: false}
      - {name: names, type: string, default: [a, b], multiple: separate, optional: false}
    inputs:
      - {name: m, default: s3://b/c, optional: false}
"""


def planned(text: str, python: str = PYTHON, name: str = "eval.py") -> Update:
    found = Workspace([ROOT])
    found.put(ROOT / name, python, 1)
    found.put(ROOT / "valohai.yaml", text, 1)
    update = plan_update(found.snapshot, [ROOT / name])
    assert isinstance(update, Update), update
    return update


@pytest.mark.parametrize("behind", ["", PIPELINE, PIPELINE.lstrip("\n")])
def test_a_new_step_looks_like_the_last_and_is_behind_it(behind: str) -> None:
    separated = AS_SIBLING if behind.startswith("\n") else AS_SIBLING.lstrip("\n")
    assert planned(SIBLING + behind).after == SIBLING + separated + behind


def test_two_new_steps_keep_their_order() -> None:
    python = PYTHON + PYTHON.partition("\n")[2].replace('"eval"', '"report"')
    after = planned(SIBLING + PIPELINE, python).after
    names = [line.strip() for line in after.splitlines() if line.startswith("    name:")]
    assert names == ["name: train", "name: eval", "name: report", "name: p"]


def test_a_new_step_of_items_in_braces() -> None:
    assert planned(FLOW + PIPELINE).after == FLOW + "\n" + AS_FLOW + PIPELINE


def test_a_blank_line_stands_between_steps_where_it_does() -> None:
    two = SIBLING + "\n" + SIBLING.partition("\n\n")[2].replace("name: train", "name: other")
    assert planned(two + PIPELINE).after == two + AS_SIBLING + PIPELINE


def test_a_file_without_steps_gets_its_first_before_the_pipeline() -> None:
    text = PIPELINE.lstrip("\n")
    after = planned(text).after
    assert after.endswith(text)
    assert after.startswith("- step:\n    name: eval\n")


PARAMETERS = {
    "type first, nothing implied": (
        "      - name: epochs\n        type: integer\n        default: 5\n",
        "      - name: lr\n        type: float\n        default: 0.1\n",
    ),
    "default first, optional written": (
        "      - name: epochs\n        default: 5\n        optional: false\n        type: integer\n",
        "      - name: lr\n        default: 0.1\n        optional: false\n        type: float\n",
    ),
    "braces": (
        "      - {name: epochs, type: integer, default: 5}\n",
        "      - {name: lr, type: float, default: 0.1}\n",
    ),
    "more keys than ours": (
        (
            "      - name: epochs\n        type: integer\n        min: 1\n        description: x\n"
            "        default: 5\n"
        ),
        "      - name: lr\n        type: float\n        default: 0.1\n",
    ),
}


@pytest.mark.parametrize("case", PARAMETERS)
def test_a_new_parameter_looks_like_the_one_beside_it(case: str) -> None:
    old, new = PARAMETERS[case]
    head = "- step:\n    name: train\n    image: python\n    command: python ./train.py\n    parameters:\n"
    python = 'import valohai\nvalohai.prepare(step="train", default_parameters={"epochs": 5, "lr": 0.1})\n'
    assert planned(head + old + PIPELINE, python, "train.py").after == head + old + new + PIPELINE


def test_without_a_sibling_the_custom_counts() -> None:
    text = "- step:\n    name: other\n    image: python\n    command: x\n"
    after = planned(text, PYTHON.replace(', "names": ["a", "b"]', "").replace('"s3://b/c"', "None")).after
    assert "      - name: lr\n        default: 0.1\n        optional: false\n        type: float\n" in after
    assert "      - name: m\n        optional: true\n" in after
