"""What the vendor's own lint calls wrong, we report: over every text of the fixtures."""

import json
from pathlib import Path

import pytest
from valohai_yaml.lint import lint

from tests.ide.test_whole_yaml_files import WHOLE, changed
from valohai_steps.config.items.reading import read_items

FIXTURES = Path(__file__).parents[1] / "fixtures" / "yaml"
# What the vendor refuses, and we do not: with the reason.
EXCEPTIONS = {
    "valid-only-comments": "an empty file is no error: it is where a new project begins",
}
TEXTS = {
    case["id"]: case["text"]
    for name in ("findings", "more_findings", "valid")
    for case in json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))
} | {case["id"]: changed(case) for case in WHOLE["mistakes"]}


def vendor_refuses(text: str) -> bool:
    """Whether the lint finds an error, or does not survive the text."""
    try:
        result = lint(text, ansi_colors=False)
    except Exception:  # `vh lint` catches everything and calls it an error
        return True
    return result.error_count > 0


@pytest.mark.parametrize("case", TEXTS)
def test_what_the_vendor_refuses_is_reported(case: str) -> None:
    found = list(read_items(TEXTS[case], "python:3.11-slim").findings())
    refused = vendor_refuses(TEXTS[case])
    if case in EXCEPTIONS:
        assert refused
        assert found == []
    elif refused:
        assert found
