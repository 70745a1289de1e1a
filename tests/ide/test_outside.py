"""An edit never names a file outside: links are resolved before anything is offered."""

import sys
from pathlib import Path

import pytest

from valohai_steps.ide.findings.code_actions import Action, code_actions
from valohai_steps.ide.navigation.rename import rename
from valohai_steps.ide.update.update import Refused, plan_update
from valohai_steps.model.text import Span
from valohai_steps.project.workspace import Workspace, scan_roots

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links")
PYTHON = 'import valohai\nvalohai.prepare(step="train", default_parameters={"lr": 0.1})\n'
YAML = "- step: {name: train, image: p, command: python ./train.py, parameters: [{name: lr, type: float}]}\n"


def workspace(root: Path, overrides: dict[str, object]) -> Workspace:
    found = Workspace([root])
    found.set_overrides(overrides)
    found.end_scan(scan_roots(found.begin_scan()))
    found.put(root / "train.py", PYTHON, 1)
    return found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "clone"
    (folder / ".git").mkdir(parents=True)
    (folder / "requirements.txt").write_text("valohai-utils\n")
    (tmp_path / "steps.yaml").write_text(YAML)
    return folder


def updates(found: Workspace, path: Path) -> list[Action]:
    return [each for each in code_actions(found.snapshot, path, Span(20, 20)) if each.plan or each.obstacle]


def test_a_linked_valohai_yaml_is_offered_no_update(root: Path) -> None:
    (root / "valohai.yaml").symlink_to("../steps.yaml")
    found = workspace(root, {})
    plan = plan_update(found.snapshot, [root / "train.py"])
    assert isinstance(plan, Refused)
    assert "outside of this project" in plan.reason
    assert [each.edits for each in updates(found, root / "train.py")] == [(), ()]
    renamed = rename(found.snapshot, root / "train.py", PYTHON.index("lr"), "rate")
    assert isinstance(renamed, Refused)
    assert "outside of this project" in renamed.reason


def test_a_setting_is_refused_in_the_editor_as_well(root: Path) -> None:
    (root / "pyproject.toml").write_text('[tool.valohai-steps]\nyaml = "../steps.yaml"\n')
    plan = plan_update(workspace(root, {}).snapshot, [root / "train.py"])
    assert isinstance(plan, Refused)
    assert (plan.path.name, plan.span) == ("pyproject.toml", Span(21, 43))


def test_the_setting_of_a_person_may_leave_it(root: Path) -> None:
    (root / "pyproject.toml").write_text('[tool.valohai-steps]\nyaml = "../other.yaml"\n')
    found = workspace(root, {"yaml": str(root.parent / "steps.yaml")})
    plan = plan_update(found.snapshot, [root / "train.py"])
    assert not isinstance(plan, Refused)
    assert plan.yaml == root.parent / "steps.yaml"


def test_one_file_open_under_two_names_is_no_clash(root: Path) -> None:
    (root / "train.py").write_text(PYTHON)
    (root / "link.py").symlink_to("train.py")
    found = workspace(root, {})
    found.put(root / "link.py", PYTHON, 1)
    for name in ("train.py", "link.py"):
        assert "VH108" not in {
            each.findings[0].finding.code
            for each in code_actions(found.snapshot, root / name, Span(0, 90))
            if each.findings
        }
        assert len(list(found.snapshot.steps_of(root / "valohai.yaml"))) == 1
