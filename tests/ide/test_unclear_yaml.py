"""What is not understood of valohai.yaml is neither deleted nor worked around: refused, with its place."""

from pathlib import Path

import pytest
import yaml

from valohai_steps.ide.findings.code_actions import code_actions
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.update.drift_fixes import drift_fixes
from valohai_steps.ide.update.sync_state import state_of
from valohai_steps.ide.update.update import Refused, Update, plan_update
from valohai_steps.model.text import LineIndex, Span
from valohai_steps.project.disk.files import demand
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
PYTHON = 'import valohai\nvalohai.prepare(step="train", default_parameters={"lr": 0.1}, default_inputs={"a": "s3://b/c"})\n'
HEAD = "- step:\n    name: train\n    image: python\n    command: python ./train.py\n"
UNCLEAR = {
    "a misspelt name": (HEAD + "    parameters:\n      - nmae: lr\n        type: float\n", 6),
    "one of two without a name": (
        HEAD + "    parameters:\n      - name: lr\n        type: float\n      - type: x\n",
        8,
    ),
    "a name that is null": (HEAD + "    inputs:\n      - name:\n        default: x\n", 6),
    "a mapping where a list is wanted": (HEAD + "    parameters:\n      lr:\n        type: float\n", 5),
    "a string where a list is wanted": (HEAD + "    inputs: images\n", 5),
    "a string among the parameters": (HEAD + "    parameters: [lr]\n", 5),
    "keys beside `- step:`": ("- step:\n  name: train\n  image: python\n", 1),
    "one key beside it": ("- step:\n    name: other\n    image: python\n  command: x\n", 4),
    "a misspelt item": ("- stpe:\n    name: train\n    image: python\n", 1),
    "two in one": ("- step:\n    name: a\n  pipeline:\n    name: b\n", 3),
    "a step without a name": ("- step:\n    nmae: train\n    image: python\n", 2),
    "a mapping": ("step:\n  name: train\n", 1),
    "a string": ("step\n", 1),
    "a string in the list": ("- step\n- step: {name: other}\n", 1),
    "an empty item": ("-\n- step: {name: other}\n", 1),
    "an empty step": ("- step:\n", 1),
}


def planned(text: str) -> tuple[Workspace, Update | Refused]:
    found = Workspace([ROOT])
    found.put(ROOT / "train.py", PYTHON, 1)
    found.put(ROOT / "valohai.yaml", text, 1)
    return found, plan_update(found.snapshot, [ROOT / "train.py"])


@pytest.mark.parametrize("case", UNCLEAR)
def test_what_is_not_understood_is_refused_with_its_place(case: str) -> None:
    text, line = UNCLEAR[case]
    found, plan = planned(text)
    assert isinstance(plan, Refused)
    assert plan.span is not None
    assert (plan.path.name, LineIndex(text).position(plan.span.start, "utf-32")[0] + 1) == (
        "valohai.yaml",
        line,
    )
    for name in ("train.py", "valohai.yaml"):
        fixes = drift_fixes(found.snapshot, ROOT / name, Span(0, 200))
        assert [fix.title for fix in fixes if fix.path.name == "valohai.yaml"] == []


CLEAR = ["", "# nothing yet\n", "[]\n", "---\n", "- step: &x {name: a}\n- step: {<<: *x, name: b}\n",
         HEAD + "    parameters:\n    inputs: []\n", "- endpoint: {name: e}\n"]  # fmt: skip


@pytest.mark.parametrize("text", CLEAR)
def test_what_valohai_reads_is_added_to(text: str) -> None:
    _, plan = planned(text)
    assert isinstance(plan, Update), plan
    assert "s3://b/c" in plan.after


UNREADABLE = {
    "a second document": (HEAD + "---\n- step: {name: other}\n", 5),
    "a second document, empty": (HEAD + "---\n", 5),
    "an unknown tag": (HEAD + "    description: !secret x\n", 5),
    "a day that no month has": (HEAD + "    description: 2021-99-99\n", 5),
    "braces of a template": (HEAD + "    description: {{ x }}\n", 5),
    "a list as a key": (HEAD + "    ? [a]\n    : b\n", 5),
    "a text that is tagged as a number": (HEAD + "    description: !!int x\n", 5),
    "an equals sign": (HEAD + "    description: =\n", 5),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_keeps_valohai_from_reading_the_file_is_refused_as_it_is_found(case: str) -> None:
    text, line = UNREADABLE[case]
    with pytest.raises((yaml.YAMLError, ValueError)):
        yaml.safe_load(text)
    found, plan = planned(text)
    assert isinstance(plan, Refused)
    assert plan.span is not None
    assert LineIndex(text).position(plan.span.start, "utf-32")[0] + 1 == line
    problems = [each.finding for each in demand(diagnostics(found.snapshot, ROOT / "valohai.yaml"))]
    assert (plan.reason, plan.span) in [
        (each.message, each.span) for each in problems if each.code == "VH301"
    ]
    actions = code_actions(found.snapshot, ROOT / "train.py", Span(20, 20))
    assert [edit for action in actions for edit in action.edits if edit.path.name == "valohai.yaml"] == []
    state = state_of(found.snapshot, ROOT / "train.py")
    assert state is not None
    assert not state.readable
