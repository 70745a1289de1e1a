"""The steps of open files are those of a workspace read anew, and an edit looks at one file."""

import random
from pathlib import Path

import pytest

from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.model.step import StepFact
from valohai_steps.project.draft import drafted, read_anew
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.project.workspace import Workspace

STEP = "import valohai\nvalohai.prepare(step={0}, default_parameters={{'lr': {1}}})\n"
TEXTS = (
    *(STEP.format(f"'{name}'", value) for name in "ab" for value in (1, 2)),
    STEP.format("'a'", "("),
    STEP.format("'a'", 1) + STEP.format("'b'", 3),
    f"from m0 import NAME\n{STEP.format('NAME', 1)}",
    "NAME = 'c'\n",
    "NAME = 'd'\n",
    "",
)
SETTINGS = ("", "[tool.valohai-steps]\nyaml = 'other.yaml'\n")


def steps(snapshot: Snapshot, yaml: Path) -> tuple[list[tuple[Path, StepFact]], ...]:
    """All steps of a valohai.yaml, and those of each name."""
    return (list(snapshot.steps_of(yaml)), *(list(snapshot.steps_named(yaml, name)) for name in "abcd"))


def change(source: random.Random, root: Path, workspace: Workspace) -> None:
    """Something that a person or a program does."""
    path = root / source.choice(("", "inner")) / f"m{source.randrange(4)}.py"
    settings = root / "inner" / "pyproject.toml"
    text = source.choice(TEXTS)
    match source.randrange(6):
        case 0 | 1 | 2:
            workspace.put(path, text, source.randrange(1000))
        case 3:
            workspace.close(path)
        case 4:
            path.write_text(text)
            workspace.refresh([path])
        case _:
            settings.write_text(source.choice(SETTINGS))
            workspace.refresh([settings])


@pytest.mark.parametrize("seed", range(3))
def test_the_steps_are_those_of_a_workspace_read_anew(tmp_path: Path, seed: int) -> None:
    source = random.Random(seed)  # noqa: S311  # edits, not secrets
    (tmp_path / "inner").mkdir()
    workspace = Workspace([tmp_path])
    yamls = [
        tmp_path / "valohai.yaml",
        tmp_path / "inner" / "other.yaml",
        tmp_path / "inner" / "valohai.yaml",
    ]
    for _ in range(25):
        change(source, tmp_path, workspace)
        now = workspace.snapshot
        for snapshot in (now, drafted(now, {tmp_path / "m1.py": source.choice(TEXTS)}), now):
            for yaml in yamls:
                known = steps(snapshot, yaml)
                again = [step for step in known[0] if not step[1].stale]
                fresh = steps(read_anew(snapshot), yaml)
                assert [each for each in fresh[0] if each in again] == again
                assert [path for path, _ in known[0]] == sorted(path for path, _ in known[0])
                for name, found in zip("abcd", known[1:], strict=True):
                    assert found == [each for each in known[0] if each[1].name == name]


def looked_at(root: Path, count: int, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files whose facts an edit asks for, of so many that are open."""
    root.mkdir()
    (root / "valohai.yaml").write_text("")
    workspace = Workspace([root])
    for number in range(count):
        workspace.put(root / f"m{number}.py", STEP.format(f"'step-{number}'", 1), 0)
    first = root / "m0.py"
    for path in workspace.snapshot.documents:
        diagnostics(workspace.snapshot, path)
    asked: list[Path] = []
    python = Snapshot.python

    def noted(snapshot: Snapshot, path: Path) -> object:
        asked.append(path.relative_to(root))
        return python(snapshot, path)

    monkeypatch.setattr(Snapshot, "python", noted)
    for text in (STEP.format("'step-0'", 12), STEP.format("'step-x'", 12)):
        workspace.put(first, text, 1)
        workspace.affected(first)
        diagnostics(workspace.snapshot, first)
    monkeypatch.undo()
    return asked


def test_an_edit_looks_at_as_many_files_however_many_are_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few, many = (looked_at(tmp_path / str(count), count, monkeypatch) for count in (2, 200))
    assert few == many
