"""Any step, any change: the update is read back by Valohai's own parser, is stable, and can be taken back."""

import os
from pathlib import Path

import valohai_yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from valohai_steps.ide.update.update import Update, plan_update
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
EXAMPLES = 500 if os.environ.get("CI") == "true" else 60

names = st.from_regex(r"[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,4})?", fullmatch=True).filter(
    lambda name: name not in ("help", "h")
)
# Texts that YAML likes to take for something else, and any other.
texts = st.one_of(
    st.sampled_from(
        ["", "yes", "no", "on", "1", "1.0", "1e3", "~", "null", "a: b", "#x", "- x", "0o17", "1:30"]
    ),
    st.sampled_from(
        ["2024-01-01", " x ", "a\nb\n", "größe 漢 😀", "{x}", "[y]", "&a", "*a", "!t", "%p", "'", '"']
    ),
    st.text(max_size=8).filter(lambda text: "\x00" not in text and text.isprintable()),
)
numbers = st.one_of(
    st.integers(-(10**12), 10**12), st.floats(allow_nan=False, allow_infinity=False, width=32)
)
scalars = st.one_of(st.booleans(), numbers, texts)
lists = st.one_of(
    st.lists(st.integers(-9, 9), min_size=1, max_size=3),
    st.lists(st.floats(-9, 9, width=16), min_size=1, max_size=3),
    st.lists(texts, min_size=1, max_size=3),
)
parameters = st.dictionaries(names, st.one_of(scalars, lists, st.none()), max_size=4)
uris = st.sampled_from(["s3://b/a.zip", "https://x.example/a?b=c#d", "gs://b/*.jpg", "azure://a/b"])
inputs = st.dictionaries(
    names, st.one_of(uris, st.lists(uris, min_size=2, max_size=3, unique=True), st.none()), max_size=2
)
steps = st.tuples(parameters, inputs).filter(lambda step: not step[0].keys() & step[1].keys())

Step = tuple[dict[str, object], dict[str, object]]


def update(step: Step, yaml: str) -> Update:
    python = (
        "import valohai\n"
        f"valohai.prepare(step='train', default_parameters={step[0]!r}, default_inputs={step[1]!r})\n"
    )
    workspace = Workspace([ROOT])
    workspace.put(ROOT / "train.py", python, None)
    if yaml:
        workspace.put(ROOT / "valohai.yaml", yaml, None)
    result = plan_update(workspace.snapshot, [ROOT / "train.py"])
    assert isinstance(result, Update), result
    return result


@settings(max_examples=EXAMPLES, deadline=None)
@given(step=steps)
def test_valohais_own_parser_reads_the_step_that_python_declares(step: Step) -> None:
    yaml = update(step, "").after
    config = valohai_yaml.parse(yaml, validate=True)
    found = config.steps["train"]
    assert list(found.parameters) == list(step[0])
    assert list(found.inputs) == list(step[1])
    for name, default in step[0].items():
        assert found.parameters[name].default == default
        assert type(found.parameters[name].default) is type(default)
    for name, default in step[1].items():
        assert found.inputs[name].default == default
    assert update(step, yaml).edits == ()


@settings(max_examples=EXAMPLES, deadline=None)
@given(before=steps, after=steps)
def test_a_change_is_stable_and_can_be_taken_back(before: Step, after: Step) -> None:
    first = update(before, "").after
    second = update(after, first)
    assert update(after, second.after).edits == ()
    kept = valohai_yaml.parse(second.after, validate=True).steps["train"]
    assert set(kept.parameters) == set(after[0])
    assert set(kept.inputs) == set(after[1])
    untouched = [line for line in first.splitlines() if line in second.after.splitlines()]
    assert untouched[:6] == first.splitlines()[:6]


@settings(max_examples=EXAMPLES, deadline=None)
@given(step=steps, value=numbers, other=numbers)
def test_a_default_changed_and_changed_back_returns_the_first_bytes(
    step: Step, value: object, other: object
) -> None:
    one = ({**step[0], "rate": value}, step[1])
    two = ({**step[0], "rate": other}, step[1])
    first = update(one, "").after
    assert update(one, update(two, first).after).after == first
