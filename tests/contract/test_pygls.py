"""What `lsp/wire/protocol.py` uses of pygls and pygls does not promise: it may change with any release.

The server reads, orders and cancels messages itself, because pygls works on requests that are cancelled
already, swallows the exit code and keeps a second copy of the documents. For that it needs private members.
"""

import ast
import asyncio
import inspect
from importlib.metadata import version
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pygls.protocol import LanguageServerProtocol

from valohai_steps.lsp.server import make_server
from valohai_steps.lsp.wire.protocol import StepsProtocol

PROTOCOL = Path(inspect.getfile(StepsProtocol))
# Methods with their parameters, and what to look at when they are others.
METHODS = {
    "_handle_request": ("msg_id method_name params", "StepsProtocol.receive gives it a request to work on"),
    "_handle_notification": ("method_name params", "StepsProtocol.receive gives it a notification"),
    "_handle_cancel_notification": ("msg_id", "StepsProtocol.cancel stops the work on a request with it"),
    "_run_generator": ("future gen result_future", "StepsProtocol overrides it for what was cancelled"),
    "_send_response": ("msg_id result error", "StepsProtocol overrides it, so that a refusal is an error"),
    "_send_data": ("data", "StepsProtocol.refuse sends errors whose id is null through it"),
    "_serialize_message": ("data", "StepsProtocol._log_trace writes parameters with it"),
    "lsp_initialize": ("params", "StepsProtocol overrides it and calls it as a generator"),
    "lsp_shutdown": ("*args", "StepsProtocol overrides it, to let go of what waits"),
    "lsp_exit": ("*args", "StepsProtocol overrides it, to leave with the right code"),
    "get_message_type": ("method", "StepsProtocol._params reads the parameters of a message by it"),
}
# Attributes of a protocol that is made, their type, and what to look at.
ATTRIBUTES = {
    "_request_futures": (
        dict,
        "what is worked on and what is waited for: cancel, lsp_shutdown, _receive_answer",
    ),
    "_result_types": (dict, "what an answer to us is read as: _receive_answer"),
    "_converter": (object, "from JSON to lsprotocol's types: _params, _receive_answer"),
    "_shutdown": (bool, "set by lsp_shutdown, asked by pygls and by _demand_order"),
}


def changed(name: str, what: str) -> str:
    """What a failing test says."""
    use = METHODS.get(name, ATTRIBUTES.get(name, ("", "")))[1]
    return f"pygls {version('pygls')} has changed: {name} {what}; look at lsp/wire/protocol.py: {use}"


@pytest.mark.parametrize("name", METHODS)
def test_a_method_of_pygls_is_as_it_was(name: str) -> None:
    method = getattr(LanguageServerProtocol, name, None)
    assert method is not None, changed(name, "is gone")
    found = " ".join(
        f"{'*' if each.kind is each.VAR_POSITIONAL else ''}{each.name}"
        for each in list(inspect.signature(inspect.unwrap(method)).parameters.values())[1:]
    )
    assert found == METHODS[name][0], changed(name, f"takes ({found})")


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_an_attribute_of_pygls_is_as_it_was(name: str) -> None:
    found = getattr(make_server().protocol, name, None)
    assert isinstance(found, ATTRIBUTES[name][0]), changed(name, f"is {found!r}")
    assert found is not None, changed(name, "is gone")


def test_initialize_is_a_generator_that_gives_the_result() -> None:
    """`yield from super().lsp_initialize(params)` hands on what it yields, and takes what it returns."""
    method = inspect.unwrap(LanguageServerProtocol.lsp_initialize)
    assert inspect.isgeneratorfunction(method), changed("lsp_initialize", "is no generator")


def test_a_request_that_waits_is_a_future_until_it_is_answered() -> None:
    """`_request_futures` holds the work on a request from when it begins until its answer is sent."""
    server = make_server()
    sent: list[bytes] = []

    class Writer:
        def write(self, data: bytes) -> None:
            sent.append(data)

        def close(self) -> None:
            pass

    async def asked() -> None:
        gate = asyncio.Event()

        @server.feature("x/wait")
        async def wait(_params: object) -> None:
            await gate.wait()

        server.protocol.set_writer(Writer())
        server.protocol._initialized = True
        server.protocol.receive({"jsonrpc": "2.0", "id": 7, "method": "x/wait", "params": None})
        assert list(server.protocol._request_futures) == [7], changed("_request_futures", "is not filled")
        gate.set()
        while server.protocol._request_futures:
            await asyncio.sleep(0)

    asyncio.run(asked())
    assert len(sent) == 1
    assert b'"id": 7' in sent[0] or b'"id":7' in sent[0]


def test_the_words_say_what_to_look_at() -> None:
    said = changed("_send_data", "is gone")
    assert said.startswith(
        f"pygls {version('pygls')} has changed: _send_data is gone; look at lsp/wire/protocol.py"
    )
    assert said.endswith("StepsProtocol.refuse sends errors whose id is null through it")


def test_no_other_private_member_is_used() -> None:
    """A new one gets a row above, with what to look at."""
    (protocol,) = [
        node for node in ast.parse(PROTOCOL.read_text("utf-8")).body if isinstance(node, ast.ClassDef)
    ]
    own = {node.name for node in protocol.body if isinstance(node, ast.FunctionDef)} | {"_initialized"}
    used = {
        node.attr
        for node in ast.walk(protocol)
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__")
    }
    overridden = {name for name in own if hasattr(LanguageServerProtocol, name) and name.startswith("_")}
    assert (used - own) | overridden == {name for name in (*METHODS, *ATTRIBUTES) if name.startswith("_")}


def test_no_module_beside_the_protocol_uses_a_private_member_of_the_server() -> None:
    private = {name for name in (*METHODS, *ATTRIBUTES) if name.startswith("_")}
    for path in PROTOCOL.parents[1].rglob("*.py"):
        if path != PROTOCOL:
            tree = ast.parse(path.read_text("utf-8"))
            used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} & private
            assert not used, f"{path.name} uses {used} of pygls; wire/protocol.py is the place for that"


def test_features_are_known_by_name() -> None:
    """`fm.features` and `fm.builtin_features` decide what is no method (StepsProtocol._demand_order)."""
    manager = make_server().protocol.fm
    assert lsp.INITIALIZE in manager.builtin_features
    assert lsp.TEXT_DOCUMENT_HOVER in manager.features
