"""A mapping that is made a list of items: nothing of it is lost, or there is no fix."""

import pytest
import yaml

from valohai_steps.config.items.reading import read_items
from valohai_steps.model.text import apply_edits

STEP = """\
- step:
    name: train
    image: python:3.11-slim
    command: python train.py {parameters}
"""
IN_FLOW = "- step: {name: train, image: a, command: b, parameters: {lr: 0.1}}\n"
IN_FLOW_LINES = """\
- step: {
    name: train, image: a, command: b,
    parameters: {lr: 0.1}
  }
"""
BEFORE_A_BRACE = IN_FLOW_LINES.replace("{lr: 0.1}\n", "{lr: 0.1}, \n")


def fixed(text: str) -> list[str]:
    """The text after each fix that gives a value another structure."""
    findings = read_items(text, "python:3.11-slim").findings()
    fixes = (fix for each in findings for fix in each.fixes)
    return [apply_edits(text, fix.edits) for fix in fixes if "list" in fix.title or "name" in fix.title]


@pytest.mark.parametrize(
    "parameters",
    [
        "    parameters:\n      # learning rate\n      lr: 0.1\n",
        "    parameters:\n      lr: 0.1  # learning rate\n      n: 1\n",
        "    parameters:  # all of them\n      lr: 0.1\n",
        "    parameters:\n      lr:  # learning rate\n        0.1\n",
        "    parameters: {\n      lr: 0.1,  # learning rate\n      n: 1}\n",
        "    parameters: {\n      lr: 0.1  # learning rate\n      }\n",
        "    parameters:\n      text: |\n        a\n        b\n      n: 1\n",
        "    parameters:\n      text: >-\n        a\n",
        "    parameters:\n      text: a\n        b\n",
        '    parameters:\n      text: "a\n        b"\n',
        "    parameters:\n      lr: &rate 0.1\n",
        "    parameters:\n      lr: !!str 0.1\n",
        "    parameters: &all\n      lr: 0.1\n",
        "    parameters:\n      lr: 0.1\n      <<: {n: 1}\n",
    ],
)
def test_there_is_no_fix_where_something_would_be_lost(parameters: str) -> None:
    assert fixed(STEP + parameters) == []


@pytest.mark.parametrize("text", [IN_FLOW, IN_FLOW_LINES, BEFORE_A_BRACE])
def test_there_is_no_fix_within_braces(text: str) -> None:
    assert yaml.safe_load(text)
    assert fixed(text) == []


@pytest.mark.parametrize(
    ("parameters", "items"),
    [
        ("    parameters:\n      lr: 0.1\n      n: 1\n", [("lr", "float", 0.1), ("n", "integer", 1)]),
        ("    parameters: {lr: 0.1, 'n': x}\n", [("lr", "float", 0.1), ("n", "string", "x")]),
        ("    parameters:\n      lr: 0.1  # kept\n", [("lr", "float", 0.1)]),
        ("    # kept\n    parameters:\n      a: '#'\n", [("a", "string", "#")]),
        ("    parameters:\n      1: 0.1\n      yes: 2\n", [("1", "float", 0.1), ("yes", "integer", 2)]),
    ],
)
def test_names_types_and_defaults_are_those_of_the_mapping(
    parameters: str, items: list[tuple[str, str, object]]
) -> None:
    (after,) = fixed(STEP + parameters)
    found = yaml.safe_load(after)[0]["step"]["parameters"]
    assert [(each["name"], each["type"], each["default"]) for each in found] == items
    assert ("kept" in after) is ("kept" in parameters)


@pytest.mark.parametrize("items", ["lr=0.1", "lr=0.1,\n      n=1"])
def test_a_word_in_brackets_over_several_lines_becomes_an_item_in_braces(items: str) -> None:
    text = f"{STEP}    parameters: [\n      {items}\n      ]\n"
    for after in fixed(text):
        mappings = [each for each in yaml.safe_load(after)[0]["step"]["parameters"] if isinstance(each, dict)]
        assert [(each["name"], each["default"]) for each in mappings] in ([("lr", 0.1)], [("n", 1)])
    assert len(fixed(text)) == items.count("=")
