"""valohai-steps.ask: what a coding agent in the editor reads, of the texts that are open."""

from pathlib import Path

import pytest

from tests.cli.conftest import source
from tests.lsp.editor import Document, StepsClient
from tests.lsp.test_commands import run
from valohai_steps.agents.tools import TOOLS

YAML = "- step: {name: train, image: python, command: 'python train.py {parameters}'}\n"


@pytest.mark.asyncio
async def test_an_agent_reads_what_is_open(client: StepsClient, tmp_path: Path) -> None:
    (tmp_path / "valohai.yaml").write_text(YAML)
    (tmp_path / "train.py").write_text(source())
    document = Document(client, tmp_path / "train.py")
    await document.open(source(lr=0.5))
    found = await run(client, "ask", "preview_update", {"paths": ["train.py"]})
    assert "default: 0.5" in found["text"]
    assert found["content"]["up_to_date"] is False
    described = await run(client, "ask", "describe_step", {"step": "train"})
    assert described["content"]["differences"][0]["name"] == "lr"
    checked = await run(client, "ask", "check", {})
    assert [each["code"] for each in checked["content"]["findings"]] == ["VH202", "VH202"]
    assert (tmp_path / "valohai.yaml").read_text() == YAML


@pytest.mark.asyncio
async def test_what_cannot_be_answered_is_an_error(client: StepsClient, tmp_path: Path) -> None:
    said = [
        await run(client, "ask", "update", {}),
        await run(client, "ask", "check", {"paths": [".."]}),
        await run(client, "ask", "explain_rule", {"code": "VH2022"}),
        await run(client, "ask", "graph", {"form": "svg"}),
    ]
    readers = ", ".join(name for name, tool in TOOLS.items() if not tool.writes)
    assert said[0] == {"error": f"no tool 'update' here; the tools are: {readers}"}
    assert "outside of the workspace" in said[1]["error"]
    assert said[2] == {"error": "no rule 'VH2022' (did you mean 'VH202'?)"}
    assert said[3] == {"error": "graph: there is an unknown argument `form`"}
    assert client.messages == []
