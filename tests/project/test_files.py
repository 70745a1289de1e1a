"""Writing is all or nothing, keeps what a file is, and refuses what has changed meanwhile."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from valohai_steps.project.disk.files import FileError, UnreadableFile, read_if_there
from valohai_steps.project.writing.exchange import exchange
from valohai_steps.project.writing.transaction import Write, write_all


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_made_with_the_rights_of_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "valohai.yaml"
    write_all([Write(path, b"new\r\n", None)])
    mask = os.umask(0)
    os.umask(mask)
    assert path.read_bytes() == b"new\r\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask
    assert names(tmp_path) == ["valohai.yaml"]


def test_mode_and_the_target_of_a_link_are_kept(tmp_path: Path) -> None:
    target = tmp_path / "real.yaml"
    target.write_bytes(b"old")
    target.chmod(0o640)
    link = tmp_path / "valohai.yaml"
    link.symlink_to(target)
    write_all([Write(link, b"new", b"old")])
    assert link.is_symlink()
    assert (target.read_bytes(), stat.S_IMODE(target.stat().st_mode)) == (b"new", 0o640)


def test_a_file_changed_meanwhile_is_refused_and_no_other_is_written(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_bytes(b"1")
    second.write_bytes(b"changed")
    with pytest.raises(
        FileError, match=r"b: changed on disk since it was read; nothing was written, run again"
    ):
        write_all([Write(first, b"new", b"1"), Write(second, b"new", b"2")])
    assert (first.read_bytes(), second.read_bytes()) == (b"1", b"changed")
    assert names(tmp_path) == ["a", "b"]


def test_a_failure_in_the_middle_puts_the_files_before_it_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, made, third = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    first.write_bytes(b"1")
    third.write_bytes(b"3")

    def full_disk(one: Path, other: Path) -> bool:
        if other == third:
            raise OSError(28, "No space left on device", str(other))
        return exchange(one, other)

    monkeypatch.setattr("valohai_steps.project.writing.transaction.exchange", full_disk)
    with pytest.raises(FileError, match="c: cannot write: no space left on device; nothing was written"):
        write_all([Write(first, b"x", b"1"), Write(made, b"x", None), Write(third, b"x", b"3")])
    assert (first.read_bytes(), third.read_bytes()) == (b"1", b"3")
    assert names(tmp_path) == ["a", "c"]


def test_a_disk_that_takes_no_writes_is_told_of_by_the_file_that_was_to_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, opened = tmp_path / "valohai.yaml", os.open

    def read_only(where: Path | str, flags: int, *more: int) -> int:
        if flags & os.O_CREAT:
            raise OSError(errno.EROFS, "Read-only file system", str(where))
        return opened(where, flags, *more)

    def removed(self: Path) -> None:  # also of what is not there
        raise OSError(errno.EROFS, "Read-only file system", str(self))

    monkeypatch.setattr(os, "open", read_only)
    monkeypatch.setattr(Path, "unlink", removed)
    with pytest.raises(FileError) as raised:
        write_all([Write(path, b"new", None)])
    assert (raised.value.path, raised.value.why) == (
        path,
        "cannot write: read-only file system; nothing was written",
    )


def test_a_folder_or_a_missing_file_is_said_in_plain_words(tmp_path: Path) -> None:
    assert read_if_there(tmp_path / "none") is None
    assert read_if_there(tmp_path) == UnreadableFile(tmp_path, "this is a folder; name a file in it")


_WRITER = """
import sys
from pathlib import Path
from valohai_steps.project.disk.files import FileError
from valohai_steps.project.writing.transaction import Write, write_all
path, mark = Path(sys.argv[1]), sys.argv[2].encode()
base = path.read_bytes()
print("ready", flush=True)
sys.stdin.readline()
try:
    write_all([Write(path, base + mark * 1000, base)])
    print("won")
except FileError as error:
    print(error.why)
"""


@pytest.mark.process
def test_of_two_processes_one_wins_and_the_file_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "valohai.yaml"
    path.write_bytes(b"base")
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path), mark],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for mark in "ab"
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    said = sorted(writer.communicate(timeout=60)[0].strip() for writer in writers)
    content = path.read_bytes()
    assert content in (b"base" + b"a" * 1000, b"base" + b"b" * 1000)
    assert said == ["changed on disk since it was read; nothing was written, run again", "won"]
    assert names(tmp_path) == ["valohai.yaml"]
