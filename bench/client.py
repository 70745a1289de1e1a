"""A language client for measuring: one thread, no library, times taken where a message arrives.

It speaks JSON-RPC over the server's standard input and output, answers what servers ask of an editor, and
keeps of each document the diagnostics that were published last.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.processes import peak_mb, processor_ms, resident_mb

PATIENCE = 60.0
_CHUNK = 1 << 16


class SilentServerError(Exception):
    """A server did not answer in time, or left. The message names it and what was waited for."""


@dataclass(frozen=True)
class Published:
    """Diagnostics as they came in. `at` is seconds of `time.perf_counter`; some servers name no version."""

    at: float
    version: int | None
    count: int


@dataclass(frozen=True)
class Answer:
    """The answer to a request; `failed` when it was an error, which is then the `result`."""

    at: float
    result: Any
    failed: bool


class Client:
    """One server and the connection to it. Leave it with `stop`. `settings` are the editor's, by section."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        folder: Path,
        log: Path,
        settings: Mapping[str, object] | None = None,
    ) -> None:
        self.name = name
        self._settings = settings or {}
        self.folder = folder
        self.published: dict[str, Published] = {}
        self.answers: dict[int, Answer] = {}
        self.progress_ended = 0
        self._next = 0
        self._received = bytearray()
        self._waiting = bytearray()
        self.spawned = time.perf_counter()
        with log.open("ab") as messages:
            self._process = subprocess.Popen(
                command,
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=messages,
                env={**os.environ, "PYTHONUTF8": "1"},
            )
        assert self._process.stdin is not None  # noqa: S101  # both are pipes
        assert self._process.stdout is not None  # noqa: S101  # the same
        self._input, self._output = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._input, False)
        os.set_blocking(self._output, False)

    def initialize(self, options: Mapping[str, object] | None = None) -> float:
        """Shake hands. The answer to initialize came that many seconds after the process was started."""
        answer = self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": self.folder.as_uri(),
                "workspaceFolders": [{"uri": self.folder.as_uri(), "name": self.folder.name}],
                "capabilities": _CAPABILITIES,
                "initializationOptions": options or {},
            },
        )
        self.notify("initialized", {})
        return answer.at - self.spawned

    def request(self, method: str, params: object) -> Answer:
        """Send a request and wait for its answer. Raises SilentServerError."""
        number = self.ask(method, params)
        self.pump(lambda: number in self.answers, what=method)
        return self.answers.pop(number)

    def ask(self, method: str, params: object) -> int:
        """Send a request; its answer will be found in `answers` under the number returned."""
        self._next += 1
        self._send({"jsonrpc": "2.0", "id": self._next, "method": method, "params": params})
        return self._next

    def notify(self, method: str, params: object) -> None:
        """Send a notification."""
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def pump(self, until: Callable[[], bool], patience: float = PATIENCE, what: str = "") -> None:
        """Read and write until the condition holds. Raises SilentServerError after `patience` seconds."""
        deadline = time.perf_counter() + patience
        while not until():
            left = deadline - time.perf_counter()
            if left <= 0:
                raise SilentServerError(f"{self.name}: no answer to {what} in {patience:.0f} s")
            self._turn(left)

    def pump_for(self, seconds: float) -> None:
        """Read and write for a while."""
        deadline = time.perf_counter() + seconds
        while (left := deadline - time.perf_counter()) > 0:
            self._turn(left)

    def processor_ms(self) -> float:
        """Processor time so far."""
        return processor_ms(self._process.pid)

    def resident_mb(self) -> float:
        """Memory held now."""
        return resident_mb(self._process.pid)

    def peak_mb(self) -> float:
        """Memory held at most so far."""
        return peak_mb(self._process.pid)

    def profile(self) -> None:
        """Tell a server that runs under floors/profiled.py to begin."""
        self._process.send_signal(signal.SIGUSR1)

    def stop(self) -> None:
        """End the server: politely, and by its pid when that does not help within seconds."""
        try:
            self.request_shutdown()
        except (SilentServerError, OSError):
            self._process.kill()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def request_shutdown(self) -> None:
        """shutdown and exit. Raises SilentServerError."""
        number = self.ask("shutdown", None)
        self.pump(lambda: number in self.answers, patience=5, what="shutdown")
        self.notify("exit", None)
        self._turn(0.01)

    def _send(self, message: Mapping[str, object]) -> None:
        body = json.dumps(message, separators=(",", ":")).encode()
        self._waiting += b"Content-Length: %d\r\n\r\n" % len(body) + body
        self._write()

    def _turn(self, seconds: float) -> None:
        """Wait for the server at most that long; write and read what can be."""
        writers = [self._input] if self._waiting else []
        readable, writable, _ = select.select([self._output], writers, [], seconds)
        if writable:
            self._write()
        if readable:
            chunk = os.read(self._output, _CHUNK)
            if not chunk:
                raise SilentServerError(f"{self.name}: the server left")
            now = time.perf_counter()
            self._received += chunk
            self._take_messages(now)

    def _write(self) -> None:
        try:
            written = os.write(self._input, self._waiting)
        except BlockingIOError:
            return
        del self._waiting[:written]

    def _take_messages(self, now: float) -> None:
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            header = bytes(self._received[:end]).lower()
            length = int(header.partition(b"content-length:")[2].split(b"\r\n")[0])
            if len(self._received) < end + 4 + length:
                return
            body = bytes(self._received[end + 4 : end + 4 + length])
            del self._received[: end + 4 + length]
            self._take(json.loads(body), now)

    def _take(self, message: dict[str, Any], now: float) -> None:
        match message:
            case {"method": str(method), "id": number}:
                self._reply(number, method, message.get("params"))
            case {"method": "textDocument/publishDiagnostics", "params": params}:
                found = Published(now, params.get("version"), len(params["diagnostics"]))
                self.published[params["uri"]] = found
            case {"method": "$/progress", "params": {"value": {"kind": "end"}}}:
                self.progress_ended += 1
            case {"id": int(number)}:
                failed = "error" in message
                result = message["error"] if failed else message.get("result")
                self.answers[number] = Answer(now, result, failed)

    def _reply(self, number: object, method: str, params: Any) -> None:
        """What an editor with these settings says."""
        result = None
        if method == "workspace/configuration":
            result = [self._settings.get(item.get("section")) for item in params["items"]]
        self._send({"jsonrpc": "2.0", "id": number, "result": result})


# An editor that takes pushed diagnostics with versions and pulls none, so that every server does the same.
_CAPABILITIES: dict[str, object] = {
    "general": {"positionEncodings": ["utf-16"]},
    "window": {"workDoneProgress": True},
    "workspace": {
        "configuration": True,
        "workspaceFolders": True,
        "workspaceEdit": {"documentChanges": True},
    },
    "textDocument": {
        "synchronization": {"dynamicRegistration": False},
        "publishDiagnostics": {
            "versionSupport": True,
            "relatedInformation": True,
            "codeDescriptionSupport": True,
        },
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "completion": {"completionItem": {"snippetSupport": False}},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source"]}},
            "dataSupport": True,
            "resolveSupport": {"properties": ["edit"]},
        },
    },
}
