"""Output paths, live uploads and archives."""

from __future__ import annotations

import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

import valohai
from valohai._files import packing

ENDINGS = [".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".ZIP"]


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The outputs folder."""
    monkeypatch.setenv("VH_OUTPUTS_DIR", str(tmp_path / "outputs"))
    return tmp_path / "outputs"


def write(root: Path, **contents: str) -> None:
    """Write output files; ``__`` in a name is ``/``, ``_`` is ``.``."""
    for name, content in contents.items():
        path = root / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def members(archive: str) -> dict[str, bytes]:
    if archive.lower().endswith(".zip"):
        with zipfile.ZipFile(archive) as packed:
            assert len(set(packed.namelist())) == len(packed.namelist())
            return {name: packed.read(name) for name in packed.namelist()}
    with tarfile.open(archive) as packed_tar:
        return {info.name: packed_tar.extractfile(info).read() for info in packed_tar}  # type: ignore[union-attr]  # it is there


def test_path_is_absolute_and_its_folder_made(root: Path) -> None:
    assert valohai.outputs().path("model.pt") == str(root / "model.pt")
    assert valohai.outputs("images").path("sub/a.png") == str(root / "images/sub/a.png")
    assert (root / "images/sub").is_dir()
    assert valohai.outputs("later").path("b.png", makedirs=False) == str(root / "later/b.png")
    assert not (root / "later").exists()
    assert valohai.outputs(str(root / "images")).path("a.png") == str(root / "images/a.png")
    assert valohai.outputs().dir_path == valohai.outputs("images").dir_path == str(root)


def test_local_paths_are_absolute_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("VH_OUTPUTS_DIR")
    monkeypatch.setenv("VH_FLAT_LOCAL_OUTPUTS", "1")
    assert valohai.outputs().path("a.txt") == str(tmp_path / ".valohai/outputs/a.txt")
    assert valohai.outputs().dir_path == ".valohai/outputs"


def test_an_absolute_filename_is_taken_as_it_is(root: Path, tmp_path: Path) -> None:
    assert valohai.outputs("x").path(str(tmp_path / "elsewhere/a.txt")) == str(tmp_path / "elsewhere/a.txt")
    again = valohai.outputs().path(valohai.outputs().path("a.txt"))
    assert again == str(root / "a.txt")


@pytest.mark.parametrize(
    ("name", "filename"),
    [
        ("", "../a.txt"),
        ("images", "../../a.txt"),
        ("../x", "a.txt"),
        ("/etc", "a.txt"),
        ("", "x/../../outputs2/a"),
    ],
)
def test_a_path_outside_the_outputs_folder_is_refused(name: str, filename: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is outside the outputs folder"):
        valohai.outputs(name).path(filename)
    assert list(tmp_path.iterdir()) == []


def test_a_sibling_whose_name_begins_alike_is_outside(root: Path) -> None:
    with pytest.raises(ValueError, match="is outside the outputs folder"):
        valohai.outputs(f"{root}2").path("a.txt")


def modes(root: Path) -> dict[str, bool]:
    """File -> whether its owner may write it."""
    return {
        str(path.relative_to(root)): bool(path.stat().st_mode & stat.S_IWUSR)
        for path in root.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize(
    ("filename", "writable"),
    [
        ("a.txt", {"b.txt", "sub/c.txt", "sub/deep/d.txt"}),
        ("*.txt", {"sub/c.txt", "sub/deep/d.txt"}),
        ("**/*.txt", set()),
        ("sub", {"a.txt", "b.txt"}),
        ("*.png", {"a.txt", "b.txt", "sub/c.txt", "sub/deep/d.txt"}),
    ],
)
def test_live_upload_makes_read_only(filename: str, writable: set[str], root: Path) -> None:
    write(root, a_txt="", b_txt="", sub__c_txt="", sub__deep__d_txt="")
    valohai.outputs().live_upload(filename)
    assert {name for name, may_write in modes(root).items() if may_write} == writable
    assert (root / "sub").stat().st_mode & stat.S_IWUSR


def test_live_upload_of_what_is_not_there() -> None:
    with pytest.raises(FileNotFoundError, match=r"live_upload\('a.txt'\): there is no file or folder"):
        valohai.outputs().live_upload("a.txt")


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("remove", [True, False])
def test_compress(ending: str, remove: bool, root: Path) -> None:
    write(root, images__a_png="A", images__b_png="B" * 10_000, images__empty_png="", images__c_txt="C")
    archive = valohai.outputs("images").compress("*.png", f"all{ending}", remove_originals=remove)
    assert archive == str(root / f"images/all{ending}")
    assert members(archive) == {"a.png": b"A", "b.png": b"B" * 10_000, "empty.png": b""}
    left = {path.name for path in (root / "images").iterdir()}
    assert left == {"c.txt", f"all{ending}", *(() if remove else ("a.png", "b.png", "empty.png"))}


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a.txt", {"a.txt"}),
        ("sub", {"c.txt", "deep/d.txt"}),
        ("sub/", {"c.txt", "deep/d.txt"}),
        ("**/*.txt", {"a.txt", "sub/c.txt", "sub/deep/d.txt"}),
        ("sub/**", {"c.txt", "deep/d.txt"}),
        (["a.txt", "sub"], {"a.txt", "c.txt", "deep/d.txt"}),
        (["*.txt", "a.txt", "none-*"], {"a.txt"}),
    ],
)
def test_names_in_the_archive(source: str | list[str], names: set[str], root: Path) -> None:
    write(root, a_txt="", sub__c_txt="", sub__deep__d_txt="")
    assert set(members(valohai.outputs().compress(source, "all.zip"))) == names


@pytest.mark.parametrize("ending", [".zip", ".tar.gz"])
def test_compress_twice_with_one_name_loses_nothing(ending: str, root: Path) -> None:
    write(root, a_txt="A", b_txt="old")
    valohai.outputs().compress("*", f"all{ending}")
    write(root, b_txt="new", c_txt="C")
    archive = valohai.outputs().compress("*", f"all{ending}")
    assert members(archive) == {"a.txt": b"A", "b.txt": b"new", "c.txt": b"C"}
    assert [path.name for path in root.iterdir()] == [f"all{ending}"]
    with pytest.raises(ValueError, match="no file to pack"):
        valohai.outputs().compress("*", f"all{ending}")
    assert set(members(archive)) == {"a.txt", "b.txt", "c.txt"}


def test_an_archive_of_an_earlier_run_is_replaced(root: Path) -> None:
    write(root, a_txt="A")
    with zipfile.ZipFile(root / "all.zip", "w") as packed:
        packed.writestr("stale.txt", "")
    assert set(members(valohai.outputs().compress("*.txt", "all.zip"))) == {"a.txt"}


def test_two_files_of_one_name_are_refused_and_kept(root: Path) -> None:
    write(root, x__a_txt="1", y__a_txt="2")
    with pytest.raises(ValueError, match=r"would both be 'a.txt' in .*; pack their common folder instead"):
        valohai.outputs().compress(["x/*", "y/*"], "all.zip")
    assert set(modes(root)) == {"x/a.txt", "y/a.txt"}


def test_originals_stay_when_packing_fails(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root, a_txt="A", b_txt="B")

    def full(source: str, target: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(packing.os, "replace", full)  # type: ignore[attr-defined]  # imported there, not exported
    with pytest.raises(OSError, match="No space left"):
        valohai.outputs().compress("*", "all.zip")
    assert set(modes(root)) == {"a.txt", "b.txt"}


def test_an_unknown_ending_is_refused(root: Path) -> None:
    write(root, a_txt="A")
    with pytest.raises(
        ValueError, match=r"cannot tell the format of .*all.rar.*; end it with .zip, .tar, .tar.gz"
    ):
        valohai.outputs().compress("*", "all.rar")


def test_nothing_to_pack_is_an_error_and_makes_no_folders(root: Path) -> None:
    with pytest.raises(ValueError, match="no file to pack in"):
        valohai.outputs().compress(["none/*.png", "a.txt"], "all.zip")
    assert not (root / "none").exists()


def test_the_archive_is_marked_for_live_upload(root: Path) -> None:
    write(root, a_txt="A")
    valohai.outputs().compress("*", "all.zip", live_upload=True)
    assert modes(root) == {"all.zip": False}


def test_absolute_sources_are_packed_from_where_they_are(root: Path, tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", a_txt="A")
    archive = valohai.outputs().compress(str(tmp_path / "elsewhere/*"), "all.zip", remove_originals=False)
    assert members(archive) == {"a.txt": b"A"}
    assert (tmp_path / "elsewhere/a.txt").exists()


def test_a_link_is_packed_as_what_it_leads_to(root: Path, tmp_path: Path) -> None:
    write(root, a_txt="A")
    (root / "link.txt").symlink_to(root / "a.txt")
    assert members(valohai.outputs().compress("*.txt", "all.tar")) == {"a.txt": b"A", "link.txt": b"A"}
