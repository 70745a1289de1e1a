"""A download that goes on after a break: what is put together is one version of the file."""

from __future__ import annotations

import random
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

import valohai
from valohai._files import http
from valohai._files.http import public_url
from valohai.inputs import DownloadError

from .conftest import Prepare, Server

Headers = dict[str, str]
Answer = Callable[[BaseHTTPRequestHandler], None]
OLD = bytes(range(256)) * 4
NEW = OLD[::-1]
MONDAY, TUESDAY = "Mon, 05 Jan 2026 10:00:00 GMT", "Tue, 06 Jan 2026 10:00:00 GMT"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "RETRY_AFTER", (0.0, 0.0, 0.0))
    monkeypatch.setattr(http, "TIMEOUT", 2.0)


def answer(status: int, content: bytes, **headers: str | int | None) -> Answer:
    """An answer with these headers (``_`` is ``-``) and this body, after which the connection closes."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content_Length": len(content), **headers}.items():
            if value is not None:
                handler.send_header(name.replace("_", "-"), str(value))
        handler.end_headers()
        handler.wfile.write(content)
        handler.close_connection = True

    return send


def in_turn(server: Server, *answers: Answer) -> None:
    rest = list(answers)
    server.pages["/data.bin"] = lambda handler: rest.pop(0)(handler)  # noqa: PLW0108  # another each time


def ranges(server: Server) -> list[str | None]:
    return [headers.get("Range") for _, _, headers, _ in server.requests]


def read(prepare: Prepare, server: Server) -> bytes:
    prepare(inputs={"data": f"{server.url}/data.bin"})
    path = valohai.inputs("data").path(process_archives=False)
    assert path is not None
    return Path(path).read_bytes()


# (headers of the first answer, those of the rest, whether the rest belongs to it)
VERSIONS: list[tuple[Headers, Headers, bool]] = [
    ({"ETag": '"1"'}, {"ETag": '"1"'}, True),
    ({"ETag": '"1"'}, {"ETag": '"2"'}, False),
    ({"ETag": '"1"'}, {"ETag": 'W/"1"'}, False),
    ({"ETag": '"1"'}, {}, False),
    ({"ETag": '"1"', "Last-Modified": MONDAY}, {"ETag": '"1"', "Last-Modified": MONDAY}, True),
    ({"ETag": '"1"', "Last-Modified": MONDAY}, {"ETag": '"1"'}, True),
    ({"ETag": '"1"', "Last-Modified": MONDAY}, {"ETag": '"1"', "Last-Modified": TUESDAY}, False),
    ({"ETag": '"1"', "Last-Modified": MONDAY}, {"ETag": '"2"', "Last-Modified": MONDAY}, False),
    ({"Last-Modified": MONDAY}, {"Last-Modified": MONDAY}, True),
    ({"Last-Modified": MONDAY}, {"Last-Modified": TUESDAY}, False),
    ({"Last-Modified": MONDAY}, {}, True),
    ({"Last-Modified": MONDAY}, {"ETag": '"1"'}, False),
    ({"ETag": 'W/"1"', "Last-Modified": MONDAY}, {"ETag": 'W/"1"', "Last-Modified": MONDAY}, True),
    ({"ETag": 'W/"1"', "Last-Modified": MONDAY}, {"ETag": 'W/"2"', "Last-Modified": MONDAY}, False),
]


@pytest.mark.parametrize(("first", "rest", "belongs"), VERSIONS)
def test_the_rest_is_of_the_version_that_began(
    first: Headers, rest: Headers, belongs: bool, prepare: Prepare, server: Server
) -> None:
    """A server that takes no notice of ``If-Range`` sends the rest of whatever it has by now."""
    begin = answer(200, OLD[:300], Content_Length=1024, **first)
    now = OLD if belongs else NEW
    go_on = answer(206, now[300:], Content_Range="bytes 300-1023/1024", **rest)
    in_turn(server, begin, go_on, answer(200, NEW))
    assert read(prepare, server) == now
    assert ranges(server) == [None, "bytes=300-", *([] if belongs else [None])]
    assert server.requests[1][2]["If-Range"] == (
        first["Last-Modified"] if first.get("ETag", "W/").startswith("W/") else first["ETag"]
    )


# What is sent when the rest from byte 300 is asked for, and is not that.
NO_REST: list[Answer] = [
    answer(206, NEW[100:], ETag='"1"', Content_Range="bytes 100-1023/1024"),
    answer(206, NEW[300:], ETag='"1"', Content_Range="bytes 300-1023/2048"),
    answer(206, NEW[300:], ETag='"1"'),
    answer(206, NEW[300:], ETag='"1"', Content_Range="lines 300-1023/1024"),
    answer(206, NEW[300:], ETag='"1"', Content_Range="bytes */1024"),
    answer(206, NEW[300:], ETag='"1"', Content_Range="nonsense"),
    answer(206, NEW[300:], ETag='"1"', Content_Range="multipart/byteranges"),
    answer(416, b"", Content_Range="bytes */200"),
]


@pytest.mark.parametrize("go_on", NO_REST)
def test_what_is_not_the_rest_is_thrown_away(go_on: Answer, prepare: Prepare, server: Server) -> None:
    in_turn(server, answer(200, OLD[:300], ETag='"1"', Content_Length=1024), go_on, answer(200, NEW))
    assert read(prepare, server) == NEW
    assert ranges(server) == [None, "bytes=300-", None]


def test_a_rest_that_comes_in_parts_is_put_together(prepare: Prepare, server: Server) -> None:
    in_turn(
        server,
        answer(200, OLD[:300], ETag='"1"', Content_Length=1024),
        answer(206, OLD[300:500], ETag='"1"', Content_Range="bytes 300-499/1024"),
        answer(206, OLD[500:], ETag='"1"', Content_Range="BYTES 500-1023/*"),
    )
    assert read(prepare, server) == OLD
    assert ranges(server) == [None, "bytes=300-", "bytes=500-"]


def test_a_part_that_nobody_asked_for_is_not_the_file(prepare: Prepare, server: Server) -> None:
    part = answer(206, OLD[300:], Content_Range="bytes 300-1023/1024")
    in_turn(server, part, part, part, part)
    with pytest.raises(DownloadError, match="the server sent a part of the file that was not asked for"):
        read(prepare, server)


def test_the_whole_as_a_part_is_the_file_and_the_beginning_is_not(prepare: Prepare, server: Server) -> None:
    in_turn(
        server,
        answer(206, OLD[:300], Content_Range="bytes 0-299/1024"),
        answer(206, OLD, Content_Range="bytes 0-1023/1024"),
    )
    assert read(prepare, server) == OLD


LENGTHS: list[Headers] = [
    {"Content_Length": "ten"},
    {"Content_Length": "-1"},
    {"Content_Length": "\u0661"},  # a digit, but not one of HTTP's
    {"Content_Length": ""},
]


@pytest.mark.parametrize("length", LENGTHS, ids=str)
def test_a_length_that_is_none_is_no_reason_to_fail(
    length: Headers, prepare: Prepare, server: Server
) -> None:
    headers: dict[str, Any] = length
    if not length["Content_Length"].isascii():
        headers = {"Content_Length": length["Content_Length"].encode().decode("latin-1")}
    in_turn(server, answer(200, OLD, **headers))
    assert read(prepare, server) == OLD


def test_a_length_beside_chunks_does_not_count(prepare: Prepare, server: Server) -> None:
    chunked = b"400\r\n" + OLD + b"\r\n0\r\n\r\n"

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.protocol_version = "HTTP/1.1"
        answer(200, chunked, Transfer_Encoding="chunked", Content_Length=7)(handler)

    in_turn(server, send)
    assert read(prepare, server) == OLD


def test_chunks_that_break_off_are_not_the_file(prepare: Prepare, server: Server, tmp_path: Path) -> None:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.protocol_version = "HTTP/1.1"
        answer(200, b"400\r\n" + OLD[:300], Transfer_Encoding="chunked", Content_Length=None)(handler)

    in_turn(server, send, send, send, send)
    with pytest.raises(DownloadError, match=r"cannot download .*IncompleteRead"):
        read(prepare, server)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


URIS = [
    "http://[::1/x",
    "http://x]/y",
    "http://user:secret@[bad/x?sig=1",
    "http://a..b/x",
    f"http://{'a' * 64}/x",
]


@pytest.mark.parametrize("uri", URIS)
def test_a_uri_that_cannot_be_is_a_download_error_that_names_the_input(uri: str, prepare: Prepare) -> None:
    prepare(inputs={"data": uri})
    with pytest.raises(DownloadError, match=r"^input 'data': cannot download http://") as raised:
        valohai.inputs("data").path()
    assert "secret" not in str(raised.value)
    assert "sig" not in str(raised.value)
    assert "secret" not in public_url(uri)


class Ended(BaseException):
    """As when the process is killed there."""


@pytest.mark.parametrize("moment", ["before the file", "after the file", "after the record"])
def test_a_process_that_ends_between_file_and_record_leaves_no_wrong_content(
    moment: str, prepare: Prepare, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    from valohai._files import download

    server.pages.update({"/a/data.bin": b"A", "/b/data.bin": b"B"})
    default = {"data": f"{server.url}/a/data.bin"}

    def content(*argv: str) -> bytes:
        prepare(*argv, inputs=default)
        path = valohai.inputs("data").path()
        assert path is not None
        return Path(path).read_bytes()

    assert content() == b"A"
    replace = download.os.replace  # type: ignore[attr-defined]  # imported there, not exported
    replaced: list[str] = []

    def end(source: str, target: str) -> None:
        name = "record" if ".downloads" in target else "file"
        if moment == "before the file" and name == "file":
            raise Ended
        replace(source, target)
        replaced.append(name)
        if (moment, replaced) in (("after the file", ["record", "file"]), ("after the record", ["record"])):
            raise Ended

    with monkeypatch.context() as patched:
        patched.setattr(download.os, "replace", end)  # type: ignore[attr-defined]  # imported there, not exported
        with pytest.raises(Ended):
            content(f"--data={server.url}/b/data.bin")
    assert content() == b"A"
    assert content(f"--data={server.url}/b/data.bin") == b"B"
    assert content() == b"A"


def test_what_a_killed_download_left_is_no_file_of_an_input(
    prepare: Prepare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VH_INPUTS_DIR", str(tmp_path / "inputs"))
    (tmp_path / "inputs/data").mkdir(parents=True)
    for name in (".0a1b2c3d.part", "whole.bin", "own.part", ".hidden"):
        (tmp_path / "inputs/data" / name).touch()
    prepare(inputs={"data": None})
    names = {Path(path).name for path in valohai.inputs("data").paths()}
    assert names == {"whole.bin", "own.part", ".hidden"}


@pytest.mark.parametrize("seed", range(40))
def test_random_servers_give_one_version_or_an_error(seed: int, prepare: Prepare, server: Server) -> None:
    """A server that breaks off, changes the file, and takes ranges rightly, wrongly or not at all.

    What it never does is lie: a version's own ETag goes with its bytes.
    """
    dice = random.Random(seed)  # noqa: S311  # a test's own
    versions = [dice.randbytes(dice.choice([900, 1024])) for _ in range(3)]
    served: list[int] = []

    def send(handler: BaseHTTPRequestHandler) -> None:
        number = min(len(served) // 2, 2) if dice.random() < 0.5 else (served[-1] if served else 0)
        served.append(number)
        content, tag = versions[number], f'"{number}"'
        wanted = handler.headers.get("Range")
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        sent = dice.choice([len(content), dice.randrange(len(content))])
        matches = handler.headers.get("If-Range") == tag
        if wanted and (matches or dice.random() < 0.5):
            if dice.random() < 0.3:
                start = dice.randrange(len(content))
            span = f"bytes {start}-{len(content) - 1}/{len(content)}"
            length = len(content) - start
            answer(206, content[start:sent], ETag=tag, Content_Range=span, Content_Length=length)(handler)
        else:
            answer(200, content[:sent], ETag=tag, Content_Length=len(content))(handler)

    server.pages["/data.bin"] = send
    try:
        assert read(prepare, server) in versions
    except DownloadError as error:
        assert "the connection closed after" in str(error)  # noqa: PT017  # either outcome is right
