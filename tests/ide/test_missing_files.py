"""VH204 and VH205 in an editor that tells nothing of the disk: what has come is seen at the next edit."""

from pathlib import Path

import pytest

from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.project.disk.files import demand
from valohai_steps.project.workspace import Workspace


@pytest.mark.parametrize(
    ("lines", "name", "code"),
    [
        ("command: pip install -r requirements.txt", "requirements.txt", "VH205"),
        ("command: python train.py", "train.py", "VH204"),
        ("source-path: lib\n    command: echo", "lib", "VH204"),
    ],
)
def test_a_file_that_has_come_is_seen_at_the_next_edit(
    lines: str, name: str, code: str, tmp_path: Path
) -> None:
    yaml = tmp_path / "valohai.yaml"
    text = f"- step:\n    name: a\n    image: i\n    {lines}\n"
    workspace = Workspace([tmp_path])
    workspace.put(yaml, text, 1)
    assert [each.finding.code for each in demand(diagnostics(workspace.snapshot, yaml))] == [code]
    workspace.put(yaml, text + "# a comment\n", 2)
    assert [each.finding.code for each in demand(diagnostics(workspace.snapshot, yaml))] == [code]
    (tmp_path / name).touch()
    workspace.put(yaml, text, 3)
    assert not demand(diagnostics(workspace.snapshot, yaml))
