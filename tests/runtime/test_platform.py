"""Executions, distributed tasks, output properties, status, triggers and webhooks."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import valohai
from valohai import webhooks
from valohai.distributed import Distributed
from valohai.triggers import TriggerException, Triggers
from valohai.webhooks import Webhook, WebhookException

from .conftest import Server

Configuration = Callable[[str, Any], Path]


def member(member_id: str, **network: Any) -> dict[str, Any]:
    return {
        "announce_time": "2026-01-01T00:00:00Z",
        "identity": f"identity-{member_id}",
        "job_id": f"job-{member_id}",
        "member_id": member_id,
        "network": {"exposed_ports": {"1234": "1234"}, "local_ips": [], "public_ips": [], **network},
    }


def distributed_json(*members: dict[str, Any], me: str = "0") -> dict[str, Any]:
    return {"config": {"group_name": "g", "member_id": me, "required_count": 3}, "members": list(members)}


def test_members_of_a_distributed_task(configuration: Configuration) -> None:
    others = [
        member("10"),
        member("9"),
        member("0", local_ips=["10.0.0.1", "10.0.0.2"], public_ips=["1.2.3.4"]),
    ]
    configuration("distributed.json", distributed_json(*others, me="9"))
    task = Distributed()
    assert task.is_distributed_task()
    assert (task.group_name, task.member_id, task.required_count, task.rank) == ("g", "9", 3, 1)
    assert [(each.member_id, each.rank) for each in task.members()] == [("10", 2), ("9", 1), ("0", 0)]
    assert task.me() is task.member("9")
    assert task.master().is_master
    assert (task.master().primary_local_ip, task.master().primary_public_ip) == ("10.0.0.1", "1.2.3.4")
    with pytest.raises(RuntimeError, match="member '9' has no local address"):
        _ = task.me().primary_local_ip
    with pytest.raises(RuntimeError, match="no member has the id '7'"):
        task.member("7")


def test_ids_that_are_no_numbers_rank_by_text(configuration: Configuration) -> None:
    configuration("distributed.json", distributed_json(member("b"), member("10"), member("a")))
    assert [each.rank for each in Distributed().members()] == [2, 0, 1]


def test_outside_a_distributed_task(configuration: Configuration) -> None:
    assert not valohai.distributed.is_distributed_task()
    with pytest.raises(FileNotFoundError):
        valohai.distributed.members()
    configuration("distributed.json", {"config": {}})
    task = Distributed()
    with pytest.warns(UserWarning, match="not in the format that Valohai writes: KeyError: 'members'"):
        assert not task.is_distributed_task()
    configuration("distributed.json", distributed_json())
    with pytest.raises(RuntimeError, match="has no members"):
        task.master()
    configuration("distributed.json", distributed_json(member("0")))
    task.flush_state()
    assert task.rank == 0


def test_execution(configuration: Configuration) -> None:
    assert valohai.execution().config is None
    configuration("execution.json", {"valohai.execution-counter": 6, "valohai.execution-id": "x", "other": 1})
    config = valohai.execution().config
    assert config is not None
    assert (config.counter, config.id, config.title) == (6, "x", None)


def test_output_properties(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VH_OUTPUTS_DIR", str(tmp_path / "outputs"))
    version = valohai.output_properties.dataset_version_uri("images", "v1")
    assert version == "dataset://images/v1"
    with valohai.output_properties() as properties:
        properties.add(file="a.txt", properties={"loss": float("nan"), "tags": ["x"]})
        properties.add(file=Path("sub/b.txt"), properties={"old": 1})
        for _ in range(2):
            properties.add_to_dataset(file="a.txt", dataset_version=version)
    with valohai.output_properties() as properties:
        properties.add(file="sub/b.txt", properties={"new": 2})
        properties.add_to_dataset(file="sub/b.txt", dataset_version=version)
    lines = (tmp_path / "outputs/valohai.metadata.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"file": "a.txt", "metadata": {"loss": None, "tags": ["x"], "valohai.dataset-versions": [version]}},
        {"file": "sub/b.txt", "metadata": {"old": 1, "new": 2, "valohai.dataset-versions": [version]}},
    ]
    assert capsys.readouterr().out.splitlines() == [
        "Created dataset version 'dataset://images/v1' with 1 file",
        "Created dataset version 'dataset://images/v1' with 2 files",
    ]
    assert [path.name for path in (tmp_path / "outputs").iterdir()] == ["valohai.metadata.jsonl"]


def test_damaged_output_properties_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VH_OUTPUTS_DIR", str(tmp_path))
    (tmp_path / "valohai.metadata.jsonl").write_text("\n{\n")
    with pytest.raises(ValueError, match="line 2: not valid JSON"), valohai.output_properties():
        pass


def test_status_detail(configuration: Configuration, server: Server) -> None:
    valohai.set_status_detail("outside Valohai: nothing happens")
    call = {"url": f"{server.url}/status", "method": "POST", "headers": {"Authorization": "Token t"}}
    configuration("api.json", {"set_status_detail": call})
    with pytest.warns(UserWarning, match="not sent: HTTP Error 404"):
        valohai.set_status_detail("epoch 1")
    server.pages["/status"] = b""
    valohai.set_status_detail("epoch 2")
    method, path, headers, body = server.requests[-1]
    assert (method, path, json.loads(body)) == ("POST", "/status", {"status_detail": "epoch 2"})
    assert (headers["Authorization"], headers["Content-Type"]) == ("Token t", "application/json")
    configuration("api.json", {})
    with pytest.warns(UserWarning, match="has no address for 'set_status_detail'"):
        valohai.set_status_detail("epoch 3")


def test_a_trigger_is_looked_up_once_and_called(configuration: Configuration, server: Server) -> None:
    manifest = {
        "url": f"{server.url}/hook",
        "title": "Retrain",
        "auth_type": "static_token",
        "auth_secret": "s",
    }
    server.pages["/catalog"] = json.dumps({"manifest": manifest}).encode()
    server.pages["/hook"] = b'{"ok": true}'
    configuration("api.json", {"trigger_catalog": {"url": f"{server.url}/catalog"}})
    triggers = Triggers()
    trigger = triggers("Retrain")
    assert trigger is triggers("Retrain")
    assert isinstance(trigger, Webhook)
    answer = trigger.post({"a": 1})
    assert (answer.status_code, answer.ok, answer.json(), answer.text) == (
        200,
        True,
        {"ok": True},
        '{"ok": true}',
    )
    assert server.paths() == ["/catalog?q=Retrain", "/hook"]
    assert str(trigger) == f"Webhook ({server.url.removeprefix('http://')}): Retrain"


def test_a_trigger_that_cannot_be_looked_up(configuration: Configuration, server: Server) -> None:
    with pytest.raises(
        TriggerException, match="trigger 'x' cannot be looked up: this is not a Valohai execution"
    ):
        valohai.triggers("x")
    assert valohai.triggers("x", required=False) is None
    configuration("api.json", {"trigger_catalog": {"url": f"{server.url}/catalog"}})
    with pytest.raises(TriggerException, match="404"):
        valohai.triggers("x")


BODY = json.dumps({"a": 1}).encode()

# (webhook, query, headers)
AUTHENTICATED: list[tuple[dict[str, Any], str, dict[str, str]]] = [
    ({}, "", {}),
    (
        {"auth_type": "static_token", "auth_secret": "s", "auth_secret_prefix": "Bearer "},
        "",
        {"Authorization": "Bearer s"},
    ),
    (
        {"auth_type": "static_token", "auth_secret": "{env:HOOK}", "auth_key": "X-Key"},
        "",
        {"X-Key": "from env"},
    ),
    (
        {"auth_type": "static_token", "auth_secret": "s t", "auth_namespace": "query", "auth_key": "k"},
        "?k=s+t",
        {},
    ),
    (
        {"auth_type": "hmac", "auth_secret": "s", "auth_algorithm": "sha256", "auth_key": "X-Sign"},
        "",
        {"X-Sign": hmac.new(b"s", BODY, hashlib.sha256).hexdigest()},
    ),
    (
        {
            "auth_type": "hmac",
            "auth_secret": "s",
            "auth_algorithm": "sha1",
            "hmac_format": "%(timestamp)s.%(body)s",
            "timestamp": "unix_s",
        },
        "",
        {
            "Authorization": hmac.new(b"s", b"1700000000." + BODY, hashlib.sha1).hexdigest(),
            "X-Timestamp": "1700000000",
        },
    ),
    ({"timestamp": "unix_ms", "timestamp_namespace": "query", "timestamp_key": "t"}, "?t=1700000000500", {}),
]


@pytest.mark.parametrize(("options", "query", "headers"), AUTHENTICATED)
def test_webhooks_authenticate(
    options: dict[str, Any],
    query: str,
    headers: dict[str, str],
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOOK", "from env")
    monkeypatch.setattr(webhooks.time, "time", lambda: 1_700_000_000.5)  # type: ignore[attr-defined]  # imported there, not exported
    server.pages["/hook"] = b""
    Webhook(f"{server.url}/hook", **options).post({"a": 1})
    method, path, sent, body = server.requests[0]
    assert (method, path, body, sent["Content-Type"]) == ("POST", f"/hook{query}", BODY, "application/json")
    lower = {name.lower(): value for name, value in sent.items()}
    assert {name: lower.get(name.lower()) for name in headers} == headers
    assert ("authorization" in lower) == ("Authorization" in headers)


def test_webhook_formats(server: Server) -> None:
    server.pages["/hook"] = b""
    hook = Webhook(f"{server.url}/hook?x=1")
    hook.post({"a": "ä b"}, data_format=webhooks.DataFormat.urlencoded)
    hook.post(b"raw", data_format=webhooks.DataFormat.bytes, content_type="text/plain")
    Webhook(f"{server.url}/hook?x=1", method=webhooks.RequestMethod.get).get({"q": "a b"})
    assert [(method, path, body) for method, path, _, body in server.requests] == [
        ("POST", "/hook?x=1", b"a=%C3%A4+b"),
        ("POST", "/hook?x=1", b"raw"),
        ("GET", "/hook?x=1&q=a+b", b""),
    ]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"method": "GET"}, "is called with GET, not POST"),
    ({"auth_type": "static_token"}, "has no secret"),
    (
        {"auth_type": "static_token", "auth_secret": "{env:NOT_SET}"},
        "environment variable NOT_SET, which is not set",
    ),
    ({"auth_type": "hmac", "auth_secret": "s"}, "HMAC needs an algorithm"),
    ({"auth_type": "hmac", "auth_secret": "s", "auth_algorithm": "rot13"}, "unsupported hash type rot13"),
    (
        {"auth_type": "hmac", "auth_secret": "s", "auth_algorithm": "sha1", "auth_namespace": "query"},
        "HMAC needs",
    ),
    ({}, "answered 404 Not Found"),
]


@pytest.mark.parametrize(("options", "message"), REFUSED)
def test_webhooks_that_fail_say_why(options: dict[str, Any], message: str, server: Server) -> None:
    with pytest.raises(WebhookException, match=message):
        Webhook(f"{server.url}/none", **options).post({"a": 1})


def test_a_webhook_refuses_data_that_do_not_fit_their_format() -> None:
    hook = Webhook("http://127.0.0.1:9/")
    with pytest.raises(WebhookException, match="urlencoded data must be a dict"):
        hook.post(b"x", data_format=webhooks.DataFormat.urlencoded)
    with pytest.raises(WebhookException, match="needs bytes and a content_type"):
        hook.post(b"x", data_format=webhooks.DataFormat.bytes)
    with pytest.raises(WebhookException, match="cannot be called"):
        Webhook("file:///etc/passwd").post({})
