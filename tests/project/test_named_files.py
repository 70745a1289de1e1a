"""What a command of valohai.yaml names is read in the workspace folder or its repository, or not at all."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from valohai_steps.ide.code_lens import code_lenses
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.hover.hover import hover
from valohai_steps.ide.navigation.definition import definitions
from valohai_steps.project.readings.command_lines import script_read, shell_script
from valohai_steps.project.workspace import Workspace, scan_roots

SCRIPT = """\
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--secret", default="hidden")
parser.parse_args()
open("/valohai/outputs/model.pt", "w")
"""
SHELL = "python train.py --none-of-these\n"
YAML = """\
- step:
    name: train
    image: python
    command: {command} {{parameters}}
    parameters:
      - name: lr
        type: float
        default: 0.1
- pipeline:
    name: both
    nodes:
      - name: a
        type: execution
        step: train
      - name: b
        type: execution
        step: train
    edges:
      - [a.output.model*, b.input.model]
"""


def workspace(root: Path, command: str) -> Workspace:
    (root / "valohai.yaml").write_text(YAML.format(command=command))
    found = Workspace([root])
    found.end_scan(scan_roots(found.begin_scan()))
    return found


def linked(root: Path) -> str:
    (root / "link.py").symlink_to(root.parent / "outside.py")
    return "python link.py"


def linked_folder(root: Path) -> str:
    (root / "folder").symlink_to(root.parent)
    return "python folder/outside.py"


OUTSIDE: dict[str, Callable[[Path], str]] = {
    "above": lambda root: "python ../outside.py",
    "through a folder": lambda root: "python sub/../../outside.py",
    "whole": lambda root: f"python {root.parent / 'outside.py'}",
    "a link": linked,
    "a link to a folder": linked_folder,
    "of git": lambda root: "python .git/hidden.py",
    "no path": lambda root: '"python a\\0.py"',
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "clone"
    (folder / ".git").mkdir(parents=True)
    (folder / "sub").mkdir()
    for path in (tmp_path / "outside.py", folder / ".git" / "hidden.py", folder / "inside.py"):
        path.write_text(SCRIPT)
    return folder


def shown(found: Workspace, yaml: Path) -> str:
    """All that findings, lenses, hover and go-to-definition say of a valohai.yaml."""
    snapshot, text = found.snapshot, yaml.read_text()
    said = [repr(diagnostics(snapshot, yaml)), repr(tuple(code_lenses(snapshot, yaml)))]
    for offset in range(len(text)):
        said += [repr(hover(snapshot, yaml, offset)), repr(definitions(snapshot, yaml, offset))]
    return "\n".join(said)


@pytest.mark.skipif(sys.platform == "win32", reason="links")
@pytest.mark.parametrize("where", OUTSIDE)
def test_a_script_outside_is_not_read(where: str, root: Path) -> None:
    found = workspace(root, OUTSIDE[where](root))
    said = shown(found, root / "valohai.yaml")
    assert "secret" not in said
    assert "argparse" not in said
    assert not any(path.name in ("outside.py", "hidden.py") for path in found.memo.disk)


def test_a_script_inside_is_read(root: Path) -> None:
    assert "outside.py" not in shown(workspace(root, "python inside.py"), root / "valohai.yaml")
    found = workspace(root, "python inside.py")
    read = script_read(found.snapshot, root / "valohai.yaml", ("inside.py",))
    assert read is not None
    assert "VH131" in repr(diagnostics(found.snapshot, root / "valohai.yaml"))


def test_of_a_folder_in_a_repository_all_of_it_may_be_named(root: Path) -> None:
    found = workspace(root / "sub", "python ../inside.py")
    assert script_read(found.snapshot, root / "sub" / "valohai.yaml", ("../inside.py",)) is not None
    assert script_read(found.snapshot, root / "sub" / "valohai.yaml", ("../../outside.py",)) is None


def test_a_shell_script_outside_is_not_read(root: Path) -> None:
    for path in (root / "run.sh", root.parent / "run.sh"):
        path.write_text(SHELL)
    snapshot = workspace(root, "bash run.sh").snapshot
    assert shell_script(snapshot, root / "valohai.yaml", "run.sh") == SHELL
    assert shell_script(snapshot, root / "valohai.yaml", "../run.sh") is None
