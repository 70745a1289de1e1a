"""The table of rules and docs/rules.md are one: each rule has a heading, a wrong and a right example."""

import re
from pathlib import Path

import pytest

from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.model.rules import RULES, Severity
from valohai_steps.project.disk.files import demand
from valohai_steps.project.settings.rule_pages import rule_page, rule_url
from valohai_steps.project.workspace import Workspace

PAGE = Path(__file__).parents[1] / "docs" / "rules.md"
YAML = "- step:\n    name: train\n    image: python:3.11-slim\n    command: python train.py\n"


def codes(example: str) -> set[str]:
    """The codes of all findings of an example, beside a train.py, or a valohai.yaml with a bare step `train`,
    and an empty other.py.

    An example in both languages is judged on both sides.
    """
    blocks = dict(re.findall(r"```(\w+)\n(.*?)```", example, re.DOTALL))
    root = Path("/workspace")
    workspace = Workspace([root])
    # Rules that are off say what they have to say when they are asked to.
    workspace.set_overrides(
        {"rules": {code: "information" for code, rule in RULES.items() if not rule.is_on}}
    )
    python, yaml = root / "train.py", root / "valohai.yaml"
    workspace.put(yaml, blocks.get("yaml", YAML), None)
    workspace.put(python, blocks.get("python", 'import valohai\nvalohai.prepare(step="train")\n'), None)
    workspace.put(root / "other.py", "", None)
    judged = [path for path, language in ((python, "python"), (yaml, "yaml")) if language in blocks]
    return {item.finding.code for path in judged for item in demand(diagnostics(workspace.snapshot, path))}


def test_the_headings_are_the_table() -> None:
    headings = re.findall(r"^## (VH\d+) (\S+)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert headings == [(rule.code, rule.name) for rule in RULES.values()]


@pytest.mark.parametrize("code", RULES)
def test_the_examples_of_a_rule_are_true(code: str) -> None:
    page = rule_page(code) or ""
    assert f"**{RULES[code].default.title()}.**" in page
    _, wrong, right = re.split(r"^(?:Wrong|Right)", page, flags=re.MULTILINE)
    assert code in codes(wrong)
    fine = codes(right)
    assert code not in fine
    assert not [found for found in fine if RULES[found].severity is Severity.ERROR]


def test_a_rule_links_to_the_line_of_its_heading() -> None:
    lines = PAGE.read_text("utf-8").splitlines()
    for code in RULES:
        url = rule_url(code)
        assert url is not None
        assert lines[int(url.rpartition("#L")[2]) - 1].startswith(f"## {code} ")
