"""A file that nobody can read may name it too: nothing is renamed then, and all else goes on."""

from pathlib import Path

import pytest

from valohai_steps.ide.navigation.definition import definitions
from valohai_steps.ide.navigation.references import references
from valohai_steps.ide.navigation.rename import prepare_rename, rename
from valohai_steps.ide.navigation.symbols import workspace_symbols
from valohai_steps.ide.update.update import Refused
from valohai_steps.project.workspace import Workspace

PYTHON = """\
import valohai
valohai.prepare(step="train", default_parameters={"rate": 1})
valohai.parameters("rate")
"""
YAML = "- step:\n    name: train\n    image: x\n    command: python train.py\n"
NOT_UTF_8 = b"# valohai \xff\n"


@pytest.mark.parametrize("unreadable", ["valohai.yaml", "other.py"])
def test_a_rename_is_refused_and_the_rest_is_answered(tmp_path: Path, unreadable: str) -> None:
    (tmp_path / "valohai.yaml").write_text(YAML)
    (tmp_path / unreadable).write_bytes(NOT_UTF_8)
    workspace = Workspace([tmp_path])
    workspace.end_scan([tmp_path / "train.py", tmp_path / "other.py"])
    workspace.put(tmp_path / "train.py", PYTHON, 1)
    snapshot, path, offset = workspace.snapshot, tmp_path / "train.py", PYTHON.rindex("rate")
    assert [each.path.name for each in definitions(snapshot, path, offset)] == ["train.py"]
    assert len(references(snapshot, path, offset)) == 2
    assert {each.name for each in workspace_symbols(snapshot, "")} >= {"train", "rate"}
    for refused in (prepare_rename(snapshot, path, offset), rename(snapshot, path, offset, "lr")):
        assert isinstance(refused, Refused)
        assert refused.path.name == unreadable
        assert refused.reason.startswith("'rate' cannot be renamed: ")
        assert unreadable in refused.reason
