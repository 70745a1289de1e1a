"""All files are written or none; links, modes, line ends and other processes are respected."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from valohai_steps.project.disk.files import LARGEST_FILE
from valohai_steps.project.writing.exchange import exchange

from .conftest import Run, names, process, source

CHANGED = "changed on disk since it was read; nothing was written, run again"
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes and links")


def three_projects(folder: Path) -> None:
    for name in "abc":
        (folder / name).mkdir()
        (folder / name / "train.py").write_text(source(name, lr=0.1))
        (folder / name / "valohai.yaml").write_text(f"# of {name}\n")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_files_and_folders_go_into_one_transaction(run: Run, tmp_path: Path) -> None:
    three_projects(tmp_path)
    (tmp_path / "d.py").write_text(source("d", lr=0.1))
    result = run("update", "a/train.py", "b", "d.py", "c/", "--no-requirements")
    assert (result.code, result.out) == (0, "")
    assert result.err == (
        "a/valohai.yaml: updated: 1 step added\n"
        "valohai.yaml: created: 1 step added\n"
        "b/valohai.yaml: updated: 1 step added\n"
        "c/valohai.yaml: updated: 1 step added\n"
    )
    for name in "abc":
        text = (tmp_path / name / "valohai.yaml").read_text()
        assert text.startswith(f"# of {name}\n")
        assert yaml.safe_load(text)[0]["step"]["name"] == name


@pytest.mark.parametrize(
    ("third", "expected"),
    [
        ("import valohai\nvalohai.prepare(step=unknown)\n", "c/train.py:2:22: unknown is not defined"),
        (None, "valohai-steps: c/train.py: no such file or folder"),
    ],
)
def test_none_is_written_when_the_third_file_fails(
    third: str | None, expected: str, run: Run, tmp_path: Path
) -> None:
    three_projects(tmp_path)
    path = tmp_path / "c" / "train.py"
    path.unlink()
    if third is not None:
        path.write_text(third)
    before = contents(tmp_path)
    result = run("update", "a/train.py", "b/train.py", "c/train.py")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(expected)
    assert contents(tmp_path) == before


def test_every_refusal_is_named_at_once(run: Run, tmp_path: Path) -> None:
    three_projects(tmp_path)
    for name in "ab":
        (tmp_path / name / "train.py").write_text("import valohai\nvalohai.prepare(step=unknown)\n")
    result = run("update")
    assert [line.partition(": ")[0] for line in result.err.splitlines()] == [
        "a/train.py:2:22",
        "b/train.py:2:22",
    ]


@pytest.mark.parametrize("fails_at", ["staging", "replacing"])
def test_none_is_written_when_the_disk_is_full(
    fails_at: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_projects(tmp_path)
    before = contents(tmp_path)
    third = tmp_path / "c" / "valohai.yaml"
    synced = os.fsync
    calls = 0

    def fsync(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 6:  # three journals, three files  # as `write` does: without the name of a file
            raise OSError(errno.ENOSPC, "No space left on device")
        synced(descriptor)

    def full(one: Path, other: Path) -> bool:
        if other == third:
            raise OSError(errno.ENOSPC, "No space left on device", str(other))
        return exchange(one, other)

    if fails_at == "staging":
        monkeypatch.setattr(os, "fsync", fsync)
    else:
        monkeypatch.setattr("valohai_steps.project.writing.transaction.exchange", full)
    result = run("update", "--no-requirements")
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "valohai-steps: c/valohai.yaml: cannot write: no space left on device; nothing was written\n"
    )
    assert contents(tmp_path) == before


def test_of_two_processes_at_once_none_corrupts(tmp_path: Path) -> None:
    texts = {name: source(name, **{f"p{i}": i for i in range(200)}) for name in ("one", "two")}
    for name, text in texts.items():
        (tmp_path / f"{name}.py").write_text(text)
    base = "# written by hand\n"
    for _ in range(5):
        (tmp_path / "valohai.yaml").write_text(base)
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "valohai_steps", "update", f"{name}.py", "--no-requirements"],
                cwd=tmp_path,
                stderr=subprocess.PIPE,
                text=True,
            )
            for name in texts
        ]
        ends = [(process.communicate(timeout=60)[1], process.returncode) for process in running]
        text = (tmp_path / "valohai.yaml").read_text()
        written = {item["step"]["name"] for item in yaml.safe_load(text)}
        won = {name for name, (_, code) in zip(texts, ends, strict=True) if code == 0}
        assert text.startswith(base)
        assert written == won != set()
        for said, code in ends:
            if code:
                assert (said, code) == (
                    f"valohai-steps: valohai.yaml: {CHANGED}\n",
                    2,
                )
    assert names(tmp_path) == ["one.py", "two.py", "valohai.yaml"]


@posix
def test_a_linked_valohai_yaml_stays_a_link_with_its_targets_mode(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    target = tmp_path / "shared" / "steps.yaml"
    target.write_text("# shared\n")
    target.chmod(0o640)
    (tmp_path / "valohai.yaml").symlink_to("shared/steps.yaml")
    (tmp_path / "train.py").write_text(source(lr=0.1))
    assert run("update", "--no-requirements").err == "valohai.yaml: updated: 1 step added\n"
    assert (tmp_path / "valohai.yaml").is_symlink()
    assert target.read_text().startswith("# shared\n- step:\n    name: train\n")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert "python ./train.py {parameters}" in target.read_text()


@posix
def test_a_link_to_nothing_is_said_to_be_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "valohai.yaml").symlink_to("gone.yaml")
    (tmp_path / "train.py").write_text(source(lr=0.1))
    result = run("update")
    assert (result.code, result.err) == (
        2,
        (
            "valohai.yaml: a link to gone.yaml, which is not there; "
            "create that file or remove the link (nothing was written)\n"
        ),
    )
    assert names(tmp_path) == ["train.py", "valohai.yaml"]


@posix
def test_a_read_only_file_is_one_clear_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "valohai.yaml"
    path.write_text("# mine\n")
    path.chmod(0o444)
    (tmp_path / "train.py").write_text(source(lr=0.1))
    access = os.access
    monkeypatch.setattr(os, "access", lambda at, mode: at != path and access(at, mode))  # also as root
    result = run("update")
    assert (result.code, result.err) == (
        2,
        (
            "valohai-steps: valohai.yaml: cannot write: permission denied; check the rights of the file "
            "and its folder; nothing was written\n"
        ),
    )
    assert (names(tmp_path), path.read_text()) == (["train.py", "valohai.yaml"], "# mine\n")


def test_windows_line_ends_are_kept_everywhere(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_bytes(source(lr=0.1).replace("\n", "\r\n").encode())
    run("update")
    for name in ("valohai.yaml", "requirements.txt"):
        path = tmp_path / name
        path.write_bytes(
            path.read_bytes().replace(b"\n", b"\r\n").replace(b"valohai-utils\r\n", b"torch\r\n")
        )
    (tmp_path / "train.py").write_bytes(source(lr=0.2, x=1).replace("\n", "\r\n").encode())
    assert run("update").code == 0
    for name in ("valohai.yaml", "requirements.txt"):
        data = (tmp_path / name).read_bytes()
        assert data.count(b"\n") == data.count(b"\r\n") > 0
    assert (tmp_path / "requirements.txt").read_bytes() == b"torch\r\nvalohai-utils\r\n"


def test_another_folder_for_the_yaml(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(source(lr=0.1))
    (tmp_path / "ml").mkdir()
    assert run("update", "--yaml", "ml/valohai.yaml").code == 0
    (step,) = yaml.safe_load((tmp_path / "ml" / "valohai.yaml").read_text())
    assert step["step"]["command"][-1] == "python ../train.py {parameters}"
    assert names(tmp_path) == ["ml", "train.py"]
    result = run("update", "--yaml", "none/valohai.yaml")
    assert (result.code, result.err) == (
        2,
        (
            "valohai-steps: none/valohai.yaml: there is no folder none; create it, or name another file "
            "with --yaml (nothing was written)\n"
        ),
    )


def test_a_file_outside_of_this_folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "train.py").write_text(source(lr=0.1))
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    result = run("update", "../train.py")
    assert (
        result.err
        == "../valohai.yaml: created: 1 step added\n../requirements.txt: created: added valohai-utils\n"
    )
    assert run("update", str(tmp_path / "train.py"), "--check").err == "../valohai.yaml: up to date\n"
    assert names(here) == []


def test_from_inside_a_repository_its_valohai_yaml_counts(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "valohai.yaml").write_text("# top\n")
    source_folder = tmp_path / "src"
    source_folder.mkdir()
    (source_folder / "train.py").write_text(source(lr=0.1))
    monkeypatch.chdir(source_folder)
    assert run("update", "--no-requirements").err == "../valohai.yaml: updated: 1 step added\n"
    assert "python ./src/train.py {parameters}" in (tmp_path / "valohai.yaml").read_text()
    assert names(source_folder) == ["train.py"]


def test_one_step_in_two_files_is_known_when_one_of_them_is_named(run: Run, tmp_path: Path) -> None:
    text = 'import valohai\nvalohai.prepare(step="both", multifile=True, default_parameters={"x": 1})\n'
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text(text)
    assert run("update", "--no-requirements").code == 0
    assert run("update", "--check", "b.py", "--no-requirements").code == 0
    (tmp_path / "b.py").write_text(text.replace("multifile=True, ", ""))
    assert "VH108" in run("check", "b.py").out


def test_check_reads_standard_input_under_the_name_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "train.py").write_text("nothing")
    run_check = ("check", "-", "--stdin-filename", "src/train.py")
    done = process(tmp_path, *run_check, stdin=source(lr=0.1).encode())
    assert (done.returncode, done.stdout.split(b": ")[0]) == (0, b"src/train.py:3:22")
    anonymous = process(tmp_path, "check", "-", stdin=b"import valohai\nvalohai.prepare(step=unknown)\n")
    assert (anonymous.returncode, anonymous.stdout.split(b": ")[0]) == (1, b"stdin.py:2:22")
    broken = process(tmp_path, "check", "-", stdin=b"\xff\xfe")
    assert (broken.returncode, broken.stderr) == (
        2,
        b"valohai-steps: standard input: byte 0 is not UTF-8; pass the text as UTF-8\n",
    )
    settings = process(
        tmp_path, "check", "-", "--stdin-filename", "valohai.yaml", stdin=b"- step: {name: [a\n"
    )
    assert (settings.returncode, settings.stdout[:13]) == (1, b"valohai.yaml:")


def test_standard_input_is_read_up_to_a_bound(tmp_path: Path) -> None:
    whole = process(tmp_path, "check", "-", stdin=b"#" * (LARGEST_FILE + 1))
    assert (whole.returncode, whole.stdout, whole.stderr) == (
        2,
        b"",
        b"valohai-steps: standard input is larger than 50 MB; it was not read\n",
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["update", "-"], "- (standard input) is read by `valohai-steps check` alone; name a file here"),
        (["check", "-", "x"], "- reads standard input; name no other file with it"),
        (["check", "--stdin-filename", "x"], "--stdin-filename says what standard input is called; give -"),
        (["check", "README.md"], "README.md: not a Python file, notebook or valohai.yaml; name one of those"),
        (["check", "-", "--stdin-filename", "x.md"], "x.md: not a Python file, notebook or valohai.yaml"),
        (["show", "."], ".: this is a folder; name one Python file or notebook in it"),
        (["update", "valohai.yaml"], "valohai.yaml: this file is the output of update; pass the Python"),
        (["server", "--tcp", "x"], "--tcp x: give HOST:PORT or a port, such as 127.0.0.1:2087"),
        (
            ["server", "--tcp", "9" * 5000],
            f"--tcp {'9' * 5000}: give HOST:PORT or a port, such as 127.0.0.1:2087",
        ),
    ],
)
def test_what_cannot_be_is_answered_with_what_can(
    arguments: list[str], expected: str, run: Run, tmp_path: Path
) -> None:
    for name in ("valohai.yaml", "README.md"):
        (tmp_path / name).write_text("")
    result = run(*arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"valohai-steps: {expected}")


@posix
def test_a_strange_folder_is_looked_through(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(source(lr=0.1))
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "loop").symlink_to(".")
    (tmp_path / "gone.py").symlink_to("nowhere")
    (tmp_path / "folder.py").mkdir()
    assert run("update", "--no-requirements").err == "valohai.yaml: created: 1 step added\n"
    assert run("update", "pipe.py").err == "valohai-steps: pipe.py: this is not a regular file\n"


@posix
def test_what_a_killed_run_has_left_is_finished_first(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(source(lr=0.1))
    kill = """
import os, sys
from valohai_steps.cli.main import main
from valohai_steps.project.writing import transaction
transaction._end = lambda _: os.kill(os.getpid(), 9)
main(["update"])
"""
    done = subprocess.run([sys.executable, "-c", kill], cwd=tmp_path, check=False)
    assert done.returncode == -9
    assert len(names(tmp_path)) > 3
    (tmp_path / "requirements.txt").unlink()  # as if it had been killed a moment earlier
    assert run("update").err == (
        "requirements.txt: the update that was interrupted is finished\nvalohai.yaml: up to date\n"
    )
    assert names(tmp_path) == ["requirements.txt", "train.py", "valohai.yaml"]


def test_one_step_in_two_files_is_not_written_from_either(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(source("train", lr=0.1))
    assert run("update").code == 0
    before = (tmp_path / "valohai.yaml").read_bytes()
    (tmp_path / "b.py").write_text(source("train", epochs=5))
    (tmp_path / "c.py").write_text(source("eval", lr=0.1))
    result = run("update", "b.py")
    assert (result.code, result.err) == (
        2,
        (
            "b.py:3:22: step 'train' is also declared in a.py; rename one of them, or give both "
            "multifile=True when they are one step in two files (nothing was written)\n"
        ),
    )
    assert (tmp_path / "valohai.yaml").read_bytes() == before
    result = run("update")
    assert (result.code, result.err.splitlines()[0]) == (2, "valohai.yaml: updated: 1 step added")
    assert result.err.count("(this step was not written)") == 2
    assert (tmp_path / "valohai.yaml").read_bytes().startswith(before)


def test_a_helper_without_a_call_is_passed_over(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(source("train", lr=0.1))
    (tmp_path / "helper.py").write_text("import os\n")
    result = run("update", "a.py", "helper.py", "--no-requirements")
    assert (result.code, result.err) == (
        0,
        "helper.py: passed over: no valohai.prepare() call in it\nvalohai.yaml: created: 1 step added\n",
    )
    result = run("update", "helper.py")
    assert (result.code, result.err) == (
        2,
        "valohai-steps: helper.py: no valohai.prepare() call in this file; name the file that makes one\n",
    )


def test_what_is_still_used_is_removed_by_force_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(source(lr=0.1, epochs=5))
    run("update", "--no-requirements")
    path = tmp_path / "valohai.yaml"
    pipeline = (
        "- pipeline: {name: p, nodes: [{name: a, type: execution, step: train, "
        "override: {parameters: [{name: epochs, default: 7}]}}]}\n"
    )
    path.write_text(path.read_text() + pipeline)
    before = path.read_bytes()
    (tmp_path / "train.py").write_text(source(lr=0.1))
    for arguments in ((), ("--check",), ("--diff",)):
        result = run("update", "--no-requirements", *arguments)
        assert (result.code, result.out) == (2, "")
        assert result.err == (
            "valohai.yaml:16:102: node 'a' of pipeline 'p' uses parameter 'epochs' of step 'train', which "
            "Python does not declare; declare it (nothing was written; --force removes it)\n"
        )
    assert path.read_bytes() == before
    assert run("update", "--force", "--no-requirements").err == "valohai.yaml: updated: removed epochs\n"
    assert "name: epochs\n" not in path.read_text()


@posix
@pytest.mark.parametrize("command", ["check", "update"])
def test_a_folder_that_was_removed_under_the_command_is_named(
    command: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    result = run(command)
    why = "the folder that this was started in is no longer there; change to one that is"
    assert (result.code, result.out, result.err) == (2, "", f"valohai-steps: {why}\n")
