"""The server: the tools of the table by the official `mcp` package, on standard input and output."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from msgspec import to_builtins

from valohai_steps import __version__
from valohai_steps.agents.answer import Answer, ToolError
from valohai_steps.agents.tools import TOOLS, Tool
from valohai_steps.mcp.workspace import folders_of, look_around, started_in
from valohai_steps.project.disk.files import FileError, reason

_ROOTS = "roots"
_Done = TypeVar("_Done")
_INSTRUCTIONS = (
    "Valohai steps are declared in Python by valohai.prepare(), and valohai.yaml is written from it. Change "
    "Python, then call update; edit valohai.yaml by hand only for what Python does not own: commands, "
    "pipelines, descriptions. Call check after each change, and describe_step before you change a step."
)


def serve(roots: Sequence[Path]) -> int:
    """Serve one client until it leaves; returns the exit code.

    `roots` are the folders that a person has named; without any, those of the client count, else the
    folder that this process was started in.
    """
    asyncio.run(_serve(tuple(roots)))
    return 0


async def _serve(roots: tuple[Path, ...]) -> None:
    turn = asyncio.Lock()

    async def call(
        context: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult | types.InputRequiredResult:
        tool = TOOLS.get(params.name)
        if tool is None:
            known = ", ".join(TOOLS)
            raise MCPError(types.INVALID_PARAMS, f"no tool {params.name!r}; the tools are: {known}")
        named = roots or await _client_roots(context, params)
        if isinstance(named, types.InputRequiredResult):
            return named
        return await in_turn(turn, partial(_result, tool, params.arguments or {}, named))

    server = Server(
        "valohai-steps",
        version=__version__,
        title="Valohai Steps",
        instructions=_INSTRUCTIONS,
        on_list_tools=_list_tools,
        on_call_tool=call,
    )
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


async def in_turn(turn: asyncio.Lock, work: Callable[[], _Done]) -> _Done:
    """What `work` gives in a thread, one after the other: an update is read by the call behind it.

    A call that is cancelled while it waits is not worked on; one that runs keeps its turn to the end,
    because nothing stops a thread.
    """
    await turn.acquire()
    running = asyncio.ensure_future(asyncio.to_thread(work))
    running.add_done_callback(lambda _done: turn.release())
    return await asyncio.shield(running)


async def _list_tools(
    _context: ServerRequestContext[Any], _params: types.PaginatedRequestParams | None
) -> types.ListToolsResult:
    return types.ListToolsResult(tools=list(map(_described, TOOLS.values())))


def _described(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.input_schema,
        output_schema=tool.output_schema,
        annotations=types.ToolAnnotations(
            title=tool.title,
            read_only_hint=not tool.writes,
            destructive_hint=tool.writes,  # what Python no longer declares is removed
            idempotent_hint=True,
            open_world_hint=False,
        ),
    )


async def _client_roots(
    context: ServerRequestContext[Any], params: types.CallToolRequestParams
) -> tuple[Path, ...] | types.InputRequiredResult:
    """The folders that the client names: asked for anew each time, as they may change; none, if it has none.

    Up to the protocol of 2025-11-25 they are asked for with a request; since then the call is answered
    with what it needs, and comes again.
    """
    able = context.session.client_capabilities
    if able is None or able.roots is None:
        return ()
    if context.session.can_send_request:
        listed = await context.session.send_request(types.ListRootsRequest(), types.ListRootsResult)
    else:
        answer = (params.input_responses or {}).get(_ROOTS)
        if not isinstance(answer, types.ListRootsResult):
            return types.InputRequiredResult(input_requests={_ROOTS: types.ListRootsRequest()})
        listed = answer
    return folders_of([str(root.uri) for root in listed.roots])


def _result(tool: Tool, arguments: Mapping[str, Any], roots: tuple[Path, ...]) -> types.CallToolResult:
    """What a tool answers; an error is an answer that says so, in our words."""
    try:
        asked = tool.read(arguments)
        around = look_around(tool, asked, roots or started_in(Path.cwd(), Path.home()))
        answer: Answer = tool.run(around, asked)
    except ToolError as error:
        return _failed(str(error))
    except FileError as error:
        return _failed(f"{_near(error.path, roots)}: {error.why}")
    except OSError as error:
        return _failed(f"{error.filename or tool.name}: {reason(error)}")
    except RecursionError:
        return _failed("the input is nested too deeply to be read; nothing was written")
    except Exception as error:  # the net under the tools: an agent gets a line, not a traceback
        return _failed(
            f"internal error: {type(error).__name__}: {error}; nothing was written, please report it"
        )
    text = types.TextContent(type="text", text=answer.text)
    return types.CallToolResult(content=[text], structured_content=to_builtins(answer.content))


def _near(path: Path, roots: Sequence[Path]) -> str:
    """The path as an answer names it."""
    folder = next((root for root in (*roots[:1], Path.cwd()) if path.is_relative_to(root)), None)
    return (path if folder is None else path.relative_to(folder)).as_posix()


def _failed(message: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=message)], is_error=True)
