"""What a finding says is so: where long values differ, which step runs a file, which comment is one."""

from pathlib import Path

import pytest

from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.renamed_steps import actions_at
from valohai_steps.model.finding import Finding
from valohai_steps.model.text import Span, apply_edits
from valohai_steps.project.disk.files import demand
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
PYTHON = 'import valohai\nvalohai.prepare(step="train", default_parameters={"lr": 0.1})\n'
YAML = """\
- step:
    name: train
    image: python
    command: python ./train.py
    parameters:
      - {name: lr, type: float, default: 0.1}
"""


def findings(python: str, yaml: str, of: str = "train.py") -> list[Finding]:
    found = Workspace([ROOT])
    found.put(ROOT / "train.py", python, 1)
    found.put(ROOT / "valohai.yaml", yaml, 1)
    return [each.finding for each in demand(diagnostics(found.snapshot, ROOT / of))]


def test_two_long_values_are_shown_where_they_differ() -> None:
    text = "s3://bucket/" + "a" * 200
    python = PYTHON.replace("0.1", f'"{text}/here/one.zip"')
    yaml = YAML.replace("float, default: 0.1", f'string, default: "{text}/there/one.zip"')
    for of in ("train.py", "valohai.yaml"):
        (found,) = [each for each in findings(python, yaml, of) if each.code == "VH202"]
        assert "here/one.zip" in found.message
        assert "there/one.zip" in found.message
        assert len(found.message) < 220


@pytest.mark.parametrize("name", ["train-model", "trian", "train2"])
def test_a_step_that_runs_the_file_by_a_near_name_is_named_before_a_second_is_made(name: str) -> None:
    (found,) = [
        each
        for each in findings(PYTHON, YAML.replace("name: train\n", f"name: {name}\n"))
        if each.code == "VH201"
    ]
    assert (
        found.message
        == f"valohai.yaml runs this file as step {name!r}; rename that step to 'train', or this "
        f"one to {name!r}"
    )
    (fix,) = found.fixes
    assert apply_edits(PYTHON, fix.edits) == PYTHON.replace("train", name)


def test_a_step_that_was_renamed_by_typing_is_renamed_in_valohai_yaml_as_well() -> None:
    pipeline = "- pipeline:\n    name: p\n    nodes:\n      - {name: n, type: execution, step: train-model}\n"
    yaml = YAML.replace("name: train\n", "name: train-model  # mine\n") + pipeline
    workspace = Workspace([ROOT])
    workspace.put(ROOT / "train.py", PYTHON, 1)
    workspace.put(ROOT / "valohai.yaml", yaml, 1)
    place = PYTHON.index("train")
    actions = tuple(actions_at(workspace.snapshot, ROOT / "train.py", Span(place, place)))
    (first,) = [each for each in actions if each.preferred]
    assert first.title == "Rename step 'train-model' to 'train' in valohai.yaml"
    assert {each.finding.code for each in first.findings} == {"VH201"}
    (edits,) = first.edits
    assert edits.path == ROOT / "valohai.yaml"
    assert apply_edits(yaml, edits.edits) == yaml.replace("train-model", "train")


@pytest.mark.parametrize(
    "yaml",
    [
        YAML.replace("name: train\n", "name: train-model\n").replace("./train.py", "./other.py"),
        YAML.replace("name: train\n", "name: evaluate\n"),
    ],
)
def test_a_step_of_another_file_or_of_another_name_is_not_meant(yaml: str) -> None:
    (found,) = [each for each in findings(PYTHON, yaml) if each.code == "VH201"]
    assert "is not in valohai.yaml" in found.message


@pytest.mark.parametrize(
    ("line", "ignored"),
    [
        ('lr": 0.2}) # valohai: ignore[VH202]', True),
        ('lr": 0.2}) # valohai: ignore', True),
        ('lr": 0.2, "s": "# valohai: ignore[VH202]"})', False),
        ('lr": 0.2, "s": "it\\\'s"}) # valohai: ignore[VH202]', True),
        ('lr": 0.2, "s": """\n"""}) # valohai: ignore', False),
        ('lr": 0.2, "s": """# valohai: ignore"""})', False),
    ],
)
def test_an_ignore_comment_counts_only_as_a_comment(line: str, ignored: bool) -> None:
    python = PYTHON.replace('lr": 0.1})', line)
    yaml = YAML.replace("default: 0.1}", "default: 0.1}\n      - {name: s, type: string, default: x}")
    found = [each for each in findings(python, yaml) if each.code == "VH202" and "'lr'" in each.message]
    assert (found == []) is ignored


@pytest.mark.parametrize(
    ("default", "ignored"),
    [
        ("0.2} # valohai: ignore[VH202]", True),
        ("0.2, description: '# valohai: ignore[VH202]'}", False),
        ('0.2, description: "a # valohai: ignore"}', False),
        ("0.2, description: don't} # valohai: ignore", True),
        ("0.2, description: a#valohai:ignore}", False),
    ],
)
def test_the_same_in_yaml(default: str, ignored: bool) -> None:
    found = findings(PYTHON, YAML.replace("0.1}", default), "valohai.yaml")
    assert ([each for each in found if each.code == "VH202"] == []) is ignored


def test_a_step_that_another_file_declares_as_well_is_judged_again() -> None:
    yaml = YAML.replace("./train.py", "other.py")
    workspace = Workspace([ROOT])
    workspace.put(ROOT / "train.py", PYTHON, 1)
    workspace.put(ROOT / "valohai.yaml", yaml, 1)
    workspace.put(ROOT / "other.py", "", 1)

    def codes() -> list[str]:
        found = demand(diagnostics(workspace.snapshot, ROOT / "valohai.yaml"))
        return [each.finding.code for each in found if each.finding.code == "VH203"]

    assert codes() == ["VH203"]
    workspace.put(ROOT / "other.py", PYTHON, 2)
    assert codes() == []
    workspace.put(ROOT / "other.py", "", 3)
    assert codes() == ["VH203"]
