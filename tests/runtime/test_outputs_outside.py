"""Nothing outside the outputs folder is removed, replaced or changed: by absolute paths, ``..`` or links."""

from __future__ import annotations

import contextlib
import os
import random
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

import valohai
from valohai._files import packing
from valohai._files.input_file import glob_files, walk


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The outputs folder, with a file, and beside it a folder of somebody else's data."""
    monkeypatch.setenv("VH_OUTPUTS_DIR", str(tmp_path / "outputs"))
    for name in ("outputs/a.txt", "outputs/sub/b.txt", "data/x.txt", "data/deep/y.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "outputs/to_file.txt").symlink_to(tmp_path / "data/x.txt")
    (tmp_path / "outputs/to_folder").symlink_to(tmp_path / "data")
    return tmp_path / "outputs"


def picture(folder: Path) -> dict[str, Any]:
    """Every file and link below ``folder``: content or target, and whether it may be written."""
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            found[str(path.relative_to(folder))] = str(path.readlink())
        elif path.is_file():
            writable = bool(path.stat().st_mode & stat.S_IWUSR)
            found[str(path.relative_to(folder))] = (path.read_text("utf-8", "replace"), writable)
    return found


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# What to take, in the folder that the test runs in; each leads to a file outside.
OUTSIDE = [
    "{tmp}/data/x.txt",
    "{tmp}/data",
    "{tmp}/data/*.txt",
    "{tmp}/outputs/../data/x.txt",
    "{tmp}/data/../data/**/*.txt",
    "to_file.txt",
    "*.txt",
    "to_folder",
    "to_folder/x.txt",
    "to_folder/*",
    "to_folder/deep/y.txt",
    "**/y.txt",
    "**",
    "*_folder/x*",
]


@pytest.mark.parametrize("source", OUTSIDE)
@pytest.mark.parametrize("several", [False, True])
def test_compress_removes_nothing_outside(source: str, several: bool, root: Path, tmp_path: Path) -> None:
    source = source.format(tmp=tmp_path)
    before = picture(tmp_path)
    with pytest.raises(ValueError, match=r"^compress\(\): .* is outside the outputs folder, .*; pass remove"):
        valohai.outputs().compress(["sub", source] if several else source, "all.zip")
    assert picture(tmp_path) == before


@pytest.mark.parametrize("source", OUTSIDE)
def test_compress_packs_what_is_outside_when_it_is_kept(source: str, root: Path, tmp_path: Path) -> None:
    before = picture(tmp_path)
    archive = valohai.outputs().compress(source.format(tmp=tmp_path), "all.zip", remove_originals=False)
    after = picture(tmp_path)
    del after["outputs/all.zip"]
    assert after == before
    with zipfile.ZipFile(archive) as packed:
        assert {packed.read(name).decode() for name in packed.namelist()} & {"data/x.txt", "data/deep/y.txt"}


@pytest.mark.parametrize("filename", OUTSIDE)
def test_live_upload_changes_nothing_outside(filename: str, root: Path, tmp_path: Path) -> None:
    before = picture(tmp_path)
    with pytest.raises(ValueError, match=r"^live_upload\(.* is outside the outputs folder, .*; Valohai"):
        valohai.outputs().live_upload(filename.format(tmp=tmp_path))
    assert picture(tmp_path) == before


@pytest.mark.parametrize("name", ["../data/x.txt", "sub/../../data/x.txt", "to_folder/../../data/x.txt"])
def test_a_relative_path_outside_is_refused_by_all(name: str, root: Path, tmp_path: Path) -> None:
    before = picture(tmp_path)
    outputs = valohai.outputs()
    for call in (
        lambda: outputs.compress(name, "all.zip", remove_originals=False),
        lambda: outputs.compress("a.txt", name.replace(".txt", ".zip"), remove_originals=False),
        lambda: outputs.live_upload(name),
    ):
        with pytest.raises(ValueError, match="is outside the outputs folder"):
            call()
    assert picture(tmp_path) == before


@pytest.mark.parametrize(
    ("archive", "options"),
    [
        ("{tmp}/data/all.zip", {}),
        ("{tmp}/data/all.zip", {"live_upload": True, "remove_originals": False}),
        ("to_folder/all.zip", {}),
        ("{tmp}/elsewhere/deep/all.zip", {}),
    ],
)
def test_the_archive_is_inside_too(
    archive: str, options: dict[str, bool], root: Path, tmp_path: Path
) -> None:
    before = picture(tmp_path)
    with pytest.raises(ValueError, match=r"the archive: .* is outside the outputs folder"):
        valohai.outputs().compress("a.txt", archive.format(tmp=tmp_path), **options)
    assert picture(tmp_path) == before
    assert not (tmp_path / "elsewhere").exists()


def test_an_archive_elsewhere_of_files_that_are_kept(root: Path, tmp_path: Path) -> None:
    archive = valohai.outputs().compress("a.txt", str(tmp_path / "new/all.zip"), remove_originals=False)
    assert zipfile.ZipFile(archive).namelist() == ["a.txt"]
    assert (root / "a.txt").exists()


def test_absolute_paths_and_links_that_stay_inside_are_taken(root: Path) -> None:
    (root / "same").symlink_to(root / "sub")
    (root / "link.txt").symlink_to("sub/b.txt")
    archive = valohai.outputs().compress([f"{root}/a.txt", "same/*", "link.txt"], f"{root}/all.zip")
    assert set(zipfile.ZipFile(archive).namelist()) == {"a.txt", "b.txt", "link.txt"}
    assert not {"a.txt", "link.txt", "sub/b.txt"} & picture(root).keys()


def test_a_file_by_two_names_is_removed_once(root: Path) -> None:
    (root / "same").symlink_to(root / "sub")
    archive = valohai.outputs().compress(["sub/../s*/b.txt", "a.txt"], "all.zip")
    assert set(zipfile.ZipFile(archive).namelist()) == {"sub/b.txt", "same/b.txt", "a.txt"}
    assert not (root / "sub/b.txt").exists()


def test_an_outputs_folder_that_is_a_link_is_the_folder_it_leads_to(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "by_link").symlink_to(root)
    monkeypatch.setenv("VH_OUTPUTS_DIR", str(tmp_path / "by_link"))
    archive = valohai.outputs("sub").compress([str(root / "a.txt"), "b.txt"], "all.zip")
    assert set(zipfile.ZipFile(archive).namelist()) == {"a.txt", "b.txt"}
    assert names_in(root) == ["sub", "to_file.txt", "to_folder"]


@pytest.mark.parametrize("pattern", ["**", "**/*.txt", "sub"])
def test_links_that_go_round_are_followed_once(pattern: str, root: Path) -> None:
    for name in ("to_file.txt", "to_folder"):
        (root / name).unlink()
    # With two of them, going round until the system refuses takes 2**40 steps.
    for name in ("latest", "best"):
        (root / name).symlink_to(root)
        (root / "sub" / name).symlink_to("..")
    archive = valohai.outputs().compress(pattern, "all.zip")
    names = {"b.txt", "best/a.txt", "latest/a.txt"} if pattern == "sub" else {"a.txt", "sub/b.txt"}
    assert set(zipfile.ZipFile(archive).namelist()) == names


def test_a_linked_folder_of_an_input_is_walked(root: Path) -> None:
    names = [file.name for file in walk(str(root))]
    assert names == ["a.txt", "to_file.txt", "sub/b.txt", "to_folder/x.txt", "to_folder/deep/y.txt"]


def test_what_is_no_file_is_passed_over(root: Path) -> None:
    os.mkfifo(root / "sub/pipe")  # to open it would wait for ever
    (root / "sub/nowhere").symlink_to(root / "gone")
    assert [file.name for file in walk(str(root / "sub"))] == ["b.txt"]
    assert [file.name for file in glob_files(f"{root}/sub/*")] == ["b.txt"]
    archive = valohai.outputs().compress("sub", "all.zip")
    assert zipfile.ZipFile(archive).namelist() == ["b.txt"]
    assert names_in(root / "sub") == ["nowhere", "pipe"]


@pytest.mark.parametrize("name", ["pipe", "nowhere", "none"])
def test_what_is_no_file_is_nothing_to_pack(name: str, root: Path) -> None:
    os.mkfifo(root / "pipe")
    (root / "nowhere").symlink_to(root / "gone")
    with pytest.raises(ValueError, match=r"compress\(\): no file to pack in"):
        valohai.outputs().compress(name, "all.zip")


def test_a_file_that_is_written_to_meanwhile_is_kept(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write = packing._write_zip

    def write_and_go_on(*args: Any) -> None:
        write(*args)
        with (root / "a.txt").open("a") as file:
            file.write(", and more")

    monkeypatch.setattr(packing, "_write_zip", write_and_go_on)
    valohai.outputs().compress(["a.txt", "sub/b.txt"], "all.zip")
    assert (root / "a.txt").read_text() == "outputs/a.txt, and more"
    assert not (root / "sub/b.txt").exists()
    assert capsys.readouterr().err == (
        f"valohai: compress(): {root}/a.txt was written to while it was packed; it is kept\n"
    )


def test_a_name_that_a_zip_cannot_hold_is_named(root: Path) -> None:
    odd = os.fsdecode(b"caf\xe9.txt")
    (root / "sub" / odd).write_text("x")
    with pytest.raises(ValueError, match=r"is not UTF-8, which a \.zip cannot hold; rename it, or"):
        valohai.outputs().compress("sub", "all.zip")
    valohai.outputs().compress("sub", "all.tar.gz")
    assert names_in(root / "sub") == []


def test_percent_signs_in_names_are_only_that(root: Path, tmp_path: Path) -> None:
    (tmp_path / "100%s.txt").touch()
    with pytest.raises(ValueError, match=r"100%s\.txt' is outside the outputs folder"):
        valohai.outputs().compress(str(tmp_path / "100%s.txt"), "all.zip")


PLACES = ["a", "b", "c.txt", "d"]
LINKS = [".", "..", "../a", "a", "c.txt", "{out}", "{ext}", "{ext}/f.txt", "../ext", "../../ext/e"]
SOURCES = ["**", "*", "a", "a/*", "**/*.txt", "c.txt", "b/**", "d", "a/../b/*", "*/*", "{ext}/*", "{out}/a"]


def grow(tmp_path: Path, dice: random.Random) -> None:
    """Files, pipes and links at random in the outputs folder, and a folder beside it."""
    (tmp_path / "ext/e").mkdir(parents=True)
    (tmp_path / "ext/f.txt").write_text("outside 1")
    (tmp_path / "ext/e/g.txt").write_text("outside 2")
    for number in range(dice.randrange(1, 9)):
        path = tmp_path.joinpath("out", *dice.choices(PLACES, k=dice.randrange(1, 4)))
        with contextlib.suppress(OSError):  # a file is where a folder should be: one thing fewer
            path.parent.mkdir(parents=True, exist_ok=True)
            kind = dice.random()
            if kind < 0.5:
                with path.open("x") as file:
                    file.write(f"inside {number}")
            elif kind < 0.9:
                target = dice.choice(LINKS).format(out=tmp_path / "out", ext=tmp_path / "ext")
                path.symlink_to(target)
            else:
                os.mkfifo(path)


def contents(archive: str) -> set[str]:
    with zipfile.ZipFile(archive) as packed:
        return {packed.read(name).decode() for name in packed.namelist()}


@pytest.mark.parametrize("seed", range(150))
def test_random_folders_lose_nothing(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is gone is in the archive, what was refused is as it was, and outside nothing changes."""
    dice = random.Random(seed)  # noqa: S311  # a test's own
    monkeypatch.setenv("VH_OUTPUTS_DIR", str(tmp_path / "out"))
    grow(tmp_path, dice)
    before = picture(tmp_path)
    sources = [
        dice.choice(SOURCES).format(out=tmp_path / "out", ext=tmp_path / "ext")
        for _ in range(dice.randrange(1, 3))
    ]
    kept = dice.random() < 0.3
    try:
        archive = valohai.outputs().compress(sources, "z.zip", remove_originals=not kept)
    except ValueError:
        assert picture(tmp_path) == before
        return
    after = picture(tmp_path)
    gone = {
        content[0] for name, content in before.items() if name not in after and isinstance(content, tuple)
    }
    assert gone <= contents(archive)
    assert not (kept and gone)
    for name, content in before.items():
        assert name in after or name.startswith("out/")
        assert after.get(name, content) == content
