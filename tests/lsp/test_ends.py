"""The server ends when its client does, at whatever moment, and says nothing but what is a line."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import pytest
from lsprotocol import types as lsp

from tests.lsp.editor import SERVER
from tests.lsp.test_session import EXAMPLE
from tests.lsp.wire import INITIALIZE, notification, opening, request, talk
from valohai_steps.lsp.wire.output import Output

# A process that is started in the background ignores Ctrl-C, and so would a server of these tests.
HEEDING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
RUNNING = "import sys; from valohai_steps.__main__ import run; sys.argv[1:] = ['server']; sys.exit(run())"
START = request(1, lsp.INITIALIZE, INITIALIZE) + notification(lsp.INITIALIZED, {})


@contextlib.contextmanager
def started(command: Sequence[str] = SERVER) -> Iterator["subprocess.Popen[bytes]"]:
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        try:
            yield process
        finally:
            process.kill()


def given(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def test_a_client_that_stops_reading_and_goes_away_ends_the_server(tmp_path: Path) -> None:
    """More than a pipe holds is never read; then the input ends, while the output stays open."""
    with started() as server:
        given(server.stdin).write(START + opening(tmp_path / "train.py", EXAMPLE))
        asked = {"textDocument": {"uri": (tmp_path / "train.py").as_uri()}}
        with contextlib.suppress(BrokenPipeError):
            for number in range(2, 2_000):
                given(server.stdin).write(request(number, lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL, asked))
            given(server.stdin).close()
        assert server.wait(60) == 1
        assert given(server.stderr).read() == b""


def test_a_client_that_does_not_read_is_still_listened_to() -> None:
    """Its `exit` is heard behind two thousand answers that nobody has taken."""
    with started() as server:
        given(server.stdin).write(START)
        for number in range(2, 2_000):
            given(server.stdin).write(request(number, "x/unheardOf"))
        given(server.stdin).write(request("end", lsp.SHUTDOWN) + notification(lsp.EXIT))
        given(server.stdin).flush()
        assert server.wait(60) == 0


@pytest.mark.parametrize("pieces", [0, 1, 2])
def test_a_client_that_goes_while_the_server_starts_leaves_no_traceback(pieces: int) -> None:
    with started() as server:
        given(server.stdout).close()
        sent = [request(1, lsp.INITIALIZE, INITIALIZE), notification(lsp.INITIALIZED, {})][:pieces]
        with contextlib.suppress(BrokenPipeError):
            given(server.stdin).write(b"".join(sent))
            given(server.stdin).close()
        assert server.wait(60) == 1
        assert given(server.stderr).read() == b""


def test_what_waits_when_the_client_goes_leaves_no_traceback(tmp_path: Path) -> None:
    """A command that waits for the client's answer is cancelled in the end."""
    path = tmp_path / "train.py"
    asked = {"command": "valohai-steps.updateFile", "arguments": [path.as_uri()]}
    capabilities = {"workspace": {"applyEdit": True, "configuration": True}}
    found = talk(
        opening(path, EXAMPLE),
        request(2, lsp.WORKSPACE_EXECUTE_COMMAND, asked),
        initialize={**INITIALIZE, "capabilities": capabilities, "rootUri": tmp_path.as_uri()},
    )
    assert (found.code, found.log) == (1, "")


def test_everything_is_sent_in_order_before_the_end() -> None:
    numbers = list(range(2, 3_000))
    asked = b"".join(request(number, "x/unheardOf", {"x": "y" * (number % 300)}) for number in numbers)
    found = talk(asked, request("end", lsp.SHUTDOWN), notification(lsp.EXIT))
    assert [each["id"] for each in found.messages if "error" in each] == numbers
    assert found.messages[-1]["id"] == "end"


@pytest.mark.skipif(sys.platform == "win32", reason="a signal of POSIX")
def test_ctrl_c_is_one_line() -> None:
    with started([sys.executable, "-c", HEEDING + RUNNING]) as server:
        given(server.stdin).write(START)
        given(server.stdin).flush()
        assert given(server.stdout).readline().startswith(b"Content-Length")
        server.send_signal(signal.SIGINT)
        assert server.wait(60) == 130
        said = given(server.stderr).read().decode()
    assert said == f"valohai-steps: stopped; nothing was written after this point{os.linesep}"


@pytest.mark.skipif(sys.platform == "win32", reason="a signal of POSIX")
def test_ctrl_c_in_a_command_is_one_line(tmp_path: Path) -> None:
    """The interrupt comes from inside, at the first line of one module after another, while it is loaded."""
    (tmp_path / "train.py").write_text(EXAMPLE)
    program = (
        f"{HEEDING}\nimport os, sys\n"
        "from valohai_steps.__main__ import run\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, path=None, target=None, wanted=sys.argv[1]):\n"
        "        if name == wanted:\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "sys.argv[1:] = ['check', 'train.py']\n"
        "sys.exit(run())\n"
    )
    for module in ("argparse", "valohai_steps.cli.check", "valohai_steps.project.snapshot", "tree_sitter"):
        done = subprocess.run(
            [sys.executable, "-c", program, module], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 130, module
        assert len(done.stderr.splitlines()) == 1, module
        assert done.stderr.startswith("valohai-steps: stopped"), module


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot tell whether a pipe is ready")
def test_an_output_that_is_not_read_lets_nobody_wait() -> None:
    reading, writing = os.pipe()
    lost: list[bool] = []
    output = Output(writing, lambda: lost.append(True))
    sent = [bytes([number % 256]) * 5_000 for number in range(100)]
    for data in sent:
        output.write(data)
    assert not output.drain(0)
    received = bytearray()
    while len(received) < 500_000:
        received += os.read(reading, 65_536)
    assert bytes(received) == b"".join(sent)
    assert output.drain(60)
    output.write(b"last")
    assert os.read(reading, 10) == b"last"
    os.close(reading)
    output.write(b"x")
    assert lost == [True]
    os.close(writing)
