"""The inputs that Python names by their folder."""

import pytest

from tests.drift.command_line_cases import Case, cases
from valohai_steps.source.command_line.input_paths import input_paths
from valohai_steps.source.tree.syntax import Syntax

PATHS = [case for case in cases("scripts") if case["family"] == "paths"]


@pytest.mark.parametrize("case", PATHS, ids=[case["id"] for case in PATHS])
def test_the_inputs_of_a_script(case: Case) -> None:
    found = input_paths(Syntax(case["source"]))
    assert [each.name for each in found.known] == case["reads"]["inputs"]
    unknown = [case["source"][each.span.start : each.span.end] for each in found.unknowns]
    assert unknown == [each["text"] for each in case["unknown"]]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import os\np = os.path.join(os.environ['VH_INPUTS_DIR'], 'a', 'b.csv')", ["a"]),
        ("import os\nROOT = os.getenv('VH_INPUTS_DIR', '/valohai/inputs')\np = f'{ROOT}/a/x.csv'", ["a"]),
        ("import os\nROOT = os.getenv('VH_INPUTS_DIR') or '.'\np = ROOT + '/a/b'", ["a"]),
        ("from pathlib import Path\np = Path('/valohai/inputs', 'a')", ["a"]),
        ("from pathlib import Path\nNAME = 'a'\np = Path('/valohai/inputs').joinpath(NAME)", ["a"]),
        ("ROOT = '/valohai/inputs'\ndef f():\n    return ROOT + '/a'\n", ["a"]),
        ("ROOT = '/valohai/inputs'\ndef f(ROOT):\n    return ROOT + '/a'\n", []),
        ('"""Reads /valohai/inputs/a."""\n# /valohai/inputs/b/c\n', []),
        ("import os\nos.system('cp /valohai/inputs/a/x.csv . && ls /valohai/inputs/*')", ["a"]),
        ("import os\nprint(os.listdir('/valohai/inputs'))", []),
    ],
)
def test_the_inputs_of_a_text(text: str, names: list[str]) -> None:
    found = input_paths(Syntax(text))
    assert [each.name for each in found.known] == names
    assert all(text[each.span.start : each.span.end] == each.name for each in found.known)
