"""docs/agents.md, held: its settings start a server, its table is the tools, its words are commands."""

import json
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from tests.agents.conftest import text_of, write
from tests.cli.conftest import source
from valohai_steps.agents.tools import TOOLS
from valohai_steps.cli.arguments.reading import read_arguments

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "agents.md").read_text("utf-8")
SETTINGS: list[dict[str, Any]] = [
    json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
]


def servers(settings: dict[str, Any]) -> dict[str, Any]:
    (found,) = settings.values()
    assert isinstance(found, dict)
    return found


def test_there_are_settings_for_three_clients() -> None:
    assert [list(each) for each in SETTINGS] == [["servers"], ["mcpServers"], ["mcpServers"]]


@pytest.mark.asyncio
@pytest.mark.process
@pytest.mark.parametrize("number", range(len(SETTINGS)))
async def test_the_settings_start_a_server(number: int, tmp_path: Path) -> None:
    write(tmp_path / "p", {"train.py": source(lr=0.1)})
    server = servers(SETTINGS[number])["valohai-steps"]
    assert server["type"] == "stdio"
    options = [each.replace("${workspaceFolder}", str(tmp_path / "p")) for each in server["args"]]
    # Only a client that fills in the folder may start the server anywhere.
    here = tmp_path if "--root" in options else tmp_path / "p"
    # As a client does it: the command is looked for on the PATH, here that of an environment that is active.
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = shutil.which(server["command"], path=programs)
    assert command is not None
    started = StdioServerParameters(command=command, args=options, cwd=here, env={"PATH": programs})
    with (tmp_path / "log").open("w", encoding="utf-8") as log:
        async with Client(stdio_client(started, errlog=log)) as client:
            assert {tool.name for tool in (await client.list_tools()).tools} == set(TOOLS)
            assert "step 'train' is not in valohai.yaml" in text_of(await client.call_tool("check", {}))
    assert (tmp_path / "log").read_text("utf-8") == ""


def test_the_table_is_that_of_the_tools() -> None:
    rows = re.findall(r"^\| `(\w+)` \| .+ \| (yes|no) \|$", PAGE, re.MULTILINE)
    assert rows == [(tool.name, "yes" if tool.writes else "no") for tool in TOOLS.values()]


def test_the_instructions_name_tools_and_commands_that_are_there() -> None:
    (text,) = re.findall(r"```markdown\n(.*?)```", PAGE, re.DOTALL)
    words = re.findall(r"(?:use|`)\s*`?([a-z]+_[a-z]+|check|update|graph)`", text)
    assert set(words) <= {*TOOLS, "default_parameters", "default_inputs"}
    assert {"update", "describe_step", "schema_of", "check", "explain_rule"} <= set(words)
    for line in re.findall(r"`valohai-steps ([^`]+)`", text):
        assert read_arguments(line.split()).command in ("update", "check", "rules")


def test_the_readme_leads_here() -> None:
    assert "docs/agents.md" in (ROOT / "README.md").read_text("utf-8")
