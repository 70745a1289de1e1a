"""A draft is read like any workspace, and leaves the one that it was made of as it was."""

from pathlib import Path

from msgspec.structs import replace

from valohai_steps.ide.findings.code_actions import fix_all
from valohai_steps.project.disk.files import UnreadableFile, demand
from valohai_steps.project.draft import drafted, read_anew
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
PYTHON = 'import valohai\nvalohai.prepare(step="train", default_parameters={"a": 1})\n'


def workspace_of(python: str) -> Workspace:
    workspace = Workspace([ROOT])
    workspace.put(ROOT / "train.py", python, 3)
    return workspace


def test_the_draft_has_the_new_facts_and_the_workspace_the_old_ones() -> None:
    snapshot = workspace_of(PYTHON).snapshot
    before = snapshot.python(ROOT / "train.py")
    draft = drafted(snapshot, {ROOT / "train.py": PYTHON.replace("train", "learn")})
    after = demand(draft.python(ROOT / "train.py"))
    assert before is not None
    assert after is not None
    assert [step.name for step in after.steps] == ["learn"]
    assert [step.name for _, step in draft.steps_of(ROOT / "valohai.yaml")] == ["learn"]
    assert snapshot.python(ROOT / "train.py") is before
    assert [step.name for _, step in snapshot.steps_of(ROOT / "valohai.yaml")] == ["train"]


def test_a_draft_may_make_files() -> None:
    draft = drafted(workspace_of(PYTHON).snapshot, {ROOT / "valohai.yaml": "- step: {name: x}\n"})
    yaml = demand(draft.yaml(ROOT / "valohai.yaml"))
    assert yaml is not None
    assert [step.name for step in yaml.steps] == ["x"]


def test_all_fixes_update_valohai_yaml_from_what_they_make_of_python() -> None:
    python = PYTHON.replace("default_parameters", "parameters")
    edits = fix_all(workspace_of(python).snapshot, ROOT / "train.py")
    assert [each.path.name for each in edits] == ["train.py", "valohai.yaml", "requirements.txt"]
    assert "name: a\n" in edits[1].edits[0].text


def test_a_draft_and_what_is_read_anew_reach_no_further_than_before(tmp_path: Path) -> None:
    root, outer = tmp_path / "root", tmp_path / "outer.py"
    root.mkdir()
    outer.write_text(PYTHON)
    snapshot = replace(Workspace([root]).snapshot, confines=(root,))
    for later in (drafted(snapshot, {root / "train.py": PYTHON}), read_anew(snapshot)):
        assert isinstance(later.text(outer), UnreadableFile)
    for name in snapshot.__struct_fields__:
        if name not in ("memo", "seen"):
            assert getattr(read_anew(snapshot), name) == getattr(snapshot, name)
