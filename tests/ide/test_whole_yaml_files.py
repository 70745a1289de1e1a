"""Mistakes in files as people have them: one change of a healthy file is found at its place, and alone.

`tests/fixtures/yaml/whole_files.json`: `texts` are the healthy files; a mistake puts `to` in the place of
`from`, and `finds` are `[code, row, column, text, a word of the message]`; `typed` has the cursor at `▮`.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ide.test_yaml_findings import as_case, found_in
from tests.pictures import CURSOR, without_cursor
from valohai_steps.ide.completion.offers import completions
from valohai_steps.model.text import apply_edits
from valohai_steps.project.workspace import Workspace

FIXTURE = Path(__file__).parents[1] / "fixtures" / "yaml" / "whole_files.json"
WHOLE: dict[str, Any] = json.loads(FIXTURE.read_text("utf-8"))
TEXTS = {name: "\n".join(lines) for name, lines in WHOLE["texts"].items()}


def changed(case: dict[str, Any]) -> str:
    text = TEXTS[case["file"]]
    assert text.count(case["from"]) == 1
    return text.replace(case["from"], case["to"])


@pytest.mark.parametrize("text", [*TEXTS.values(), *WHOLE["healthy"]])
def test_nothing_is_said_of_a_healthy_file(text: str, tmp_path: Path) -> None:
    found = found_in(tmp_path, {"text": text, "files": WHOLE["files"]})
    assert [item.finding.message for item in found if item.finding.code not in ("VH204", "VH205")] == []


@pytest.mark.parametrize("case", WHOLE["mistakes"], ids=lambda case: case["id"])
def test_one_mistake_is_found_at_its_place(case: dict[str, Any], tmp_path: Path) -> None:
    text = changed(case)
    found = found_in(tmp_path, {"text": text, "files": WHOLE["files"]})
    places = [as_case(text, item) for item in found]
    assert [[each["code"], each["row"], each["column"], each["span"]] for each in places] == [
        each[:4] for each in case["finds"]
    ]
    for item, (*_, word) in zip(found, case["finds"], strict=True):
        assert word in item.finding.message
        for fix in (fix for fix in item.finding.fixes if fix.preferred):
            after = apply_edits(text, fix.edits)
            left = found_in(tmp_path, {"text": after, "files": WHOLE["files"]})
            assert item.finding.message not in [each.finding.message for each in left]


@pytest.mark.parametrize("case", WHOLE["typed"], ids=lambda case: case["to"].strip())
def test_what_fits_is_offered_while_a_file_is_typed(case: dict[str, Any], tmp_path: Path) -> None:
    text = changed(case)
    workspace = Workspace([tmp_path])
    workspace.put(tmp_path / "valohai.yaml", without_cursor(text), None)
    for name, content in WHOLE["files"].items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, "utf-8")
    found = completions(workspace.snapshot, tmp_path / "valohai.yaml", text.index(CURSOR))
    labels = [each.label for each in found]
    assert [wanted for wanted in case["offered"] if not any(each.startswith(wanted) for each in labels)] == []
