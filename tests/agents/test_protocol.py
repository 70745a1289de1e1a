"""The server over stdio, driven by the client of the official package."""

import asyncio
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from mcp.shared.exceptions import MCPError

from tests.agents.conftest import agent, ask, text_of, write
from tests.cli.conftest import process, source
from valohai_steps import __version__
from valohai_steps.agents.tools import TOOLS
from valohai_steps.mcp.server import in_turn

pytestmark = pytest.mark.process

FILES = {
    "train.py": source(lr=0.2),
    "valohai.yaml": "- step:\n    name: train\n    image: python\n    command: python train.py {parameters}\n"
    "    parameters:\n      - {name: lr, type: float, default: 0.1}\n"
    "- pipeline:\n    name: p\n    nodes:\n      - {name: n, type: execution, step: train}\n    edges: []\n",
    "requirements.txt": "valohai-utils\n",
}
INSTALL = "install it with: pip install 'valohai-steps[mcp]'"
# Each tool once, `update` last but for the check of what it did.
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("check", {}),
    ("explain_rule", {"code": "VH202"}),
    ("describe_step", {"step": "train"}),
    ("schema_of", {"object": "step"}),
    ("graph", {"format": "dot"}),
    ("preview_update", {}),
    ("update", {"paths": ["train.py"]}),
]


@pytest.mark.asyncio
@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize("names_roots", [True, False])
async def test_every_tool_answers_over_stdio(mode: str, names_roots: bool, tmp_path: Path) -> None:
    """With the handshake of 2025 and the protocol of 2026, with roots of the client and without."""
    project, elsewhere = write(tmp_path / "project", FILES), tmp_path / "elsewhere"
    elsewhere.mkdir()
    here = elsewhere if names_roots else project
    roots = [project] if names_roots else None
    assert {tool for tool, _ in CALLS} == set(TOOLS)
    async with agent(here, roots=roots, mode=mode, errors=tmp_path / "log") as client:
        for tool, arguments in CALLS:
            expected = ask(project, tool, **arguments) if tool != "update" else None
            answer = await client.call_tool(tool, arguments)
            assert not answer.is_error, text_of(answer)
            if expected is not None:
                assert (answer.structured_content, text_of(answer)) == expected
        left = await client.call_tool("check", {})
    assert "default: 0.2" in (project / "valohai.yaml").read_text()
    assert text_of(left) == "no findings in 2 files\n"
    assert list(elsewhere.iterdir()) == []
    assert (tmp_path / "log").read_text() == ""


@pytest.mark.asyncio
async def test_a_tool_says_what_it_does_to_files(tmp_path: Path) -> None:
    async with agent(tmp_path, errors=tmp_path / "log") as client:
        listed = (await client.list_tools()).tools
        info = client.server_info
    assert info is not None
    assert (info.name, info.version) == ("valohai-steps", __version__)
    assert [tool.name for tool in listed] == list(TOOLS)
    for tool in listed:
        hints, writes = tool.annotations, TOOLS[tool.name].writes
        assert hints is not None
        assert (hints.read_only_hint, hints.destructive_hint) == (not writes, writes)
        assert (hints.idempotent_hint, hints.open_world_hint) == (True, False)
        assert tool.input_schema == TOOLS[tool.name].input_schema
        assert tool.output_schema == TOOLS[tool.name].output_schema


@pytest.mark.asyncio
async def test_errors_are_ours_and_no_traceback(tmp_path: Path) -> None:
    write(
        tmp_path / "p", {"train.py": "import valohai\nvalohai.prepare(step=unknown)\n", "q/deep.py": source()}
    )
    (tmp_path / "p" / "q" / "valohai.yaml").mkdir()
    async with agent(tmp_path / "p", errors=tmp_path / "log") as client:
        answers = [
            await client.call_tool("update", {"paths": ["train.py"]}),
            await client.call_tool("update", {"paths": ["q/deep.py"]}),
            await client.call_tool("update", {"force": True}),
            await client.call_tool("check", {"paths": ["nothing.py"]}),
        ]
        with pytest.raises(MCPError, match="no tool 'remove'; the tools are: check, "):
            await client.call_tool("remove", {})
        assert not (await client.call_tool("explain_rule", {"code": "VH101"})).is_error
    assert all(answer.is_error for answer in answers)
    assert text_of(answers[0]).startswith("train.py:2:22: unknown is not defined in this file")
    assert text_of(answers[1]) == "q/valohai.yaml: this is a folder; name a file in it (nothing was written)"
    assert not any("Traceback" in text_of(answer) for answer in answers)
    assert (tmp_path / "log").read_text() == ""


@pytest.mark.asyncio
async def test_a_folder_that_a_person_has_named_counts_before_those_of_the_client(tmp_path: Path) -> None:
    write(tmp_path / "named", FILES)
    write(tmp_path / "other", {"x.py": source("x")})
    options = ("--root", str(tmp_path / "named"))
    async with agent(tmp_path, *options, roots=[tmp_path / "other"], errors=tmp_path / "log") as client:
        answer = await client.call_tool("describe_step", {"step": "train"})
    assert not answer.is_error, text_of(answer)


@pytest.mark.asyncio
async def test_the_home_folder_is_not_looked_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with agent(tmp_path, errors=tmp_path / "log") as client:
        answer = await client.call_tool("check", {})
    assert answer.is_error
    assert text_of(answer).endswith(
        "is not a project, and the client names no folder; start it as `valohai-steps mcp --root FOLDER`"
    )


def test_a_root_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = process(tmp_path, "mcp", "--root", "nowhere")
    assert (done.returncode, done.stderr) == (
        2,
        b"valohai-steps: nowhere: no such folder; --root names the folder of a project\n",
    )


def test_without_the_package_a_line_says_what_to_install(tmp_path: Path) -> None:
    program = (
        "import sys\nsys.modules.update(mcp=None, mcp_types=None)\n"
        "from valohai_steps.cli.main import main\nsys.exit(main(['mcp']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        f"valohai-steps: the server for agents needs the package mcp; {INSTALL}\n",
    )


@pytest.mark.asyncio
async def test_a_call_that_is_cancelled_keeps_its_turn_until_its_work_is_done() -> None:
    """The client is answered at once; no other call reads or writes files while the thread goes on."""
    turn, started, end, order = asyncio.Lock(), threading.Event(), threading.Event(), list[str]()

    def work(name: str) -> None:
        order.append(f"{name} begins")
        started.set()
        end.wait(60)
        order.append(f"{name} ends")

    first, waiting, last = (asyncio.create_task(in_turn(turn, partial(work, each))) for each in "abc")
    await asyncio.to_thread(started.wait, 60)
    for each in (first, waiting):
        each.cancel()
    await asyncio.wait((first, waiting))
    assert (first.cancelled(), waiting.cancelled()) == (True, True)
    assert (turn.locked(), order) == (True, ["a begins"])
    end.set()
    await last
    assert order == ["a begins", "a ends", "c begins", "c ends"]
    assert not turn.locked()


def test_a_client_that_leaves_at_once_leaves_nothing_behind(tmp_path: Path) -> None:
    done = process(tmp_path, "mcp", stdin=b"")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
