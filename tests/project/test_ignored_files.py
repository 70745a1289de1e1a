"""What a scan passes over, with git itself as the oracle."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from valohai_steps.project.disk.ignored.git_index import tracked_paths
from valohai_steps.project.disk.ignored.ignore_rules import read_ignore_file
from valohai_steps.project.disk.scan import scan

NAMES = ("a", "b.py", "ab", "a b", "#x", "!y", "[z]", "é.py", "a.txt", "deep")
ENVIRONMENT = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def git(folder: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    command = ["git", "-c", "user.name=n", "-c", "user.email=e@host.example", *arguments]
    done = subprocess.run(command, cwd=folder, input=stdin, capture_output=True, check=False, env=ENVIRONMENT)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def looked_at(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in scan(folder)}


def listed_by_git(folder: Path) -> set[str]:
    listed = git(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.py")
    return {os.fsdecode(name) for name in listed.split(b"\0") if name}


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("import valohai\n")


lines = st.text(st.sampled_from(r"ab/*?[]!#\- .pyé^:{z"), max_size=9) | st.sampled_from(
    ["**/b.py", "a/**", "a/**/b.py", "**", "*", "!", "\\", "/a", "a/", "!a/b.py", "[[:alpha:]]", "[!a]",
     "[]-a]", "*b*", "a\\ ", "b.py  ",
     "\\#x", "\\!y", "/", "//", "[z", "[a-", "deep/*", "!deep/a/", "*.py", "!*b.py"]
)  # fmt: skip
paths = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map("/".join)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repository")
    git(folder, "init", "-q")
    return folder


@pytest.mark.process
@given(st.lists(lines, max_size=5), st.lists(paths, min_size=1, max_size=12, unique=True))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_each_line_means_what_it_means_to_git(repository: Path, text: list[str], asked: list[str]) -> None:
    data = "\n".join(text).encode()
    (repository / ".gitignore").write_bytes(data)
    said = git(repository, "check-ignore", "-z", "--no-index", "--stdin", stdin="\0".join(asked).encode())
    rules = read_ignore_file(data)

    def ignored(name: str) -> bool:
        parents = [parent for parent in reversed(Path(name).parents) if parent.parts]
        return any(rules.decision(parent, is_folder=True) for parent in parents) or bool(
            rules.decision(Path(name), is_folder=False)
        )

    expected = {name.decode() for name in said.split(b"\0") if name}
    assert {name for name in asked if ignored(name)} == expected


@pytest.mark.process
@pytest.mark.parametrize(
    "text",
    [
        b"!\n*.tmp\n",
        b"\\\nold/\n",
        b"\xef\xbb\xbfold/\n",
        b"old/\r\n",
        b"a\0b\nold/\n",
        b"[\nold/",
        b"\n\n#\n",
    ],
)
def test_odd_lines_are_passed_over_as_git_does(text: bytes, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, "train.py", "old/a.py", "sub/old/b.py")
    (tmp_path / ".gitignore").write_bytes(text)
    assert looked_at(tmp_path) == listed_by_git(tmp_path)
    assert "train.py" in looked_at(tmp_path)


@pytest.mark.process
@pytest.mark.parametrize("version", ["2", "4"])
@pytest.mark.parametrize("objects", ["sha1", "sha256"])
def test_what_git_tracks_counts_although_it_is_ignored(version: str, objects: str, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", f"--object-format={objects}")
    git(tmp_path, "config", "index.version", version)
    (tmp_path / ".gitignore").write_text("build/\n*_tmp.py\nall/**\n")
    write(
        tmp_path, "train.py", "a_tmp.py", "b_tmp.py", "build/c.py", "build/d.py", "build/x/e.py", "all/f.py"
    )
    git(tmp_path, "add", "-f", "train.py", "a_tmp.py", "build/c.py", "all/f.py")
    git(tmp_path, "add", "-N", "-f", "build/x/e.py")  # version 3 has flags for this
    assert looked_at(tmp_path) == listed_by_git(tmp_path)
    assert looked_at(tmp_path) == {"train.py", "a_tmp.py", "build/c.py", "build/x/e.py", "all/f.py"}
    assert {path.relative_to(tmp_path).as_posix() for path in scan(tmp_path / "build")} == {
        "build/c.py", "build/d.py", "build/x/e.py",
    }  # asked for by name  # fmt: skip


@pytest.mark.process
def test_a_worktree_has_an_index_of_its_own(tmp_path: Path) -> None:
    main, other = tmp_path / "main", tmp_path / "other"
    main.mkdir()
    git(main, "init", "-q")
    (main / ".gitignore").write_text("*_tmp.py\n")
    write(main, "a_tmp.py", "b_tmp.py")
    git(main, "add", "-f", "a_tmp.py", ".gitignore")
    git(main, "commit", "-qm", "one")
    git(main, "worktree", "add", "-q", str(other))
    assert looked_at(other) == {"a_tmp.py"}


@given(st.binary(max_size=300))
def test_an_index_of_any_bytes_lists_something_or_nothing(data: bytes) -> None:
    assert list(tracked_paths(data)) == []
    assert len(list(tracked_paths(b"DIRC\0\0\0\x02\xff\xff\xff\xff" + data))) == 0


@pytest.mark.process
def test_a_cut_index_lists_nothing(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, "a.py", "b.py")
    git(tmp_path, "add", ".")
    data = (tmp_path / ".git" / "index").read_bytes()
    assert list(tracked_paths(data)) == [b"a.py", b"b.py"]
    for end in range(60, 150, 7):
        assert list(tracked_paths(data[:end])) == []


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="pipes and links")
@pytest.mark.parametrize("kind", ["pipe", "zero", "random", "huge", "itself", "folder"])
@pytest.mark.parametrize("name", [".gitignore", "pyproject.toml", ".git/index", ".git"])
def test_what_is_read_without_being_asked_for_never_hangs(kind: str, name: str, tmp_path: Path) -> None:
    write(tmp_path, "train.py")
    (tmp_path / ".gitignore").write_text("*_tmp.py\n")
    write(tmp_path, "a_tmp.py")
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "zero" | "random":
            path.symlink_to(f"/dev/{'zero' if kind == 'zero' else 'urandom'}")
        case "huge":
            with path.open("wb") as file:
                file.truncate(1 << 40)
        case "itself":
            path.symlink_to(path.name)
        case _:
            path.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "valohai_steps", "check"],
        cwd=tmp_path,
        capture_output=True,
        timeout=20,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    assert b"no findings" in done.stderr or name == "pyproject.toml"


def test_a_glob_with_many_stars_takes_no_time() -> None:
    rules = read_ignore_file(b"*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b\n**/a/**/a/**/a/**/a/**/a/**/a/**/b\n")
    assert rules.decision(Path("a" * 250), is_folder=False) is None
    assert rules.decision(Path("/".join("a" * 120)), is_folder=False) is None


@pytest.mark.skipif(sys.platform == "win32", reason="links")
def test_one_file_under_two_names_is_one_file(tmp_path: Path) -> None:
    write(tmp_path, "m/train.py")
    (tmp_path / "a_link.py").symlink_to("m/train.py")
    assert looked_at(tmp_path) == {"m/train.py"}
    (tmp_path / ".gitignore").write_text("m/\n")
    (tmp_path / "b_link.py").symlink_to("a_link.py")
    assert looked_at(tmp_path) == {"a_link.py"}


def test_a_glob_that_no_name_can_match_is_passed_over(tmp_path: Path) -> None:
    """A client's settings may hold half a character."""
    (tmp_path / "train.py").write_text("import valohai\n")
    assert list(scan(tmp_path, ("\ud800", "other.py"))) == [tmp_path / "train.py"]
