"""Downloads, against a server on loopback: the cache, failures, retries, resumption, Valohai's own lists."""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, ClassVar

import pytest

import valohai
from valohai._files import http
from valohai._files.http import public_url
from valohai._files.names import distinct, filename_of
from valohai.inputs import DownloadError

from .conftest import Prepare, Server

Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "RETRY_AFTER", (0.0, 0.0))
    monkeypatch.setattr(http, "TIMEOUT", 2.0)


def read(name: str, **options: Any) -> list[bytes]:
    return [Path(path).read_bytes() for path in valohai.inputs(name).paths(process_archives=False, **options)]


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.name.endswith(".part")]


def test_a_file_is_downloaded_once(
    prepare: Prepare, server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.pages["/sub/data.csv"] = b"content"
    prepare(inputs={"data": f"{server.url}/sub/data.csv?version=1#top"})
    assert list(valohai.inputs("data").paths()) == [".valohai/inputs/train/data/data.csv"]
    assert read("data") == [b"content"]
    assert valohai.inputs("data").dir_path() == ".valohai/inputs/train/data"
    assert [path.name for path in Path(".valohai/inputs/train/data").iterdir()] == ["data.csv"]
    assert server.paths() == ["/sub/data.csv?version=1"]
    assert capsys.readouterr().err == f"valohai: downloading {server.url}/sub/data.csv\n"
    assert read("data", force_download=True) == [b"content"]
    assert len(server.requests) == 2
    assert leftovers(tmp_path) == []


def test_the_cache_is_by_uri(prepare: Prepare, server: Server) -> None:
    server.pages.update({"/a/data.csv": b"A", "/b/data.csv": b"B"})
    inputs = {"data": f"{server.url}/a/data.csv"}
    prepare(inputs=inputs)
    assert read("data") == [b"A"]
    prepare(f"--data={server.url}/b/data.csv", inputs=inputs)
    assert read("data") == [b"B"]
    prepare(inputs=inputs)
    assert read("data") == [b"A"]


def test_two_uris_of_one_name_are_two_files(prepare: Prepare, server: Server) -> None:
    server.pages.update({"/a/data.tar.gz": b"A", "/b/data.tar.gz": b"B"})
    uris = [f"{server.url}/a/data.tar.gz", f"{server.url}/b/data.tar.gz"]
    prepare(inputs={"data": uris})
    assert read("data") == [b"A", b"B"]
    names = [Path(path).name for path in valohai.inputs("data").paths(process_archives=False)]
    assert names == ["data.tar.gz", distinct("data.tar.gz", uris[1])]
    assert read("data") == [b"A", b"B"]
    assert len(server.requests) == 2


def test_a_file_placed_by_hand_is_taken_for_the_default_only(
    prepare: Prepare, server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.pages.update({"/data.csv": b"default", "/b/data.csv": b"override"})
    placed = tmp_path / ".valohai/inputs/train/data/data.csv"
    placed.parent.mkdir(parents=True)
    placed.write_bytes(b"by hand")
    inputs = {"data": f"{server.url}/data.csv"}
    prepare(inputs=inputs)
    assert read("data") == [b"by hand"]
    assert "using .valohai/inputs/train/data/data.csv, which exists already" in capsys.readouterr().err
    prepare(f"--data={server.url}/b/data.csv", inputs=inputs)
    assert read("data") == [b"override"]
    assert placed.read_bytes() == b"by hand"
    prepare(inputs=inputs)
    assert read("data", force_download=True) == [b"default"]


def test_a_stated_filename(prepare: Prepare, server: Server) -> None:
    server.pages["/data"] = b"x"
    prepare(inputs={"data": {"default": f"{server.url}/data", "filename": "model.pkl"}})
    assert valohai.inputs("data").path() == ".valohai/inputs/train/data/model.pkl"


@pytest.mark.parametrize("filename", ["../model.pkl", "/etc/model.pkl"])
def test_a_filename_outside_the_inputs_folder_is_refused(
    filename: str, prepare: Prepare, server: Server
) -> None:
    prepare(inputs={"data": {"default": f"{server.url}/data", "filename": filename}})
    with pytest.raises(ValueError, match="reaches outside its folder"):
        valohai.inputs("data").path()


NAMES = [
    ("http://x/a.csv", "a.csv"),
    ("http://x/a.csv?path=/b/c", "a.csv"),
    ("http://x/a%20b.csv#f/g", "a%20b.csv"),
    ("http://x/sub/größe.zip", "größe.zip"),
    ("http://x/a:b*c.csv", "a_b_c.csv"),
    ("http://x/..", "download-"),
    ("http://x/", "download-"),
    ("http://x", "download-"),
    ("http://x/?id=1", "download-"),
]


@pytest.mark.parametrize(("uri", "name"), NAMES)
def test_the_name_of_a_download(uri: str, name: str) -> None:
    assert filename_of(uri) == (name if name != "download-" else f"download-{filename_of(uri)[-8:]}")
    assert filename_of(uri) != filename_of(uri.replace("http", "https")) or name != "download-"


def test_a_long_name_is_cut_to_what_file_systems_take(prepare: Prepare, server: Server) -> None:
    path = f"/{'é' * 300}.tar.gz"
    assert len(os.fsencode(filename_of(f"http://x{path}"))) < 255
    assert filename_of(f"http://x{path}").endswith(".tar.gz")


def test_a_uri_without_a_name(prepare: Prepare, server: Server) -> None:
    server.pages["/"] = b"root"
    prepare(inputs={"data": server.url})
    assert read("data") == [b"root"]


def test_an_archive_from_the_net_is_unpacked(prepare: Prepare, server: Server) -> None:
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("a.txt", b"A")
    server.pages["/data.zip"] = buffer.getvalue()
    prepare(inputs={"data": f"{server.url}/data.zip"})
    with valohai.inputs("data").stream() as stream:  # type: ignore[union-attr]  # it is there
        assert stream.read() == b"A"


def test_what_is_not_there_is_named_at_once(prepare: Prepare, server: Server, tmp_path: Path) -> None:
    prepare(inputs={"data": f"{server.url}/none.csv?signature=secret"})
    with pytest.raises(DownloadError) as raised:
        valohai.inputs("data").path()
    assert str(raised.value) == (
        f"input 'data': cannot download {server.url}/none.csv: the server answered 404 Not Found. Check the "
        "address and the connection, or give a local file: --data=PATH"
    )
    assert len(server.requests) == 1
    assert leftovers(tmp_path) == []


def test_no_server_is_an_error_after_the_last_attempt(prepare: Prepare) -> None:
    prepare(inputs={"data": "http://127.0.0.1:9/data.csv"})
    with pytest.raises(DownloadError, match=r"cannot download http://127.0.0.1:9/data.csv: .*refused"):
        valohai.inputs("data").path()


def answers(*each: Answer) -> Answer:
    """A page that answers its requests one way after the other."""
    rest = list(each)
    return lambda handler: rest.pop(0)(handler)  # noqa: PLW0108  # another one at each call


def status(code: int) -> Answer:
    return lambda handler: handler.send_error(code)


def body(
    content: bytes, *, length: int | None = None, etag: str | None = None, resumes: bool = False
) -> Answer:
    """``content``, announced as ``length`` bytes, or the rest of it from where a Range with ``etag`` says."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        start = 0
        wanted = handler.headers.get("Range")
        if resumes and wanted and handler.headers.get("If-Range") == etag:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        handler.send_response(206 if start else 200)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        if etag:
            handler.send_header("ETag", etag)
        handler.send_header("Content-Length", str((len(content) if length is None else length) - start))
        handler.end_headers()
        handler.wfile.write(content[start:])
        handler.close_connection = True

    return answer


CONTENT = bytes(range(256)) * 100

RETRIED: list[tuple[list[Answer], list[str | None]]] = [
    ([status(503), body(CONTENT)], [None, None]),
    ([status(429), status(500), body(CONTENT)], [None, None, None]),
    # the connection broke, and nothing vouches for what came: begun again
    ([body(CONTENT[:1000], length=25600), body(CONTENT)], [None, None]),
    # it broke, and the rest is asked for
    (
        [body(CONTENT[:1000], length=25600, etag='"1"'), body(CONTENT, etag='"1"', resumes=True)],
        [None, "bytes=1000-"],
    ),
    # the file changed meanwhile: the server sends all of it
    (
        [body(b"x" * 1000, length=25600, etag='"0"'), body(CONTENT, etag='"1"', resumes=True)],
        [None, "bytes=1000-"],
    ),
    # a weak ETag does not vouch for bytes
    ([body(CONTENT[:1000], length=25600, etag='W/"1"'), body(CONTENT)], [None, None]),
]


@pytest.mark.parametrize(("pages", "ranges"), RETRIED)
def test_an_attempt_that_fails_is_followed_by_another(
    pages: list[Answer], ranges: list[str | None], prepare: Prepare, server: Server
) -> None:
    server.pages["/data.bin"] = answers(*pages)
    prepare(inputs={"data": f"{server.url}/data.bin"})
    assert read("data") == [CONTENT]
    assert [headers.get("Range") for _, _, headers, _ in server.requests] == ranges


def test_a_download_that_never_completes_leaves_nothing(
    prepare: Prepare, server: Server, tmp_path: Path
) -> None:
    server.pages["/data.bin"] = body(b"half", length=8)
    prepare(inputs={"data": f"{server.url}/data.bin"})
    with pytest.raises(DownloadError, match="the connection closed after 4 of 8 bytes"):
        valohai.inputs("data").path()
    assert len(server.requests) == 3
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_silent_server_times_out(prepare: Prepare, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    released = threading.Event()
    monkeypatch.setattr(http, "TIMEOUT", 0.05)

    def never(handler: BaseHTTPRequestHandler) -> None:
        released.wait(10)

    server.pages["/slow"] = never
    prepare(inputs={"data": f"{server.url}/slow"})
    try:
        with pytest.raises(DownloadError, match="timed out"):
            valohai.inputs("data").path()
    finally:
        released.set()


def test_user_and_password_go_to_their_host_only_and_into_no_message(
    prepare: Prepare, server: Server, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def redirect(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", f"{server.url}/there/data.csv")
        handler.end_headers()

    server.pages.update({"/data.csv": redirect, "/there/data.csv": b"x"})
    uri = f"{server.url}/data.csv".replace("://", "://user:pass%20word@")
    prepare(inputs={"data": uri})
    assert read("data") == [b"x"]
    sent = [headers.get("Authorization") for _, _, headers, _ in server.requests]
    assert sent == ["Basic dXNlcjpwYXNzIHdvcmQ=", None]
    assert "pass" not in capsys.readouterr().err
    kept = [path.read_text() for path in (tmp_path / ".valohai/inputs/train/.downloads").iterdir()]
    assert kept == [hashlib.sha256(uri.encode()).hexdigest()]
    assert public_url("https://u:p@x:81/a?sig=1#f") == "https://x:81/a"


def test_progress_is_a_line_on_a_terminal(
    prepare: Prepare, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    server.pages["/data.bin"] = b"x" * 3_000_000
    prepare(inputs={"data": f"{server.url}/data.bin"})
    assert read("data") == [b"x" * 3_000_000]
    assert "\r\x1b[Kdata.bin 1.0 of 3.0 MB" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")


def list_files(folder: Path, monkeypatch: pytest.MonkeyPatch, **files: Any) -> None:
    """Write Valohai's configuration files."""
    folder.mkdir()
    monkeypatch.setenv("VH_CONFIG_DIR", str(folder))
    monkeypatch.setenv("VH_INPUTS_DIR", str(folder.parent / "inputs"))
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content))


def test_on_demand_files_come_from_where_valohai_says(
    prepare: Prepare, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here.csv"
    here.write_bytes(b"here")
    files = [
        {"name": "here.csv", "path": str(here), "uri": "s3://bucket/here.csv"},
        {"name": "sub/far.csv", "path": None, "uri": "s3://bucket/far.csv", "size": 3},
    ]
    list_files(
        tmp_path / "config",
        monkeypatch,
        inputs={"data": {"input_id": "7", "files": files}},
        api={"input_request": {"url": f"{server.url}/request?v=1", "headers": {"Authorization": "Token t"}}},
    )
    address = {"filename": "sub/far.csv", "url": f"{server.url}/signed?s=1", "input_id": "7"}
    server.pages["/request"] = json.dumps([{"files": [address, {**address, "input_id": "8"}]}]).encode()
    server.pages["/signed"] = b"far"
    prepare(inputs={"data": None})
    assert read("data") == [b"here", b"far"]
    assert read("data", path_filter="sub/*") == [b"far"]
    assert server.paths() == ["/request?v=1&inputs=7", "/signed?s=1", "/request?v=1&inputs=7"]
    assert server.requests[0][2]["Authorization"] == "Token t"


def test_on_demand_without_an_answer_is_a_clear_error(
    prepare: Prepare, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list_files(
        tmp_path / "config",
        monkeypatch,
        inputs={"data": {"input_id": "7", "files": [{"name": "a"}]}},
        api={"input_request": {"url": f"{server.url}/request"}},
    )
    prepare(inputs={"data": None})
    with pytest.raises(RuntimeError, match=r"input 'data': Valohai gave no address for its files: .*404"):
        valohai.inputs("data").path()


@pytest.mark.parametrize(
    "row",
    [
        ({"checksums": {"sha256": "0" * 64}}, "a.csv: its sha256 is 7c9e6d.*, not 000"),
        ({"checksums": {"md5": "0" * 32}}, "its md5 is "),
        ({"size": 5}, "it has 1 bytes, not 5"),
    ],
)
def test_size_and_checksums_are_compared(
    row: tuple[dict[str, Any], str],
    prepare: Prepare,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    entry, message = row
    server.pages["/a.csv"] = b"x"
    listed = {"name": "a.csv", "uri": f"{server.url}/a.csv", **entry}
    list_files(tmp_path / "config", monkeypatch, inputs={"data": {"files": [listed]}})
    prepare(inputs={"data": None})
    with pytest.raises(DownloadError, match=message.replace("7c9e6d", hashlib.sha256(b"x").hexdigest()[:6])):
        valohai.inputs("data").path()
    assert not list((tmp_path / "inputs").rglob("a.csv"))


def test_a_checksum_that_agrees(
    prepare: Prepare, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.pages["/a.csv"] = b"x"
    sums = {
        "sha256": hashlib.sha256(b"x").hexdigest().upper(),
        "md5": "9dd4e461268c8034f5c8564e155c67a6",
        "crc64": "?",
    }
    listed = {"name": "a.csv", "uri": f"{server.url}/a.csv", "checksums": sums, "size": 1}
    list_files(tmp_path / "config", monkeypatch, inputs={"data": {"files": [listed]}})
    prepare(inputs={"data": None})
    assert read("data") == [b"x"]


def test_a_listed_name_cannot_leave_the_inputs_folder(
    prepare: Prepare, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = {"name": "../../evil", "uri": f"{server.url}/a.csv"}
    list_files(tmp_path / "config", monkeypatch, inputs={"data": {"files": [listed]}})
    prepare(inputs={"data": None})
    with pytest.raises(ValueError, match="reaches outside its folder"):
        valohai.inputs("data").path()


ID = "01974bba-352f-7c8c-d111-d8595a8649f2"


@pytest.fixture
def valohai_login(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"id": ID, "name": "model.pkl", "sha256": hashlib.sha256(b"model").hexdigest()}
    server.pages[f"/api/v0/data/{ID}/"] = json.dumps(found).encode()
    server.pages["/api/v0/datum-aliases/resolve/"] = json.dumps({"datum": found}).encode()
    server.pages[f"/api/v0/data/{ID}/download/"] = json.dumps({"url": f"{server.url}/signed"}).encode()
    server.pages["/signed"] = b"model"
    monkeypatch.setenv("VALOHAI_HOST", server.url)
    monkeypatch.setenv("VALOHAI_TOKEN", "t")


@pytest.mark.usefixtures("valohai_login")
def test_a_datum_by_id(prepare: Prepare, server: Server) -> None:
    prepare(inputs={"model": f"datum://{ID}"})
    assert valohai.inputs("model").path() == ".valohai/inputs/train/model/model.pkl"
    assert read("model") == [b"model"]
    assert [headers.get("Authorization") for _, _, headers, _ in server.requests][:3] == [
        "Token t",
        "Token t",
        None,
    ]
    assert server.paths().count("/signed") == 1


@pytest.mark.usefixtures("valohai_login")
def test_a_datum_by_alias_with_the_login_of_vh(
    prepare: Prepare, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"host": server.url, "token": "from-vh", "links": {str(tmp_path): {"id": "p1"}}}
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings/config.json").write_text(json.dumps(settings))
    monkeypatch.delenv("VALOHAI_TOKEN")
    monkeypatch.delenv("VALOHAI_HOST")
    monkeypatch.setenv("VALOHAI_CONFIG_DIR", str(tmp_path / "settings"))
    prepare(inputs={"model": "datum://latest-model"})
    assert read("model") == [b"model"]
    assert server.paths()[0] == "/api/v0/datum-aliases/resolve/?name=latest-model&project=p1"
    assert server.requests[0][2]["Authorization"] == "Token from-vh"


def test_a_datum_without_a_login(prepare: Prepare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VALOHAI_CONFIG_DIR", str(tmp_path))
    prepare(inputs={"model": f"datum://{ID}"})
    with pytest.raises(DownloadError, match="not logged in; set VALOHAI_TOKEN, or run `vh login`"):
        valohai.inputs("model").path()


def test_what_only_the_platform_knows(prepare: Prepare) -> None:
    prepare(inputs={"data": "dataset://images/latest"})
    with pytest.raises(ValueError, match="dataset://images/latest exists on Valohai only"):
        valohai.inputs("data").path()


def test_without_fsspec_an_object_store_is_a_clear_error(
    prepare: Prepare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    prepare(inputs={"data": "s3://bucket/a.csv"})
    with pytest.raises(DownloadError, match=r"needs fsspec: pip install 'valohai-steps-runtime\[cloud\]'"):
        valohai.inputs("data").path()


class Store:
    """Stands in for a file system of fsspec."""

    files: ClassVar = {"bucket/x/a.csv": b"A", "bucket/x/sub/b.csv": b"B", "bucket/y.csv": b"Y"}

    def glob(self, pattern: str, *, detail: bool) -> dict[str, dict[str, str]]:
        assert detail
        prefix, _, suffix = pattern.partition("*")
        types = {**dict.fromkeys(self.files, "file"), "bucket/x/sub": "directory"}
        return {
            name: {"type": kind}
            for name, kind in types.items()
            if name.startswith(prefix) and name.endswith(suffix.strip("*"))
        }

    def get_file(self, remote: str, path: str) -> None:
        if remote not in self.files:
            raise FileNotFoundError(remote)
        Path(path).write_bytes(self.files[remote])


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, str]]]:
    """What fsspec, replaced by a stand-in, was asked to open."""
    import types

    asked: list[tuple[str, dict[str, str]]] = []

    def url_to_fs(url: str, **options: str) -> tuple[Store, str]:
        asked.append((url, options))
        if url.startswith("nofs://"):
            raise ImportError("Install nofs to access it")
        if url.startswith("odd://"):
            raise ValueError("no such protocol")
        return Store(), url.partition("://")[2]

    module = types.ModuleType("fsspec")
    module.core = types.SimpleNamespace(url_to_fs=url_to_fs)  # type: ignore[attr-defined]  # a module that is made up
    monkeypatch.setitem(sys.modules, "fsspec", module)
    return asked


# (input, names, contents)
STORED: list[tuple[Any, list[str], list[bytes]]] = [
    ("s3://bucket/x/a.csv", ["a.csv"], [b"A"]),
    ("gs://bucket/x/**.csv", ["a.csv", "b.csv"], [b"A", b"B"]),
    ({"default": "s3://bucket/x/*", "keep-directories": "suffix"}, ["a.csv", "sub/b.csv"], [b"A", b"B"]),
    ({"default": "s3://bucket/x/*", "keep-directories": "full"}, ["x/a.csv", "x/sub/b.csv"], [b"A", b"B"]),
    ({"default": "s3://bucket/x/a*", "keep_directories": True}, ["x/a.csv"], [b"A"]),
    ({"default": "s3://bucket/x/*", "keep-directories": "none"}, ["a.csv", "b.csv"], [b"A", b"B"]),
    ({"default": "s3://bucket/y.csv", "filename": "z.csv"}, ["z.csv"], [b"Y"]),
]


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(("declared", "names", "contents"), STORED)
def test_object_stores(declared: Any, names: list[str], contents: list[bytes], prepare: Prepare) -> None:
    prepare(inputs={"data": declared})
    assert list(valohai.inputs("data").paths()) == [f".valohai/inputs/train/data/{name}" for name in names]
    assert read("data") == contents


def test_azure_is_addressed_as_valohai_does(
    opened: list[tuple[str, dict[str, str]]], prepare: Prepare
) -> None:
    prepare(inputs={"data": "azure://account/bucket/x/a.csv"})
    assert read("data") == [b"A"]
    assert opened[0] == ("abfs://bucket/x/a.csv", {"account_name": "account"})


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(
    ("uri", "message"),
    [
        (
            "s3://bucket/none.csv",
            "cannot download s3://bucket/none.csv: bucket/none.csv. Check the address and your",
        ),
        ("s3://bucket/none/*.csv", "nothing matches s3://bucket/none/"),
        ("nofs://x/y", "Install nofs to access it; pip install 'valohai-steps-runtime"),
        ("odd://x/y", "cannot download odd://x/y: no such protocol"),
    ],
)
def test_object_store_errors(uri: str, message: str, prepare: Prepare) -> None:
    prepare(inputs={"data": uri})
    with pytest.raises(DownloadError) as raised:
        valohai.inputs("data").path()
    assert message in str(raised.value)
