"""What pipelines, placeholders, tasks and Python's own reads still use is not removed silently."""

from pathlib import Path

import pytest
import yaml

from valohai_steps.ide.findings.code_actions import code_actions, confirmation_of, fix_all
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.navigation.rename import rename
from valohai_steps.ide.update.update import Update, plan_update
from valohai_steps.model.text import Span, apply_edits
from valohai_steps.project.disk.files import demand
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
STEP = """\
- step:
    name: train
    image: python
    command: python ./train.py {parameters}
    parameters:
      - name: lr
        type: float
        default: 0.1
      - name: epochs
        type: integer
        default: 5
    inputs:
      - name: images
        default: s3://bucket/x
"""
PYTHON = 'import valohai\nvalohai.prepare(step="train", default_parameters={"lr": 0.1})\n'
PIPELINE = """\
- pipeline:
    name: p
    nodes:
      - {name: a, type: execution, step: train, OVERRIDE}
      - {name: b, type: execution, step: train}
"""
USES = {
    "override of a parameter": PIPELINE.replace(
        "OVERRIDE", "override: {parameters: [{name: epochs, default: 7}]}"
    ),
    "override of an input": PIPELINE.replace(
        "OVERRIDE", "override: {inputs: [{name: images, default: s3://y}]}"
    ),
    "override's command": PIPELINE.replace("OVERRIDE", 'override: {command: "x {parameter:epochs}"}'),
    "edge": PIPELINE + "    edges:\n      - [a.output.*, b.input.images]\n",
    "long edge": PIPELINE + "    edges:\n      - {source: a.parameter.epochs, target: b.parameter.epochs}\n",
    "target": PIPELINE + "    parameters:\n      - {name: n, targets: [a.parameters.epochs]}\n",
    "one target": PIPELINE + "    parameters:\n      - {name: n, target: b.parameter.epochs}\n",
    "task": "- task: {name: t, step: train, type: grid_search, parameters: [{name: epochs}]}\n",
    "set of a task": "- task: {name: t, step: train, type: manual_search, parameter-sets: [{epochs: 1}]}\n",
    "through a task": (
        "- task: {name: t, step: train}\n"
        "- pipeline: {name: p, nodes: [{name: a, type: task, task: t}], edges: [[x.output.y, a.input.images]]"
        "}\n"
    ),
}


def workspace(python: str, text: str) -> Workspace:
    found = Workspace([ROOT])
    found.put(ROOT / "train.py", python, 1)
    found.put(ROOT / "valohai.yaml", text, 1)
    found.put(ROOT / "requirements.txt", "valohai-utils\n", 1)
    return found


def planned(python: str, text: str) -> Update:
    update = plan_update(workspace(python, text).snapshot, [ROOT / "train.py"])
    assert isinstance(update, Update), update
    return update


@pytest.mark.parametrize("use", USES)
def test_each_use_is_found_with_its_place(use: str) -> None:
    text = STEP + USES[use].replace(", OVERRIDE", "")
    yaml.safe_load(text)
    update = planned(PYTHON, text)
    assert update.in_use
    assert all(each.path.name == "valohai.yaml" for each in update.in_use)
    assert all("which Python does not declare" in each.reason for each in update.in_use)
    asked = confirmation_of(update)
    assert asked.startswith("Remove parameter 'epochs' and input 'images' from valohai.yaml (")


def asked_by_fix(python: str, text: str, name: str) -> str:
    """What the quick fix that removes one parameter or input asks, of the call and of the item alike."""
    found = workspace(python, text)
    places = (
        (ROOT / "valohai.yaml", Span(text.index(f"name: {name}") + 6, text.index(f"name: {name}") + 6)),
        (ROOT / "train.py", Span(python.index('"train"'), python.index('"train"') + 1)),
    )
    asked = {
        action.confirm
        for path, place in places
        for action in code_actions(found.snapshot, path, place)
        if action.title.startswith("Remove ") and f" {name} in " in action.title
    }
    (one,) = asked
    return one


@pytest.mark.parametrize("use", USES)
def test_the_fix_that_removes_one_of_them_names_its_use_as_the_update_does(use: str) -> None:
    text = STEP + USES[use].replace(", OVERRIDE", "")
    (held, *_) = planned(PYTHON, text).in_use
    reason = f"{held.place}: {held.reason.rpartition(';')[0]}"
    used, other = ("images", "epochs") if "input 'images'" in reason else ("epochs", "images")
    kind = {"images": "input", "epochs": "parameter"}
    assert asked_by_fix(PYTHON, text, used) == f"Remove {kind[used]} {used!r} from valohai.yaml ({reason})"
    assert asked_by_fix(PYTHON, text, other) == f"Remove {kind[other]} {other!r} from valohai.yaml"


RENAMED = (
    STEP[: STEP.index("    inputs:")]
    .replace("name: lr", "name: rate")
    .replace("      - name: epochs\n        type: integer\n        default: 5\n", "")
)


def test_a_rename_is_asked_about_only_where_the_old_name_is_in_use() -> None:
    assert confirmation_of(planned(PYTHON, RENAMED)) == ""
    use = USES["override of a parameter"].replace("epochs", "rate")
    assert confirmation_of(planned(PYTHON, RENAMED + use)) == (
        "Rename 'rate' to 'lr' in valohai.yaml "
        "(valohai.yaml:12: node 'a' of pipeline 'p' uses parameter 'rate' of step 'train', "
        "which Python does not declare)"
    )


def test_a_removal_and_a_rename_in_use_are_one_question() -> None:
    use = USES["override of a parameter"].replace("epochs", "rate")
    inputs = STEP[STEP.index("    inputs:") :]
    asked = confirmation_of(planned(PYTHON, RENAMED + inputs + use))
    assert asked.startswith(
        "Remove input 'images' from valohai.yaml, and rename 'rate' to 'lr' in valohai.yaml (valohai.yaml:"
    )


@pytest.mark.parametrize("python", [PYTHON, PYTHON.replace("step=", "stepp=")])
def test_to_fix_all_renames_where_nothing_uses_the_old_name(python: str) -> None:
    edits = {
        each.path.name: each.edits for each in fix_all(workspace(python, RENAMED).snapshot, ROOT / "train.py")
    }
    assert apply_edits(RENAMED, edits["valohai.yaml"]) == RENAMED.replace("rate", "lr")
    use = USES["override of a parameter"].replace("epochs", "rate")
    held = {
        each.path.name: each.edits
        for each in fix_all(workspace(python, RENAMED + use).snapshot, ROOT / "train.py")
    }
    assert "name: rate" in apply_edits(RENAMED + use, held["valohai.yaml"])


@pytest.mark.parametrize("name", ["train.py", "valohai.yaml"])
def test_the_fix_that_renames_comes_first(name: str) -> None:
    found = workspace(PYTHON, RENAMED)
    text = found.snapshot.readable_text(ROOT / name)
    place = text.index('"lr"') + 1 if name == "train.py" else text.index("rate")
    actions = [
        each
        for each in code_actions(found.snapshot, ROOT / name, Span(place, place))
        if "as in train.py" in each.title
    ]
    first, second = actions
    assert first.title == "Rename parameter rate to lr in valohai.yaml (as in train.py)"
    assert (first.preferred, first.confirm) == (True, "")
    assert not second.preferred
    (changed,) = first.edits
    assert apply_edits(RENAMED, changed.edits) == RENAMED.replace("rate", "lr")


def test_the_fix_names_the_read_of_what_it_removes() -> None:
    assert asked_by_fix(PYTHON + READ, STEP, "epochs") == (
        "Remove parameter 'epochs' from valohai.yaml "
        "(train.py:3: this reads parameter 'epochs', which only valohai.yaml declares)"
    )


def test_the_fix_that_removes_a_parameter_that_a_script_does_not_take_names_its_use() -> None:
    script = "import argparse\np = argparse.ArgumentParser()\np.add_argument('--lr')\np.parse_args()\n"
    text = STEP[: STEP.index("    inputs:")] + USES["target"].replace(", OVERRIDE", "")
    found = workspace(script, text)
    place = Span(text.index("epochs"), text.index("epochs"))
    (remove,) = (
        each
        for each in code_actions(found.snapshot, ROOT / "valohai.yaml", place)
        if each.title == "Remove parameter epochs in valohai.yaml"
    )
    assert remove.confirm == "Remove parameter 'epochs', which pipeline 'p' uses, from valohai.yaml"


@pytest.mark.parametrize(
    "key", ["command: x {parameter:epochs}", "command: [a, 'x {parameter-value:epochs}']"]
)
def test_a_placeholder_of_the_step_counts(key: str) -> None:
    text = STEP.replace("command: python ./train.py {parameters}", key)
    assert len(planned(PYTHON, text).in_use) == 1


def test_a_placeholder_in_the_default_of_an_input_counts_and_is_renamed() -> None:
    python = PYTHON.replace("0.1}", '0.1, "day": "x"}, default_inputs={"images": "s3://b/{parameter:day}"}')
    text = (
        STEP.replace("s3://bucket/x", "s3://b/{parameter:day}")
        .replace("epochs", "day")
        .replace("integer", "string")
    )
    found = workspace(python, text)
    edits = rename(found.snapshot, ROOT / "train.py", python.index("day"), "date")
    assert isinstance(edits, tuple), edits
    after = {
        each.path.name: apply_edits(found.snapshot.readable_text(each.path), each.edits) for each in edits
    }
    assert "s3://b/{parameter:date}" in after["valohai.yaml"]
    assert "- name: date\n" in after["valohai.yaml"]


def test_what_nothing_uses_goes_without_a_word() -> None:
    other = PIPELINE.replace("OVERRIDE", "override: {parameters: [{name: lr, default: 7}]}").replace(
        "step: train", "step: x"
    )
    assert planned(PYTHON, STEP + other).in_use == ()


READ = 'e = valohai.parameters("epochs").value\n'
DECLARED = {
    "one line": (PYTHON, '{"lr": 0.1, "epochs": 5}'),
    "lines": (PYTHON.replace('{"lr": 0.1}', '{\n    "lr": 0.1,\n}'), '{\n    "lr": 0.1,\n    "epochs": 5\n}'),
    "no dict": (
        PYTHON.replace(', default_parameters={"lr": 0.1}', ""),
        'step="train", default_parameters={"epochs": 5})',
    ),
    "no dict, lines": (
        'import valohai\nvalohai.prepare(\n    step="train",\n)\n',
        'valohai.prepare(\n    step="train",\n    default_parameters={"epochs": 5}\n)',
    ),
    "an empty dict": (PYTHON.replace('{"lr": 0.1}', "{}"), 'default_parameters={"epochs": 5}'),
}


@pytest.mark.parametrize("case", DECLARED)
def test_what_is_read_gets_its_declaration_as_the_preferred_fix(case: str) -> None:
    python, expected = DECLARED[case]
    found = workspace(python + READ, STEP)
    path = ROOT / "train.py"
    (finding,) = [
        each.finding for each in demand(diagnostics(found.snapshot, path)) if each.finding.code == "VH121"
    ]
    assert finding.message == (
        "only valohai.yaml declares the parameter 'epochs', and an update would remove it there; "
        "declare it in default_parameters"
    )
    (fix,) = finding.fixes
    assert (fix.title, fix.preferred) == ("Declare it in train.py (default 5)", True)
    after = apply_edits(python + READ, fix.edits)
    assert expected in after
    compile(after, "train.py", "exec")
    actions = list(code_actions(found.snapshot, path, finding.span))
    assert [each.title for each in actions if each.preferred] == [fix.title]
    again = workspace(after, STEP)
    assert not [each for each in demand(diagnostics(again.snapshot, path)) if each.finding.code == "VH121"]
    update = plan_update(again.snapshot, [path])
    assert isinstance(update, Update)
    assert "epochs" not in {change.drift.name for change in update.changes}


def test_a_read_keeps_the_update_from_removing_silently() -> None:
    update = planned(PYTHON + READ, STEP)
    (held,) = update.in_use
    assert (held.path.name, held.reason) == (
        "train.py",
        "this reads parameter 'epochs', which only valohai.yaml declares; declare it here",
    )
    assert confirmation_of(update).endswith(
        "(train.py:3: this reads parameter 'epochs', which only valohai.yaml declares)"
    )


@pytest.mark.parametrize(
    ("kind", "default", "literal"),
    [("integer", "'7'", "7"), ("float", "1", "1.0"), ("string", "x", '"x"'), ("flag", "true", "True")],
)
def test_a_default_has_the_type_that_valohai_gives_it(kind: str, default: str, literal: str) -> None:
    text = STEP.replace("type: integer\n        default: 5", f"type: {kind}\n        default: {default}")
    found = workspace(PYTHON + READ, text)
    (finding,) = [
        each.finding
        for each in demand(diagnostics(found.snapshot, ROOT / "train.py"))
        if each.finding.code == "VH121"
    ]
    assert finding.fixes[0].title == f"Declare it in train.py (default {literal})"


def test_what_no_side_declares_is_said_as_before() -> None:
    found = workspace(PYTHON + 'valohai.parameters("nothing")\n', STEP)
    messages = [each.finding.message for each in demand(diagnostics(found.snapshot, ROOT / "train.py"))]
    assert any("no step of this file declares a parameter 'nothing'" in message for message in messages)
    assert Span(0, 0) not in [
        each.finding.span for each in demand(diagnostics(found.snapshot, ROOT / "train.py"))
    ]
