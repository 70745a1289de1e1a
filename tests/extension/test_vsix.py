"""The VS Code extension as it is installed: what each file holds, and that its server runs."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXTENSION = ROOT / "vscode-extension"
PYTHONS = ("310", "311", "312", "313", "314")
# How a compiled module's file name ends on each target, for CPython 3.`python`.
ENDINGS = {
    "linux-x64": ".cpython-{python}-x86_64-linux-gnu.so",
    "linux-arm64": ".cpython-{python}-aarch64-linux-gnu.so",
    "alpine-x64": ".cpython-{python}-x86_64-linux-musl.so",
    "darwin-x64": ".cpython-{python}-darwin.so",
    "darwin-arm64": ".cpython-{python}-darwin.so",
    "win32-x64": ".cp{python}-win_amd64.pyd",
}
COMPILED = ("yaml/_yaml", "tree_sitter/_binding", "msgspec/_core")

pytestmark = [pytest.mark.editor, pytest.mark.xdist_group("vsix")]


def vsix(target: str) -> Path:
    """The file that `make vsix` has built."""
    found = ROOT / "dist" / f"valohai-steps-{target}.vsix"
    if not found.exists():
        assert os.environ.get("CI") != "true", f"CI must have {found}; `make vsix` builds it"
        pytest.skip(f"no {found.name}; `make vsix` builds it")
    return found


def contents(target: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(vsix(target))


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("linux")
    with contents("linux-x64") as archive:
        archive.extractall(folder)
    return folder / "extension"


@pytest.mark.parametrize("target", ENDINGS)
def test_a_file_holds_the_server_for_every_python(target: str) -> None:
    with contents(target) as archive:
        names = set(archive.namelist())
        assert f'TargetPlatform="{target}"' in archive.read("extension.vsixmanifest").decode()
    for module in COMPILED:
        for python in PYTHONS:
            name = f"extension/bundled/libs/{module}{ENDINGS[target].format(python=python)}"
            # Python 3.10 knows no ending of musl's own.
            assert name in names or (python == "310" and name.replace("musl", "gnu") in names)
    sources = {path.relative_to(ROOT / "server") for path in (ROOT / "server").rglob("*.py")}
    assert {f"extension/bundled/libs/{path.as_posix()}" for path in sources} <= names
    assert any(name.endswith("/rules.md") for name in names)


@pytest.mark.parametrize("target", ENDINGS)
def test_a_file_holds_nothing_else(target: str) -> None:
    with contents(target) as archive:
        names = archive.namelist()
        size = sum(entry.compress_size for entry in archive.infolist())
    assert not [
        name for name in names if "__pycache__" in name or "/tests/" in name or "node_modules" in name
    ]
    assert not [name for name in names if name.startswith("extension/bundled/libs/valohai/")]
    assert not [name for name in names if name.startswith("extension/src/")]
    assert size < 16_000_000


def test_two_builds_are_the_same_bytes(tmp_path: Path) -> None:
    built = []
    for name, environment in {
        "one": {"TZ": "UTC", "PYTHONHASHSEED": "1"},
        "other": {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "2"},
    }.items():
        tool = [sys.executable, "-m", "tools.make_vsix", "linux-x64"]
        subprocess.run(
            [*tool, "--output", str(tmp_path / name)],
            check=True,
            capture_output=True,
            cwd=ROOT,
            env={**os.environ, **environment},
        )
        built.append((tmp_path / name / "valohai-steps-linux-x64.vsix").read_bytes())
    assert built[0] == built[1]


def pythons() -> list[str]:
    """The Pythons of this machine that the server supports; shims of a version manager are none."""
    found = {shutil.which(f"python3.{minor}", path="/usr/bin:/usr/local/bin") for minor in range(10, 15)}
    found |= {str(path) for path in Path.home().glob(".pyenv/versions/3.1[0-4]*/bin/python")}
    return sorted(path for path in {*found, sys.executable} if path is not None)


@pytest.mark.parametrize("python", pythons())
def test_the_bundled_server_answers(unpacked: Path, python: str, tmp_path: Path) -> None:
    """Whatever the environment holds: none of it is imported, and nothing is written beside the server."""
    poison = tmp_path / "poison"
    for name in ("yaml", "pygls", "sitecustomize", "json"):
        (poison / name).mkdir(parents=True)
        (poison / name / "__init__.py").write_text("raise SystemExit('imported from the environment')")
    asked: list[dict[str, object]] = [
        {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}},
        {"method": "initialized", "params": {}},
        {"id": 2, "method": "shutdown"},
        {"method": "exit"},
    ]
    bytecode = tmp_path / "bytecode"
    done = subprocess.run(
        [
            *(python, "-I", "-S", "-X", "utf8", "-X", f"pycache_prefix={bytecode}"),
            *(unpacked / "bundled" / "start.py", "--stdio"),
        ],
        input=b"".join(map(message, asked)),
        capture_output=True,
        cwd=poison,
        env={
            "HOME": str(tmp_path),
            "PATH": "",
            "SYSTEMROOT": os.environ.get("SYSTEMROOT", ""),
            "PYTHONPATH": str(poison),
        },
        timeout=60,
        check=False,
    )
    said = done.stderr.decode()
    assert b'"hoverProvider"' in done.stdout, said
    assert (done.returncode, said) == (0, "")
    assert list(bytecode.rglob("server.*.pyc"))
    assert not list(unpacked.rglob("__pycache__"))


def message(content: dict[str, object]) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **content}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def test_a_python_that_is_too_old_is_told_so(unpacked: Path) -> None:
    old = sorted(Path.home().glob(".pyenv/versions/3.[6-9].*/bin/python"))
    if not old:
        pytest.skip("no Python older than 3.10 here")
    done = subprocess.run(
        [old[0], "-I", "-S", unpacked / "bundled" / "start.py"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The language server needs Python 3.10 or newer; this is ")


def test_a_broken_bundle_is_told_in_one_line(unpacked: Path, tmp_path: Path) -> None:
    shutil.copytree(unpacked / "bundled", tmp_path / "bundled")
    shutil.rmtree(tmp_path / "bundled" / "libs" / "pygls")
    done = subprocess.run(
        [sys.executable, "-I", "-S", tmp_path / "bundled" / "start.py"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "cannot be loaded by" in done.stderr
    assert "install the extension again" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_other_extension_is_told_what_we_say_ourselves(unpacked: Path) -> None:
    manifest = json.loads((unpacked / "package.json").read_text("utf-8"))
    assert "yamlValidation" not in manifest["contributes"]
    assert not (unpacked / "schemas").exists()
    assert not (unpacked / "bundled" / "libs" / "valohai_yaml").exists()


def test_whoever_wrote_a_part_is_named_with_the_licence(unpacked: Path) -> None:
    notices = (unpacked / "ThirdPartyNotices.txt").read_text("utf-8")
    libs = unpacked / "bundled" / "libs"
    parts = {folder.name.partition("-")[0].lower() for folder in libs.glob("*.dist-info")} - {"valohai_steps"}
    titles = re.findall(r"^(\S+) \S+ \((?:Python|JavaScript)\)$", notices, re.MULTILINE)
    named = {re.sub("[-.]", "_", title.lower()) for title in titles}
    assert parts - named == set()
    assert {"vscode_languageclient", "vscode_jsonrpc"} <= named
    assert "Permission is hereby granted" in notices


def test_the_page_has_its_pictures_a_changelog_and_an_icon(unpacked: Path) -> None:
    page = (unpacked / "readme.md").read_text("utf-8")
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]{0,30})", page)
    assert len(pictures) >= 4
    assert [link for link in pictures if not link.startswith("data:image/png;base64,")] == []
    assert (unpacked / "changelog.md").is_file()
    assert (unpacked / "media" / "icon.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_the_parts_without_vs_code_do_what_they_say() -> None:
    done = subprocess.run(
        ["npm", "test", "--silent"], cwd=EXTENSION, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert re.search(r"^# fail 0$", done.stdout, re.MULTILINE)
