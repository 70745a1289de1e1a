"""Names of other files of the workspace: found where Python would find them, refreshed when they change."""

from pathlib import Path

import pytest

from valohai_steps.model.step import Static, Unknown, Value
from valohai_steps.project.files import demand
from valohai_steps.project.workspace import Workspace

CALL = '\nimport valohai\nvalohai.prepare(step="train", default_parameters={"x": X})\n'


def value_of(workspace: Workspace, path: Path) -> Value | None:
    python = demand(workspace.snapshot.python(path))
    assert python is not None
    return python.steps[0].parameters[0].default


@pytest.mark.parametrize(
    ("files", "statement"),
    [
        ({"config.py": "X = 3"}, "from config import X"),
        ({"config.py": "Y = 3"}, "from config import Y as X"),
        ({"pkg/config.py": "X = 3"}, "from .config import X"),
        ({"config.py": "X = 3"}, "from ..config import X"),
        ({"lib/config.py": "X = 3", "lib/__init__.py": ""}, "from lib.config import X"),
        ({"lib/__init__.py": "from .deep import X", "lib/deep.py": "X = 3"}, "from lib import X"),
        ({"src/config.py": "X = 3"}, "from config import X"),
    ],
    ids=lambda case: case if isinstance(case, str) else None,
)
def test_a_name_is_found_where_python_finds_it(files: dict[str, str], statement: str, tmp_path: Path) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    train = tmp_path / "pkg" / "train.py"
    train.parent.mkdir(exist_ok=True)
    train.write_text(statement + CALL)
    found = value_of(Workspace([tmp_path]), train)
    assert isinstance(found, Static)
    assert found.value == 3


def test_two_files_that_import_each_other_end_in_a_reason(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("from b import X")
    (tmp_path / "b.py").write_text("from a import X")
    (tmp_path / "train.py").write_text("from a import X" + CALL)
    assert isinstance(value_of(Workspace([tmp_path]), tmp_path / "train.py"), Unknown)


def test_nothing_outside_the_workspace_is_looked_at(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "config.py").write_text("X = 3")
    (root / "train.py").write_text("from ..config import X" + CALL)
    assert isinstance(value_of(Workspace([root]), root / "train.py"), Unknown)


def test_an_open_document_counts_and_its_change_is_seen(tmp_path: Path) -> None:
    config, train = tmp_path / "config.py", tmp_path / "train.py"
    config.write_text("X = 3")
    workspace = Workspace([tmp_path])
    workspace.put(train, "from config import X" + CALL, 1)
    assert getattr(value_of(workspace, train), "value", None) == 3
    workspace.put(config, "X = 4", 1)
    assert train in workspace.affected(config)
    assert getattr(value_of(workspace, train), "value", None) == 4
    parses = workspace.memo.counts["python parses"]
    assert getattr(value_of(workspace, train), "value", None) == 4
    assert workspace.memo.counts["python parses"] == parses
