"""The workspace: changes come in, snapshots go out, and parsing happens once for each text."""

from pathlib import Path

from valohai_steps.project.workspace import Workspace, scan_roots

STEP = 'import valohai\nvalohai.prepare(step="train")\n'


def test_a_file_made_while_a_scan_runs_is_not_lost(tmp_path: Path) -> None:
    workspace = Workspace([tmp_path])
    found = scan_roots(workspace.begin_scan())
    (tmp_path / "late.py").write_text(STEP)
    workspace.refresh([tmp_path / "late.py"])
    workspace.end_scan(found)
    assert workspace.snapshot.sources == {tmp_path / "late.py"}


def test_a_scan_honours_gitignore_and_passes_environments_over(tmp_path: Path) -> None:
    for name in (
        "train.py",
        "old/a.py",
        "old/keep.py",
        ".venv/b.py",
        "node_modules/c.py",
        "env/d.py",
        "sub/e.py",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(STEP)
    (tmp_path / "plain.py").write_text("print()\n")
    (tmp_path / "env" / "pyvenv.cfg").write_text("")
    (tmp_path / ".gitignore").write_text("old/*\n!old/keep.py\n")
    (tmp_path / "pyproject.toml").write_text('[tool.valohai-steps]\nexclude = ["sub/"]\n')
    found = scan_roots(Workspace([tmp_path]).snapshot)
    assert {path.relative_to(tmp_path).as_posix() for path in found} == {"train.py", "old/keep.py"}


def test_one_edit_is_one_parse_and_the_other_file_is_not_read_again(tmp_path: Path) -> None:
    python, yaml = tmp_path / "train.py", tmp_path / "valohai.yaml"
    yaml.write_text("- step: {name: train, image: x, command: y}\n")
    workspace = Workspace([tmp_path])
    for version in range(5):
        workspace.put(python, STEP.replace("train", f"train{version}"), version)
        for _ in range(3):
            snapshot = workspace.snapshot
            assert snapshot.python(python) is snapshot.python(python)
            assert snapshot.yaml(yaml) is snapshot.yaml(yaml)
    expected = {"python parses": 5, "yaml composes": 1, "files read": 1}
    assert {name: workspace.memo.counts[name] for name in expected} == expected


def test_closing_a_document_forgets_what_was_kept_for_it(tmp_path: Path) -> None:
    python = tmp_path / "train.py"
    workspace = Workspace([tmp_path])
    workspace.put(python, STEP, 1)
    assert workspace.snapshot.python(python) is not None
    workspace.close(python)
    assert (workspace.memo.python, workspace.memo.disk, dict(workspace.snapshot.documents)) == ({}, {}, {})
