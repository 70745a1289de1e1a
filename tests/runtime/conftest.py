"""What the tests of the runtime share: a clean process, a script in its own process, a server on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import valohai
from valohai._step.state import Process, process

SOURCE = Path(__file__).resolve().parents[2] / "runtime/src"
Prepare = Callable[..., None]
RunScript = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def clean_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test starts in an empty folder, outside Valohai, with no step declared."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith(("VH_", "VALOHAI_", "JPY_")) and name != "VALOHAI_STEPS_VENDOR_PYTHON":
            monkeypatch.delenv(name)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(sys, "argv", ["train.py"])
    fresh = Process()
    for slot in Process.__slots__:
        monkeypatch.setattr(process, slot, getattr(fresh, slot))


@pytest.fixture
def prepare(monkeypatch: pytest.MonkeyPatch) -> Prepare:
    """``prepare(*argv, parameters={...}, inputs={...})`` in this process."""

    def call(
        *argv: str, parameters: dict[str, Any] | None = None, inputs: dict[str, Any] | None = None
    ) -> None:
        monkeypatch.setattr(sys, "argv", ["train.py", *argv])
        valohai.prepare(step="train", default_parameters=parameters, default_inputs=inputs)

    return call


@pytest.fixture
def run_script(tmp_path: Path) -> RunScript:
    """Run ``source`` as ``train.py`` with ``argv`` in a process of its own, in the test's folder."""

    def run(source: str, *argv: str, python: str = sys.executable, **environment: str) -> Any:
        (tmp_path / "train.py").write_text(source, encoding="utf-8")
        return subprocess.run(
            [python, "train.py", *argv],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(SOURCE), **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Any], Path]:
    """Write ``content`` to the file ``name`` of Valohai's configuration folder."""
    folder = tmp_path / "config"
    folder.mkdir()
    monkeypatch.setenv("VH_CONFIG_DIR", str(folder))

    def write(name: str, content: Any) -> Path:
        path = folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write


class Server:
    """Answers requests on loopback: a path has a body or a function that answers; requests are kept."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes | Callable[[BaseHTTPRequestHandler], None]] = {}
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        self.url = ""

    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [path for _, path, _, _ in self.requests]


@pytest.fixture
def server() -> Iterator[Server]:
    """A running ``Server``; it is stopped, and its thread joined, after the test."""
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            state.requests.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
            page = state.pages.get(self.path.partition("?")[0])
            if page is None:
                self.send_error(404)
            elif callable(page):
                page(self)
            else:
                self.send_response(200)
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

        do_POST = do_GET  # noqa: N815  # the name that the base class looks for

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name in the base class
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{httpd.server_port}"
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state
    httpd.shutdown()
    httpd.server_close()
    thread.join()
