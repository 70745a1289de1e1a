"""A value of valohai.yaml is offered as Python only where a literal of Python gives that value."""

import ast
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valohai_steps.ide.completion.offers import completions
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.update.drift_fixes import as_python, drift_fixes
from valohai_steps.model.text import Span, apply_edits
from valohai_steps.project.disk.files import demand
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
PYTHON = 'import valohai\nvalohai.prepare(step="train", default_parameters={"lr": 0.1})\n'
READ = 'import valohai\nvalohai.prepare(step="train")\nvalohai.parameters("lr").value\n'
YAML = """\
- step:
    name: train
    image: python
    command: python train.py {parameters}
    parameters:
      - name: lr
        type: float
        default: DEFAULT
"""
NO_LITERAL = [".inf", "-.inf", ".nan", "2020-01-01", "2020-01-01 10:00:00", "!mine 1", "0x1" + "0" * 5000]
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates()


def workspace(python: str, default: str) -> Workspace:
    found = Workspace([ROOT])
    found.put(ROOT / "train.py", python, 1)
    found.put(ROOT / "valohai.yaml", YAML.replace("DEFAULT", default), 1)
    return found


@given(st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_what_is_written_is_read_as_the_value(value: object) -> None:
    written = as_python(value)
    if written is not None:
        assert repr(ast.literal_eval(written)) == repr(value)
    elif isinstance(value, (str, bytes, bool, int)):
        pytest.fail("each of these has a literal")


@pytest.mark.parametrize(
    "value", [float("inf"), [1, float("nan")], dt.date(2020, 1, 1), 1 << 40_000], ids=[*"abcd"]
)
def test_what_no_literal_gives_is_not_written(value: object) -> None:
    assert as_python(value) is None


@pytest.mark.parametrize("default", [*NO_LITERAL, "0.5"], ids=lambda each: each[:12])
def test_a_difference_is_settled_in_python_only_by_a_literal(default: str) -> None:
    found = workspace(PYTHON, default)
    place = PYTHON.index("0.1")
    fixes = [
        fix
        for fix in drift_fixes(found.snapshot, ROOT / "train.py", Span(place, place))
        if fix.path == ROOT / "train.py"
    ]
    expected = [] if default in NO_LITERAL else [PYTHON.replace("0.1", "0.5")]
    assert [apply_edits(PYTHON, fix.edits) for fix in fixes] == expected


@pytest.mark.parametrize("default", [*NO_LITERAL, "0.5"], ids=lambda each: each[:12])
def test_a_read_is_declared_only_with_a_literal(default: str) -> None:
    found = workspace(READ, default).snapshot
    findings = [each.finding for each in demand(diagnostics(found, ROOT / "train.py"))]
    after = [apply_edits(READ, fix.edits) for each in findings if each.code == "VH121" for fix in each.fixes]
    for text in after:
        ast.parse(text)
        assert "inf" not in text
        assert "nan" not in text
        assert "datetime" not in text
    if default == "0.5":
        (text,) = after
        assert '"lr": 0.5' in text


@pytest.mark.parametrize("default", [*NO_LITERAL, "0.5"], ids=lambda each: each[:12])
def test_completion_offers_only_a_literal(default: str) -> None:
    text = 'import valohai\nvalohai.prepare(step="train", default_parameters={})\n'
    found = workspace(text, default)
    offered = completions(found.snapshot, ROOT / "train.py", text.index("{}") + 1)
    written = [each.text for each in offered if each.label.strip("\"'").startswith("lr")]
    assert written
    for each in written:
        ast.literal_eval(f"{{{each if ':' in each else each + ': 0'}}}")
    assert any("0.5" in each for each in written) is (default == "0.5")
