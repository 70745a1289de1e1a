"""What placeholders become with the defaults: `valohai_yaml` builds the same command."""

from typing import Any

import pytest
import valohai_yaml
import yaml
from hypothesis import given
from hypothesis import strategies as st
from valohai_yaml.objs.config import Config

from valohai_steps.config.reader import read_yaml
from valohai_steps.ide.hover.yaml.placeholders import written_for

VALUES = st.one_of(st.integers(-3, 3), st.sampled_from([0.5, 1e-5, "a b", "it's", "$X", "true", "5", ""]))
PARAMETERS = st.fixed_dictionaries(
    {"name": st.sampled_from(["lr", "data set", "x_1"]), "type": st.sampled_from(["string", "flag"])},
    optional={
        "default": st.one_of(VALUES, st.booleans(), st.lists(VALUES, max_size=3)),
        "multiple": st.sampled_from(["separate", "repeat", "none"]),
        "multiple-separator": st.sampled_from([",", ";", " "]),
        "pass-as": st.sampled_from(["-x {value}", "{name}:{v}", "--set {name}={v} -y", "{v}"]),
        "pass-true-as": st.sampled_from(["--on", "--{name}=yes"]),
        "pass-false-as": st.sampled_from(["--off", "--no-{name} {v}"]),
    },
)


def by_the_vendor(text: str) -> str | None:
    """The command with the defaults; None where the vendor refuses the step."""
    try:
        config: Config = valohai_yaml.parse(text, validate=False)
        step = config.steps["train"]
        (built,) = step.build_command(step.get_parameter_defaults())
    except Exception:
        return None
    return str(built)


@pytest.mark.parametrize("placeholder", ["parameters", "parameter:lr", "parameter-value:lr", "source-path"])
@given(st.lists(PARAMETERS, max_size=3, unique_by=lambda each: each["name"]))
def test_placeholders_become_what_the_vendor_makes_of_them(
    placeholder: str, parameters: list[dict[str, Any]]
) -> None:
    step = {
        "name": "train",
        "image": "a",
        "command": f"x{{{placeholder}}}",
        "parameters": parameters,
        "source-path": "a b.py",
    }
    text = yaml.safe_dump([{"step": step}], sort_keys=False)
    read = read_yaml(text).step("train")
    assert read is not None
    built = by_the_vendor(text)
    if built is None or built == f"x{{{placeholder}}}":
        return  # refused, or left as it is
    assert "x" + (written_for(read, placeholder) or "") == built
