"""Every case of tests/fixtures/yaml: the findings at their places, none in right files, and the fixes."""

import json
from pathlib import Path
from typing import Any

import pytest

from valohai_steps.ide.findings.diagnostics import Diagnostic, diagnostics
from valohai_steps.model.rules import Severity
from valohai_steps.model.text import LineIndex, apply_edits
from valohai_steps.project.disk.files import demand
from valohai_steps.project.workspace import Workspace

FIXTURES = Path(__file__).parents[1] / "fixtures" / "yaml"


def cases(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))
    return found


BROKEN = {case["id"]: case for case in (*cases("findings"), *cases("more_findings"))}


def found_in(root: Path, case: dict[str, Any]) -> list[Diagnostic]:
    """The findings of a case's valohai.yaml, beside its other files, without hints."""
    for name, text in case.get("files", {}).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    workspace = Workspace([root])
    workspace.put(root / "valohai.yaml", case["text"], 1)
    for name, text in case.get("files", {}).items():
        if name.endswith(".py"):
            workspace.put(root / name, text, 1)
    found = demand(diagnostics(workspace.snapshot, root / "valohai.yaml"))
    return [item for item in found if item.severity is not Severity.HINT]


def as_case(text: str, item: Diagnostic) -> dict[str, Any]:
    """A finding as the fixtures write it, with its message."""
    index, span = LineIndex(text), item.finding.span
    (row, column), (end_row, end_column) = (
        index.position(offset, "utf-32") for offset in (span.start, span.end)
    )
    return {
        "code": item.finding.code,
        "severity": item.severity.name.lower(),
        "row": row + 1,
        "column": column + 1,
        "end_row": end_row + 1,
        "end_column": end_column + 1,
        "span": text[span.start : span.end],
    }


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_wrong_is_said_where_it_is(case: dict[str, Any], tmp_path: Path) -> None:
    found = found_in(tmp_path, case)
    wanted = [{key: value for key, value in each.items() if key != "about"} for each in case["expect"]]
    assert [as_case(case["text"], item) for item in found] == wanted
    for item, each in zip(found, case["expect"], strict=True):
        assert each["about"].lower() in item.finding.message.lower()


ECHOES = [case for case in BROKEN.values() if case["id"].startswith("echo-") and "files" in case]


@pytest.mark.parametrize("case", ECHOES, ids=[case["id"] for case in ECHOES])
def test_one_mistake_of_valohai_yaml_is_not_told_of_in_python_as_well(
    case: dict[str, Any], tmp_path: Path
) -> None:
    found_in(tmp_path, case)
    workspace = Workspace([tmp_path])
    workspace.put(tmp_path / "valohai.yaml", case["text"], 1)
    assert demand(diagnostics(workspace.snapshot, tmp_path / "train.py")) == ()


@pytest.mark.parametrize("case", cases("valid"), ids=lambda case: case["id"])
def test_nothing_is_said_of_what_is_right(case: dict[str, Any], tmp_path: Path) -> None:
    assert [item.finding for item in found_in(tmp_path, case)] == []


@pytest.mark.parametrize("case", cases("fixes"), ids=lambda case: f"{case['id']}-{case['finding']}")
def test_the_preferred_fix_does_what_was_meant(case: dict[str, Any], tmp_path: Path) -> None:
    broken = BROKEN[case["id"]]
    finding = found_in(tmp_path, broken)[case["finding"]].finding
    fixes = [fix for fix in finding.fixes if case["title"].lower() in fix.title.lower()]
    assert apply_edits(broken["text"], fixes[0].edits) == case["after"]
    assert fixes[0].preferred


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN.keys())
def test_every_preferred_fix_takes_its_finding_away_and_brings_none(
    case: dict[str, Any], tmp_path: Path
) -> None:
    before = found_in(tmp_path, case)
    for item in before:
        for fix in (fix for fix in item.finding.fixes if fix.preferred):
            after = apply_edits(case["text"], fix.edits)
            left = [each.finding for each in found_in(tmp_path, {**case, "text": after})]
            # A word may go and show what it hid: never is there more than before, and never the same.
            assert len(left) < len(before) or item.finding.code in ("VH301", "VH302", "VH303"), fix.title
            assert len(left) <= len(before)
            assert item.finding.message not in [each.message for each in left]
