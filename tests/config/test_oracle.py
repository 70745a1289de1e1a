"""Valohai's own reader takes every valid result without error, and sees the same step."""

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from valohai_yaml import parse

from tests.config.styled_yaml import styled_yaml
from valohai_steps.config.reader import read_yaml
from valohai_steps.config.writer import Append, Refusal, Set, edit_yaml
from valohai_steps.model.text import apply_edits

SETTINGS = settings(
    max_examples=500 if os.environ.get("CI") == "true" else 60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
DEFAULTS = {"float": 0.25, "integer": 7, "string": "a: b", "flag": True}


@SETTINGS
@given(
    st.integers(0, 10**9),
    st.sampled_from(sorted(DEFAULTS)),
    st.lists(st.sampled_from(["s3://a/b", "gs://c"]), min_size=1),
)
def test_valohai_reads_what_was_written(style: int, kind: str, uris: list[str]) -> None:
    text = styled_yaml(style, valid=True)
    file = read_yaml(text)
    step = file.steps[0]
    parameter = {"name": "new-parameter", "default": DEFAULTS[kind], "type": kind}
    result = edit_yaml(
        file,
        [
            Set((*step.path, "image"), "new/image:1"),
            Append((*step.path, "parameters"), parameter),
            Append((*step.path, "inputs"), {"name": "new-input", "default": uris}),
        ],
    )
    if isinstance(result, Refusal):
        assert "repeated elsewhere" in result.reason or "repetition of" in result.reason
        return
    found = parse(apply_edits(text, result)).steps[step.name]
    assert found.image == "new/image:1"
    assert found.parameters["new-parameter"].default == DEFAULTS[kind]
    assert found.inputs["new-input"].default in (uris, uris[0])
