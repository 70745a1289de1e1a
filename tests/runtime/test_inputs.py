"""Local files, patterns, archives and streams."""

from __future__ import annotations

import io
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import valohai
from valohai._files.archives import _remove_in

from .conftest import Prepare, RunScript

TREE = ["a.csv", "b.csv", "sub/c.csv", "sub/deep/d.csv", "sub/e.txt", "[x].csv"]

# (default, the files by their paths below the test's folder)
LOCAL: list[tuple[str, list[str]]] = [
    ("data/a.csv", ["data/a.csv"]),
    ("data/*.csv", ["data/[x].csv", "data/a.csv", "data/b.csv"]),
    ("data/?.csv", ["data/a.csv", "data/b.csv"]),
    ("data/[b-z].csv", ["data/b.csv"]),
    ("data/[x].csv", ["data/[x].csv"]),  # there is a file of that very name
    ("data/*/*.csv", ["data/sub/c.csv"]),
    ("data/**/*.csv", ["data/[x].csv", "data/a.csv", "data/b.csv", "data/sub/c.csv", "data/sub/deep/d.csv"]),
    (
        "data",
        [
            "data/[x].csv",
            "data/a.csv",
            "data/b.csv",
            "data/sub/c.csv",
            "data/sub/e.txt",
            "data/sub/deep/d.csv",
        ],
    ),
    (
        "data/",
        [
            "data/[x].csv",
            "data/a.csv",
            "data/b.csv",
            "data/sub/c.csv",
            "data/sub/e.txt",
            "data/sub/deep/d.csv",
        ],
    ),
    ("data/*", ["data/[x].csv", "data/a.csv", "data/b.csv"]),
    ("./data/sub", ["./data/sub/c.csv", "./data/sub/e.txt", "./data/sub/deep/d.csv"]),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in TREE:
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "data"


@pytest.mark.parametrize(("default", "expected"), LOCAL)
def test_local_paths_folders_and_patterns(
    default: str, expected: list[str], prepare: Prepare, tree: Path
) -> None:
    prepare(inputs={"data": default})
    assert [path.replace("data//", "data/") for path in valohai.inputs("data").paths()] == expected


def test_absolute_and_home_paths_and_file_uris(
    prepare: Prepare, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tree))
    uri = (tree / "sub/e.txt").as_uri()
    prepare(inputs={"data": [str(tree / "a.csv"), "~/b.csv", uri]})
    assert list(valohai.inputs("data").paths()) == [
        str(tree / name) for name in ("a.csv", "b.csv", "sub/e.txt")
    ]


# (path_filter, names), over the folder data
FILTERS: list[tuple[str, list[str]]] = [
    ("a.csv", ["a.csv"]),
    ("*.txt", ["sub/e.txt"]),
    ("sub/*", ["sub/c.csv", "sub/e.txt", "sub/deep/d.csv"]),
    ("sub/**/*.csv", ["sub/c.csv", "sub/deep/d.csv"]),
    ("**/*.txt", ["sub/e.txt"]),
    ("?.csv", ["a.csv", "b.csv"]),
    ("[ab].csv", ["a.csv", "b.csv"]),
    ("[!a].csv", ["b.csv"]),
    ("a", []),
    ("A.CSV", []),
    ("a+csv", []),
]


@pytest.mark.parametrize(("path_filter", "names"), FILTERS)
def test_path_filter(path_filter: str, names: list[str], prepare: Prepare, tree: Path) -> None:
    prepare(inputs={"data": "data"})
    assert list(valohai.inputs("data").paths(path_filter)) == [f"data/{name}" for name in names]
    assert valohai.inputs("data").path(path_filter) == (f"data/{names[0]}" if names else None)


@pytest.mark.parametrize(
    ("default", "message"),
    [
        ("data/none.csv", "input 'training-set': there is no file or folder 'data/none.csv'"),
        ("data/*.parquet", "input 'training-set': no file matches 'data/*.parquet'"),
        (["data/a.csv", "none.csv"], "there is no file or folder 'none.csv'"),
    ],
)
def test_a_missing_path_is_named(default: object, message: str, prepare: Prepare, tree: Path) -> None:
    prepare(inputs={"training-set": default})
    with pytest.raises(FileNotFoundError) as raised:
        valohai.inputs("training-set").path()
    assert message in str(raised.value)
    assert "override it with --training-set=PATH" in str(raised.value)


def test_a_default_stands_in_for_a_missing_path(prepare: Prepare) -> None:
    prepare(inputs={"data": "none.csv", "empty": None})
    assert valohai.inputs("data").path(default="mine.csv") == "mine.csv"
    assert list(valohai.inputs("data").paths(default=["x", "y"])) == ["x", "y"]
    assert list(valohai.inputs("data").paths(default=[])) == []
    assert valohai.inputs("empty").path(default="mine.csv") == "mine.csv"


def test_dir_path_is_the_inputs_folder(prepare: Prepare) -> None:
    prepare(inputs={"data": None})
    assert valohai.inputs("data").dir_path() == ".valohai/inputs/train/data"


def test_streams_are_context_managers(prepare: Prepare, tree: Path) -> None:
    prepare(inputs={"data": "data/?.csv", "empty": None})
    with valohai.inputs("data").stream() as stream:  # type: ignore[union-attr]  # it is there
        assert stream.read() == b"a.csv"
    assert stream.closed
    contents = []
    for each in valohai.inputs("data").streams():
        with each:
            contents.append(each.read())
    assert contents == [b"a.csv", b"b.csv"]
    assert valohai.inputs("empty").stream() is None


MEMBERS = {"a.txt": b"A", "sub/b.txt": b"B" * 100_000, "empty.txt": b""}


def make_zip(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("sub/", b"")
        for name, content in members.items():
            packed.writestr(name, content)


def make_tar(path: Path, members: dict[str, bytes]) -> None:
    mode = {".gz": "gz", ".tgz": "gz", ".bz2": "bz2", ".xz": "xz"}.get(path.suffix.lower(), "")
    with tarfile.open(path, f"w:{mode}") as packed:  # type: ignore[call-overload]  # the mode is computed
        folder = tarfile.TarInfo("sub")
        folder.type = tarfile.DIRTYPE
        packed.addfile(folder)
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            packed.addfile(info, io.BytesIO(content))


def make_archive(path: Path, members: dict[str, bytes] = MEMBERS) -> None:
    (make_zip if path.suffix.lower() == ".zip" else make_tar)(path, members)


ENDINGS = [".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".ZIP", ".Tar.Gz"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_archives_are_unpacked(ending: str, prepare: Prepare, tmp_path: Path) -> None:
    make_archive(tmp_path / f"data{ending}")
    prepare(inputs={"data": f"data{ending}"})
    data = valohai.inputs("data")
    found = list(data.paths())
    assert [Path(path).read_bytes() for path in found] == list(MEMBERS.values())
    assert all(map(str.endswith, found, MEMBERS))
    assert list(data.paths("sub/*")) == [found[1]]
    assert data.path("*.txt") == found[0]
    assert data.path("*.png") is None
    assert list(data.paths(process_archives=False)) == [f"data{ending}"]
    contents = []
    for stream in data.streams("**/b.txt"):
        with stream:
            contents.append(stream.read())
    assert contents == [MEMBERS["sub/b.txt"]]


def test_the_first_path_unpacks_the_first_file_only(prepare: Prepare, tmp_path: Path) -> None:
    make_archive(tmp_path / "data.zip")
    prepare(inputs={"data": "data.zip"})
    first = valohai.inputs("data").path()
    assert first is not None
    assert [path.name for path in Path(first).parent.iterdir()] == ["a.txt"]


def test_an_archive_that_changed_is_unpacked_anew(prepare: Prepare, tmp_path: Path) -> None:
    make_archive(tmp_path / "data.zip")
    prepare(inputs={"data": "data.zip"})
    before = valohai.inputs("data").path()
    make_archive(tmp_path / "data.zip", {"a.txt": b"new content"})
    after = valohai.inputs("data").path()
    assert before is not None
    assert after is not None
    assert (Path(before).read_bytes(), Path(after).read_bytes()) == (b"A", b"new content")


def test_unpacked_files_are_removed_at_the_end(run_script: RunScript, tmp_path: Path) -> None:
    make_archive(tmp_path / "data.zip")
    script = (
        "import valohai\n"
        "valohai.prepare(step='t', default_inputs={'d': 'data.zip'})\n"
        "print(valohai.inputs('d').path())\n"
    )
    (tmp_path / "tmp").mkdir()
    result = run_script(script, TMPDIR=str(tmp_path / "tmp"))
    assert result.stdout.startswith(str(tmp_path / "tmp"))
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_forked_child_leaves_its_parents_files(tmp_path: Path) -> None:
    _remove_in(os.getpid() + 1, str(tmp_path))
    assert tmp_path.exists()


def test_a_tar_whose_last_member_is_a_zip_is_a_tar(prepare: Prepare, tmp_path: Path) -> None:
    make_zip(tmp_path / "inner.zip", {"a.txt": b"A"})
    make_tar(tmp_path / "data.tar", {"inner.zip": (tmp_path / "inner.zip").read_bytes()})
    prepare(inputs={"data": "data.tar"})
    assert [Path(path).name for path in valohai.inputs("data").paths()] == ["inner.zip"]


TRAVERSAL = ["../evil.txt", "sub/../../evil.txt", "/evil.txt", "..\\evil.txt", "sub/..", "\\evil.txt"]


@pytest.mark.parametrize("name", TRAVERSAL)
@pytest.mark.parametrize("make", [make_zip, make_tar])
def test_a_member_outside_its_folder_is_refused(
    make: Callable[[Path, dict[str, bytes]], None], name: str, prepare: Prepare, tmp_path: Path
) -> None:
    path = tmp_path / ("data.zip" if make is make_zip else "data.tar")
    make(path, {"good.txt": b"", name: b"evil"})
    prepare(inputs={"data": path.name})
    with pytest.raises(ValueError, match="reaches outside its folder"):
        list(valohai.inputs("data").paths())
    assert not list(tmp_path.rglob("evil.txt"))
    assert not Path("/evil.txt").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_a_link_in_a_tar_is_refused(kind: bytes, prepare: Prepare, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "data.tar", "w") as packed:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = kind, "/etc/passwd"
        packed.addfile(link)
    prepare(inputs={"data": "data.tar"})
    with pytest.raises(ValueError, match="refused, because its member 'link' is a link"):
        valohai.inputs("data").path()


def test_a_link_in_a_zip_is_refused(prepare: Prepare, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "data.zip", "w") as packed:
        info = zipfile.ZipInfo("link")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(info, "/etc/passwd")
    prepare(inputs={"data": "data.zip"})
    with pytest.raises(ValueError, match="'link' is a link"):
        valohai.inputs("data").path()


@pytest.mark.parametrize("ending", ENDINGS[:6])
@pytest.mark.parametrize("damage", ["not an archive", "cut", "empty"])
def test_a_damaged_archive_is_a_clear_error(
    ending: str, damage: str, prepare: Prepare, tmp_path: Path
) -> None:
    path = tmp_path / f"data{ending}"
    make_archive(path, {"a.txt": os.urandom(50_000)})
    content = path.read_bytes()
    path.write_bytes({"cut": content[: len(content) // 2], "empty": b""}.get(damage, b"not an archive"))
    prepare(inputs={"data": path.name})
    with pytest.raises(ValueError, match=r"cannot be unpacked: .*; replace the file"):
        list(valohai.inputs("data").paths())
