"""The words that a step passes are those of the vendor's own builder, for any step."""

import json

import pytest
import valohai_yaml
from hypothesis import given
from hypothesis import strategies as st
from valohai_yaml.commands import CommandInterpolationWarning

from valohai_steps.config.reader import read_yaml
from valohai_steps.drift.command_line.passing.parameter_words import default_flags
from valohai_steps.drift.command_line.passing.passed_lines import built_command

NAMES = st.sampled_from(["epochs", "learning-rate", "data set", "x", "Ünï"])
TEXTS = st.sampled_from(["a", "a b", "it's", "", "$HOME", '"', "ä", "--x", "{v}", "1.50"])
NUMBERS = st.one_of(st.integers(-9, 99), st.sampled_from([0.1, 1e-7, 2.0, -0.5]))
PASS_AS = st.sampled_from(
    ["--{name}={value}", "{v}", "-e {v}", "--other", "-{name} {value} --end", "--{name}={v}"]
)
PLACEHOLDERS = st.sampled_from(
    [
        "{parameters}",
        "{params}",
        "{parameter:x}",
        "--x={parameter-value:x}",
        "{parameter:no}",
        "{paramters}",
        "a  b",
        "{}",
    ]
)


@st.composite
def parameters(draw: st.DrawFn) -> dict[str, object]:
    kind = draw(st.sampled_from(["string", "integer", "float", "flag"]))
    found: dict[str, object] = {"name": draw(NAMES), "type": kind}
    value = TEXTS if kind == "string" else NUMBERS
    multiple = draw(st.sampled_from([None, None, "repeat", "separate"])) if kind != "flag" else None
    if multiple:
        found["multiple"] = multiple
        if draw(st.booleans()):
            found["multiple-separator"] = draw(st.sampled_from([";", " ", "::"]))
    if draw(st.booleans()):
        found["default"] = draw(
            st.booleans() if kind == "flag" else st.lists(value, max_size=3) if multiple else value
        )
    for key in ("pass-as", "pass-true-as", "pass-false-as"):
        if draw(st.integers(0, 3)) == 0:
            found[key] = draw(PASS_AS)
    return found


@st.composite
def steps(draw: st.DrawFn) -> dict[str, object]:
    return {
        "name": "s",
        "image": "i",
        "command": draw(st.lists(st.lists(PLACEHOLDERS, max_size=4).map(" ".join), min_size=1, max_size=2)),
        "parameters": draw(st.lists(parameters(), max_size=4, unique_by=lambda each: each["name"])),
    }


@given(steps(), st.dictionaries(NAMES, st.booleans()))
def test_the_command_is_the_vendors(step: dict[str, object], flags: dict[str, bool]) -> None:
    text = json.dumps([{"step": step}])
    parameters = step["parameters"]
    assert isinstance(parameters, list)
    values = {
        each["name"]: flags[each["name"]]
        for each in parameters
        if each["type"] == "flag" and each["name"] in flags
    }
    config = valohai_yaml.parse(text, validate=False)
    expected = config.steps["s"].build_command(dict(values))
    assert built_command(read_yaml(text).steps[0], values) == expected


@given(steps())
def test_what_is_shown_is_what_an_execution_with_the_defaults_passes(step: dict[str, object]) -> None:
    text = json.dumps([{"step": step}])
    vendor = valohai_yaml.parse(text, validate=False).steps["s"]
    ours = read_yaml(text).steps[0]
    assert built_command(ours, default_flags(ours)) == vendor.build_command(vendor.get_parameter_defaults())


@pytest.mark.parametrize("template", ["--x={v", "{}", "{other}"])
def test_where_the_vendor_fails_the_template_stays(template: str) -> None:
    parameter = {"name": "x", "type": "integer", "default": 1, "pass-as": template}
    step = {"name": "s", "image": "i", "command": "a {parameters}", "parameters": [parameter]}
    text = json.dumps([{"step": step}])
    with pytest.raises((CommandInterpolationWarning, KeyError)):
        valohai_yaml.parse(text, validate=False).steps["s"].build_command({})
    assert template in built_command(read_yaml(text).steps[0])[0].replace("'", "")
