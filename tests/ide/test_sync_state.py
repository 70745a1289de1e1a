"""How far the steps of a file and valohai.yaml agree, in the words of the status bar."""

from pathlib import Path

from valohai_steps.ide.update.sync_state import State, state_of
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
EXAMPLE = (Path(__file__).parents[2] / "examples" / "train.py").read_text("utf-8")
YAML = (Path(__file__).parents[1] / "fixtures" / "example.yaml").read_text("utf-8")


def state(
    yaml: str | None,
    python: str = EXAMPLE,
    of: str = "train.py",
    requirements: str | None = "valohai-utils\n",
) -> State | None:
    workspace = Workspace([ROOT])
    if requirements is not None:
        workspace.put(ROOT / "requirements.txt", requirements, None)
    workspace.put(ROOT / "train.py", python, None)
    if yaml is not None:
        workspace.put(ROOT / "valohai.yaml", yaml, None)
    return state_of(workspace.snapshot, ROOT / of)


def test_a_missing_file_lacks_every_step() -> None:
    found = state(None)
    assert found is not None
    assert (found.exists, found.summary) == (False, "1 change: new step")
    assert [(step.name, len(step.changes)) for step in found.steps] == [("train", 1)]


def test_both_sides_agree() -> None:
    found = state(YAML)
    assert found is not None
    assert (found.exists, found.changes, found.summary) == (True, (), "in sync with valohai.yaml")


def test_each_difference_is_a_change() -> None:
    found = state(YAML, EXAMPLE.replace("0.001}", '0.01, "epochs": 5}'))
    assert found is not None
    assert found.summary == "2 changes: default, new parameter"


def test_nothing_is_counted_of_a_step_that_cannot_be_read() -> None:
    found = state(YAML, EXAMPLE.replace("0.001", "rate"))
    assert found is not None
    assert (found.changes, found.summary) == ((), "train: rate is not defined in this file (train.py:7)")


def test_nothing_is_counted_against_a_file_that_cannot_be_read() -> None:
    found = state("- step: {", EXAMPLE)
    assert found is not None
    assert (found.changes, found.summary) == ((), "valohai.yaml has a syntax error (line 1)")


def test_valohai_yaml_has_the_state_of_the_steps_that_python_declares() -> None:
    found = state(
        YAML.replace("0.001", "0.1") + "- step: {name: other, image: x, command: y}\n", of="valohai.yaml"
    )
    assert found is not None
    assert [(step.name, step.source.name, len(step.changes)) for step in found.steps] == [
        ("train", "train.py", 1)
    ]


def test_a_file_without_steps_has_none() -> None:
    assert state(YAML, "import valohai\n") is None


def test_a_requirements_file_without_the_runtime_is_a_change() -> None:
    for text in (None, "torch\n"):
        found = state(YAML, requirements=text)
        assert found is not None
        assert (found.is_behind, found.summary) == (True, "requirements.txt lacks valohai-utils")
