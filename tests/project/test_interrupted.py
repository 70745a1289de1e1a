"""A run killed at any moment, an editor that saves at any moment: nothing is lost, nothing is mixed.

The moments are all that Python tells an audit hook of: before each file is opened, linked, renamed, removed.
"""

import os
import signal
import stat
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from valohai_steps.project.disk.files import FileError
from valohai_steps.project.writing.exchange import exchange
from valohai_steps.project.writing.journal import digest
from valohai_steps.project.writing.transaction import Write, finish_interrupted, write_all

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks")
Save = Callable[[Path], None]
SAVED = b"saved by an editor\n"
EVENTS = ("open", "os.", "shutil.", "fcntl.", "valohai_steps.")
OLD = {"a/valohai.yaml": b"old a", "b/valohai.yaml": b"old b"}
NEW = {"a/valohai.yaml": b"new a", "a/requirements.txt": b"made", "b/valohai.yaml": b"new b"}


@pytest.fixture(params=["swapping", "renaming"])
def project(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two folders, on a file system that can swap files and on one that cannot."""
    if request.param == "renaming":
        for module in ("transaction", "recovery"):
            monkeypatch.setattr(f"valohai_steps.project.writing.{module}.exchange", lambda *_: False)
    return tmp_path


def fill(project: Path) -> None:
    for path in sorted(project.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    for name, content in OLD.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_bytes(content)


def contents(project: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(project)): path.read_bytes() for path in project.rglob("*") if path.is_file()
    }


def writes(project: Path) -> list[Write]:
    return [Write(project / name, content, OLD.get(name)) for name, content in NEW.items()]


def in_a_process(moment: int, act: Callable[[], None], run: Callable[[], object]) -> int:
    """Run in a process of its own, with `act` at the nth moment; its exit code, 3 when that never came."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    moments = count()
    acting = False

    def hook(event: str, _: object) -> None:
        nonlocal acting
        if not acting and event.startswith(EVENTS) and next(moments) == moment:
            acting = True
            act()
            acting = False

    try:
        sys.addaudithook(hook)
        run()
        os._exit(0 if next(moments) > moment else 3)
    except FileError:
        os._exit(2)
    except BaseException:  # noqa: BLE001, RUF100  # whatever it is, the parent sees the code
        os._exit(4)


def killed(project: Path, run: Callable[[], object]) -> Iterator[int]:
    """Each moment, after a run that was killed then."""
    for moment in count():
        fill(project)
        code = in_a_process(moment, lambda: os.kill(os.getpid(), signal.SIGKILL), run)
        if code != -signal.SIGKILL:
            assert (code, contents(project)) == (3, NEW)
            assert moment > 20  # the hook has seen it all
            return
        yield moment


@pytest.mark.process
@pytest.mark.parametrize("entrance", ["a", "b"])
def test_a_killed_run_is_finished_or_undone_by_the_next(entrance: str, project: Path) -> None:
    ends = []
    for _ in killed(project, lambda: write_all(writes(project))):
        finish_interrupted([project / entrance])
        finish_interrupted([project / "a", project / "b"])  # a journal that was still being written
        ends.append(contents(project))
        assert ends[-1] in (OLD, NEW)
    assert OLD in ends
    assert NEW in ends


@pytest.mark.process
def test_one_that_is_killed_while_it_finishes_is_finished_by_the_next(project: Path) -> None:
    folders = [project / "a", project / "b"]
    for moment in killed(project, lambda: write_all(writes(project))):
        if moment % 11 != 5:
            continue
        for second in count():
            fill(project)
            in_a_process(
                moment, lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: write_all(writes(project))
            )
            code = in_a_process(
                second, lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: finish_interrupted(folders)
            )
            finish_interrupted(folders)
            assert contents(project) in (OLD, NEW)
            if code != -signal.SIGKILL:
                break


@pytest.mark.process
def test_a_file_that_was_edited_after_the_kill_is_left_and_the_rest_undone(project: Path) -> None:
    path = project / "b" / "valohai.yaml"
    seen = set()
    for _ in killed(project, lambda: write_all(writes(project))):
        path.write_bytes(SAVED)
        finish_interrupted([project / "a", project / "b"])
        found = contents(project)
        assert found.pop("b/valohai.yaml") == SAVED
        seen.add(tuple(sorted(found.items())))
    finished = {name: content for name, content in NEW.items() if not name.startswith("b")}
    assert seen <= {(("a/valohai.yaml", b"old a"),), tuple(sorted(finished.items()))}


@pytest.mark.process
def test_a_mode_that_is_set_at_any_moment_is_kept(project: Path) -> None:
    path = project / "b" / "valohai.yaml"
    for moment in count():
        fill(project)
        path.chmod(0o644)
        code = in_a_process(moment, lambda: path.chmod(0o600), lambda: write_all(writes(project)))
        assert contents(project) == NEW
        if code == 3:
            assert moment > 20
            return
        assert (moment, stat.S_IMODE(path.stat().st_mode)) == (moment, 0o600)


def in_place(path: Path) -> None:
    path.write_bytes(SAVED)


def by_renaming(path: Path) -> None:
    path.with_name("its.swp").write_bytes(SAVED)
    path.with_name("its.swp").replace(path)


@pytest.mark.process
@pytest.mark.parametrize("save", [in_place, by_renaming])
@pytest.mark.parametrize("name", NEW)
def test_a_save_at_any_moment_is_kept(name: str, save: Save, tmp_path: Path) -> None:
    ends = set()
    for moment in count():
        fill(tmp_path)
        code = in_a_process(moment, lambda: save(tmp_path / name), lambda: write_all(writes(tmp_path)))
        if code == 3:
            break
        assert code in (0, 2), moment
        found = contents(tmp_path)
        assert found.pop(name) == SAVED, moment
        old, new = ({key: text for key, text in all_.items() if key != name} for all_ in (OLD, NEW))
        assert found == (new if code == 0 else old), moment
        ends.add(code)
    assert ends == {0, 2}
    assert moment > 20


def test_a_change_during_the_update_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path)
    path = tmp_path / "b" / "valohai.yaml"

    def saved_before_the_second(one: Path, other: Path) -> bool:
        if other == path and path.read_bytes() == OLD["b/valohai.yaml"]:
            path.write_bytes(SAVED)
        return exchange(one, other)

    monkeypatch.setattr("valohai_steps.project.writing.transaction.exchange", saved_before_the_second)
    with pytest.raises(
        FileError, match=r"b/valohai\.yaml: saved by somebody else while it was being updated"
    ):
        write_all(writes(tmp_path))
    assert contents(tmp_path) == {**OLD, "b/valohai.yaml": SAVED}


@pytest.mark.parametrize("target", ["../victim", "victim", "sub/victim", "link/victim"])
def test_a_journal_that_came_with_a_repository_reaches_nothing(target: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "repository" / "sub").mkdir(parents=True)
    (home / "repository" / "link").symlink_to(home)
    temporary = ".valohai-steps-0123456789abcdef.tmp"
    for folder in (home, home / "repository" / "sub"):
        (folder / "victim").write_bytes(b"precious")
        (folder / temporary).write_bytes(b"evil")
    digests = (digest(b"precious"), digest(b"evil"))
    entry = (
        f'{{"target": "{target}", "temporary": "{temporary}", "base": "{digests[0]}", "new": "{digests[1]}"}}'
    )
    (home / "repository" / ".valohai-steps.journal").write_text(f"[{entry}]")
    finish_interrupted([home / "repository"])
    assert (home / "victim").read_bytes() == b"precious"
    assert (home / "repository" / "sub" / "victim").read_bytes() == b"precious"


@pytest.mark.parametrize(
    "content", [b"", b"[", b"[3]", b"{}", b"null", b"[" * 100_000, b'[{"target": "\\u0000"}]']
)
def test_a_journal_of_any_content_is_taken_away(content: bytes, tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / "a" / ".valohai-steps.journal").write_bytes(content)
    assert finish_interrupted([tmp_path / "a"]) == []
    assert contents(tmp_path) == OLD
