"""The order of a session: its begin and end, cancellation, trace, and messages that are none."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from tests.lsp.editor import SERVER
from tests.lsp.test_session import EXAMPLE
from tests.lsp.wire import (
    INITIALIZE,
    changing,
    framed,
    notification,
    opening,
    place,
    request,
    say,
    talk,
)
from valohai_steps.lsp.wire.parent_process import poll_process, watch_process

CODES, LSP_CODES = lsp.ErrorCodes, lsp.LSPErrorCodes
PULLING = {
    **INITIALIZE,
    "capabilities": {
        "textDocument": {"diagnostic": {}},
        "workspace": {"diagnostics": {"refreshSupport": True}},
    },
}


WRONG_ARGUMENTS: tuple[dict[str, list[object]], ...] = (
    {},
    {"arguments": []},
    {"arguments": [7]},
    {"arguments": ["x", "y"]},
)


def asking(number: object, method: str, path: Path, **more: object) -> bytes:
    return request(number, method, {"textDocument": {"uri": path.as_uri()}, **more})


def test_a_session_that_is_shut_down_ends_well() -> None:
    found = talk(request(1, lsp.SHUTDOWN), notification(lsp.EXIT))
    assert (found.code, found.answers()[1], found.errors()) == (0, None, {})


def test_a_session_that_is_not_shut_down_does_not() -> None:
    assert talk(notification(lsp.EXIT)).code == 1
    assert talk().code == 1


def test_requests_after_shutdown_are_refused(tmp_path: Path) -> None:
    found = talk(
        request(1, lsp.SHUTDOWN),
        asking(2, lsp.TEXT_DOCUMENT_HOVER, tmp_path / "x.py", position=place(0, 0)),
        opening(tmp_path / "x.py", EXAMPLE),
        notification(lsp.EXIT),
    )
    assert (found.code, found.errors()) == (0, {2: CODES.InvalidRequest})
    assert found.notified(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS) == []


def test_requests_before_initialize_and_a_second_initialize_are_refused(tmp_path: Path) -> None:
    early = asking(1, lsp.TEXT_DOCUMENT_HOVER, tmp_path / "x.py", position=place(0, 0))
    found = say(early, request(2, lsp.INITIALIZE, INITIALIZE), request(3, lsp.INITIALIZE, INITIALIZE), early)
    assert found.errors() == {1: CODES.ServerNotInitialized, 3: CODES.InvalidRequest}
    assert found.answers().keys() == {1, 2}


def test_a_cancelled_request_is_not_worked_on(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    hover = [asking(number, lsp.TEXT_DOCUMENT_HOVER, path, position=place(0, 0)) for number in (1, "two", 3)]
    found = talk(
        opening(path, EXAMPLE),
        *hover,
        notification(lsp.CANCEL_REQUEST, {"id": "two"}),
        notification(lsp.CANCEL_REQUEST, {"id": 99}),
        notification(lsp.CANCEL_REQUEST),
    )
    assert found.errors() == {"two": LSP_CODES.RequestCancelled}
    assert found.answers().keys() == {"initialize", 1, 3}
    assert "WARNING" not in found.log


def test_diagnostics_of_an_outdated_text_are_asked_for_again(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    found = talk(
        opening(path, EXAMPLE),
        asking(1, lsp.TEXT_DOCUMENT_DIAGNOSTIC, path),
        asking(2, lsp.TEXT_DOCUMENT_HOVER, path, position=place(0, 0)),
        changing(path.as_uri(), 1, {"text": EXAMPLE.replace('"train"', '"learn"')}),
        asking(3, lsp.TEXT_DOCUMENT_DIAGNOSTIC, path),
        initialize=PULLING,
    )
    assert found.errors() == {1: LSP_CODES.ServerCancelled}
    (error,) = [each["error"] for each in found.messages if "error" in each]
    assert error["data"] == {"retriggerRequest": True}
    assert "'learn'" in found.answers()[3]["items"][0]["message"]


def test_of_a_burst_only_the_last_text_is_published(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    texts = [EXAMPLE.replace('"train"', f'"train-{number}"') for number in range(100)]
    edits = [changing(path.as_uri(), number, {"text": text}) for number, text in enumerate(texts, 1)]
    report = request(1, lsp.WORKSPACE_EXECUTE_COMMAND, {"command": "valohai-steps.debugInformation"})
    found = talk(opening(path, EXAMPLE), *edits, report)
    shown = found.notified(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    assert "'train-99'" in shown[-1]["diagnostics"][0]["message"]
    # Pieces of 64 KB arrive one by one; within one, nothing outdated is looked at.
    assert len(shown) <= 1 + sum(map(len, edits)) // 65_536 + 1


def test_the_client_can_follow_what_is_worked_on(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    hover = asking(7, lsp.TEXT_DOCUMENT_HOVER, path, position=place(0, 0))
    found = talk(
        hover,
        notification(lsp.SET_TRACE, {"value": "messages"}),
        hover,
        notification(lsp.SET_TRACE, {"value": "verbose"}),
        hover,
        notification(lsp.SET_TRACE, {"value": "off"}),
        hover,
    )
    brief, change, verbose, last = found.notified(lsp.LOG_TRACE)
    assert brief == {"message": "textDocument/hover (7)"}
    assert (change["message"], last["message"]) == (lsp.SET_TRACE, lsp.SET_TRACE)
    assert path.as_uri() in verbose["verbose"]


def test_the_trace_may_be_on_from_the_start() -> None:
    found = talk(initialize={**INITIALIZE, "trace": "messages"})
    assert found.notified(lsp.LOG_TRACE) == [{"message": lsp.INITIALIZED}]


def test_what_is_no_message_is_answered_or_passed_over(tmp_path: Path) -> None:
    found = talk(
        framed(b"{"),
        framed(b"\xff\xfe"),
        framed(b"[" * 100_000),
        framed([]),
        framed(b"7"),
        framed({"id": 1}),
        framed({"id": 2, "method": []}),
        framed({"id": 3, "method": "initialize"}),
        framed({"jsonrpc": "2.0", "id": [], "method": "x"}),
        framed({"jsonrpc": "2.0", "id": "unknown", "result": None}),
        b"Nonsense: 1\r\n\r\n",
        b"content-length:2\r\nContent-Type: x\r\n\r\n{}",
        request(4, "textDocument/unheardOf"),
        request(5, "$/unheardOf"),
        notification("textDocument/unheardOf"),
        notification("$/unheardOf"),
        request(6, lsp.TEXT_DOCUMENT_HOVER, {}),
        request(7, lsp.TEXT_DOCUMENT_HOVER, {"textDocument": {"uri": 1}, "position": 2}),
        notification(lsp.TEXT_DOCUMENT_DID_CHANGE, {"textDocument": None}),
        notification(lsp.TEXT_DOCUMENT_DID_OPEN),
        request(8, lsp.WORKSPACE_EXECUTE_COMMAND, {"command": "none"}),
        *(
            request(9, lsp.WORKSPACE_EXECUTE_COMMAND, {"command": "valohai-steps.state", **arguments})
            for arguments in WRONG_ARGUMENTS
        ),
        asking(10, lsp.TEXT_DOCUMENT_HOVER, tmp_path / "x.py", position=place(0, 0)),
        request(11, lsp.SHUTDOWN),
        notification(lsp.EXIT),
    )
    assert found.code == 0
    errors = found.errors()
    del errors[None]  # of what has no id that could be answered: the last of them
    assert errors == {
        2: CODES.InvalidRequest,
        3: CODES.InvalidRequest,
        4: CODES.MethodNotFound,
        5: CODES.MethodNotFound,
        6: CODES.InvalidParams,
        7: CODES.InvalidParams,
        8: CODES.InvalidParams,
        9: CODES.InvalidParams,
    }
    assert found.answers()[10] is None
    assert found.notified(lsp.WINDOW_SHOW_MESSAGE) == []


@pytest.mark.asyncio
async def test_the_end_of_a_process_is_seen() -> None:
    for watch in (watch_process, lambda pid, ended: poll_process(pid, ended, 0)):
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=-1)
        ended = asyncio.Event()
        watch(process.pid, ended.set)
        assert not ended.is_set()
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
        await asyncio.wait_for(ended.wait(), 60)


@pytest.mark.asyncio
async def test_a_process_that_is_not_there_is_not_waited_for() -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await process.wait()
    watch_process(process.pid, lambda: pytest.fail("nothing has ended"))


def test_the_server_ends_with_the_editor() -> None:
    editor = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    server = subprocess.Popen(SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(request(1, lsp.INITIALIZE, {**INITIALIZE, "processId": editor.pid}))
    server.stdin.flush()
    assert server.stdout.readline().startswith(b"Content-Length")
    editor.communicate()
    assert server.wait(60) == 1
    server.communicate()


def test_a_socket_serves_one_client_and_ends_with_it() -> None:
    command = [*SERVER, "--tcp", "127.0.0.1:0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    port = int(server.stderr.readline().split("127.0.0.1:")[1].split()[0])
    with socket.create_connection(("127.0.0.1", port)) as client, client.makefile("rb") as answers:
        client.sendall(request(1, lsp.INITIALIZE, INITIALIZE))
        assert answers.readline().startswith(b"Content-Length")
        with socket.create_connection(("127.0.0.1", port)) as other, contextlib.suppress(ConnectionError):
            assert other.recv(1) == b""
        client.sendall(request(2, lsp.SHUTDOWN) + notification(lsp.EXIT))
        assert server.wait(60) == 0
    server.communicate()


@pytest.mark.parametrize("address", ["0.0.0.0:0", "[::]:0", "example.org:2087"])
def test_a_socket_for_other_machines_must_be_asked_for(address: str) -> None:
    found = subprocess.run([*SERVER, "--tcp", address], capture_output=True, text=True, check=False)
    assert found.returncode == 2
    assert "loopback only, such as 127.0.0.1:2087; add --allow-remote" in found.stderr


def test_a_port_that_is_taken_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        found = subprocess.run([*SERVER, "--tcp", address], capture_output=True, text=True, check=False)
    assert found.returncode == 2
    assert found.stderr.startswith(f"valohai-steps: --tcp {address}: cannot listen there: ")
    assert os.linesep in found.stderr
    assert len(found.stderr.splitlines()) == 1


def test_an_unknown_command_is_refused_and_leaves_no_traceback() -> None:
    found = say(
        request(1, lsp.INITIALIZE, INITIALIZE),
        request(2, lsp.WORKSPACE_EXECUTE_COMMAND, {"command": "rm", "arguments": ["-r"]}),
        request(3, lsp.SHUTDOWN),
        notification(lsp.EXIT),
    )
    assert found.code == 0
    assert found.errors() == {2: CODES.InvalidParams}
    assert "Traceback" not in found.log
