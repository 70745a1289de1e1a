"""A coding agent: the tools called in this process, and by the client of the `mcp` package over stdio."""

import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp_types import CallToolResult, ListRootsResult, Root
from msgspec import to_builtins

from valohai_steps.agents.tools import TOOLS
from valohai_steps.mcp.workspace import look_around


def ask(roots: Path | Sequence[Path], tool: str, **arguments: Any) -> tuple[dict[str, Any], str]:
    """The content and the text of an answer, without a server. Raises ToolError and FileError."""
    folders = [roots] if isinstance(roots, Path) else list(roots)
    asked = TOOLS[tool].read(arguments)
    answer = TOOLS[tool].run(look_around(TOOLS[tool], asked, [each.resolve() for each in folders]), asked)
    return to_builtins(answer.content), answer.text


@asynccontextmanager
async def agent(
    folder: Path,
    *arguments: str,
    roots: Sequence[Path] | None = None,
    mode: str = "auto",
    errors: Path | None = None,
) -> AsyncIterator[Client]:
    """A client whose server was started in `folder`; with `roots`, it names these when it is asked."""

    async def list_roots(_context: Any) -> ListRootsResult:
        return ListRootsResult(roots=[Root(uri=root.as_uri()) for root in roots or ()])  # type: ignore[arg-type]  # a string, as on the wire

    command = ["-m", "valohai_steps", "mcp", *arguments]
    server = StdioServerParameters(command=sys.executable, args=command, cwd=folder)
    with (errors or folder / "stderr.log").open("w", encoding="utf-8") as log:
        transport = stdio_client(server, errlog=log)
        asked: Any = list_roots if roots is not None else None
        async with Client(transport, mode=mode, list_roots_callback=asked) as client:
            yield client


def text_of(result: CallToolResult) -> str:
    """What the agent reads."""
    (part,) = result.content
    assert part.type == "text"
    return part.text


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """The files, in a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder
