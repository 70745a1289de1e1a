"""A notebook is read as Python, and every place is one of its JSON text."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.findings.suppression import suppressions
from valohai_steps.ide.update.drift_fixes import drift_fixes
from valohai_steps.ide.update.update import Update, plan_update
from valohai_steps.model.text import Span, apply_edits
from valohai_steps.project.disk.files import demand
from valohai_steps.project.python.python_source import read_source
from valohai_steps.project.workspace import Workspace

CELLS = [
    {"cell_type": "markdown", "source": "# Training"},
    {"cell_type": "code", "source": ["%matplotlib inline\n", "!pip install torch\n", "import valohai\n"]},
    {
        "cell_type": "code",
        "source": 'valohai.prepare(step="grün", default_parameters={"lr": rate, "n": "ä\\n"})',
    },
]
NOTEBOOK = json.dumps({"nbformat": 4, "metadata": {}, "cells": CELLS}, indent=1)


def workspace_with(text: str) -> tuple[Workspace, Path]:
    path = Path("/workspace/train.ipynb")
    workspace = Workspace([path.parent])
    workspace.put(path, text, None)
    return workspace, path


def test_a_finding_stands_at_the_json_and_names_its_cell() -> None:
    workspace, path = workspace_with(NOTEBOOK)
    (found,) = [
        item.finding for item in demand(diagnostics(workspace.snapshot, path)) if item.finding.code == "VH101"
    ]
    assert NOTEBOOK[found.span.start : found.span.end] == "rate"
    assert found.message.startswith("cell 3: rate is not defined in this file")
    assert [edit.text for fix in found.fixes for edit in fix.edits] == ['\\"rate\\"']


def test_a_notebook_makes_a_step_that_papermill_runs() -> None:
    workspace, path = workspace_with(NOTEBOOK.replace("rate", "0.5"))
    result = plan_update(workspace.snapshot, [path])
    assert isinstance(result, Update)
    assert "name: grün" in result.after
    assert "/valohai/repository/train.ipynb /valohai/outputs/train.ipynb" in result.after
    assert 'default: "ä\\n"' in result.after or "default: |" in result.after
    assert result.requirements is not None
    assert result.requirements.after == "valohai-utils\npapermill\nipykernel\n"


def test_a_notebook_that_is_no_json_is_one_finding() -> None:
    workspace, path = workspace_with('{"valohai"')
    (found,) = demand(diagnostics(workspace.snapshot, path))
    assert "not valid JSON" in found.finding.message


def test_another_languages_notebook_has_no_steps() -> None:
    text = json.dumps({"metadata": {"language_info": {"name": "R"}}, "cells": CELLS})
    workspace, path = workspace_with(text)
    assert demand(diagnostics(workspace.snapshot, path)) == ()


def python_of(text: str) -> str:
    """What Jupyter shows of the last cell; the JSON has to be valid."""
    return "".join(json.loads(text)["cells"][-1]["source"])


def in_one_cell(source: str, yaml: str = "") -> tuple[Workspace, Path, str]:
    text = json.dumps({"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "code", "source": source}]})
    workspace, path = workspace_with(text)
    if yaml:
        workspace.put(path.with_name("valohai.yaml"), yaml, None)
    return workspace, path, text


def test_a_fix_of_a_cell_is_an_edit_of_the_json() -> None:
    source = 'import valohai\nvalohai.prepare(stepp="train", image="a\\\\b")\n'
    workspace, path, text = in_one_cell(source)
    (fix,) = [fix for item in demand(diagnostics(workspace.snapshot, path)) for fix in item.finding.fixes]
    assert python_of(apply_edits(text, fix.edits)) == source.replace("stepp", "step")


def test_a_fix_with_quotes_is_escaped() -> None:
    source = 'import valohai\nvalohai.prepare(step="train")\nvalohai.parameters("lr").value\n'
    yaml = (
        "- step:\n    name: train\n    image: x\n    command: y\n"
        '    parameters:\n      - name: lr\n        type: string\n        default: "a\\"b\'c"\n'
    )
    workspace, path, text = in_one_cell(source, yaml)
    (fix,) = [fix for item in demand(diagnostics(workspace.snapshot, path)) for fix in item.finding.fixes]
    fixed = python_of(apply_edits(text, fix.edits))
    assert fixed == source.replace('"train")', """"train", default_parameters={"lr": 'a"b\\'c'})""")


def test_a_comment_in_a_cell_switches_off_a_finding_of_both_files() -> None:
    source = 'import valohai\nvalohai.prepare(step="train", default_parameters={"lr": 0.5})'
    yaml = "- step:\n    name: train\n    image: x\n    command: y\n"
    workspace, path, text = in_one_cell(source, yaml)
    found = next(
        item
        for item in demand(diagnostics(workspace.snapshot, path))
        if item.finding.code in ("VH201", "VH202")
    )
    offered = suppressions(workspace.snapshot, path, found)
    title, edits = next((each.title, each.edits) for each in offered)
    assert title == f"Ignore {found.finding.code} on this line"
    after = apply_edits(text, edits.edits)
    assert python_of(after) == f"{source}  # valohai: ignore[{found.finding.code}]"
    workspace.put(path, after, None)
    assert found.finding.message not in [
        item.finding.message for item in demand(diagnostics(workspace.snapshot, path))
    ]


def test_a_value_of_valohai_yaml_is_written_into_a_cell_with_its_quotes() -> None:
    source = 'import valohai\nvalohai.prepare(step="train", default_parameters={"name": "x"})'
    yaml = (
        "- step:\n    name: train\n    image: x\n    command: y\n"
        "    parameters:\n      - name: name\n        type: string\n        default: 'say \"hi\"'\n"
    )
    workspace, path, text = in_one_cell(source, yaml)
    span = next(
        item.finding.span
        for item in demand(diagnostics(workspace.snapshot, path))
        if "name" in item.finding.message
    )
    fixes = [fix for fix in drift_fixes(workspace.snapshot, path, span) if fix.path == path]
    assert [fix.title.partition(" in ")[0] for fix in fixes] == ["""Set name to 'say "hi"'"""]
    assert python_of(apply_edits(text, fixes[0].edits)) == source.replace('"x"', """'say "hi"'""")


@given(st.text(alphabet=st.sampled_from("ab\"'\\ä\U0001f600{}"), min_size=1))
def test_any_text_in_place_of_a_literal_is_what_python_reads(name: str) -> None:
    source = read_source(Path("/x.ipynb"), in_one_cell('x = "lr"\ny = 2\n')[2], None)
    inside = source.syntax.text.index('"lr"')
    edit = source.edit(source.out(Span(inside, inside + 4)), repr(name))
    assert python_of(apply_edits(source.text, [edit])) == f"x = {name!r}\ny = 2\n"


def test_an_open_text_that_is_no_notebook_says_so() -> None:
    path = Path("/workspace/train.ipynb")
    workspace = Workspace([path.parent])
    workspace.put(path, "no json", 1)
    (found,) = demand(diagnostics(workspace.snapshot, path))
    assert found.finding.code == "VH101"
    assert found.finding.message.startswith("this notebook is not valid JSON: ")
