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
