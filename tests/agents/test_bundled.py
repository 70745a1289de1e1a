"""The server for agents as VS Code starts it: the parts of the bundle, the package mcp of the interpreter."""

import re
import shutil
import sys
from pathlib import Path

import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from tests.agents.conftest import text_of, write
from tests.cli.conftest import source

ROOT = Path(__file__).parents[2]


@pytest.mark.asyncio
@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="links")
async def test_the_bundle_serves_agents_and_imports_nothing_of_the_workspace(tmp_path: Path) -> None:
    bundled = tmp_path / "bundled"
    (bundled / "libs").mkdir(parents=True)
    shutil.copy(ROOT / "vscode-extension" / "bundled" / "start.py", bundled)
    (bundled / "libs" / "valohai_steps").symlink_to(ROOT / "server" / "valohai_steps")
    poison = "raise SystemExit('imported from the workspace')\n"
    poisoned = {f"{name}.py": poison for name in ("mcp", "yaml", "json")}
    project = write(tmp_path / "p", {"train.py": source(lr=0.1), **poisoned})
    text = (ROOT / "vscode-extension" / "src" / "arguments.ts").read_text("utf-8")
    options = re.findall(r"bundledAgentArguments[^{]*\{\s*return \['(-I)', '(-X)', '(utf8)',", text)
    assert options == [("-I", "-X", "utf8")]
    arguments = [*options[0], str(bundled / "start.py"), "mcp", "--root", str(project)]
    server = StdioServerParameters(command=sys.executable, args=arguments, cwd=project)
    with (tmp_path / "log").open("w") as log:
        async with Client(stdio_client(server, errlog=log)) as client:
            answer = await client.call_tool("describe_step", {"step": "train"})
    assert not answer.is_error, text_of(answer)
    assert (tmp_path / "log").read_text() == ""
