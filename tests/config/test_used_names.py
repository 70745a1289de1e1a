"""A parameter that any string of a step or an override names is in use, whatever key holds it."""

import pytest

from valohai_steps.config.reader import read_yaml
from valohai_steps.config.used_names import UsedName, used_names
from valohai_steps.model.schema.steps import OVERRIDE, STEP

FORMS = ('"a {parameter:lr} b"', '["x", "{parameter-value:lr}"]', '[{deep: ["{parameter:lr}"]}]')
WITHOUT_USE = {"name", "parameters", "description"}


def uses(text: str) -> list[UsedName]:
    return list(used_names(read_yaml(text)))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("key", sorted(STEP.keys))
def test_of_a_step(key: str, form: str) -> None:
    text = f"- step:\n    name: train\n    {key}: {form}\n"
    found = uses(text)
    assert [(each.name, each.step, each.what) for each in found] == (
        [] if key in WITHOUT_USE else [("lr", "train", f"the {key} of step 'train'")]
    )
    assert all(str(each.node.value)[each.part.start : each.part.end] == "lr" for each in found)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("key", sorted(OVERRIDE.keys))
def test_of_an_override(key: str, form: str) -> None:
    node = f"{{name: n, type: execution, step: train, override: {{{key}: {form}}}}}"
    found = uses(f"- step: {{name: train}}\n- pipeline: {{name: p, nodes: [{node}]}}\n")
    assert [(each.name, each.step, each.what) for each in found if each.kind == "parameter"] == (
        [] if key in WITHOUT_USE else [("lr", "train", f"the {key} of node 'n' of pipeline 'p'")]
    )
