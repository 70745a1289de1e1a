"""What a killed run has left, or a repository carries, keeps no update from being written."""

import subprocess
import sys
from pathlib import Path

import pytest

from valohai_steps.project.disk.files import FileError
from valohai_steps.project.writing import transaction
from valohai_steps.project.writing.transaction import Write, write_all

from .conftest import Run, names, source

JOURNAL = ".valohai-steps.journal"
SCRIPT = """\
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float)
parser.parse_args()
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX kills and links")


def kill(folder: Path, *arguments: str) -> None:
    """An update that is killed when all is replaced, and the journal and the old contents are still there."""
    program = f"""
import os
from valohai_steps.cli.main import main
from valohai_steps.project.writing import transaction
transaction._end = lambda _: os.kill(os.getpid(), 9)
main({["update", *arguments]!r})
"""
    assert subprocess.run([sys.executable, "-c", program], cwd=folder, check=False).returncode == -9


def litter(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob(".valohai-steps*"))


@pytest.mark.parametrize(
    ("text", "arguments"),
    [(source(lr=0.1), ()), (source(lr=0.1), ("train.py",)), (SCRIPT, ("train.py",))],
    ids=["folder", "file", "script"],
)
def test_a_journal_that_a_repository_carries_is_taken_away(
    text: str, arguments: tuple[str, ...], run: Run, tmp_path: Path
) -> None:
    (tmp_path / "train.py").write_text(text)
    (tmp_path / JOURNAL).write_text("[]")
    result = run("update", *arguments, "--no-requirements")
    assert (result.code, result.err) == (0, "valohai.yaml: created: 1 step added\n")
    assert litter(tmp_path) == []


def test_a_journal_in_the_folder_of_the_requirements_is_taken_away(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(source(lr=0.1))
    (tmp_path / "pinned").mkdir()
    (tmp_path / "pinned" / JOURNAL).write_text("[]")
    result = run("update", "--requirements", "pinned/requirements.txt")
    assert (result.code, result.err) == (
        0,
        "valohai.yaml: created: 1 step added\npinned/requirements.txt: created: added valohai-utils\n",
    )
    assert litter(tmp_path) == []


@posix
def test_a_killed_update_of_a_script_is_finished_by_the_next(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    kill(tmp_path, "train.py")
    assert litter(tmp_path) != []
    written = (tmp_path / "valohai.yaml").read_text()
    (tmp_path / "valohai.yaml").unlink()  # as if it had been killed a moment earlier
    result = run("update", "train.py")
    assert (result.code, result.err) == (
        0,
        (
            "valohai.yaml: the update that was interrupted is finished\n"
            "valohai.yaml: step train runs train.py; its only argument is a parameter\n"
        ),
    )
    assert (tmp_path / "valohai.yaml").read_text() == written
    assert litter(tmp_path) == []


@posix
@pytest.mark.parametrize("text", [source(lr=0.1), SCRIPT], ids=["prepare", "argparse"])
def test_a_journal_where_a_link_leads_is_found(text: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "valohai.yaml").write_text("# shared\n")
    (tmp_path / "valohai.yaml").symlink_to("shared/valohai.yaml")
    (tmp_path / "train.py").write_text(text)
    kill(tmp_path, "train.py", "--no-requirements")
    assert litter(tmp_path / "shared") != []
    (tmp_path / "train.py").write_text(text.replace("lr", "rate"))
    result = run("update", "train.py", "--no-requirements", *(["--add", "all"] if text == SCRIPT else []))
    assert (result.code, "rate" in (tmp_path / "valohai.yaml").read_text()) == (0, True)
    assert litter(tmp_path) == []


def test_a_run_that_is_killed_meanwhile_is_told_beside_its_file(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
    (tmp_path / "b" / JOURNAL).write_text("[]")
    writes = [Write(tmp_path / name / "valohai.yaml", b"new", None) for name in "ab"]
    with pytest.raises(FileError) as raised:
        write_all(writes)
    assert (raised.value.path, str(raised.value).partition(": ")[2]) == (
        tmp_path / "b" / "valohai.yaml",
        "another update of files in its folder was interrupted; nothing was written, run again",
    )
    assert transaction.finish_interrupted_at(writes) == []
    write_all(writes)
    assert [names(tmp_path / name) for name in "ab"] == [["valohai.yaml"]] * 2
