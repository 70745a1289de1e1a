"""A conversation with the server as bytes: everything is sent at once, so what is read ahead is certain."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp

from tests.lsp.editor import SERVER
from valohai_steps.lsp.wire.framing import Broken, Framing

INITIALIZE: Mapping[str, Any] = {"capabilities": {}, "processId": None, "rootUri": None}


@dataclass(frozen=True, slots=True)
class Conversation:
    """What the server said, its exit code and its log."""

    messages: list[dict[str, Any]]
    code: int
    log: str

    def answers(self) -> dict[Any, Any]:
        """Results by the id of their request."""
        return {each["id"]: each.get("result") for each in self.messages if "result" in each}

    def errors(self) -> dict[Any, int]:
        """Error codes by the id of their request."""
        return {each["id"]: each["error"]["code"] for each in self.messages if "error" in each}

    def notified(self, method: str) -> list[Any]:
        """The parameters of all notifications of a method."""
        return [each["params"] for each in self.messages if each.get("method") == method]


def request(number: object, method: str, params: object = None) -> bytes:
    return framed({"jsonrpc": "2.0", "id": number, "method": method, "params": params})


def notification(method: str, params: object = None) -> bytes:
    return framed({"jsonrpc": "2.0", "method": method, "params": params})


def framed(message: object) -> bytes:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def opening(path: Path, text: str, version: int = 0) -> bytes:
    item = {"uri": path.as_uri(), "languageId": "python", "version": version, "text": text}
    return notification(lsp.TEXT_DOCUMENT_DID_OPEN, {"textDocument": item})


def changing(uri: str, version: int, *changes: Mapping[str, Any]) -> bytes:
    document = {"uri": uri, "version": version}
    return notification(
        lsp.TEXT_DOCUMENT_DID_CHANGE, {"textDocument": document, "contentChanges": list(changes)}
    )


def place(line: int, character: int) -> dict[str, int]:
    return {"line": line, "character": character}


def talk(*pieces: bytes, initialize: Mapping[str, Any] = INITIALIZE) -> Conversation:
    """Start a session, send all pieces in one write, and hang up."""
    return say(request("initialize", lsp.INITIALIZE, initialize), notification(lsp.INITIALIZED, {}), *pieces)


def say(*pieces: bytes) -> Conversation:
    """Send all pieces in one write, and hang up."""
    done = subprocess.run(SERVER, input=b"".join(pieces), capture_output=True, timeout=60, check=False)
    messages = read(done.stdout)
    return Conversation(messages, done.returncode, done.stderr.decode("utf-8"))


def read(data: bytes) -> list[dict[str, Any]]:
    """The messages in what a server has written."""
    bodies = list(Framing().feed(data))
    assert not [body for body in bodies if isinstance(body, Broken)]
    return [json.loads(body) for body in bodies if not isinstance(body, Broken)]
