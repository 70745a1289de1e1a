"""Names of other files of the workspace: found where Python would find them, refreshed when they change."""

from pathlib import Path

import pytest

from valohai_steps.model.step import Static, Unknown, Value
from valohai_steps.project.disk.files import demand
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


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


@pytest.mark.parametrize("is_told", [True, False], ids=["the client tells", "the client saves a file"])
@pytest.mark.parametrize("is_open", [True, False], ids=["open", "closed"])
def test_what_happens_to_an_imported_file_is_seen(tmp_path: Path, is_told: bool, is_open: bool) -> None:
    workspace = Workspace([tmp_path])
    text, train = "from config import X" + CALL, tmp_path / "pkg" / "train.py"
    write(train, text)
    if is_open:
        workspace.put(train, text, 1)
    version = 1

    def seen(*changed: Path) -> object:
        nonlocal version
        if is_told:
            workspace.refresh(changed)
        else:
            workspace.look_again()
        version += 1
        if is_open:
            workspace.put(train, text, version)
        return getattr(value_of(workspace, train), "value", None)

    assert seen() is None
    config = write(tmp_path / "config.py", "X = 1")
    assert seen(config) == 1  # created
    write(config, "X = 22")
    assert seen(config) == 22  # changed
    nearer = write(tmp_path / "pkg" / "config.py", "X = 3")
    assert seen(nearer) == 3  # one that is nearer shadows it
    package = write(tmp_path / "pkg" / "config" / "__init__.py", "X = 4")
    assert seen(package) == 4  # a package takes precedence
    package.unlink()
    assert seen(package) == 3
    nearer.unlink()
    assert seen(nearer) == 22
    config.unlink()
    assert seen(config) is None  # deleted


def test_a_link_that_comes_to_lead_outside_is_seen(tmp_path: Path) -> None:
    root, inner = tmp_path / "root", tmp_path / "root" / "config.py"
    outer = write(tmp_path / "elsewhere.py", "X = 5")
    one = write(root / "one.py", "X = 1")
    inner.symlink_to(one)
    workspace = Workspace([root])
    train = write(root / "train.py", "from config import X" + CALL)
    assert getattr(value_of(workspace, train), "value", None) == 1
    inner.unlink()
    inner.symlink_to(outer)
    workspace.refresh([inner])
    assert getattr(value_of(workspace, train), "value", None) is None
