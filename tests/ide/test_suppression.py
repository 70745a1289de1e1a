"""Findings that nobody wants: a comment on the line, a rule switched off, and all fixes at once in YAML."""

import json
from pathlib import Path

import pytest

from valohai_steps.ide.findings.code_actions import Action, ActionKind, code_actions, fix_all
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.model.text import Span, apply_edits
from valohai_steps.project.disk.files import demand
from valohai_steps.project.settings.rule_switch import switch_off
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
YAML = """\
- step:
    name: train
    image: python:3.11-slim
    command: run {paramters}
    enviroment: gpu
    parameters:
      - name: epochs
        type: integer
        default: 0
        min: 1
"""
PYTHON = 'import valohai\nvalohai.prepare(step="train", default_parameters={"num epochs": 1})\n'


def actions(workspace: Workspace, path: Path, word: str) -> list[Action]:
    """The menu at a word of a file."""
    start = workspace.snapshot.readable_text(path).index(word)
    return list(code_actions(workspace.snapshot, path, Span(start, start)))


def opened(**texts: str) -> Workspace:
    """A workspace with open files: `valohai_yaml` is valohai.yaml."""
    workspace = Workspace([ROOT])
    for name, text in texts.items():
        workspace.put(ROOT / name.replace("_", "."), text, 1)
    return workspace


@pytest.mark.parametrize("word", ["paramters", "enviroment", "0\n"])
def test_a_comment_on_the_line_makes_a_finding_of_yaml_go(word: str) -> None:
    workspace, path = opened(valohai_yaml=YAML), ROOT / "valohai.yaml"
    before = {item.finding.code for item in demand(diagnostics(workspace.snapshot, path))}
    (ignore,) = (each for each in actions(workspace, path, word) if each.title.startswith("Ignore "))
    code = ignore.findings[0].finding.code
    assert ignore.title == f"Ignore {code} on this line"
    assert not ignore.preferred
    workspace.put(path, apply_edits(YAML, ignore.edits[0].edits), 2)
    assert {item.finding.code for item in demand(diagnostics(workspace.snapshot, path))} == before - {code}
    line = next(line for line in workspace.snapshot.readable_text(path).splitlines() if "ignore" in line)
    assert line.endswith(f"  # valohai: ignore[{code}]")


def test_a_second_code_goes_into_the_comment_that_is_there() -> None:
    path = ROOT / "valohai.yaml"
    workspace = opened(valohai_yaml=YAML.replace("{paramters}", "{paramters}  # valohai: ignore[VH204]"))
    (ignore,) = (each for each in actions(workspace, path, "paramters") if each.title.startswith("Ignore "))
    after = apply_edits(workspace.snapshot.readable_text(path), ignore.edits[0].edits)
    assert "# valohai: ignore[VH204, VH304]\n" in after


def test_python_has_the_same_two_ways() -> None:
    workspace, path = opened(train_py=PYTHON), ROOT / "train.py"
    titles = [each.title for each in actions(workspace, path, "num epochs")]
    assert "Ignore VH111 on this line" in titles
    assert "Turn VH111 off in pyproject.toml" in titles


def test_no_comment_is_offered_where_it_would_be_text() -> None:
    call = 'valohai.prepare(step="train", default_parameters={"a": """\nx""", "b c": """\n"""})'
    text = f"import valohai\n{call}\n"
    workspace, path = opened(train_py=text), ROOT / "train.py"
    for action in actions(workspace, path, "b c"):
        if action.title.startswith("Ignore"):
            workspace.put(path, apply_edits(text, action.edits[0].edits), 2)
            assert "VH111" not in {
                item.finding.code for item in demand(diagnostics(workspace.snapshot, path))
            }


def test_a_rule_is_switched_off_in_the_settings(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    path = tmp_path / "valohai.yaml"
    workspace = Workspace([tmp_path])
    workspace.put(path, YAML, 1)
    (off,) = (each for each in actions(workspace, path, "enviroment") if each.title.startswith("Turn "))
    settings = tmp_path / "pyproject.toml"
    settings.write_text(apply_edits(settings.read_text(), off.edits[0].edits))
    workspace.refresh([settings])
    assert "VH302" not in {item.finding.code for item in demand(diagnostics(workspace.snapshot, path))}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '[tool.valohai-steps]\nrules = { VH305 = "off" }\n'),
        ("[a]\nb = 1", '[a]\nb = 1\n\n[tool.valohai-steps]\nrules = { VH305 = "off" }\n'),
        (
            '[tool.valohai-steps]\nimage = "x"\n[b]\n',
            '[tool.valohai-steps]\nrules = { VH305 = "off" }\nimage = "x"\n[b]\n',
        ),
        (
            '[tool.valohai-steps]\nrules = {VH113 = "off"}  # c\n',
            '[tool.valohai-steps]\nrules = { VH305 = "off", VH113 = "off"}  # c\n',
        ),
        (
            '[tool.valohai-steps.rules]\nVH113 = "off"\n',
            '[tool.valohai-steps.rules]\nVH305 = "off"\nVH113 = "off"\n',
        ),
        ('[tool.valohai-steps]\nrules.VH113 = "off"\n', None),
        ('[tool.valohai-steps.rules]\nVH305 = "error"\n', None),
        ("[tool.valohai-steps\n", None),
    ],
)
def test_the_settings_keep_every_other_byte(before: str, after: str | None) -> None:
    edit = switch_off(before, "VH305")
    assert (None if edit is None else apply_edits(before, [edit])) == after


def test_all_fixes_of_a_valohai_yaml_at_once() -> None:
    workspace, path = opened(valohai_yaml=YAML), ROOT / "valohai.yaml"
    ((edits),) = fix_all(workspace.snapshot, path)
    after = apply_edits(YAML, edits.edits)
    assert after == YAML.replace("paramters}", "parameters}").replace("enviroment", "environment")
    (offered,) = (
        each
        for each in code_actions(workspace.snapshot, path, Span(0, len(YAML)))
        if each.kind is ActionKind.FIX_ALL
    )
    assert offered.edits == (edits,)


BROKEN = "  # valohai: ignore[vh304]"


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("valohai.yaml", YAML.replace("{paramters}", "{paramters}" + BROKEN), "vh304"),
        ("train.py", PYTHON.rstrip() + BROKEN + "\n", "vh304"),
    ],
)
def test_a_comment_that_names_no_rule_is_a_finding_with_a_fix(name: str, text: str, word: str) -> None:
    workspace, path = Workspace([ROOT]), ROOT / name
    workspace.put(path, text, 1)
    (found,) = (
        item for item in demand(diagnostics(workspace.snapshot, path)) if item.finding.code == "VH401"
    )
    assert found.finding.message == "vh304 is not a rule, and ignores nothing; change it to VH304"
    (change,) = (each for each in actions(workspace, path, word) if each.title == "Change to VH304")
    assert change.preferred
    workspace.put(path, apply_edits(text, change.edits[0].edits), 2)
    left = {item.finding.code for item in demand(diagnostics(workspace.snapshot, path))}
    assert not left & {"VH304", "VH401"}


def test_a_finding_of_a_comment_is_ignored_like_any_other() -> None:
    workspace, path = opened(train_py=f"{PYTHON.rstrip()}  # valohai: ignore[x, VH401]\n"), ROOT / "train.py"
    assert "VH401" not in {item.finding.code for item in demand(diagnostics(workspace.snapshot, path))}


def test_of_a_notebook_the_code_cells_are_judged() -> None:
    cell: dict[str, object] = {"metadata": {}, "outputs": [], "execution_count": None}
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# valohai: ignore[x]"]},
        {**cell, "cell_type": "code", "source": ['import valohai  # "valohai: ignore[y]']},
        {**cell, "cell_type": "code", "source": ["a = 1  # valohai: ignore[z]"]},
    ]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    workspace, path = Workspace([ROOT]), ROOT / "train.ipynb"
    workspace.put(path, text, 1)
    (found,) = (
        item.finding for item in demand(diagnostics(workspace.snapshot, path)) if item.finding.code == "VH401"
    )
    assert text[found.span.start : found.span.end] == "z"
    assert json.loads(apply_edits(text, found.fixes[-1].edits))["cells"][2]["source"] == ["a = 1"]
