"""A Python file that makes a pipeline while it is typed: the last good findings stay."""

import random
from pathlib import Path

import pytest

from tests.ide.test_pipeline_update import PYTHON, ROOT, SOURCE, STEPS, WRITTEN, YAML
from tests.seeds import weekly_seed
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.update.update import Refused, plan_update
from valohai_steps.model.relocation import edit_between
from valohai_steps.model.text import apply_edits
from valohai_steps.project.disk.files import readable
from valohai_steps.project.workspace import Workspace

WRONG = SOURCE.replace('"train", "train"', '"trian", "train"')
DRIFTED = SOURCE.replace("0.5", "0.25").replace('"*.npz"', '"*.csv"')
UNREAD = SOURCE.replace('"first"', "config.name")


def opened(source: str) -> Workspace:
    workspace = Workspace([ROOT])
    workspace.put(YAML, STEPS + WRITTEN.replace("      - name: live\n        type: deployment\n", ""), None)
    workspace.put(PYTHON, source, None)
    return workspace


def said(workspace: Workspace, path: Path) -> list[tuple[str, str, str]]:
    shot = workspace.snapshot
    text = shot.readable_text(path)
    found = (each.finding for each in readable(diagnostics(shot, path)) or ())
    return [(each.code, text[each.span.start : each.span.end], each.message) for each in found]


@pytest.mark.parametrize("source", [WRONG, DRIFTED, UNREAD], ids=["wrong", "drifted", "unread"])
@pytest.mark.parametrize("broken", ["x = (", "x = pipe.", "['", "def each in"])
def test_what_was_found_stays_at_its_place(source: str, broken: str) -> None:
    workspace = opened(source)
    python, yaml = said(workspace, PYTHON), said(workspace, YAML)
    assert python
    for line in ("    pipe = ", "    first.", "    return"):
        workspace.put(PYTHON, source.replace(line, f"    {broken}\n{line}"), None)
        assert said(workspace, PYTHON) == python
        assert said(workspace, YAML) == yaml
        assert isinstance(plan_update(workspace.snapshot, [PYTHON]), Refused)
        workspace.put(PYTHON, source, None)
        assert said(workspace, PYTHON) == python
    workspace.put(PYTHON, SOURCE, None)
    assert [each for each in said(workspace, PYTHON) if each in python and each[0] != "VH202"] == []


def test_one_edit_leads_from_any_text_to_any_other() -> None:
    random_ = random.Random(weekly_seed())  # noqa: S311  # a test
    for _ in range(500):
        before, after = ("".join(random_.choices("ab\n", k=random_.randrange(9))) for _ in range(2))
        assert apply_edits(before, [edit_between(before, after)]) == after
