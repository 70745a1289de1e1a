"""Arguments that are in order: what the light bulb offers for them, and what comes of it."""

from pathlib import Path

import pytest
import valohai_yaml

from tests.ide.test_command_lines import ROOT, said, workspace_of
from valohai_steps.ide.findings.code_actions import ActionKind, code_actions
from valohai_steps.model.text import Span, apply_edits

SCRIPT = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--rate", type=float, default=0.1)
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--name", default='a')
args = parser.parse_args()
"""
STEP = """\
- step:
    name: train
    image: python:3.11-slim
    command: python train.py {parameters}
    parameters:
      - name: rate
        default: 0.5
"""


def offered(files: dict[str, str], name: str, at: str) -> dict[str, dict[str, str]]:
    """The refactorings at a place, with the files as they leave them."""
    workspace = workspace_of(files)
    place = files[name].index(at)
    found = code_actions(workspace.snapshot, ROOT / name, Span(place, place))
    results: dict[str, dict[str, str]] = {}
    for action in found:
        if action.kind is ActionKind.REFACTORING:
            (edits,) = action.edits
            text = apply_edits(files.get(edits.path.name, ""), edits.edits)
            assert edits.creates == (edits.path.name not in files)
            results[action.title] = {**files, edits.path.name: text}
    return results


def parameters(files: dict[str, str]) -> dict[str, tuple[str, object]]:
    """The parameters of the one step, as Valohai reads them: type and default."""
    (step,) = valohai_yaml.parse(files["valohai.yaml"]).steps.values()
    return {name: (each.type, each.default) for name, each in step.parameters.items()}


def test_an_argument_becomes_a_parameter() -> None:
    found = offered({"train.py": SCRIPT, "valohai.yaml": STEP}, "train.py", "--epochs")
    assert list(found) == ["Add --epochs to step train"]
    assert parameters(found["Add --epochs to step train"])["epochs"] == ("integer", 3)


def test_all_arguments_become_parameters() -> None:
    found = offered({"train.py": SCRIPT, "valohai.yaml": STEP}, "train.py", "parse_args")
    assert list(found) == ["Add all 2 arguments to step train"]
    (files,) = found.values()
    assert list(parameters(files)) == ["rate", "epochs", "name"]


@pytest.mark.parametrize("others", [{}, {"valohai.yaml": "- step: {name: other, image: x, command: ls}\n"}])
def test_a_script_that_no_step_runs_gets_one(others: dict[str, str]) -> None:
    found = offered({"train.py": SCRIPT, **others}, "train.py", "parse_args")
    assert list(found) == ["Generate a step for train.py"]
    (files,) = found.values()
    step = valohai_yaml.parse(files["valohai.yaml"]).steps["train"]
    assert step.build_command({}) == ["python train.py --rate=0.1 --epochs=3 --name=a"]
    workspace = workspace_of(files)
    assert said(workspace, "train.py") == said(workspace, "valohai.yaml") == []


def test_either_default_is_used_on_the_other_side() -> None:
    found = offered({"train.py": SCRIPT, "valohai.yaml": STEP}, "train.py", "--rate")
    assert list(found) == [
        "Use valohai.yaml's default here",
        "Use this default in valohai.yaml",
        "State the type in valohai.yaml",
    ]
    here, there, typed = found.values()
    assert '"--rate", type=float, default=0.5)' in here["train.py"]
    assert "default: 0.1\n" in there["valohai.yaml"]
    assert parameters(typed)["rate"] == ("float", 0.5)


def test_text_is_quoted_as_python_and_yaml_need_it() -> None:
    step = STEP + '      - name: name\n        type: string\n        default: it\'s "1"\n'
    found = offered({"train.py": SCRIPT, "valohai.yaml": step}, "train.py", "--name")
    assert '"--name", default="it\'s \\"1\\"")' in found["Use valohai.yaml's default here"]["train.py"]


def test_steps_are_told_apart() -> None:
    other = STEP.replace("name: train", "name: again").replace("0.5", "0.7")
    found = offered({"train.py": SCRIPT, "valohai.yaml": STEP + other}, "train.py", "--rate")
    assert "Use valohai.yaml's default of step again here" in found
    changed = found["Use this default in valohai.yaml, step again"]["valohai.yaml"]
    assert changed == STEP + other.replace("0.7", "0.1")


def test_a_type_is_stated_where_the_parameter_is() -> None:
    found = offered({"train.py": SCRIPT, "valohai.yaml": STEP}, "valohai.yaml", "rate")
    assert list(found) == ["State the type of rate: float"]


@pytest.mark.parametrize("at", ["import", "ArgumentParser()", "args ="])
def test_nothing_is_offered_elsewhere(at: str) -> None:
    assert offered({"train.py": SCRIPT, "valohai.yaml": STEP}, "train.py", at) == {}


def test_nothing_is_offered_where_the_settings_say_so() -> None:
    workspace = workspace_of({"train.py": SCRIPT, "valohai.yaml": STEP})
    settings = '[tool.valohai-steps]\narguments = "off"\n'
    workspace.put(Path(ROOT / "pyproject.toml"), settings, 0)
    place = SCRIPT.index("--rate")
    found = code_actions(workspace.snapshot, ROOT / "train.py", Span(place, place))
    assert [each.title for each in found] == []


@pytest.mark.parametrize(("default", "offers"), [("fast", False), ("0.5", True), ("2", True)])
def test_a_default_that_the_script_refuses_is_not_written_into_it(default: str, offers: bool) -> None:
    files = {"train.py": SCRIPT, "valohai.yaml": STEP.replace("0.5", default)}
    found = offered(files, "train.py", "--rate")
    assert ("Use valohai.yaml's default here" in found) is offers


@pytest.mark.parametrize("at", ["--epochs", "parse_args"])
def test_where_python_owns_the_parameters_all_that_differs_is_one_action(at: str) -> None:
    """What `valohai-steps update` writes; what it takes away is asked about."""
    yaml = f"{STEP}      - name: patience\n        type: integer\n"
    workspace = workspace_of({"train.py": SCRIPT, "valohai.yaml": yaml})
    workspace.set_overrides({"arguments": "own"})
    place = SCRIPT.index(at)
    (action,) = [
        each
        for each in code_actions(workspace.snapshot, ROOT / "train.py", Span(place, place))
        if each.title.startswith("Update")
    ]
    assert action.title == "Update valohai.yaml (added epochs, name; changed rate; removed patience)"
    assert action.confirm == "Remove parameter 'patience' from valohai.yaml"
    (edits,) = action.edits
    assert edits.destructive == edits.edits
    after = {"valohai.yaml": apply_edits(yaml, edits.edits)}
    assert parameters(after) == {"rate": ("float", 0.5), "epochs": ("integer", 3), "name": ("string", "a")}
    workspace.put(ROOT / "valohai.yaml", after["valohai.yaml"], 1)
    left = code_actions(workspace.snapshot, ROOT / "train.py", Span(place, place))
    assert [each.title for each in left if each.title.startswith("Update")] == []
