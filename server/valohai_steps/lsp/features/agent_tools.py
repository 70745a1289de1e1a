"""valohai-steps.ask: the tools for coding agents that write nothing, about what the editor has open."""

from typing import Any

from msgspec import to_builtins

from valohai_steps.agents.answer import ToolError
from valohai_steps.agents.surroundings import look_at
from valohai_steps.agents.tools import TOOLS, names_in
from valohai_steps.lsp.session import Session
from valohai_steps.project.disk.files import FileError, real_path


def ask(session: Session, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """`{text, content}`, or `{error}`: what the tool answers, or why it does not. Nothing is shown."""
    found = TOOLS.get(tool)
    if found is None or found.writes:
        known = ", ".join(each.name for each in TOOLS.values() if not each.writes)
        return {"error": f"no tool {tool!r} here; the tools are: {known}"}
    if not session.workspace.roots:
        return {"error": "no folder is open; open the folder of the project"}
    try:
        asked = found.read(arguments)
        snapshot = session.workspace.snapshot
        roots = [real_path(root) for root in session.workspace.roots]
        around = look_at(
            snapshot, names_in(asked), session.workspace.roots[0], roots, whole=found.whole_workspace
        )
        answer = found.run(around, asked)
    except ToolError as error:
        return {"error": str(error)}
    except FileError as error:
        return {"error": f"{error.path}: {error.why}"}
    return {"text": answer.text, "content": to_builtins(answer.content)}
