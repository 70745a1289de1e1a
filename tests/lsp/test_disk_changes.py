"""Changes on the disk that the client tells of in few words, or not at all."""

import shutil
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from tests.lsp.test_lifecycle import running_session
from valohai_steps.lsp.features.commands import update_file
from valohai_steps.lsp.incoming.lifecycle import did_change_watched_files
from valohai_steps.lsp.session import Session
from valohai_steps.model.step import Static, Unknown
from valohai_steps.project.disk.files import demand

STEP = """\
- step:
    name: train
    image: python
    command: python train.py {parameters}
    parameters:
      - name: lr
        type: integer
        default: 22
"""
READER = """\
import valohai
from cfg.base import LR
valohai.prepare(step="train", default_parameters={"lr": LR})
"""


def default_of(session: Session, path: Path) -> object:
    file = demand(session.workspace.snapshot.python(path))
    assert file is not None
    (parameter,) = file.steps[0].parameters
    return parameter.default.value if isinstance(parameter.default, Static) else parameter.default


def reading_session(root: Path) -> Session:
    """A session that has read a default out of another file."""
    (root / "cfg").mkdir()
    (root / "cfg/base.py").write_text("LR = 1\n")
    session = running_session(root)
    session.workspace.put(root / "train.py", READER, 1)
    assert default_of(session, root / "train.py") == 1
    return session


@pytest.mark.asyncio
async def test_a_folder_that_is_deleted_takes_the_values_of_its_files_along(tmp_path: Path) -> None:
    """VS Code tells of the folder, and of none of its files."""
    session = reading_session(tmp_path)
    shutil.rmtree(tmp_path / "cfg")
    event = lsp.FileEvent((tmp_path / "cfg").as_uri(), lsp.FileChangeType.Deleted)
    did_change_watched_files(session, lsp.DidChangeWatchedFilesParams([event]))
    assert isinstance(default_of(session, tmp_path / "train.py"), Unknown)


@pytest.mark.asyncio
async def test_of_other_files_that_are_deleted_nothing_is_forgotten(tmp_path: Path) -> None:
    session = running_session(tmp_path)
    session.workspace.put(tmp_path / "train.py", READER, 1)
    default_of(session, tmp_path / "train.py")
    before = dict(session.workspace.memo.counts)
    events = [
        lsp.FileEvent((tmp_path / name).as_uri(), lsp.FileChangeType.Deleted) for name in ("a.ckpt", "logs")
    ]
    did_change_watched_files(session, lsp.DidChangeWatchedFilesParams(events))
    assert session.workspace.memo.counts == before


@pytest.mark.asyncio
async def test_a_command_writes_what_is_on_the_disk_although_nobody_told(tmp_path: Path) -> None:
    session = reading_session(tmp_path)
    (tmp_path / "cfg/base.py").write_text("LR = 22\n")
    (tmp_path / "valohai.yaml").write_text(STEP)
    (tmp_path / "requirements.txt").write_text("valohai-utils\n")
    answer = await update_file(session, (tmp_path / "train.py").as_uri(), quiet=True)
    assert answer is False  # valohai.yaml has 22 already: nothing is to be written
    assert default_of(session, tmp_path / "train.py") == 22
