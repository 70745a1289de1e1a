"""What Valohai's files and answers may hold: none of it ends a training that only reports."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

import valohai
from valohai.distributed import Distributed
from valohai.inputs import DownloadError
from valohai.triggers import TriggerException, Triggers
from valohai.webhooks import Webhook, WebhookException

from .conftest import Prepare, RunScript, Server

Configuration = Callable[[str, Any], Path]

# What api.json may hold for an endpoint, instead of what Valohai writes; {url} is a server that answers 404.
CALLS: list[Any] = [
    None,
    5,
    "text",
    [],
    {},
    {"url": None},
    {"url": 5},
    {"url": ["{url}"]},
    {"url": "ftp://x/y"},
    {"url": "http://[::1"},
    {"url": "http://x y/"},
    {"url": "{url}", "headers": ["a"]},
    {"url": "{url}", "headers": "a"},
    {"url": "{url}", "headers": {"a": "b\nc"}},
    {"url": "{url}", "headers": {"é漢": "x"}},
    {"url": "{url}", "params": ["a"]},
    {"url": "{url}", "params": "abc"},
    {"url": "{url}", "params": {"a": [1, None, {}]}},
    {"url": "{url}", "method": 5},
    {"url": "{url}", "method": "GET /x HTTP/1.1\r\nX: y"},
]


def filled(call: Any, url: str) -> Any:
    return json.loads(json.dumps(call).replace("{url}", url))


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_a_status_that_cannot_be_sent_is_a_warning(
    call: Any, configuration: Configuration, server: Server
) -> None:
    configuration("api.json", {"set_status_detail": filled(call, f"{server.url}/none")})
    with pytest.warns(UserWarning, match=r"^set_status_detail\('epoch 1'\): not sent: "):
        valohai.set_status_detail("epoch 1")


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_a_trigger_that_cannot_be_looked_up_is_its_own_error(
    call: Any, configuration: Configuration, server: Server
) -> None:
    configuration("api.json", {"trigger_catalog": filled(call, f"{server.url}/none")})
    with pytest.raises(TriggerException, match=r"^trigger 'x' cannot be looked up: "):
        Triggers()("x")
    assert Triggers()("x", required=False) is None


def no_http(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"nonsense\r\n\r\n")
    handler.close_connection = True


def half(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b"half")
    handler.close_connection = True


@pytest.mark.parametrize("page", [no_http, half, lambda handler: handler.connection.close()])
def test_an_answer_that_is_none_is_a_warning(
    page: Callable[[BaseHTTPRequestHandler], None], configuration: Configuration, server: Server
) -> None:
    server.pages["/status"] = page
    configuration("api.json", {"set_status_detail": {"url": f"{server.url}/status", "method": "POST"}})
    with pytest.warns(UserWarning, match="not sent: "):
        valohai.set_status_detail("epoch 1")
    with pytest.raises(WebhookException, match="cannot be called: "):
        Webhook(f"{server.url}/status").post({"a": 1})


def test_any_status_is_sent(configuration: Configuration, server: Server) -> None:
    server.pages["/status"] = b""
    configuration("api.json", {"set_status_detail": {"url": f"{server.url}/status", "method": "POST"}})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for status in ("é\n", {"step": {1}}, float("nan"), Path("a")):
            valohai.set_status_detail(status)  # type: ignore[arg-type]  # on purpose
    sent = [json.loads(body)["status_detail"] for _, _, _, body in server.requests]
    assert sent == ["é\n", {"step": [1]}, None, "a"]


@pytest.mark.parametrize("data", [{"a": {1}}, {"a": object()}, {("a",): 1}], ids=["set", "object", "key"])
def test_data_that_is_no_json_is_the_webhooks_error(data: Any) -> None:
    with pytest.raises(WebhookException, match=r"^the data cannot be sent as JSON: "):
        Webhook("http://127.0.0.1:9/").post(data)


@pytest.mark.parametrize("hmac_format", ["%(nope)s", "%s%s", "%(body)q", "%"])
def test_a_format_that_cannot_be_is_the_webhooks_error(hmac_format: str) -> None:
    proof: dict[str, Any] = {"auth_type": "hmac", "auth_secret": "s", "auth_algorithm": "md5"}
    webhook = Webhook("http://127.0.0.1:9/", hmac_format=hmac_format, **proof)
    with pytest.raises(WebhookException, match="cannot be signed: "):
        webhook.post({"a": 1})


MEMBER = {"announce_time": "t", "identity": "i", "job_id": "j", "member_id": "1"}
NETWORK: dict[str, Any] = {"exposed_ports": {}, "local_ips": [], "public_ips": []}
SETUP = {"group_name": "g", "member_id": "1", "required_count": 1}
DISTRIBUTED: list[Any] = [
    {},
    {"members": None, "config": SETUP},
    {"members": 5, "config": SETUP},
    {"members": ["x"], "config": SETUP},
    {"members": [MEMBER], "config": SETUP},
    {"members": [{**MEMBER, "network": "x"}], "config": SETUP},
    {"members": [{**MEMBER, "network": []}], "config": SETUP},
    {"members": [{**MEMBER, "network": NETWORK}], "config": "x"},
    {"members": [{**MEMBER, "network": NETWORK}], "config": None},
]


@pytest.mark.parametrize("content", DISTRIBUTED, ids=str)
def test_a_damaged_distributed_json_is_named(content: Any, configuration: Configuration) -> None:
    path = configuration("distributed.json", content)
    with pytest.raises(ValueError, match="not in the format that Valohai writes: ") as raised:
        Distributed().members()
    assert str(raised.value).startswith(f"{path}: ")
    with pytest.warns(UserWarning, match="not treated as a distributed task: "):
        assert not Distributed().is_distributed_task()


@pytest.mark.parametrize(
    ("ids", "ranks"),
    [
        (["10", "9", "1"], [2, 1, 0]),
        ([10, 9, 1], [2, 1, 0]),
        (["b", "a", 1], [2, 1, 0]),
        (["\u00b2", "1", "3"], [2, 0, 1]),  # a digit, but no number
        ([None, "a", "b"], [0, 1, 2]),
    ],
)
def test_ranks_of_members_with_ids_of_any_kind(
    ids: list[Any], ranks: list[int], configuration: Configuration
) -> None:
    members = [{**MEMBER, "member_id": each, "network": NETWORK} for each in ids]
    configuration("distributed.json", {"members": members, "config": SETUP})
    assert [member.rank for member in Distributed().members()] == ranks


ANSWERS: list[Any] = [None, [], "x", {}, {"id": "1"}, {"datum": 5}, {"datum": {"id": 1}}]


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_a_datum_that_is_answered_oddly_is_a_download_error(
    answer: Any, prepare: Prepare, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"TOKEN": "t", "HOST": server.url, "PROJECT": "p", "CONFIG_DIR": "none"}.items():
        monkeypatch.setenv(f"VALOHAI_{name}", value)
    identity = "0" * 8 + "-0000" * 3 + "-" + "0" * 12
    server.pages["/api/v0/datum-aliases/resolve/"] = json.dumps(answer).encode()
    server.pages[f"/api/v0/data/{identity}/"] = json.dumps(answer).encode()
    for datum in ("alias", identity):
        prepare(inputs={"data": f"datum://{datum}"})
        with pytest.raises(DownloadError, match="gave an unexpected answer"):
            valohai.inputs("data").path()


def test_help_is_printed_in_any_encoding(run_script: RunScript) -> None:
    script = (
        "import valohai as v\nv.prepare(step='größe', default_parameters={'x': {'description': '→ ok'}})\n"
    )
    result = run_script(script, "--help", PYTHONIOENCODING="ascii")
    assert (result.returncode, result.stderr) == (0, "")
    assert "Runs the step 'gr\\xf6\\xdfe'." in result.stdout
    assert "\\u2192 ok" in result.stdout


def test_arguments_that_are_no_strings_are_read_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    """As somebody sets ``sys.argv`` in a notebook."""
    monkeypatch.setattr("sys.argv", ["train.py", "--epochs", 5, Path("rest")])
    valohai.prepare(step="t", default_parameters={"epochs": 1})
    assert valohai.parameters("epochs").value == 5


def test_without_standard_error_nothing_is_said(run_script: RunScript) -> None:
    script = (
        "import sys, valohai\nsys.stderr = None\n"
        "valohai.prepare(step='t', default_inputs={'d': 'http://[bad/x'})\n"
        "try: valohai.inputs('d').path()\nexcept OSError: print('refused')\n"
    )
    result = run_script(script, "--unknown=1")
    assert (result.returncode, result.stdout, result.stderr) == (0, "refused\n", "")


def test_a_long_value_is_cut_in_its_message(run_script: RunScript) -> None:
    result = run_script(
        "import valohai\nvalohai.prepare(step='t', default_parameters={'x': 1})\n", f"--x={'9' * 5000}"
    )
    assert result.returncode == 2
    assert result.stderr.startswith(f"train.py: error: --x={'9' * 100}...: '999")
    assert len(result.stderr) < 400
